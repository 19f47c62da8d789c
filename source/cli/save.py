"""Results on disk: `<stem>_analysis.json`, never in place of another recording's."""

import contextlib
import json
import os
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

from source.core.errors import Unavailable


class NotSaved(Unavailable):
    """The results folder cannot be written."""

    code = "not_saved"
    hint = "Check the folder and the disk, or choose another folder with --results."

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The result could not be written to {folder}: {why}.")

    @classmethod
    def because(cls, folder: Path, error: OSError) -> "NotSaved":
        """The sentence for what the system said."""
        if isinstance(error, FileExistsError | NotADirectoryError) and not folder.is_dir():
            return cls(folder, "it is not a folder")
        return cls(folder, (error.strerror or str(error)).lower())


def save(written: dict[str, Any], *, stem: str, folder: Path, kept: Collection[Path] = ()) -> Path:
    """Write a Result's written form; returns where.

    A file of the same stem that holds the same recording is written anew. One that holds
    another recording stays, as do those in `kept`, and this one is called
    ``<stem>_analysis-2.json`` or so.

    Parameters
    ----------
    written : dict
        What is written.
    stem : str
        How the name begins; short enough for an ending behind it.
    folder : Path
        Where to write; made if it is not there.
    kept : collection of Path
        Results that stay whatever they hold: two files of one call may have the same content.

    Raises
    ------
    NotSaved
        If the folder cannot be written; nothing half-written is left.
    """
    text = json.dumps(written, indent=1) + "\n"
    part = folder / f".{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return _place(part, written, stem=stem, folder=folder, kept=kept)
    except OSError as error:
        raise NotSaved.because(folder, error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _place(
    part: Path, written: dict[str, Any], *, stem: str, folder: Path, kept: Collection[Path]
) -> Path:
    for number in count(1):
        path = folder / f"{stem}_analysis{f'-{number}' if number > 1 else ''}.json"
        if path not in kept and _same(path, written):
            os.replace(part, path)
            return path
        try:
            os.link(part, path)  # fails where the file is there, even if only since now
            return path
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            if not path.exists():
                os.replace(part, path)
                return path
    raise AssertionError  # count never ends


def _same(path: Path, written: dict[str, Any]) -> bool:
    """Whether a result file is of the same recording."""
    try:
        there = json.loads(path.read_text("utf-8"))
        return _identity(there) == _identity(written)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _identity(written: dict[str, Any]) -> list[str]:
    sources = written.get("sources") or [written["source"]]
    return sorted(source["sha256"] for source in sources)
