"""Where the files of jobs are kept: on this machine, or in a store that several machines share.

Whoever works with a file has it on this machine, at a path below `Storage.folder`. `keep` stores
what lies there, `fetch` brings it back. On one machine the folder is the store, and neither has
anything to do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from source.store.files import forget

Stamp = tuple[int, int]
"""Size in bytes and time of change in nanoseconds: they tell whether a file is still the same."""


class Storage(Protocol):
    """The files of jobs. Each method takes paths below `folder`.

    Attributes
    ----------
    folder : Path
        Where they are on this machine.
    shared : bool
        Whether other machines have them, too; then those on this machine are copies.
    """

    folder: Path
    shared: bool

    def keep(self, path: Path) -> None:
        """Store a file: whole, or not at all."""

    def fetch(self, path: Path) -> Path:
        """Make sure that a file is on this machine. Raises `FileNotFoundError`."""

    def stamp(self, path: Path) -> Stamp:
        """What a file is known by. Raises `FileNotFoundError`."""

    def names(self, folder: Path) -> list[str]:
        """The files of a folder, sorted; none where there is no folder."""

    def find(self, folder: Path, pattern: str) -> Iterator[Path]:
        """The files of that pattern below a folder."""

    def forget(self, path: Path) -> None:
        """Delete a file, or a folder with all that is in it."""

    def leave(self, folder: Path) -> None:
        """Say that a job's folder is not needed here any more."""

    def entries(self, folder: Path) -> list[tuple[Path, float | None]]:
        """What lies in a folder, each with its time of change (POSIX) where that is known."""


class Disk:
    """The data folder of this machine."""

    shared = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path) -> None:
        """Nothing to do: it is there."""

    def fetch(self, path: Path) -> Path:
        """The file itself."""
        if not path.is_file():
            raise FileNotFoundError(path)
        return path

    def stamp(self, path: Path) -> Stamp:
        """Size and time of change."""
        status = path.stat()
        return status.st_size, status.st_mtime_ns

    def names(self, folder: Path) -> list[str]:
        """The files of a folder, sorted; none where there is no folder."""
        try:
            return sorted(path.name for path in folder.iterdir() if path.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def find(self, folder: Path, pattern: str) -> Iterator[Path]:
        """The files of that pattern below a folder."""
        yield from sorted(folder.glob(pattern))

    def forget(self, path: Path) -> None:
        """Delete a file, or a folder with all that is in it."""
        forget(path)

    def leave(self, folder: Path) -> None:
        """Nothing to do: there is no other place for it."""

    def entries(self, folder: Path) -> list[tuple[Path, float | None]]:
        """What lies in a folder, each with its time of change."""
        found: list[tuple[Path, float | None]] = []
        for path in folder.iterdir():
            try:
                found.append((path, path.stat().st_mtime))
            except FileNotFoundError:  # deleted by its owner meanwhile
                continue
        return found
