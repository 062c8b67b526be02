"""Serves what trainers uploaded, when no web server or object storage in front does.

Uploads are strangers to the site: nothing in them may run, even opened on its own (an SVG is a page to a browser).
"""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
CACHE = "public, max-age=2592000"  # 30 days: a new file gets a new name
# What the standard library does not know on every machine.
KINDS = {".avif": "image/avif", ".m4a": "audio/mp4", ".webm": "video/webm", ".webp": "image/webp"}
SHOWN = ("image/", "audio/", "video/")
DOCUMENTS = "documents/"  # downloads go through Wagtail's view, which attaches them; players need the file itself
CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")  # no file is larger; what is no range is ignored


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file below MEDIA_ROOT; answers a single byte range, so that a video can be wound forward."""
    file = _find(path)
    kind = KINDS.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if path.startswith(DOCUMENTS) and not kind.startswith(("audio/", "video/")):
        raise Http404
    facts = file.stat()
    if not was_modified_since(request.headers.get("If-Modified-Since"), facts.st_mtime):
        return HttpResponseNotModified()
    response = _answer(request, file, facts.st_size, kind)
    response["Last-Modified"] = http_date(facts.st_mtime)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = CACHE
    response["Content-Security-Policy"] = CONTENT_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _find(path: str) -> Path:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
        is_there = file.is_file()
    except (SuspiciousFileOperation, ValueError, OSError) as refusal:  # OSError: a name too long for any file
        raise Http404 from refusal
    if not is_there:
        raise Http404
    return file


def _answer(request: HttpRequest, file: Path, size: int, kind: str) -> HttpResponseBase:
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", ""):
        return FileResponse(file.open("rb"), content_type=kind, as_attachment=not kind.startswith(SHOWN))
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(_read(file.open("rb"), start, end - start + 1), status=206, content_type=kind)
    part["Content-Range"] = f"bytes {start}-{end}/{size}"
    part["Content-Length"] = str(end - start + 1)
    return part


def _read(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
