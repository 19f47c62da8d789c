"""Copies that a browser can show, beside a job's recordings."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from source.store.files import forget, private_folder, write_aside
from source.store.trouble import storage_errors

FOLDER = "preview"
"""The folder in a job's own; whatever lies in it goes with the job."""

COPIES = (".jpg", ".mp4", ".webm")


class PreviewFiles:
    """The files of previews in the folder ``uploads`` of the data folder.

    Of each file of a job, by its number: ``0.mp4`` is a copy of it, ``0.asked`` says that one is
    wanted, ``0.failed`` in a sentence why there is none.
    """

    def __init__(self, uploads: Path) -> None:
        self._uploads = uploads

    def copy(self, job_id: str, index: int) -> Path | None:
        """The copy of a file; None where there is none."""
        for ending in COPIES:
            path = self._path(job_id, f"{index}{ending}")
            if path.is_file():
                return path
        return None

    def asked(self, job_id: str, index: int) -> bool:
        """Whether a copy is wanted that is not there yet."""
        return self._path(job_id, f"{index}.asked").is_file()

    def why_not(self, job_id: str, index: int) -> str:
        """In a sentence why there is no copy; "" where there is no reason."""
        try:
            return self._path(job_id, f"{index}.failed").read_text("utf-8")
        except OSError:
            return ""

    def ask(self, job_id: str, index: int) -> None:
        """Write down that a copy is wanted.

        Raises
        ------
        DiskFull
            If there is no room.
        """
        forget(self._path(job_id, f"{index}.failed"))
        self._write(job_id, f"{index}.asked", "")

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
        os.replace(made, self._path(job_id, f"{index}{made.suffix}"))
        forget(self._path(job_id, f"{index}.asked"))

    def fail(self, job_id: str, index: int, why: str) -> None:
        """Write down why there is no copy."""
        if self._path(job_id).is_dir():  # else the job is gone
            with contextlib.suppress(OSError):
                self._write(job_id, f"{index}.failed", why)
            forget(self._path(job_id, f"{index}.asked"))

    def waiting(self) -> Iterator[tuple[str, int]]:
        """Every copy that is wanted: job and number of the file."""
        for path in sorted(self._uploads.glob(f"*/{FOLDER}/*.asked")):
            if path.stem.isdigit():
                yield path.parts[-3], int(path.stem)

    def _path(self, job_id: str, name: str = "") -> Path:
        return self._uploads / job_id / FOLDER / name

    def _write(self, job_id: str, name: str, text: str) -> None:
        with storage_errors():
            if not (self._uploads / job_id).is_dir():
                return  # it was deleted meanwhile
            path = private_folder(self._path(job_id)) / name
            os.replace(write_aside(path, text.encode()), path)
