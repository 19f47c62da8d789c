"""Unpacking zip files that strangers made: nothing leaves its folder, nothing fills the disk.

pooch unpacks; what is checked first is ours, since it checks nothing.
"""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from source.core.errors import Unavailable

MOST_FILES = 200_000
"""Files an archive may hold."""

MOST_BYTES = 60_000_000_000
"""Bytes an archive may grow to."""

MOST_GROWTH = 200
"""Times its own size that an archive may grow to; sound grows two or three times."""

SMALL = 50_000_000
"""Bytes up to which `contents` reads a file."""


def inside(folder: Path, name: str) -> Path:
    """Where `name`, as a server or an archive gives it, lies in `folder`.

    Raises
    ------
    Unavailable
        If it would lie anywhere else, on any system.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    bad = not parts or ".." in parts or parts[0] == "/" or "\0" in name
    if bad or PureWindowsPath(name).drive or any(":" in part for part in parts):
        raise Unavailable(
            f"The download names a file outside its folder (“{name}”), so it was not unpacked.",
            hint="Do not use it; tell us where it came from.",
        )
    return folder.joinpath(*parts)


def unpack(archive: Path, folder: Path, *, most_bytes: int = MOST_BYTES) -> int:
    """Unpack a zip file into `folder`; how many files that were.

    Everything is checked before anything is written.

    Raises
    ------
    Unavailable
        If it is no zip file, is damaged, is encrypted, holds links or names outside the
        folder, or grows too large.
    """
    import pooch

    with _opened(archive) as opened:
        members = _files(opened, archive)
        for member in members:
            inside(folder, member.filename)
        _check_size(archive, members, most_bytes)
        if opened.testzip() is not None:  # damaged, or larger than the archive states
            raise zipfile.BadZipFile
    pooch.get_logger().setLevel("WARNING")
    pooch.Unzip(extract_dir=str(folder.resolve()))(str(archive.resolve()), "download", None)
    return len(members)


def contents(archive: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of an archive below `folder`, its top folder left out.

    For archives of small files: each is read as a whole, larger ones are passed over.
    """
    with _opened(archive) as opened:
        for member in _files(opened, archive):
            name = member.filename.partition("/")[2]
            if name.startswith(folder) and member.file_size <= SMALL:
                yield name, opened.read(member)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as opened:
            yield opened
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Unavailable(
            f"“{archive.name}” is no whole zip file.", hint="Delete it and download it again."
        ) from error


def _files(opened: zipfile.ZipFile, archive: Path) -> list[zipfile.ZipInfo]:
    for member in opened.infolist():
        if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Unavailable(
                f"“{archive.name}” holds a link (“{member.filename}”), so it was not unpacked.",
                hint="Do not use it; tell us where it came from.",
            )
        if member.flag_bits & 1:
            raise Unavailable(
                f"“{archive.name}” is encrypted.", hint="Unpack it yourself, with its password."
            )
    return [member for member in opened.infolist() if not member.is_dir()]


def _check_size(archive: Path, members: list[zipfile.ZipInfo], most_bytes: int) -> None:
    total = sum(m.file_size for m in members)
    most = min(most_bytes, max(100_000_000, MOST_GROWTH * archive.stat().st_size))
    if total > most or len(members) > MOST_FILES:
        raise Unavailable(
            f"“{archive.name}” would grow to {total / 1e9:.1f} GB in {len(members)} files, "
            "which no corpus does, so it was not unpacked.",
            hint="Delete it and download it again.",
        )
