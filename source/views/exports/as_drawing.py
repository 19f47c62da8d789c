"""The annotated recording, where it was drawn beside the Result."""

from pathlib import Path
from typing import IO

from source.core.errors import NotFound
from source.core.result import Result
from source.views.exports.row import Export, Format, Subject

DRAWING = Format("Annotated recording", "video/mp4", "any player, slides")

MARK = "_annotated"
"""What the name of such a file has behind the recording's."""


def annotated(subject: Subject) -> IO[bytes]:
    """The file as it was drawn.

    Raises
    ------
    NotFound
        If none was drawn.
    """
    path = _found(subject)
    if path is None:
        raise NotFound(
            "The recording was not annotated.",
            hint="Make a drawing on the page of the result, or use --annotate.",
        )
    return path.open("rb")


def has_faces(result: Result) -> bool:
    """Whether there were faces to draw."""
    return result.face is not None


def ending(row: Export, subject: Subject) -> str:
    """The suffix: a picture has another ending than a video."""
    path = _found(subject)
    return row.suffix if path is None else f"{MARK}{path.suffix}"


def _found(subject: Subject) -> Path | None:
    return next((p for p in subject.drawings if p.stem.endswith(MARK)), None)
