"""Copies of the recording with the result drawn over it, where they were made beside it."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import IO

from source.core.errors import NotFound
from source.core.result import Result
from source.views.exports.row import Export, Format, Subject

DRAWING = Format("Annotated recording", "video/mp4", "any player, slides")


def drawing_exports() -> list[Export]:
    """The copy with boxes, and the one with boxes and subtitles."""
    return [
        _row("annotated", "Annotated", "_annotated", has_faces),
        _row("subtitled", "With subtitles", "_subtitled", has_film),
    ]


def has_faces(result: Result) -> bool:
    """Whether there were faces to draw."""
    return result.face is not None


def has_film(result: Result) -> bool:
    """Whether there were faces to draw in a film: a still has no subtitles."""
    return has_faces(result) and result.source.kind == "video"


def _row(name: str, title: str, mark: str, offered: Callable[[Result], bool]) -> Export:
    return Export(
        name,
        DRAWING,
        title,
        f"{mark}.mp4",
        partial(_opened, mark),
        offered,
        needs_drawing=mark,
        ending=_ending,
    )


def _opened(mark: str, subject: Subject) -> IO[bytes]:
    path = found(mark, subject.drawings)
    if path is None:
        raise NotFound(
            "The recording was not drawn on in this way.",
            hint="Make a drawing on the page of the result, or use --annotate or --subtitles.",
        )
    return path.open("rb")


def _ending(row: Export, subject: Subject) -> str:
    """The suffix: a picture has another ending than a video."""
    path = found(row.needs_drawing, subject.drawings)
    return row.suffix if path is None else f"{row.needs_drawing}{path.suffix}"


def found(mark: str, drawings: Iterable[Path]) -> Path | None:
    """The drawing whose name ends in a mark; None where it was not made."""
    return next((path for path in drawings if path.stem.endswith(mark)), None)
