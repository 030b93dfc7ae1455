"""Dates taken from the machine's clock or zone, in the forms that ruff's banned names cannot see."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "audits", "benchmarks", "cpaudit_site", "enterprises", "scripts")


def banned_calls(source: str) -> list[tuple[int, str]]:
    """(line, call) of each banned call: `….now().date()`, `….today()`, `datetime.now()` without a zone, `utcnow()`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, inner = node.func.attr, node.func.value
        call = ast.unparse(node)
        date_of_now = name == "date" and isinstance(inner, ast.Call) and ast.unparse(inner.func).endswith("now")
        without_zone = name == "now" and ast.unparse(inner).endswith("datetime") and not (node.args or node.keywords)
        if date_of_now or without_zone or name in ("today", "utcnow", "utcfromtimestamp"):
            found.append((node.lineno, call))
    return found


@pytest.mark.parametrize(
    "bad",
    [
        "timezone.now().date()",
        "django.utils.timezone.now().date()",
        "date.today()",
        "datetime.date.today()",
        "datetime.now()",
        "datetime.datetime.now()",
        "datetime.utcnow()",
    ],
)
def test_the_search_finds(bad):
    assert banned_calls(f"x = {bad}") == [(1, bad)]


@pytest.mark.parametrize("good", ["timezone.now()", "localdate()", "event.recorded_at.date()", "datetime.now(UTC)"])
def test_the_search_leaves(good):
    assert banned_calls(f"x = {good}") == []


def test_no_date_of_ours_depends_on_the_machine():
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(files) > 20
    found = {str(path.relative_to(ROOT)): banned_calls(path.read_text()) for path in files}
    assert {path: calls for path, calls in found.items() if calls} == {}
