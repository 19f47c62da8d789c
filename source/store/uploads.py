"""Uploaded recordings: a folder for each job, names on disk that nobody chose."""

import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from source.core.errors import NotFound, TooLarge
from source.store.files import forget, opened_private, private_folder
from source.store.trouble import storage_errors

BLOCK = 1 << 20
"""Bytes copied at a time."""

DRAWN, UNDRAWN = "drawn", "undrawn.txt"
"""The folder of a job's drawings, and the file in it that says what could not be drawn."""

FACES = "faces"
"""The folder of the faces cut out for a job's page; like all of a job's folder it goes with it."""

GONE = "The recording is no longer stored."


class Uploads:
    """The folder ``uploads`` of the data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = private_folder(data / "uploads")

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
        """Where one file of a job is.

        Raises
        ------
        NotFound
            If it is not there any more.
        """
        path = self.folder / job_id / file
        if not path.is_file():
            raise NotFound(GONE)
        return path

    def drawing_folder(self, job_id: str) -> Path:
        """An empty folder for new drawings, which `publish_drawings` puts in place.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        with storage_errors():
            return private_folder(self.folder / job_id / f"{DRAWN}.{secrets.token_hex(4)}")

    def publish_drawings(self, job_id: str, folder: Path, undrawn: Sequence[str] = ()) -> None:
        """Let what lies in `folder` be a job's drawings; `undrawn` says what is missing."""
        place = self.folder / job_id / DRAWN
        with storage_errors():
            if undrawn:
                (folder / UNDRAWN).write_text("\n".join(undrawn), "utf-8")
            forget(place)
            os.replace(folder, place)

    def drawings(self, job_id: str) -> tuple[list[Path], list[str]]:
        """A job's drawings by name, and in sentences what could not be drawn."""
        place = self.folder / job_id / DRAWN
        if not place.is_dir():
            return [], []
        files = sorted(p for p in place.iterdir() if p.is_file() and p.name != UNDRAWN)
        note = place / UNDRAWN
        return files, note.read_text("utf-8").splitlines() if note.is_file() else []

    def faces_folder(self, job_id: str) -> Path:
        """The folder of the faces that are cut out for a page, made if need be.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        with storage_errors():
            return private_folder(self.folder / job_id / FACES)

    def faces(self, job_id: str) -> dict[int, Path]:
        """The faces cut out of a job's recording, by the number of the person."""
        place = self.folder / job_id / FACES
        files = sorted(place.glob("*.jpg")) if place.is_dir() else []
        return {int(path.stem): path for path in files if path.stem.isdecimal()}

    def delete(self, job_id: str) -> None:
        """Delete everything uploaded for a job."""
        forget(self.folder / job_id)


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
