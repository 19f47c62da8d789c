"""Finds the files named on the command line."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from source.cli.terminal import printable
from source.core.errors import BadRecording, NoFile

SOUND = (
    "aac ac3 aif aifc aiff amr au awb caf eac3 flac m4a m4b m4r mka mp2 mp3 mpga oga ogg opus "
    "sph spx tta w64 wav weba wma wv"
)
PICTURE = (
    "avif avifs bmp gif heic heif heifs hif j2k jfif jp2 jpe jpeg jpg jpx pgm png pnm ppm tif tiff "
    "webp"
)
VIDEO = (
    "3g2 3gp asf avi dv f4v flv m2ts m2v m4v mkv mov mp4 mpe mpeg mpg mxf ogm ogv vob webm wmv y4m"
)
NAMED = frozenset(f"{SOUND} {PICTURE} {VIDEO}".split())
"""Endings of recordings. Files are recognised by content; but a file that has one of these endings
and is no recording is damaged or misnamed, and that is reported as an error. Endings that are also
used for other things (.ts, .mts, .rm) are not listed."""

MOST_NAMED = 5
"""How many of the files left out are named; the rest are counted."""


class NoMedia(BadRecording):
    """The folder contains no recordings."""

    code = "no_media"

    def __init__(self, name: str, *, empty: bool = False) -> None:
        super().__init__(
            f"There is no recording or picture in the folder “{name}”"
            f"{': it is empty' if empty else ''}.",
            hint="Check the name of the folder.",
        )


class Unreadable(BadRecording):
    """A folder, file or link cannot be read."""

    code = "unreadable"
    hint = "Check the path and the permissions."

    def __init__(self, what: str, name: str, error: OSError) -> None:
        why = (error.strerror or str(error)).lower()
        super().__init__(f"The {what} “{name}” could not be read: {why}.")


@dataclass
class Found:
    """What was found for the words of a command line.

    Attributes
    ----------
    files : list of Path
        Each once, in order.
    wrong : list of BadRecording
        What is wrong with the others.
    left_out : list of str
        Files of folders that are not recordings, by name.
    """

    files: list[Path] = field(default_factory=list)
    wrong: list[BadRecording] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """What was left out, in a sentence; nothing where nothing was."""
        count = len(self.left_out)
        if not count:
            return ""
        names = ", ".join(self.left_out[:MOST_NAMED])
        more = f" and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
        if count == 1:
            return f"1 file is not a recording and was skipped: {names}."
        return f"{count} files are not recordings and were skipped: {names}{more}."


def find(names: Sequence[str], *, inputs: Path, recognised: Callable[[Path], bool]) -> Found:
    """The files that `names` mean.

    Parameters
    ----------
    names : sequence of str
        Files, folders (searched to the bottom), or names of either in `inputs`.
    inputs : Path
        Where a name that is not here is looked up.
    recognised : callable
        Whether a file's content is that of a recording; may raise OSError.
    """
    result = Found()
    search = _Search(result, recognised)
    for name in names:
        try:
            path = _look_up(name, inputs)
        except OSError as error:
            result.wrong.append(Unreadable("file", name, error))
            continue
        if path is None:
            result.wrong.append(NoFile(name))
        elif path.is_dir():
            search.folder(path, name)
        else:
            search.take(path)
    return result


def _look_up(name: str, inputs: Path) -> Path | None:
    """The path for a name; None if nothing has that name.

    Raises
    ------
    OSError
        If the system does not let us look.
    """
    for path in (Path(name), inputs / name):
        try:
            if name and path.stat():
                return path
        except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a NUL in it
            continue
        except OSError as error:
            if not isinstance(error, PermissionError):  # a name too long, a link to itself
                continue
            raise
    return None


class _Search:
    """Takes files in, and those of folders to the bottom."""

    def __init__(self, result: Found, recognised: Callable[[Path], bool]) -> None:
        self._result = result
        self._recognised = recognised
        self._taken: set[str] = set()

    def take(self, path: Path) -> None:
        """Take a file, unless it was taken before under whatever name."""
        real = os.path.realpath(path)
        if real not in self._taken:
            self._taken.add(real)
            self._result.files.append(path)

    def folder(self, folder: Path, name: str) -> None:
        """Take the recordings in a folder; report a folder without any."""
        result = self._result
        before = len(result.wrong), len(result.left_out)
        any_file = False
        for path in self._walk(folder):
            any_file = True
            self.take(path)
        if not any_file and before[0] == len(result.wrong):
            result.wrong.append(NoMedia(name, empty=before[1] == len(result.left_out)))

    def _walk(self, folder: Path) -> Iterator[Path]:
        """Recordings of a folder and those below it, by name; hidden ones are passed over.

        Links to folders are not followed: they may lead round in a circle, or anywhere.
        """
        waiting = [(folder, True)]
        while waiting:
            path, is_folder = waiting.pop()
            if is_folder:
                waiting += reversed(self._inside(path))
            elif self._is_one(path):
                yield path

    def _inside(self, folder: Path) -> list[tuple[Path, bool]]:
        """The entries of a folder by name, and whether each is a folder."""
        try:
            with os.scandir(folder) as entries:
                return sorted(
                    (folder / entry.name, entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if not entry.name.startswith(".")
                )
        except OSError as error:
            self._result.wrong.append(Unreadable("folder", str(folder), error))
            return []

    def _is_one(self, path: Path) -> bool:
        """Whether a file of a folder is to be analysed."""
        try:
            kind = path.stat().st_mode
        except OSError as error:
            what = "link" if path.is_symlink() else "file"
            self._result.wrong.append(Unreadable(what, str(path), error))
            return False
        if stat.S_ISREG(kind):
            named = path.suffix[1:].lower() in NAMED
            try:
                if named or self._recognised(path):
                    return True
            except OSError:
                return True  # the analysis says why it cannot be read
        self._result.left_out.append(_described(path, kind))
        return False


def _described(path: Path, kind: int) -> str:
    """A file's name, and its type if it is not a regular file."""
    for is_one, what in (
        (stat.S_ISDIR, "a link to a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if is_one(kind):
            return f"{printable(path.name)} ({what})"
    return printable(path.name)
