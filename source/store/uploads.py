"""Uploaded recordings: a folder for each job, names on disk that nobody chose."""

import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from source.core.errors import NotFound, TooLarge
from source.store.files import forget, opened_private, private_folder
from source.store.storage import Disk, Stamp, Storage
from source.store.trouble import storage_errors

BLOCK = 1 << 20
"""Bytes copied at a time."""

DRAWN, UNDRAWN = "drawn", "undrawn.txt"
"""The folder of a job's drawings, and the file in it that says what could not be drawn."""

FACES = "faces"
"""The folder of the faces cut out for a job's page; like all of a job's folder it goes with it."""

GONE = "The recording is no longer stored."


class Uploads:
    """The folder ``uploads``: of the data folder, or of the store that machines share.

    Parameters
    ----------
    data : Path
        The data folder.
    storage : Storage, optional
        Where files are kept; in the data folder by default.
    """

    def __init__(self, data: Path, storage: Storage | None = None) -> None:
        self.storage: Storage = storage or Disk(data)
        self.folder = private_folder(self.storage.folder / "uploads")

    def save(self, job_id: str, stream: BinaryIO, *, name: str, limit: int) -> Path:
        """Copy a stream to disk.

        Parameters
        ----------
        job_id : str
            Whose folder it goes to; made if need be.
        stream : binary file
            Read to its end, or to one byte more than `limit`.
        name : str
            What to call it in a sentence; its name on disk is random.
        limit : int
            Most bytes that are taken.

        Raises
        ------
        TooLarge
            If there are more; then the file is deleted.
        DiskFull
            If there is no room; then the file is deleted.
        """
        with storage_errors():
            path = private_folder(self.folder / job_id) / secrets.token_hex(16)
            try:
                _copy(stream, path, name=name, limit=limit)
            except BaseException:
                forget(path)
                raise
        return path

    def keep(self, *paths: Path) -> None:
        """Store recordings for every machine; only then may they be those of a job.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        with storage_errors():
            for path in paths:
                self.storage.keep(path)

    def share(self, path: Path, job_id: str) -> Path:
        """Let another job have a stored file too, under a name of its own.

        No byte is copied where the file system has links; the time of change stays either way.

        Raises
        ------
        NotFound
            If the file is not there any more.
        DiskFull
            If there is no room.
        """
        path = path if path.is_file() else self.fetch(path)
        with storage_errors():
            place = private_folder(self.folder / job_id) / secrets.token_hex(16)
            try:
                os.link(path, place)
            except FileNotFoundError:
                raise NotFound(GONE) from None
            except OSError:
                shutil.copy2(path, place)
        return place

    def path(self, job_id: str, file: str) -> Path:
        """Where one file of a job is; `fetch` it to open it.

        Raises
        ------
        NotFound
            If it is not there any more.
        """
        path = self.folder / job_id / file
        self.stamp(path)
        return path

    def stamp(self, path: Path) -> Stamp:
        """What tells whether a file is still the one that came in.

        Raises
        ------
        NotFound
            If it is not there any more.
        """
        try:
            return self.storage.stamp(path)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(GONE) from None

    def fetch(self, path: Path) -> Path:
        """A file of a job, on this machine.

        Raises
        ------
        NotFound
            If it is not there any more.
        """
        try:
            return self.storage.fetch(path)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(GONE) from None

    def drawing_folder(self, job_id: str) -> Path:
        """An empty folder for new drawings, which `publish_drawings` puts in place.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        return self._aside(job_id, DRAWN)

    def publish_drawings(self, job_id: str, folder: Path, undrawn: Sequence[str] = ()) -> None:
        """Let what lies in `folder` be a job's drawings; `undrawn` says what is missing."""
        with storage_errors():
            if undrawn:
                (folder / UNDRAWN).write_text("\n".join(undrawn), "utf-8")
        self._publish(folder, self.folder / job_id / DRAWN)

    def drawings(self, job_id: str) -> tuple[list[Path], list[str]]:
        """A job's drawings by name, to be fetched, and in sentences what could not be drawn."""
        place = self.folder / job_id / DRAWN
        names = self.storage.names(place)
        files = [place / name for name in names if name != UNDRAWN]
        if UNDRAWN not in names:
            return files, []
        return files, self.fetch(place / UNDRAWN).read_text("utf-8").splitlines()

    def faces_folder(self, job_id: str) -> Path:
        """An empty folder for the faces cut out for a page, which `publish_faces` puts in place.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        return self._aside(job_id, FACES)

    def publish_faces(self, job_id: str, folder: Path) -> None:
        """Let what lies in `folder` be the faces of a job's page."""
        self._publish(folder, self.folder / job_id / FACES)

    def faces(self, job_id: str) -> dict[int, Path]:
        """The faces cut out of a job's recording, by the number of the person, to be fetched."""
        place = self.folder / job_id / FACES
        files = [place / name for name in self.storage.names(place) if name.endswith(".jpg")]
        return {int(path.stem): path for path in files if path.stem.isdecimal()}

    def tidy(self, job_id: str) -> None:
        """Delete what a worker that died left half-made of a job."""
        for name in (DRAWN, FACES):
            for folder in (self.folder / job_id).glob(f"{name}.*"):
                forget(folder)

    def leave(self, job_id: str) -> None:
        """Say that a job's files are not needed on this machine any more."""
        self.storage.leave(self.folder / job_id)

    def delete(self, job_id: str) -> None:
        """Delete everything uploaded for a job."""
        self.storage.forget(self.folder / job_id)

    def _aside(self, job_id: str, name: str) -> Path:
        with storage_errors():
            return private_folder(self.folder / job_id / f"{name}.{secrets.token_hex(4)}")

    def _publish(self, folder: Path, place: Path) -> None:
        with storage_errors():
            self.storage.forget(place)
            os.replace(folder, place)
            for path in sorted(place.iterdir()):
                self.storage.keep(path)


def _copy(stream: BinaryIO, path: Path, *, name: str, limit: int) -> None:
    size = 0
    with open(path, "xb", opener=opened_private) as file:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > limit:
                raise TooLarge.file(name, _whole_size(stream, size), limit)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _whole_size(stream: BinaryIO, copied: int) -> int:
    """The size of a stream that can tell it; else what was copied of it."""
    try:
        return max(copied, stream.seek(0, os.SEEK_END))
    except (OSError, ValueError, AttributeError):
        return copied
