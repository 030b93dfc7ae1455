"""Where Chromium is, and how it is installed: `python -m scripts.chromium` finds it or installs Debian's with apt."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: containers and root have none. /dev/shm is small in containers.
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")


def find_chromium() -> str | None:
    """The program: the one CHROMIUM names, else the first on the PATH, else None."""
    named = os.environ.get("CHROMIUM", "")
    found = (shutil.which(name) for name in ((named,) if named else NAMES))
    return next((path for path in found if path), None)


def install() -> int:
    """Install Chromium and a font with Chinese characters with apt where Chromium is missing; exit status."""
    found = find_chromium()
    if found:
        print(f"Chromium: {found}")
        return 0
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(
            "Chromium is missing; install it as root: apt-get install chromium fonts-noto-cjk\n"
            "缺少 Chromium，请以 root 安装：apt-get install chromium fonts-noto-cjk",
            file=sys.stderr,
        )
        return 1
    for command in (
        ("apt-get", "update"),
        ("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "chromium-l10n", "fonts-noto-cjk"),
    ):
        status = subprocess.run(
            command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, check=False
        ).returncode
        if status != 0:
            return status
    return 0 if find_chromium() else 1


if __name__ == "__main__":
    sys.exit(install())
