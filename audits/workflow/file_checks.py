"""What kind of file an upload is: by its content *and* its name, which must agree. Nothing here trusts a caller's word.

Allowed are pdf, png, jpg, xlsx, docx, csv and txt. Refused are macros, encrypted and broken Office files, zip bombs, and
whatever else only looks like one of these.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO
from xml.etree.ElementTree import ParseError

import filetype
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from audits.procedure.words import Text
from audits.workflow.errors import WorkflowError

HEAD = 8192
MAX_MEMBERS = 5000
MAX_TYPES = 1024 * 1024  # of the list of contents, which is parsed into a tree many times as large
MAX_INFLATED = 300 * 1024 * 1024
MAX_RATIO = 200  # of inflated to packed bytes, beyond RATIO_FREE
RATIO_FREE = 5 * 1024 * 1024
CHUNK = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MACRO_MEMBER = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/activex/", re.IGNORECASE)
_MACRO_TYPE = re.compile(r"macroenabled|vbaproject|macrosheet|dialogsheet", re.IGNORECASE)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileNotTaken(WorkflowError):
    """A file that cannot be taken; `code` says why."""

    http_status = 400

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(Text(zh, en))
        self.code = code


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file we take: its content type, and what must hold of its content."""

    content_type: str
    holds: Callable[[IO[bytes]], bool]


def check(name: str, file: IO[bytes]) -> str:
    """The content type of a file that is what its name says. Leaves the file at its beginning.

    Raises `FileNotTaken`: `file_empty`, `file_type`, `file_macro`, `file_bomb`, `file_encrypted`, `file_broken`.
    """
    suffix = PurePath(name).suffix.lower()
    kind = KINDS.get(suffix)
    if kind is None:
        allowed = ", ".join(KINDS)
        raise FileNotTaken("file_type", f"只接受以下类型的文件：{allowed}。", f"Only these types are taken: {allowed}.")
    file.seek(0)
    head = file.read(HEAD)
    if not head.strip():
        raise FileNotTaken("file_empty", "文件是空的。", "The file is empty.")
    if head.startswith(_COMPOUND) and suffix in (".xlsx", ".docx"):
        raise FileNotTaken(
            "file_encrypted",
            "文件设有密码，或为旧版 Office 格式。请取消密码并另存为新格式后上传。",
            "The file has a password or is of the old Office format. Save it without one, in the new format.",
        )
    file.seek(0)
    holds = kind.holds(file)
    file.seek(0)
    if not holds:
        raise FileNotTaken(
            "file_type",
            f"文件内容与扩展名 {suffix} 不符。",
            f"The content of the file does not match its extension {suffix}.",
        )
    return kind.content_type


def _looks(mime: str) -> Callable[[IO[bytes]], bool]:
    def holds(file: IO[bytes]) -> bool:
        found = filetype.guess(file.read(HEAD))
        return found is not None and found.mime == mime

    return holds


def _is_pdf(file: IO[bytes]) -> bool:
    """Begins as one; what precedes the mark is at most a byte-order mark."""
    return file.read(8).removeprefix(b"\xef\xbb\xbf").startswith(b"%PDF-")


def _is_text(file: IO[bytes]) -> bool:
    """Decodes to its end as UTF-8 or GB 18030, without control characters and without the look of a web page."""
    content = file.read()
    head = content[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\x00" in content or head.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml")):
        return False
    if filetype.guess(content[:HEAD]) is not None:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(letter) < 32 and letter not in "\t\r\n\x0c" for letter in text)
    return False


def _is_office(main_part: str, main_type: str) -> Callable[[IO[bytes]], bool]:
    """An Office Open XML file of one kind: looked over before anything is inflated, then inflated within limits."""

    def holds(file: IO[bytes]) -> bool:
        if file.read(4) != b"PK\x03\x04":
            return False
        file.seek(0, 2)
        packed = file.tell()
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                _look_over(members, packed)
                _inflate(archive, members)
                names = {member.filename for member in members}
                if "[Content_Types].xml" not in names or main_part not in names:
                    return False
                with archive.open("[Content_Types].xml") as stream:
                    listed = stream.read(MAX_TYPES + 1)
                if len(listed) > MAX_TYPES:
                    raise _bomb()
                types = _content_types(listed)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise _broken() from error
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise _broken() from error
        if any(_MACRO_TYPE.search(one) for one in types):
            raise _macro()
        return main_type in types

    return holds


def _look_over(members: list[zipfile.ZipInfo], packed: int) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise FileNotTaken("file_encrypted", "文件设有密码。请取消密码后上传。", "The file has a password. Remove it.")
    inflated = sum(member.file_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or inflated > MAX_INFLATED
        or (inflated > RATIO_FREE and inflated > MAX_RATIO * packed)
    ):
        raise _bomb()
    if any(_MACRO_MEMBER.search(member.filename) for member in members):
        raise _macro()


def _inflate(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Read every member to its end, however large its header says it is, and keep nothing."""
    left = MAX_INFLATED
    for member in members:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _bomb()


def _content_types(data: bytes) -> list[str]:
    return [element.get("ContentType", "") for element in fromstring(data, forbid_dtd=True)]


def _macro() -> FileNotTaken:
    return FileNotTaken(
        "file_macro",
        "文件含有宏或控件。请另存为不含宏的文件后上传。",
        "The file contains macros or controls. Save it without them.",
    )


def _bomb() -> FileNotTaken:
    return FileNotTaken(
        "file_bomb",
        "文件解压后异常庞大，已拒绝。",
        "The file would grow abnormally large when unpacked and was refused.",
    )


def _broken() -> FileNotTaken:
    return FileNotTaken("file_broken", "文件已损坏，无法读取。", "The file is broken and cannot be read.")


KINDS: Mapping[str, Kind] = {
    ".pdf": Kind("application/pdf", _is_pdf),
    ".png": Kind("image/png", _looks("image/png")),
    ".jpg": Kind("image/jpeg", _looks("image/jpeg")),
    ".jpeg": Kind("image/jpeg", _looks("image/jpeg")),
    ".xlsx": Kind(
        f"{_OFFICE}.spreadsheetml.sheet",
        _is_office("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet.main+xml"),
    ),
    ".docx": Kind(
        f"{_OFFICE}.wordprocessingml.document",
        _is_office("word/document.xml", f"{_OFFICE}.wordprocessingml.document.main+xml"),
    ),
    ".csv": Kind("text/csv", _is_text),
    ".txt": Kind("text/plain", _is_text),
}
CONTENT_TYPES = tuple(dict.fromkeys(kind.content_type for kind in KINDS.values()))
