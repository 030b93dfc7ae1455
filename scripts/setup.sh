#!/bin/sh
# Prepares .venv with plain pip from the hashed export of the lock. Does nothing when the export has not changed.
# Stops with one sentence (Chinese and English) naming what is missing.
set -eu
cd "$(dirname "$0")/.."

lock=requirements.lock.txt
stamp=.venv/.lock-installed

stop() {
    printf '%s\n' "$1" >&2
    exit 1
}

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

python=""
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
        python=$candidate
        break
    fi
done

# A working .venv is kept even when the Python it came from is no longer the first on the PATH.
if fits .venv/bin/python; then
    :
else
    [ -n "$python" ] || stop "Python 3.11, 3.12 or 3.13 is missing: install one, or name it as in 'make setup PYTHON=/path/to/python3'. 缺少 Python 3.11、3.12 或 3.13:请先安装,或用 make setup PYTHON=路径 指定。"
    echo "Making .venv with $("$python" --version 2>&1)"
    "$python" -m venv --clear .venv >/dev/null 2>&1 || {
        rm -rf .venv
        stop "'$python -m venv' does not work: the venv module with pip is missing (on Debian: apt-get install python3-venv). 无法运行 $python -m venv:缺少带 pip 的 venv 模块(Debian 上请执行 apt-get install python3-venv)。"
    }
fi

# The stamp holds the export itself, so any change of the lock is seen, also one that keeps the file's date.
wanted="$(.venv/bin/python --version 2>&1)
$(cat "$lock")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

# A .venv made by another tool may have no pip.
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null 2>&1 ||
    stop "pip is missing in .venv and cannot be added: delete .venv and install Python's ensurepip (on Debian: apt-get install python3-venv). .venv 中缺少 pip 且无法补装:请删除 .venv 并安装 ensurepip(Debian 上请执行 apt-get install python3-venv)。"

rm -f "$stamp"
echo "Installing $(grep -c '^[a-z].*==' "$lock") locked packages into .venv"
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$lock" ||
    stop "The locked packages could not be installed: see the message of pip above (is the package registry reachable?). 锁定的依赖未能安装:请看上面 pip 的提示(能否访问软件包源?)。"
printf '%s\n' "$wanted" >"$stamp"
