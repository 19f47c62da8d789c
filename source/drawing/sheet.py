"""The sheet on which is seen where a network looked: the picture, and below it each face."""

import numpy as np

from source.core.result import FaceSegment
from source.drawing import brush
from source.drawing.brush import DARK, MUTED, WHITE, Pixels
from source.drawing.picture import enlarged
from source.drawing.places import letters
from source.views.palette import colour, on
from source.views.units import percent

SHOWN = 1280
"""Longest side of the whole picture as it is shown, in pixels."""

CELL = 840
"""Width that one face takes below the picture, in pixels: the face, its heat, what it reads as."""

Face = tuple[int, FaceSegment, Pixels, np.ndarray]
"""Number of the person, what was seen, the aligned face, the heat over it (0 to 1)."""


def corners(segment: FaceSegment, image: Pixels) -> np.ndarray:
    """Left, top, right, bottom of a face's box in pixels of a picture."""
    height, width = image.shape[:2]
    left, top, wide, high = segment.box
    return np.array([left * width, top * height, (left + wide) * width, (top + high) * height])


def warm_over(image: Pixels, heat: np.ndarray) -> Pixels:
    """A picture in grey with heat over it: the hotter, the more of the colour."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, axis=2)
    base = (0.55 * image + 0.45 * grey).astype(np.float32)
    ramp = cv2.applyColorMap((heat * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    share = (0.78 * np.clip(heat, 0, 1) ** 0.8)[..., None]
    return np.asarray(base * (1 - share) + ramp * share, np.uint8)


def whole_picture(image: Pixels, heat: np.ndarray, shown: list[Face]) -> Pixels:
    """The picture in the size it is shown in, heat over it, faces numbered."""
    import cv2

    warm = enlarged(warm_over(image, heat))
    scale = min(1.0, SHOWN / max(warm.shape[:2]))
    if scale < 1.0:
        smaller = (round(warm.shape[1] * scale), round(warm.shape[0] * scale))
        warm = np.asarray(cv2.resize(warm, smaller, interpolation=cv2.INTER_AREA), np.uint8)
    size = letters(warm)
    for number, segment, _, _ in shown:
        assert segment.emotion is not None
        left, top, right, bottom = (round(float(n)) for n in corners(segment, warm))
        ink = brush.rgb(colour(segment.emotion.label))
        line = max(2, size // 7)
        mask = brush.frame(
            right - left, bottom - top, size // 2, line, dashed=not segment.emotion.certain
        )
        brush.paint(warm, mask, left, top, ink)
        text = str(number)
        height = brush.pill_size(text, size)[1]
        brush.pill(
            warm,
            text,
            left=left,
            top=max(0, top - height - 2),
            size=size,
            fill=ink,
            ink=brush.rgb(on(segment.emotion.label)),
        )
    return warm


def composed(whole: Pixels, shown: list[Face]) -> Pixels:
    """Whole picture above, a row for each face below: face, heat, and what it reads as."""
    columns = 2 if len(shown) > 1 and (whole.shape[1] >= 1200 or len(shown) > 3) else 1
    width = max(960, whole.shape[1], columns * CELL)
    side, gap = 224, 24
    size = 19
    foot = 64
    rows = -(-len(shown) // columns)
    height = whole.shape[0] + rows * (side + gap) + gap + foot
    sheet = np.full((height, width, 3), DARK, np.uint8)
    left = (width - whole.shape[1]) // 2
    sheet[: whole.shape[0], left : left + whole.shape[1]] = whole
    for index, (number, segment, crop, heat) in enumerate(shown):
        x = gap + (index % columns) * (width // columns)
        y = whole.shape[0] + gap + (index // columns) * (side + gap)
        _face(sheet, x, y, side, number, segment, crop, heat, size)
    text = (
        "Bright areas supported the emotion shown. This is an estimate, as coarse as the network."
    )
    brush.paint(sheet, brush.words(text, 16, 400), gap, height - foot + 12, MUTED)
    return sheet


def _face(
    sheet: Pixels,
    x: int,
    y: int,
    side: int,
    number: int,
    segment: FaceSegment,
    crop: Pixels,
    heat: np.ndarray,
    size: int,
) -> None:
    import cv2

    assert segment.emotion is not None
    emotion = segment.emotion
    for offset, part in ((0, crop), (side + 12, warm_over(crop, heat))):
        small = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
        area = sheet[y : y + side, x + offset : x + offset + side]
        mask = brush.rounded(side, side, 14)[..., None] / 255.0
        area[:] = (small * mask + area * (1 - mask)).astype(np.uint8)
    left = x + 2 * side + 12 + 24
    sure = "" if emotion.certain else ", not sure"
    text = f"{number}  {emotion.label} {percent(emotion.score)}{sure}"
    brush.pill(
        sheet,
        text,
        left=left,
        top=y,
        size=size,
        fill=brush.rgb(colour(emotion.label)),
        ink=brush.rgb(on(emotion.label)),
    )
    top = y + 52
    for name in sorted(emotion.scores, key=lambda e: -emotion.scores[e])[:5]:
        ink = WHITE if name == emotion.label else MUTED
        brush.paint(sheet, brush.words(name, 15, 500), left, top, ink)
        brush.paint(sheet, brush.rounded(96, 8, 4, 60), left + 92, top + 7, WHITE)
        filled = max(8, round(96 * emotion.scores[name]))
        brush.paint(sheet, brush.rounded(filled, 8, 4), left + 92, top + 7, brush.rgb(colour(name)))
        brush.paint(
            sheet, brush.words(percent(emotion.scores[name]), 15, 500), left + 200, top, ink
        )
        top += 32
