"""Everything there is of a Result, in one ZIP."""

import tempfile
import zipfile
from collections.abc import Callable, Iterable
from typing import IO

from source.core.errors import AverError
from source.views.exports.package import ZIP, add
from source.views.exports.row import Export, File, Subject

IN_MEMORY = 32 << 20
"""Bytes up to which a package is not written to the disk meanwhile."""

NOT_AVAILABLE = "not_in_this_package.txt"


def pack(rows: Callable[[Subject], Iterable[Export]], subject: Subject) -> IO[bytes]:
    """A ZIP of the files of other exports, one after the other.

    A package inside is unpacked into a folder of its own. Where a file cannot be made, a text
    beside the others says why.
    """
    package: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the caller closes
    missing = []
    with zipfile.ZipFile(package, "w") as archive:
        for row in rows(subject):
            try:
                file = File.of(row, subject)
            except AverError as error:
                missing.append(f"{row.name}: {error}\n")
                continue
            with file.content as content:
                if row.format.media_type == ZIP.media_type:
                    _unpacked(archive, row.name.partition(".")[0], content)
                else:
                    add(archive, subject.named(file.suffix), content)
        if missing:
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as text:
                text.write("".join(missing).encode())
                text.seek(0)
                add(archive, NOT_AVAILABLE, text)
    package.seek(0)
    return package


def _unpacked(archive: zipfile.ZipFile, folder: str, package: IO[bytes]) -> None:
    with zipfile.ZipFile(package) as inner:
        for name in inner.namelist():
            with inner.open(name) as file:
                add(archive, f"{folder}/{name}", file)
