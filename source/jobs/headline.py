"""What a list of jobs shows of a result."""

from typing import Any

from source.core.overall import basis
from source.core.result import Result
from source.views import words


def headline(result: Result) -> dict[str, Any] | None:
    """What a list of jobs shows of a result: the words and the figures of its own page."""
    emotion, rests = result.emotion, basis(result)
    if emotion is None or rests is None:
        return None
    head = words.headline(result)
    return {
        "label": emotion.label,
        "score": emotion.score,
        "certain": emotion.certain,
        "filled": rests.share if emotion.certain and rests.seconds else emotion.score,
        "text": head.text,
        "share": head.share,
    }
