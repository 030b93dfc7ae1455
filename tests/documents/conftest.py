"""Files of every kind, honest and not, and the fixtures of the API."""

import io
import zipfile

from tests.api.conftest import Scene, anybody, as_, scene, world

__all__ = ["Scene", "anybody", "as_", "scene", "world"]

OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX = f"{OFFICE}.spreadsheetml.sheet.main+xml"
DOCX = f"{OFFICE}.wordprocessingml.document.main+xml"


def office(main_part: str, main_type: str, members: dict[str, bytes] | None = None, *, types: str = "") -> bytes:
    """A small Office Open XML file."""
    content = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{main_part}" ContentType="{main_type}"/>{types}</Types>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", content)
        archive.writestr(main_part, "<x/>")
        for name, data in (members or {}).items():
            archive.writestr(name, data)
    return packed.getvalue()


def xlsx(members: dict[str, bytes] | None = None, **more: str) -> bytes:
    return office("xl/workbook.xml", XLSX, members, **more)


def docx(members: dict[str, bytes] | None = None, **more: str) -> bytes:
    return office("word/document.xml", DOCX, members, **more)


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MACRO_TYPE = '<Override PartName="/x" ContentType="application/vnd.ms-office.vbaProject"/>'
