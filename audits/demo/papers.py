"""Small real PDF files for the demo: one page with a Chinese title, what it belongs to and a note that it is fictional."""

from itertools import count

NOTE = "本文件为演示材料，内容纯属虚构 (fictional, for demonstration)"
_numbers = count(1)


def paper(title: str, about: str) -> bytes:
    """A PDF of one page (about 1 kB). Every call gives another content, so that no two files have the same hash."""
    lines = [(20, title), (12, about), (10, NOTE), (8, f"No. {next(_numbers):06d}")]
    drawn, height = [], 780
    for size, line in lines:
        drawn.append(f"BT /F1 {size} Tf 60 {height} Td <{line.encode('utf-16-be').hex()}> Tj ET")
        height -= size + 14
    content = "\n".join(drawn).encode("ascii")
    # A font every reader of Chinese PDFs supplies itself, so that none has to be embedded.
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
