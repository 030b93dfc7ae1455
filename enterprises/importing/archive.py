"""An xlsx file as an untrusted zip: looked over, inflated within limits, and packed anew before anything parses it.

What the parser gets is built here from checked members, so no trick with overlapping, lying or duplicate zip entries
can make it read anything else than what was checked.
"""

import io
import re
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from enterprises.importing.errors import FileRefused

MAX_MEMBERS = 500
MAX_INFLATED_BYTES = 64 * 1024 * 1024
MAX_RATIO = 150  # of inflated to packed bytes; honest sheets reach 10 to 40
RATIO_FREE_BYTES = 1024 * 1024  # small files may compress as well as they like
MAX_ROWS = 20_000
MAX_COLUMNS = 78  # A to BZ

_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_MEMBER = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/", re.IGNORECASE)
_MACRO_TYPE = re.compile(r"macroenabled|vbaproject|macrosheet|dialogsheet", re.IGNORECASE)
# Parts that hold no cell: neither inflated nor passed on.
_UNREAD = re.compile(
    r"docprops/|customxml/|xl/(?:theme|drawings|charts|media|embeddings|externallinks|printersettings|persons"
    r"|threadedcomments|comments|pivot|tables|querytables|slicers|activex|ctrlprops|calcchain|connections)",
    re.IGNORECASE,
)
_NEVER_HONEST = (
    b"\x00",
    b"_x0000_",
    b"_X0000_",
    b"<!DOCTYPE",
    b"<!ENTITY",
)  # _x0000_ is the workbook's way to write NUL
_ATTRIBUTES = rb"""(?:\s+(?!r\s*=)[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
# MAX_ROWS and MAX_COLUMNS as a pattern: row 20,001 or more, column CA or beyond.
_FAR = (
    rb"(?:[A-Z]{3,}0*\d|[C-Z][A-Z]0*\d"
    rb"|[A-Z]{1,2}0*(?:2000[1-9]|200[1-9]\d|20[1-9]\d\d|2[1-9]\d{3}|[3-9]\d{4}|[1-9]\d{5,}))"
)
_FAR_QUICK = re.compile(rb'<c r="' + _FAR)
_FAR_CELL = re.compile(
    rb"<(?:[\w.-]+:)?c"
    + _ATTRIBUTES
    + rb"""\s+r\s*=\s*["']\s*"""
    + _FAR
    + rb"""[^"'>]*["']"""
    + _ATTRIBUTES
    + rb"\s*>",
    re.IGNORECASE,
)
_UNPLACED_CELL = re.compile(rb"<(?:[\w.-]+:)?c" + _ATTRIBUTES + rb"\s*>")
_FAR_ROW = re.compile(rb"""<(?:[\w.-]+:)?row""" + _ATTRIBUTES + rb"""\s+r\s*=\s*["']\s*0*(?:[2-9]\d{4}|[1-9]\d{5,})""")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\b")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s>/]")
_SHEET_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData\b")


def repack(content: bytes) -> tuple[bytes, bool]:
    """The checked members of an xlsx file as a plain stored zip, and whether any cell holds a formula.

    Raises FileRefused: `file_broken`, `file_encrypted`, `file_bomb`, `file_macro`, `file_type`, `file_too_many_rows`,
    `file_too_many_columns`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_directory(members, len(content))
            parts = _inflate(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, IndexError) as error:
        raise broken() from error
    _check_content_types(parts.get(_CONTENT_TYPES))
    formulas = False
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            _check_xml(data)
            found = _SHEET_DATA.search(data) if b"sheetData" in data else None
            if found:
                cells = data[found.start() : data.rfind(b"sheetData>")]
                _check_extent(cells)
                maybe = b"<f" in cells or b":f" in cells  # much faster than the pattern, and mostly enough
                formulas = formulas or (maybe and _FORMULA.search(cells) is not None)
            archive.writestr(name, data)
    return packed.getvalue(), formulas


def broken() -> FileRefused:
    """The refusal of a file that cannot be read to its end."""
    return FileRefused(
        "file_broken",
        "文件已损坏或不完整，无法读取。请用表格软件打开并另存为 .xlsx 后重新上传。",
        "The file is broken or incomplete. Open it in a spreadsheet program, save it again as .xlsx and upload that.",
    )


def _bomb() -> FileRefused:
    return FileRefused(
        "file_bomb",
        "文件解压后异常庞大，已拒绝读取。请只保留名单工作表，另存后重新上传。",
        "The file would grow abnormally large when unpacked and was not read. Keep only the list's sheet and retry.",
    )


def macro() -> FileRefused:
    return FileRefused(
        "file_macro",
        "文件含有宏，不予读取。请另存为不含宏的 .xlsx 文件后重新上传。",
        "The file contains macros and was not read. Save it as .xlsx without macros and upload that.",
    )


def _not_a_workbook() -> FileRefused:
    return FileRefused(
        "file_type",
        "文件不是 .xlsx 工作簿。请上传 .xlsx 或 .csv 格式的名单。",
        "The file is not an .xlsx workbook. Upload the list as .xlsx or .csv.",
    )


def _check_directory(members: list[zipfile.ZipInfo], packed: int) -> None:
    names = [member.filename.lower() for member in members]
    if any(member.flag_bits & 0x1 for member in members):
        raise encrypted()
    if len(members) > MAX_MEMBERS:
        raise _bomb()
    inflated = sum(member.file_size for member in members)
    if inflated > MAX_INFLATED_BYTES or (inflated > RATIO_FREE_BYTES and inflated > MAX_RATIO * packed):
        raise _bomb()
    if len(set(names)) != len(names):
        raise broken()
    if "xl/workbook.bin" in names or _CONTENT_TYPES.lower() not in names:
        raise _not_a_workbook()
    if any(_MACRO_MEMBER.search(name) for name in names):
        raise macro()


def encrypted() -> FileRefused:
    """The refusal of a file behind a password."""
    return FileRefused(
        "file_encrypted",
        "文件设有密码，无法读取。请取消密码后重新上传。",
        "The file is protected by a password. Remove the password and upload it again.",
    )


def _inflate(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The parts that may hold cells. Never inflates more than was declared and allowed, whatever the headers say."""
    parts: dict[str, bytes] = {}
    left = MAX_INFLATED_BYTES
    for member in members:
        name = member.filename
        if not name.lower().endswith((".xml", ".rels")) or _UNREAD.match(name):
            continue
        with archive.open(member) as stream:
            data = stream.read(left + 1)
        left -= len(data)
        if left < 0:
            raise _bomb()
        parts[name] = data
    return parts


def _check_content_types(data: bytes | None) -> None:
    if data is None:  # another spelling of the name: no program writes that
        raise _not_a_workbook()
    try:
        types = [element.get("ContentType", "") for element in fromstring(data, forbid_dtd=True)]
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise broken() from error
    if any(_MACRO_TYPE.search(content_type) for content_type in types):
        raise macro()
    if _WORKBOOK_TYPE not in types:
        raise _not_a_workbook()


def _check_xml(data: bytes) -> None:
    # UTF-16 would pass by the byte patterns below, a document type could declare entities, and no database stores a NUL.
    # Honest files have none of them.
    if any(mark in data for mark in _NEVER_HONEST):
        raise broken()


def _check_extent(cells: bytes) -> None:
    """Refuse cells far out: the parser lays a sheet out as a full grid, so one cell at XFD1048576 would fill memory.

    Programs write `<c r="A1"`: that form is searched quickly, any other one thoroughly.
    """
    if cells.count(b"<c") == cells.count(b'<c r="') and b":c" not in cells and _FAR_QUICK.search(cells) is None:
        return
    far = _FAR_CELL.search(cells)  # only cells with content: blank ones with a format are not laid out
    if far is not None:
        far_row = re.search(rb"\d{5,}", far.group())
        raise too_many_rows() if far_row and int(far_row.group()) > MAX_ROWS else too_many_columns()
    if _UNPLACED_CELL.search(cells):
        rows = _ROW.split(cells)
        if len(rows) > MAX_ROWS or _FAR_ROW.search(cells):
            raise too_many_rows()
        if max(len(_CELL.findall(row)) for row in rows) > MAX_COLUMNS:
            raise too_many_columns()


def too_many_rows() -> FileRefused:
    """The refusal of a list that should come in several files."""
    return FileRefused(
        "file_too_many_rows",
        f"表格超过 {MAX_ROWS} 行。请拆分为多个文件上传。",
        f"The sheet has more than {MAX_ROWS} rows. Split it into several files.",
        limit=MAX_ROWS,
    )


def too_many_columns() -> FileRefused:
    """The refusal of a sheet too wide to be a list."""
    return FileRefused(
        "file_too_many_columns",
        f"表格超过 {MAX_COLUMNS} 列。请删除多余的列后重新上传。",
        f"The sheet has more than {MAX_COLUMNS} columns. Remove what is not needed and upload it again.",
        limit=MAX_COLUMNS,
    )
