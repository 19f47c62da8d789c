"""Results on disk: `<stem>_analysis.json`, never in place of another recording's."""

import contextlib
import io
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

from source.core.analyses import ANALYSES
from source.core.errors import Unavailable
from source.core.result import Result


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


@dataclass(frozen=True)
class Saved:
    """Where a Result was written.

    Attributes
    ----------
    path : Path
    before : float or None
        When an earlier one of the same recording had been written there, as the file system
        tells it; None where there was none. What lies beside and is older is not ours.
    """

    path: Path
    before: float | None = None


def save(
    result: Result, *, view: str, stem: str, folder: Path, kept: Collection[Path] = ()
) -> Saved:
    """Write a Result in its written form; returns where.

    A file of the same stem that holds the same recording is written anew, unless the result in
    it has a sense that this one lacks. That one stays, as do those of other recordings and those
    in `kept`, and this one is called ``<stem>_analysis-2.json`` or so.

    Parameters
    ----------
    result : Result
        As it was measured.
    view : str
        The label view it is written in.
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
    from source.views.exports import export

    with _part(folder, io.BytesIO(export("json", result, view=view))) as part:
        return _place(part, result, stem=stem, folder=folder, kept=kept)


def numbered(saved: Path, name: str) -> Path:
    """Where a file goes that belongs to a saved Result: beside it, under the number it got.

    Examples
    --------
    >>> numbered(Path("clip_analysis.json"), "clip_bar.svg").name
    'clip_bar.svg'
    >>> numbered(Path("clip_analysis-2.json"), "clip_bar.svg").name
    'clip_bar-2.svg'
    """
    number = re.search(r"_analysis(-\d+)?\.json$", saved.name)
    own = Path(name)
    return saved.with_name(f"{own.stem}{(number and number[1]) or ''}{own.suffix}")


def save_export(content: IO[bytes], *, stem: str, suffix: str, saved: Saved) -> Path:
    """Write an export beside the Result in `saved`; returns where (see `put_beside`).

    Raises
    ------
    NotSaved
        If it cannot be written; nothing half-written is left.
    """
    with _part(saved.path.parent, content) as part:
        return put_beside(saved, part, f"{stem}{suffix}")


def put_beside(saved: Saved, part: Path, name: str) -> Path:
    """Put a file beside a saved Result; returns where.

    One that an earlier call put there for the same recording is written anew. Any other stays,
    since it may be somebody's own, and this one gets the next number.

    Raises
    ------
    OSError
        If it cannot be written there.
    """
    place = numbered(saved.path, name)
    os.utime(part)  # later than the Result, though it may have been drawn before
    for number in count(1):
        path = place.with_name(f"{place.stem}-{number}{place.suffix}") if number > 1 else place
        if saved.before is not None and path.exists() and path.stat().st_mtime >= saved.before:
            os.replace(part, path)
            return path
        if _claim(part, path):
            return path
    raise AssertionError  # count never ends


def _claim(part: Path, path: Path) -> bool:
    """Give a file a name that is free; False where it is not, even if only since now."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        os.replace(part, path)
    return True


@contextlib.contextmanager
def _part(folder: Path, content: IO[bytes]) -> Iterator[Path]:
    """A file that is whole on disk, under a name that is gone at the end."""
    part = folder / f".{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        yield part
    except OSError as error:
        raise NotSaved.because(folder, error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _place(part: Path, result: Result, *, stem: str, folder: Path, kept: Collection[Path]) -> Saved:
    for number in count(1):
        path = folder / f"{stem}_analysis{f'-{number}' if number > 1 else ''}.json"
        if path not in kept and _has_all_of(path, result):
            before = path.stat().st_mtime
            os.replace(part, path)
            return Saved(path, before)
        if _claim(part, path):
            return Saved(path)
    raise AssertionError  # count never ends


def _has_all_of(path: Path, result: Result) -> bool:
    """Whether a result file is of the same recording, and of no sense that this Result lacks."""
    try:
        there = json.loads(path.read_text("utf-8"))
        sources = there.get("sources") or [there["source"]]
        digests = sorted(source["sha256"] for source in sources)
        senses = ANALYSES[there["analysis"]].senses
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    same = digests == sorted(source.sha256 for source in result.sources or (result.source,))
    return same and set(senses) <= set(ANALYSES[result.analysis].senses)
