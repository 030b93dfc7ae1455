"""Files that are no list, or dangerous: each gets its own clear error and nothing is read."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter

from audits.procedure.words import CaseKind
from enterprises.importing import archive, workbook
from enterprises.importing.errors import FileRefused
from enterprises.importing.report import dry_run
from tests.enterprises.importing.making import GIVEN, HEADINGS, LOOKUP, YEAR, csv_bytes, report_of, row, xlsx


def refusal(content: bytes, name: str = "list.xlsx") -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        workbook.read(content, name)
    assert refused.value.text.zh
    assert refused.value.text.en
    return refused.value


def with_members(content: bytes, **members: bytes) -> bytes:
    """A copy of a zip with members added or replaced; `__` in a name stands for a slash, `_dot_` for a point."""
    target = io.BytesIO()
    names = {name.replace("__", "/").replace("_dot_", "."): data for name, data in members.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member not in names:
                new.writestr(member, old.read(member))
        for name, data in names.items():
            new.writestr(name, data)
    return target.getvalue()


def with_sheet(cells: bytes) -> bytes:
    """A workbook whose only sheet holds exactly this XML as its data."""
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = b"<worksheet " + namespace + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    return with_members(xlsx(HEADINGS), xl__worksheets__sheet1_dot_xml=sheet)


def test_empty():
    assert refusal(b"").code == "file_empty"
    assert refusal(b" \r\n", "list.csv").code == "file_empty"


def test_too_large():
    assert refusal(b"PK" + bytes(workbook.MAX_BYTES)).code == "file_too_large"


def test_cut_off():
    content = GIVEN.read_bytes()
    for length in (10, 1000, len(content) - 30):
        assert refusal(content[:length]).code == "file_broken"


def test_damaged_in_the_middle():
    content = bytearray(GIVEN.read_bytes())
    with zipfile.ZipFile(GIVEN) as archive_:
        start = archive_.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 200 : start + 260] = bytes(60)
    assert refusal(bytes(content)).code == "file_broken"


@pytest.mark.parametrize(
    "content", [b"<html><table><tr><td>x</td></tr></table></html>", b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"name,code"]
)
def test_something_else_renamed_to_xlsx(content):
    assert refusal(content).code == "file_type"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf <!DOCTYPE html><table>", b"%PDF-1.7 x", xlsx(HEADINGS)])
def test_something_else_renamed_to_csv(content):
    assert refusal(content, "list.csv").code == "file_type"


@pytest.mark.parametrize("name", ["list.pdf", "list", "list.xlsx.exe"])
def test_other_extension(name):
    assert refusal(GIVEN.read_bytes(), name).code == "file_type"


def test_word_document_is_a_zip_but_no_workbook():
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document'
        b'.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new:
        new.writestr("[Content_Types].xml", types)
        new.writestr("word/document.xml", b"<a/>")
    assert refusal(target.getvalue()).code == "file_type"


def test_old_excel_file_and_encrypted_file_are_told_apart():
    envelope = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refusal(envelope, "list.xls").code == "file_legacy_xls"
    assert refusal(envelope + "EncryptedPackage".encode("utf-16-le")).code == "file_encrypted"


def test_zip_with_password():
    content = bytearray(GIVEN.read_bytes())
    position = content.find(b"PK\x01\x02")
    content[position + 8] |= 1
    assert refusal(bytes(content)).code == "file_encrypted"


def macro_workbook() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, HEADINGS)
    book.add_vba_project(io.BytesIO(b"macro"), is_stream=True)
    book.close()
    return target.getvalue()


def test_macro_file_by_its_content_whatever_it_is_called():
    assert refusal(macro_workbook(), "list.xlsm").code == "file_macro"
    assert refusal(macro_workbook(), "list.xlsx").code == "file_macro"


def test_macro_hidden_behind_another_member_name():
    with zipfile.ZipFile(io.BytesIO(macro_workbook())) as old:
        types = old.read("[Content_Types].xml")
    assert b"macroEnabled" in types
    renamed = with_members(GIVEN.read_bytes(), **{"[Content_Types]_dot_xml": types})
    assert refusal(renamed).code == "file_macro"


def test_excel_4_macro_sheet():
    assert refusal(with_members(GIVEN.read_bytes(), xl__macrosheets__sheet1_dot_xml=b"<a/>")).code == "file_macro"


def test_zip_bomb_by_ratio_and_by_size():
    assert refusal(with_members(GIVEN.read_bytes(), xl__sharedStrings_dot_xml=bytes(8_000_000))).code == "file_bomb"
    many = {f"xl__worksheets__sheet{number}_dot_xml": bytes(20_000_000) for number in range(2, 6)}
    assert refusal(with_members(GIVEN.read_bytes(), **many)).code == "file_bomb"


def test_zip_bomb_by_number_of_members():
    many = {f"xl__worksheets__sheet{number}_dot_xml": b"<a/>" for number in range(2, 600)}
    assert refusal(with_members(GIVEN.read_bytes(), **many)).code == "file_bomb"


def test_zip_bomb_that_lies_about_its_size():
    content = with_members(GIVEN.read_bytes(), xl__sharedStrings_dot_xml=bytes(50_000_000))
    lying = content.replace(struct.pack("<L", 50_000_000), struct.pack("<L", 100))
    assert lying != content
    assert refusal(lying).code == "file_broken"


def test_two_members_of_one_name():
    target = io.BytesIO(GIVEN.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as new:
        new.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert refusal(target.getvalue()).code == "file_broken"


@pytest.mark.parametrize("part", ["xl__sharedStrings_dot_xml", "xl__workbook_dot_xml"])
def test_entities_are_never_expanded(part):
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert refusal(with_members(GIVEN.read_bytes(), **{part: bomb})).code == "file_broken"


@pytest.mark.parametrize("nul", [b"\x00", b"_x0000_"])
def test_a_character_no_database_stores(nul):
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x' + nul + b"</t></is></c></row>"
    assert refusal(with_sheet(cell)).code == "file_broken"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (b'<row r="1"><c r="XFD1"><v>1</v></c></row>', "file_too_many_columns"),
        (b'<row r="1"><c r="CA1"><v>1</v></c></row>', "file_too_many_columns"),
        (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "file_too_many_rows"),
        (b'<row r="20001"><c r="A20001"><v>1</v></c></row>', "file_too_many_rows"),
        (b"<row><c  s='>' r = 'XFD1' t='>/'><v>1</v></c></row>", "file_too_many_columns"),
        (b"<row>" + b"<c><v>1</v></c>" * 79 + b"</row>", "file_too_many_columns"),
        (b"<row><c><v>1</v></c></row>" * 20_001, "file_too_many_rows"),
        (b"<row r='1048575'/><row><c><v>1</v></c></row>", "file_too_many_rows"),
    ],
)
def test_one_cell_far_out_does_not_fill_the_memory(cells, code):
    assert refusal(with_sheet(cells)).code == code


def test_blank_cells_far_out_are_only_formats():
    header = b"".join(
        b'<c r="%c1" t="inlineStr"><is><t>%s</t></is></c>' % (65 + number, heading.encode())
        for number, heading in enumerate(HEADINGS)
    )
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    sheets = workbook.read(with_sheet(b'<row r="1">' + header + b"</row>" + far), "list.xlsx")
    assert sheets[0].rows == [list(HEADINGS)]


def test_limits_let_a_full_list_pass():
    rows = [HEADINGS, *([number, "x"] for number in range(archive.MAX_ROWS - 1))]
    assert len(workbook.read(xlsx(*rows), "list.xlsx")[0].rows) == archive.MAX_ROWS
    assert refusal(xlsx(*rows, ["one", "more"])).code == "file_too_many_rows"
    assert refusal(csv_bytes(*rows, ["one", "more"]), "list.csv").code == "file_too_many_rows"
    assert refusal(csv_bytes(["x"] * (archive.MAX_COLUMNS + 1)), "list.csv").code == "file_too_many_columns"


def test_formulas_are_read_as_their_last_result_and_pointed_out():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADINGS)
    page.write_row(1, 0, row(1))
    page.write_formula(1, 1, '="苏州"&"实例印染有限公司"', None, "苏州实例印染有限公司")
    book.close()
    sheets = workbook.read(target.getvalue(), "list.xlsx")
    assert sheets[0].rows[1][1] == "苏州实例印染有限公司"
    assert sheets[0].formulas is True
    assert workbook.read(GIVEN.read_bytes(), "list.xlsx")[0].formulas is False


def test_text_that_looks_like_a_formula_stays_text():
    report = report_of(row(1, name='=HYPERLINK("http://x.example","苏州实例")'))
    assert report.entries[0].name.startswith("=HYPERLINK")
    assert [one.rule for one in report.warnings] == ["looks_like_formula"]


def test_hidden_sheets_are_not_read():
    book = openpyxl.Workbook()
    book.active.append(["旧名单"])
    book.active.sheet_state = "hidden"
    book.create_sheet("名单").append(["x"])
    target = io.BytesIO()
    book.save(target)
    assert [sheet.name for sheet in workbook.read(target.getvalue(), "list.xlsx")] == ["名单"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_encodings_and_delimiters(encoding, delimiter):
    content = csv_bytes(["2026年度名单"], HEADINGS, row(1, remark="甲, 乙; 丙"), encoding=encoding, delimiter=delimiter)
    rows = workbook.read(content, "LIST.CSV")[0].rows
    assert rows[1] == list(HEADINGS)
    assert rows[2][1] == "苏州实例1号印染有限公司"
    assert rows[2][6] == "甲, 乙; 丙"


def test_csv_in_no_known_encoding():
    assert refusal("企业名称".encode("gb18030") + b"\xff\xff\xff", "list.csv").code == "file_encoding"
    assert refusal(b"name\x00,code\n", "list.csv").code in ("file_encoding", "file_type")


def test_csv_with_a_quotation_mark_never_closed():
    content = csv_bytes(HEADINGS, row(1)) + '2,"苏州实例有限公司,x\n3,y\n'.encode()
    assert refusal(content, "list.csv").code == "file_broken"


def test_csv_in_a_wrongly_guessed_encoding_says_so():
    content = csv_bytes(("企業名稱", "信用代碼", "地址"), ["甲", "乙", "丙"], encoding="big5")
    with pytest.raises(FileRefused) as refused:
        dry_run(content, "list.csv", LOOKUP, list_kind=CaseKind.VOLUNTARY, year=YEAR)
    assert refused.value.code in ("header_missing", "file_encoding")


def test_deflate_stream_that_never_ends_well():
    content = bytearray(with_members(GIVEN.read_bytes(), xl__sharedStrings_dot_xml=b"<a/>" * 1000))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as made:
        info = made.getinfo("xl/sharedStrings.xml")
    start = info.header_offset + 30 + len(info.filename)
    content[start : start + info.compress_size] = zlib.compress(b"x" * 9)[: info.compress_size].ljust(
        info.compress_size, b"\xff"
    )
    assert refusal(bytes(content)).code == "file_broken"
