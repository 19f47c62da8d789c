"""Files as they are sent to a browser: whole or in parts, never kept by it, closed after."""

import os
import weakref
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from source.web import work
from source.web.playing import SANDBOX

BLOCK = 1 << 16
"""Bytes read at a time."""


def file_sent(path: Path, media_type: str) -> Response:
    """A recording or a drawing; parts of it by Range, nothing where the browser has it.

    The wrapper is Werkzeug's, not the server's (``wsgi.file_wrapper``): gunicorn's cannot seek,
    so that a part at the end of a film would be found by reading all that is before it. A server
    closes what it sends; Werkzeug's own forgets to where a browser goes away at the wrong moment,
    and then the file is closed when the answer is dropped.

    Raises
    ------
    RequestedRangeNotSatisfiable
        If the part lies behind the end.
    """
    path = work.jobs().local(path)
    status = path.stat()
    answer = content_sent(path.open("rb"), media_type)
    answer.last_modified = datetime.fromtimestamp(status.st_mtime, UTC)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.make_conditional(request, accept_ranges=True, complete_length=status.st_size)
    return answer


def content_sent(file: IO[bytes], media_type: str) -> Response:
    """An open file from its start to its end; closed after."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    blocks = FileWrapper(file, BLOCK)
    weakref.finalize(blocks, file.close)
    answer = Response(blocks, mimetype=media_type, direct_passthrough=True)
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
