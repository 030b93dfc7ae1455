"""From the bytes of an uploaded file to sheets of cells, refusing everything that is not plainly a list."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import filetype
import python_calamine as calamine

from enterprises.importing import archive, delimited
from enterprises.importing.errors import FileRefused

MAX_BYTES = 10 * 1024 * 1024
MAX_SHEETS = 20
SUFFIXES = (".xlsx", ".csv")

_ZIP = b"PK"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office files before 2007, and the envelope of encrypted newer ones
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body")

Cell = Any  # str, float, int, bool, date, datetime, time, timedelta: what the reader makes of a cell
Area = tuple[tuple[int, int], tuple[int, int]]  # first and last cell of a merged region, counted from 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet from its first row and column on; `formulas`: results of formulas may be among them."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Area] = ()
    formulas: bool = False


def read(content: bytes, filename: str) -> list[Sheet]:
    """The visible sheets of an xlsx file, or the one sheet of a csv file.

    Raises FileRefused: `file_empty`, `file_too_large`, `file_type`, `file_legacy_xls`, `file_encoding` and those of
    `archive.repack` and `delimited.read_rows`.
    """
    suffix = PurePath(filename).suffix.lower()
    if not content.strip():
        raise FileRefused("file_empty", "文件是空的。", "The file is empty.")
    if len(content) > MAX_BYTES:
        raise FileRefused(
            "file_too_large",
            f"文件超过 {MAX_BYTES // 1024 // 1024} MB。请拆分或删去图片后重新上传。",
            f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it or remove pictures, then upload again.",
            limit=MAX_BYTES,
        )
    if suffix in (".xlsm", ".xltm", ".xlam"):
        raise archive.macro()
    if content.startswith(_COMPOUND):
        raise _compound(content)
    if suffix == ".xlsx" and content.startswith(_ZIP):
        return _read_xlsx(content)
    kind = filetype.guess(content)
    if (
        suffix == ".csv"
        and kind is None
        and not content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)
    ):
        return [Sheet(name="", rows=delimited.read_rows(delimited.decode(content)))]
    raise _wrong_type(suffix, kind.mime if kind else "")


def _wrong_type(suffix: str, mime: str) -> FileRefused:
    found = f"（实际内容：{mime}）" if mime else ""
    found_en = f" (its content is {mime})" if mime else ""
    if suffix in SUFFIXES:
        return FileRefused(
            "file_type",
            f"文件内容与扩展名 {suffix} 不符{found}。请上传真正的 .xlsx 或 .csv 文件。",
            f"The content of the file does not match its extension {suffix}{found_en}. Upload a real .xlsx or .csv.",
            mime=mime,
        )
    return FileRefused(
        "file_type",
        f"只接受 .xlsx 和 .csv 文件{found}。",
        f"Only .xlsx and .csv files are accepted{found_en}.",
        mime=mime,
    )


def _compound(content: bytes) -> FileRefused:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return archive.encrypted()
    return FileRefused(
        "file_legacy_xls",
        "这是旧版 Office 文件（如 .xls）。请另存为 .xlsx 后重新上传。",
        "This is an old Office file (such as .xls). Save it as .xlsx and upload that.",
    )


def _read_xlsx(content: bytes) -> list[Sheet]:
    packed, formulas = archive.repack(content)
    try:
        book = calamine.load_workbook(io.BytesIO(packed))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
        ]
        sheets = [_sheet(book.get_sheet_by_name(name), formulas) for name in visible[:MAX_SHEETS]]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise archive.broken() from error
    except BaseException as error:  # the reader is Rust: a panic is no Exception, and a file must not end the server
        if type(error).__name__ != "PanicException":
            raise
        raise archive.broken() from error
    if not sheets:
        raise FileRefused("file_empty", "工作簿中没有可见的工作表。", "The workbook has no visible sheet.")
    return sheets


def _sheet(sheet: calamine.CalamineSheet, formulas: bool) -> Sheet:
    rows = sheet.to_python(skip_empty_area=False)
    if len(rows) > archive.MAX_ROWS:
        raise archive.too_many_rows()
    if rows and len(rows[0]) > archive.MAX_COLUMNS:
        raise archive.too_many_columns()
    return Sheet(name=sheet.name, rows=rows, merged=sheet.merged_cell_ranges or (), formulas=formulas)
