"""Copies that a browser can show, beside a job's recordings."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from source.core.errors import Unavailable
from source.store.files import private_folder, write_aside
from source.store.storage import Disk, Storage
from source.store.trouble import storage_errors

FOLDER = "preview"
"""The folder in a job's own; whatever lies in it goes with the job."""

COPIES = (".jpg", ".mp4", ".webm")


class PreviewFiles:
    """The files of previews in the folder ``uploads`` of the data folder.

    Of each file of a job, by its number: ``0.mp4`` is a copy of it, ``0.asked`` says that one is
    wanted, ``0.failed`` in a sentence why there is none.
    """

    def __init__(self, uploads: Path, storage: Storage | None = None) -> None:
        self._uploads = uploads
        self._storage: Storage = storage or Disk(uploads.parent)

    def copy(self, job_id: str, index: int) -> Path | None:
        """The copy of a file, to be fetched; None where there is none."""
        names = self._storage.names(self._path(job_id))
        there = (f"{index}{ending}" for ending in COPIES if f"{index}{ending}" in names)
        return next((self._path(job_id, name) for name in there), None)

    def asked(self, job_id: str, index: int) -> bool:
        """Whether a copy is wanted that is not there yet."""
        return f"{index}.asked" in self._storage.names(self._path(job_id))

    def why_not(self, job_id: str, index: int) -> str:
        """In a sentence why there is no copy; "" where there is no reason."""
        name = f"{index}.failed"
        if name not in self._storage.names(self._path(job_id)):
            return ""
        try:
            return self._storage.fetch(self._path(job_id, name)).read_text("utf-8")
        except OSError:
            return ""

    def ask(self, job_id: str, index: int) -> None:
        """Write down that a copy is wanted.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        self._storage.forget(self._path(job_id, f"{index}.failed"))
        self._write(job_id, f"{index}.asked", "asked")

    def place(self, job_id: str, index: int) -> Path:
        """Where to make a copy, without an ending, until it is `publish`ed.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        with storage_errors():
            return private_folder(self._path(job_id)) / f"{index}.making"

    def publish(self, job_id: str, index: int, made: Path) -> None:
        """Let what was made be the copy."""
        place = self._path(job_id, f"{index}{made.suffix}")
        os.replace(made, place)
        self._storage.keep(place)
        self._storage.forget(self._path(job_id, f"{index}.asked"))

    def fail(self, job_id: str, index: int, why: str) -> None:
        """Write down why there is no copy; nothing where it is not wanted any more."""
        if self.asked(job_id, index):
            with contextlib.suppress(OSError, Unavailable):
                self._write(job_id, f"{index}.failed", why)
            self._storage.forget(self._path(job_id, f"{index}.asked"))

    def waiting(self) -> Iterator[tuple[str, int]]:
        """Every copy that is wanted: job and number of the file."""
        for path in self._storage.find(self._uploads, f"*/{FOLDER}/*.asked"):
            if path.stem.isdigit():
                yield path.parts[-3], int(path.stem)

    def _path(self, job_id: str, name: str = "") -> Path:
        return self._uploads / job_id / FOLDER / name

    def _write(self, job_id: str, name: str, text: str) -> None:
        with storage_errors():
            if not self._storage.names(self._uploads / job_id):
                return  # it was deleted meanwhile
            path = private_folder(self._path(job_id)) / name
            os.replace(write_aside(path, text.encode()), path)
            self._storage.keep(path)
