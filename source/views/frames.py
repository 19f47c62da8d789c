"""Pictures of a recording by number and in pixels, as other programs count them."""

from source.core.result import Box, Result


def number(result: Result, time: float) -> int | None:
    """The number of the picture at a time: the time multiplied by the mean frame rate, rounded.

    0 for a still picture; None where the rate is not known.
    """
    stream = result.source.video
    if result.source.kind == "image":
        return 0
    return round(time * stream.fps) if stream and stream.fps else None


def size(result: Result) -> tuple[int, int] | None:
    """Width and height of the upright picture in pixels; None where the Result does not tell."""
    for source in (result.source, *result.sources):
        if source.video is not None:
            return source.video.width, source.video.height
    return None


def pixels(result: Result, box: Box) -> tuple[float, float, float, float] | None:
    """Left, top, width and height of a box in pixels, to a tenth; None as for `size`."""
    sides = size(result)
    if sides is None:
        return None
    left, top, width, height = (
        round(part * side, 1) for part, side in zip(box, (*sides, *sides), strict=True)
    )
    return left, top, width, height
