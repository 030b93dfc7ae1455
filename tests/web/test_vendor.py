"""Vendored files are those their lists name, byte for byte."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTS = (ROOT / "cpaudit_site/static/vendor/vendor.json", ROOT / "tests/browser/vendor/vendor.json")

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parts[-4])
def test_every_vendored_file_is_listed_with_its_checksum(path: Path) -> None:
    folder = path.parent
    listed: dict[str, str] = {}
    for package in json.loads(path.read_text(encoding="utf-8")):
        place = folder / package["folder"] if (folder / package["folder"]).is_dir() else folder
        listed |= {str((place / one["file"]).relative_to(folder)): one["sha256"] for one in package["files"]}
    found = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in ("vendor.json", "README.md")
    }
    assert found == listed
