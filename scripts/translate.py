"""The Chinese of all messages in Django's rooms, without gettext's programs.

    python -m scripts.translate            write cpaudit_site/locale/zh_Hans/LC_MESSAGES/django.po and .mo
    python -m scripts.translate --check    write nothing; fail when something is missing, stale or not compiled

English messages are taken from our Python code and templates. Their Chinese stands in `cpaudit_site/locale/zh/*.yaml`,
one file per room: a flat mapping "English": "中文"; a message with a context is written "context|English". The same
English in two files must have the same Chinese. A file whose name begins with `_` gives the Chinese of messages that
third parties left in English; its keys need not occur in our code.

The same input gives the same bytes: nothing in the output depends on the day or the machine.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "audits", "cpaudit_site", "enterprises")
# Plain Python with its own two-language texts.
PURE = (Path("audits/procedure"), Path("audits/analysis"))
SOURCES = Path("cpaudit_site/locale/zh")
TARGET = Path("cpaudit_site/locale/zh_Hans/LC_MESSAGES")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Written by `python -m scripts.translate` from cpaudit_site/locale/zh/*.yaml. Do not edit."
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


@dataclass(frozen=True, order=True)
class Key:
    """One message as gettext tells them apart."""

    english: str
    context: str = ""

    def __str__(self) -> str:
        return f"{self.context}|{self.english}" if self.context else self.english


@dataclass
class Found:
    """A message of our code: its plural, if any, and the files it stands in."""

    plural: str = ""
    files: set[str] = field(default_factory=set)


class DatelessCatalog(Catalog):
    """A catalog whose header names neither days nor programs."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        kept = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
        return [(name, value) for name, value in super().mime_headers if name in kept]


def messages(root: Path = ROOT) -> dict[Key, Found]:
    """Every message of our packages, with the files it stands in."""
    found: dict[Key, Found] = defaultdict(Found)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            relative = path.relative_to(root)
            if path.suffix == ".py" and not any(relative.is_relative_to(pure) for pure in PURE):
                _read(path.read_bytes(), relative, found)
            elif path.suffix in (".html", ".txt") and "templates" in relative.parts:
                _read(_templatize(path), relative, found)
    return dict(found)


def _templatize(path: Path) -> bytes:
    from django.utils.translation.template import templatize

    return str(templatize(path.read_text(), origin=str(path))).encode()


def _read(source: bytes, path: Path, found: dict[Key, Found]) -> None:
    for _line, message, _comments, context in extract(
        "python", BytesIO(source), KEYWORDS, options={"encoding": "utf-8"}
    ):
        english, plural = message if isinstance(message, tuple) else (message, "")
        if english:
            entry = found[Key(english, context or "")]
            entry.plural = entry.plural or plural
            entry.files.add(path.as_posix())


def chinese(folder: Path) -> tuple[dict[str, str], set[str], list[str]]:
    """(English -> Chinese of all files, the keys that must occur in our code, faults)."""
    texts: dict[str, str] = {}
    ours: set[str] = set()
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        for english, text in (yaml.safe_load(path.read_text()) or {}).items():
            if not (isinstance(english, str) and isinstance(text, str) and text.strip()):
                faults.append(f"{path.name}: {english!r} has no Chinese text")
            elif texts.setdefault(english, text) != text:
                faults.append(f"{path.name}: {english!r} is {text!r} here and {texts[english]!r} in another file")
            elif sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(text)):
                faults.append(f"{path.name}: {english!r} and its Chinese have different placeholders")
            if not path.name.startswith("_"):
                ours.add(str(english))
    return texts, ours, faults


def compile_catalog(found: Mapping[Key, Found], texts: Mapping[str, str]) -> tuple[bytes, bytes]:
    """(django.po, django.mo) as bytes. A message without Chinese stays out of both."""
    catalog = DatelessCatalog(locale="zh_Hans", charset="utf-8", fuzzy=False, header_comment=HEADER)
    ours = {str(key) for key in found}
    extra = {Key(*reversed(text.split("|", 1))) if "|" in text else Key(text) for text in texts if text not in ours}
    for key in sorted({*found, *extra}):
        if str(key) not in texts:
            continue
        entry = found.get(key, Found())
        catalog.add(
            (key.english, entry.plural) if entry.plural else key.english,
            (texts[str(key)],) if entry.plural else texts[str(key)],
            locations=[(name, 0) for name in sorted(entry.files)],
            flags=(),
            context=key.context or None,
        )
    po, mo = BytesIO(), BytesIO()
    write_po(po, catalog, width=0, sort_output=True, include_lineno=False)
    write_mo(mo, catalog)
    return po.getvalue(), mo.getvalue()


def faults(found: Mapping[Key, Found], texts: Mapping[str, str], ours: Iterable[str]) -> list[str]:
    """One line per message without Chinese, and per Chinese without message."""
    english = {str(key) for key in found}
    missing = [key for key in sorted(found) if str(key) not in texts]
    return [
        *(f"not translated: {str(key)!r} ({', '.join(sorted(found[key].files))})" for key in missing),
        *(f"no longer in the code: {key!r}" for key in sorted(set(ours) - english)),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line above. 1 when something is to be done by a person, or by running it without --check."""
    parser = argparse.ArgumentParser(prog="python -m scripts.translate")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    found = messages()
    texts, ours, wrong = chinese(ROOT / SOURCES)
    wrong += faults(found, texts, ours)
    results = dict(zip(("django.po", "django.mo"), compile_catalog(found, texts), strict=True))
    folder = ROOT / TARGET
    for name, content in results.items():
        path = folder / name
        if options.check and (not path.exists() or path.read_bytes() != content):
            wrong.append(f"stale: {TARGET / name}; run `make translate`")
        elif not options.check:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(found)} messages, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
