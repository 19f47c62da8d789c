"""Subtitles burned into a picture: the cues of the subtitle exports, as players show them.

Light letters on a dark ground, so that they can be read on any picture, within the margins that
every screen shows.
"""

from bisect import bisect_right

from source.core.result import Result
from source.drawing import brush
from source.drawing.brush import DARK, WHITE, Pixels
from source.drawing.places import Area, letters
from source.views.exports.as_subtitles import cues

SIDES, BELOW = 0.08, 0.07
"""What stays free at the sides and below, in parts of the picture's width and height."""

LARGER = 1.3
"""Size of the letters of the first line, in those of other words on a picture."""

MOST = 4
"""Most lines; a longer text ends in an ellipsis."""

OPACITY = 205
"""Of the ground, of 255."""

Line = tuple[str, int]
"""A text and the size of its letters in pixels."""


class Subtitles:
    """The subtitles of a Result.

    Parameters
    ----------
    result : Result
        In the label view that is shown.
    """

    def __init__(self, result: Result) -> None:
        self._cues = cues(result)
        self._starts = [cue.start for cue in self._cues]

    def at(self, time: float) -> tuple[str, ...]:
        """The lines shown at a second; none between cues."""
        now = round(time * 1000)
        number = bisect_right(self._starts, now) - 1
        if number < 0 or now >= self._cues[number].end:
            return ()
        return self._cues[number].lines

    def area(self, image: Pixels, time: float) -> Area | None:
        """Where they stand on a picture: left, top, right, bottom in pixels."""
        lines = self._set(image, time)
        return self._place(image, lines) if lines else None

    def __call__(self, image: Pixels, time: float) -> Pixels:
        """Write what is shown at a second on a picture, in place."""
        lines = self._set(image, time)
        if not lines:
            return image
        left, top, right, bottom = self._place(image, lines)
        ground = brush.rounded(right - left, bottom - top, _pad(lines), OPACITY)
        brush.paint(image, ground, left, top, DARK)
        y = top + _pad(lines) // 2
        for text, size in lines:
            mask = brush.words(text, size)
            x = (left + right - mask.shape[1]) // 2
            brush.paint(image, mask, x, y + (_height(size) - mask.shape[0]) // 2, WHITE)
            y += _height(size)
        return image

    def _set(self, image: Pixels, time: float) -> list[Line]:
        """What is shown, in lines that fit between the margins."""
        small = letters(image)
        width = round(image.shape[1] * (1 - 2 * SIDES)) - 2 * small
        lines: list[Line] = []
        for number, text in enumerate(self.at(time)):
            size = round(small * LARGER) if number == 0 else small
            lines += [(line, size) for line in wrapped(text, size, width)]
        if len(lines) > MOST:
            text, size = lines[MOST - 1]
            lines = [*lines[: MOST - 1], (f"{text} …", size)]
        return lines

    def _place(self, image: Pixels, lines: list[Line]) -> Area:
        pad = _pad(lines)
        width = max(brush.words(text, size).shape[1] for text, size in lines) + 2 * pad
        height = sum(_height(size) for _, size in lines) + pad
        left = (image.shape[1] - width) // 2
        bottom = round(image.shape[0] * (1 - BELOW))
        return left, bottom - height, left + width, bottom


def wrapped(text: str, size: int, width: int) -> list[str]:
    """A text in lines of at most `width` pixels, broken between words; a longer word is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and brush.words(longer, size).shape[1] <= width:
            lines[-1] = longer
        else:
            lines.append(_cut(word, size, width))
    return lines


def _cut(word: str, size: int, width: int) -> str:
    if brush.words(word, size).shape[1] <= width:
        return word
    kept = next(
        (n for n in range(len(word), 0, -1) if brush.words(f"{word[:n]}…", size).shape[1] <= width),
        0,
    )
    return f"{word[:kept]}…"


def _height(size: int) -> int:
    return round(size * 1.5)


def _pad(lines: list[Line]) -> int:
    return max(4, round(lines[0][1] * 0.6))
