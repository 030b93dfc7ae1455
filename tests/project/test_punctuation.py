"""Chinese sentences have Chinese punctuation, wherever people read them: in Python, in templates, in translations."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "audits", "cpaudit_site", "enterprises")
HAN = "\u4e00-\u9fff"
# Half-width signs that touch a Chinese character. A sign before Latin text ("重点企业: key enterprise") is English.
HALF_WIDTH = re.compile(rf"[{HAN}》”）][,;:!?](?=[{HAN}《“（]|$)|[{HAN}]\((?=[^)]*\))|\)[{HAN}]|(?:^|[\"'>])\([{HAN}]")
IN_TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}")

TYPED_BY_OTHERS = {"enterprises/importing/cells.py"}  # names what stands in files that come in

pytestmark = pytest.mark.embedded


def _texts_of_python(path: Path) -> Iterator[tuple[int, str]]:
    """String constants other than docstrings, with their lines; parts of f-strings are constants too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".py":
        yield from _texts_of_python(path)
    else:
        yield from enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)


def _files() -> Iterator[Path]:
    for room in ROOMS:
        for ending in ("*.py", "*.html", "*.txt", "*.yaml"):
            for path in (ROOT / room).rglob(ending):
                if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in TYPED_BY_OTHERS:
                    yield path


def test_no_chinese_sentence_has_half_width_punctuation():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text.strip()[:80]}"
        for path in _files()
        for line, text in _texts(path)
        if HALF_WIDTH.search(text)
    ]
    assert found == []


def test_no_page_has_a_colon_of_one_language_beside_what_it_fills_in():
    pages = [path for path in _files() if path.suffix == ".html" and not path.name.endswith(".en.html")]
    assert len(pages) > 50
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in pages
        for line, text in _texts(path)
        if re.search(r"[}%]}[:,;] ", text)
    ]
    assert found == []


def test_no_page_has_a_sign_of_one_language_outside_its_sentences():
    """What stands between the tags is read in both languages; a notice letter is Chinese as a whole."""
    pages = [path for path in _files() if "templates/web" in str(path) and path.name != "letters.html"]
    assert len(pages) > 50
    found = [
        f"{path.relative_to(ROOT)}:{line}: {sign.group()}"
        for path in pages
        for line, text in _texts(path)
        for sign in re.finditer("[、，。；：（）]", IN_TAGS.sub("", text))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("请核对,再提交", True),
        ("投资(元)", True),
        ("如下:", True),
        ("(起草)", True),
        ("请核对，再提交", False),
        ("投资（元）", False),
        ("重点企业: key enterprise", False),
        ("2,860 万千瓦时", False),
    ],
)
def test_what_counts_as_half_width(text: str, half: bool):
    assert bool(HALF_WIDTH.search(text)) is half
