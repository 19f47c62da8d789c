"""Packages: several files as one ZIP, the same bytes every time."""

import io
import zipfile
from collections.abc import Mapping
from typing import IO

from source.views.exports.row import Format

ZIP = Format("ZIP", "application/zip", "any system: unpack it")

BLOCK = 1 << 20
"""Bytes copied at a time."""

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16

_CLOSED = (".png", ".jpg", ".mp4", ".webm", ".pdf", ".zip")
"""Files that deflating would hardly make smaller."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of small files, by name."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            add(archive, name, io.BytesIO(content))
    return package.getvalue()


def add(archive: zipfile.ZipFile, name: str, file: IO[bytes]) -> None:
    """Put a file of any size into a package, without the time of now."""
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.create_system, entry.external_attr = _UNIX, _READABLE
    entry.compress_type = (
        zipfile.ZIP_STORED if name.lower().endswith(_CLOSED) else zipfile.ZIP_DEFLATED
    )
    with archive.open(entry, "w", force_zip64=True) as place:
        while block := file.read(BLOCK):
            place.write(block)
