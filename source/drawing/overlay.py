"""Lays what a Result says over one picture: box, person, label, per cent, distribution."""

from collections.abc import Mapping

import numpy as np

from source.drawing import brush
from source.drawing.brush import DARK, MUTED, WHITE, Pixels
from source.drawing.moments import Moments, Shown
from source.drawing.places import Area, hits, letters, pixels, shared, within
from source.views.palette import colour, on
from source.views.units import percent

BARS = 4
"""Emotions in a person's panel: the likeliest."""


class Overlay:
    """Draws the faces of a Result.

    Parameters
    ----------
    moments : Moments
        What is to be shown.
    """

    def __init__(self, moments: Moments) -> None:
        self._moments = moments
        self._order: dict[int, list[str]] = {}
        self._sides: dict[int, int] = {}

    def __call__(self, image: Pixels, time: float, *, free: Area | None = None) -> Pixels:
        """Draw what holds at `time` on a picture, in place; words stay out of the area `free`."""
        faces = self._moments.at(time)
        size = letters(image)
        boxes = {f.person: pixels(f.box, image) for f in faces}
        taken: list[Area] = [*boxes.values(), *([free] if free else [])]
        reading = self._moments.voice(time)
        if reading is not None:
            taken.append(self._voice(image, reading, size))
        for face in faces:
            self._box(image, face, boxes[face.person], size)
        for face in faces:
            taken.append(self._label(image, face, boxes[face.person], size, taken))
        for face in faces:
            if face.scores:
                self._panel(image, face, boxes[face.person], size, taken, alone=len(faces) == 1)
        return image

    def _box(self, image: Pixels, face: Shown, box: Area, size: int) -> None:
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        line = max(2, round(size / 6))
        radius = min(round(size * 0.7), width // 3, height // 3)
        ink = brush.rgb(colour(face.label)) if face.label else MUTED
        dashed = not face.certain
        shade = brush.frame(width + 2, height + 2, radius + 1, line + 2)
        edge = max(radius, line) + 3
        brush.paint_frame(
            image, (shade * 0.45).astype(np.uint8), left - 1, top - 1, DARK, edge=edge
        )
        mask = brush.frame(width, height, radius, line, dashed=dashed)
        brush.paint_frame(image, mask, left, top, ink, edge=edge)

    def _label(self, image: Pixels, face: Shown, box: Area, size: int, taken: list[Area]) -> Area:
        text = face_label(face)
        fill = brush.rgb(colour(face.label)) if face.label and face.certain else DARK
        ink = brush.rgb(on(face.label)) if face.label and face.certain else WHITE
        width, height = brush.pill_size(text, size)
        gap = max(2, size // 4)
        others = [t for t in taken if t != box]
        left, top = self._beside(image, box, (width, height), gap, others)
        brush.pill(
            image,
            text,
            left=left,
            top=top,
            size=size,
            fill=fill,
            ink=ink,
            opacity=255 if face.certain else 215,
        )
        if face.label and not face.certain:  # the colour alone may still be told
            brush.paint(
                image,
                brush.frame(width, height, height // 2, max(2, size // 9), dashed=True),
                left,
                top,
                brush.rgb(colour(face.label)),
            )
        return left, top, left + width, top + height

    def _beside(
        self, image: Pixels, box: Area, wanted: tuple[int, int], gap: int, taken: list[Area]
    ) -> tuple[int, int]:
        """Where a label goes: above its box, below, inside; where it covers least."""
        width, height = wanted
        starts = [within(x, width, image.shape[1], gap) for x in (box[0], box[2] - width)]
        lines = (box[1] - height - gap, box[3] + gap, box[1] + gap, box[3] - height - gap)
        places = [(x, y) for y in lines for x in starts if 0 <= y <= image.shape[0] - height] or [
            (starts[0], max(0, min(lines[0], image.shape[0] - height)))
        ]

        def covered(place: tuple[int, int]) -> int:
            x, y = place
            return sum(shared((x, y, x + width, y + height), other) for other in taken)

        return min(places, key=covered)

    def _panel(
        self, image: Pixels, face: Shown, box: Area, size: int, taken: list[Area], *, alone: bool
    ) -> None:
        scores = face.scores or {}
        rows = self._rows(face.person, scores)
        small = max(9, round(size * 0.82))
        pad, row = round(small * 0.8), round(small * 1.5)
        names = max(brush.words(name, small, 500).shape[1] for name in rows)
        share = brush.words("100 %", small, 500).shape[1]
        bar = round(small * 4.6)
        width = pad + names + small // 2 + bar + small // 2 + share + pad
        height = pad + row * len(rows) + round(small * 1.35) + pad // 2
        area = self._room(image, face.person, box, (width, height), size, taken, alone=alone)
        if area is None:
            return
        taken.append(area)
        left, top = area[:2]
        brush.paint(image, brush.rounded(width, height, round(size * 0.6), 205), left, top, DARK)
        x, y = left + pad, top + pad
        for name in rows:
            value = scores.get(name, 0.0)
            ink = WHITE if name == face.label else MUTED
            brush.paint(image, brush.words(name, small, 500), x, y - small // 6, ink)
            start, thick = x + names + small // 2, max(4, round(small * 0.5))
            level = y + (row - thick) // 2 - small // 6
            _bar(image, start, level, bar, thick, value, name)
            told_as = brush.words(percent(value), small, 500)
            brush.paint(image, told_as, left + width - pad - told_as.shape[1], y - small // 6, ink)
            y += row
        _stacked(
            image,
            x,
            y + small // 5,
            width - 2 * pad,
            max(4, round(small * 0.42)),
            face.so_far or scores,
        )

    def _rows(self, person: int, scores: Mapping[str, float]) -> list[str]:
        """The emotions in a person's panel; one that leads stays in its row for a while."""
        best = sorted(scores, key=lambda e: -scores[e])[:BARS]
        kept = [e for e in self._order.get(person, []) if e in scores]
        for name in best:
            if name in kept:
                continue
            if len(kept) < BARS:
                kept.append(name)
            elif scores[name] > 0.05:
                kept[min(range(BARS), key=lambda i: scores[kept[i]])] = name
        self._order[person] = kept
        return kept

    def _room(
        self,
        image: Pixels,
        person: int,
        box: Area,
        wanted: tuple[int, int],
        size: int,
        taken: list[Area],
        *,
        alone: bool,
    ) -> Area | None:
        """Where a panel fits beside its box: where it was, else right, left, below, a corner."""
        width, height = wanted
        gap = max(3, size // 2)
        wide, high = image.shape[1], image.shape[0]
        top = within(box[1], height, high, gap)
        places = [
            (box[2] + gap, top),
            (box[0] - gap - width, top),
            (within(box[0], width, wide, gap), box[3] + gap + round(size * 2.2)),
            (within(box[0], width, wide, gap), box[1] - gap - height - round(size * 2.2)),
        ]
        if alone:  # in a corner nobody could tell whose it is
            places += [(wide - width - gap, high - height - gap), (gap, high - height - gap)]
        before = min(self._sides.get(person, 0), len(places) - 1)
        for index in [before, *range(len(places))]:
            x, y = places[index]
            area = (x, y, x + width, y + height)
            inside = x >= 0 and y >= 0 and area[2] <= wide and area[3] <= high
            if inside and not hits(area, taken):
                self._sides[person] = index
                return area
        return None

    def _voice(self, image: Pixels, reading: tuple[str, float, bool], size: int) -> Area:
        """What the voice reads as, in a corner that no player's controls cover."""
        label, score, certain = reading
        sure = f"{label} {percent(score)}" if certain else f"closest to {label}, not sure"
        text = f"voice: {sure}"
        width, height = brush.pill_size(text, size)
        left = top = max(4, size // 2)
        brush.pill(image, text, left=left, top=top, size=size, fill=DARK, ink=WHITE, opacity=205)
        brush.paint(
            image,
            brush.frame(width, height, height // 2, max(2, size // 9), dashed=not certain),
            left,
            top,
            brush.rgb(colour(label)),
        )
        return left, top, left + width, top + height


def face_label(face: Shown) -> str:
    """A face's label: person, emotion, per cent; what is not sure is said."""
    if face.label is None:
        return f"{face.person}  {face.why}"
    if face.certain:
        return f"{face.person}  {face.label} {percent(face.score)}"
    return f"{face.person}  {face.label} {percent(face.score)}, not sure"


def _bar(
    image: Pixels, left: int, top: int, width: int, thick: int, value: float, name: str
) -> None:
    brush.paint(image, brush.rounded(width, thick, thick // 2, 60), left, top, WHITE)
    filled = round(width * min(1.0, value))
    if filled > 0:
        ink = _lifted(brush.rgb(colour(name)))
        brush.paint(image, brush.rounded(max(filled, thick), thick, thick // 2), left, top, ink)


def _stacked(
    image: Pixels, left: int, top: int, width: int, thick: int, scores: Mapping[str, float]
) -> None:
    """The mean so far as one bar, widest first, with hairlines between."""
    mask = brush.rounded(width, thick, thick // 2)
    start = 0.0
    total = sum(scores.values()) or 1.0
    for name in sorted(scores, key=lambda e: -scores[e]):
        stop = start + scores[name] / total * width
        a, b = round(start), round(stop)
        if b - a > 1:
            brush.paint(image, mask[:, a : b - 1], left + a, top, _lifted(brush.rgb(colour(name))))
        start = stop


def _lifted(ink: brush.Colour) -> brush.Colour:
    """A colour a little lighter: the panel's ground is dark."""
    r, g, b = (min(255, c + (255 - c) // 5) for c in ink)
    return r, g, b
