"""Files as answers: attachments that no browser runs, keeps or shares."""

from typing import IO

from django.http import FileResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: IO[bytes], name: str, content_type: str, etag: str = "") -> FileResponse:
    """A private file for the caller alone."""
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    if etag:
        answer["ETag"] = f'"{etag}"'
    return answer
