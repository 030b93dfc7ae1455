"""What an upload is, by content and name."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.workflow.documents import clean_name
from audits.workflow.file_checks import KINDS, FileNotTaken, check
from tests.documents.conftest import JPEG, MACRO_TYPE, OFFICE, PDF, PNG, docx, xlsx


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("报告.pdf", PDF, "application/pdf"),
        ("报告.PDF", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.xlsx", xlsx(), f"{OFFICE}.spreadsheetml.sheet"),
        ("a.docx", docx(), f"{OFFICE}.wordprocessingml.document"),
        ("a.csv", "企业名称,代码\n".encode(), "text/csv"),
        ("a.csv", "企业名称,代码\n".encode("gb18030"), "text/csv"),
        ("a.txt", "\ufeff说明\r\n".encode(), "text/plain"),
    ],
)
def test_honest_files_are_taken(name: str, content: bytes, content_type: str) -> None:
    file = io.BytesIO(content)

    assert check(name, file) == content_type
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ\x90\x00", "file_type"),
        ("a", PDF, "file_type"),
        ("a.pdf.exe", PDF, "file_type"),
        ("a.html", b"<html>", "file_type"),
        ("a.svg", b"<svg/>", "file_type"),
        ("a.zip", xlsx(), "file_type"),
        ("a.xlsm", xlsx(), "file_type"),
        ("a.pdf", PNG, "file_type"),
        ("a.pdf", b"<html><script>alert(1)</script>", "file_type"),
        ("a.png", JPEG, "file_type"),
        ("a.jpg", PDF, "file_type"),
        ("a.docx", xlsx(), "file_type"),
        ("a.xlsx", docx(), "file_type"),
        ("a.txt", b"<html><script>", "file_type"),
        ("a.txt", b"\xef\xbb\xbf \n<!DOCTYPE html>", "file_type"),
        ("a.csv", PDF, "file_type"),
        ("a.csv", b"a,b\x00c", "file_type"),
        ("a.csv", b"a,\x1b[2J", "file_type"),
        ("a.txt", b"\xff\xff\xff\xff", "file_type"),
        ("a.pdf", b"", "file_empty"),
        ("a.txt", b" \r\n ", "file_empty"),
        ("a.xlsx", xlsx({"xl/vbaProject.bin": b"x"}), "file_macro"),
        ("a.docx", docx({"word/vbaProject.bin": b"x"}), "file_macro"),
        ("a.docx", docx({"word/activeX/activeX1.bin": b"x"}), "file_macro"),
        ("a.xlsx", xlsx(types=MACRO_TYPE), "file_macro"),
        ("a.xlsx", xlsx({"xl/media/big": b"\x00" * 40_000_000}), "file_bomb"),
        ("a.xlsx", xlsx(types="<a/>" * 300_000), "file_bomb"),
        ("a.xlsx", xlsx({f"xl/{n}": b"" for n in range(5001)}), "file_bomb"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "file_encrypted"),
        ("a.xlsx", xlsx()[:-30], "file_broken"),
        ("a.docx", b"PK\x03\x04" + b"\x00" * 100, "file_broken"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(FileNotTaken) as refused:
        check(name, io.BytesIO(content))

    assert refused.value.code == code
    assert refused.value.http_status == 400


def verdict(name: str, content: bytes) -> str:
    """The content type a file is taken as, or the code of its refusal."""
    try:
        return check(name, io.BytesIO(content))
    except FileNotTaken as refused:
        return refused.code


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from([*KINDS, ".exe", ""]))
def test_no_bytes_bring_the_check_down(content: bytes, suffix: str) -> None:
    """Whatever the bytes: a type we take, or a refusal with a code."""
    for head in (b"", b"PK\x03\x04", b"%PDF-"):
        told = verdict(f"a{suffix}", head + content)
        assert told.startswith("file_") or told == KINDS[suffix].content_type


@settings(max_examples=100)
@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_damage_to_an_office_file_brings_the_check_down(garbage: bytes, place: int) -> None:
    content = bytearray(xlsx())
    content[place % len(content) : place % len(content) + len(garbage)] = garbage
    told = verdict("a.xlsx", bytes(content))
    assert told.startswith("file_") or told == KINDS[".xlsx"].content_type


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("报告.pdf", "报告.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ('a<b>:"c|d?e*.pdf', "a_b___c_d_e_.pdf"),
        ("a\x00\r\n\u202eb.pdf", "ab.pdf"),
        (" . ", "file"),
        ("", "file"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept
