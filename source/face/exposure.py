"""Is the light of a face good enough to read it, and is it a face's light at all?

Light that is lost changes an expression without a trace: a sad face twice as bright is neutral.
Of 400 clear PublicTest faces made 1.5, 2, 2.5 and 4 times as bright 5, 16, 25 and 37 % were
surely another than before; now none is. Of 428 good faces of the media set, RAVDESS and
MEAD none is in doubt for it, of 3,396 clear PublicTest faces 1.3 %, which are burnt out or black.

What is drawn over a face, as a bar is, has one tone: that shows too.
"""

import numpy as np

NEAR = 0.1
"""What lies no further from a face's brightest or darkest pixel than so many deviations of its
pixels has lost its light and shade."""

BRIGHT, DARK = 0.15, 0.2
"""Least share of a face that is lost in white, or in black, for it to be in doubt."""

PLAIN, PAINTED = 0.05, 0.16
"""The same for what is drawn over a face: so near to each other, and so much of it. A bar over
the eyes, a fifth of the face high, gives 0.22; of the good faces the most is 0.13, and of the
PublicTest faces in good light 1 in 200 has more."""

FAINT = 3.0
"""Least deviation of a face's pixels, in grey levels, that shows an expression."""

_FACE = np.s_[10:40, 8:40]
"""The part of a 48-pixel crop that contains only the face, without background."""


def exposure(crop: np.ndarray) -> str | None:
    """What of a face's light is lost, so that it may look another than it is.

    Measured against the face's own brightest and darkest pixels: what was burnt out and then
    dimmed, or written as video, is as flat as before, but no longer white.

    Parameters
    ----------
    crop : np.ndarray [shape=(48, 48), uint8]
        Grey, aligned, as it is read.

    Returns
    -------
    str or None
        ``overexposed``, ``underexposed`` or, where hardly anything is to be seen, ``faint``.
    """
    face = crop[_FACE].astype(np.float32)
    spread = float(face.std())
    if spread < FAINT:
        return "faint"
    low, high = np.percentile(face, (0.5, 99.5))
    if float((face >= high - NEAR * spread).mean()) >= BRIGHT:
        return "overexposed"
    return "underexposed" if float((face <= low + NEAR * spread).mean()) >= DARK else None


def is_painted(crop: np.ndarray) -> bool:
    """Whether a part of a face has one tone, as something that was drawn over it.

    Parameters
    ----------
    crop : np.ndarray [shape=(48, 48), uint8]
        Grey, aligned, as it is read.
    """
    levels = np.sort(crop[_FACE].astype(np.float32), axis=None)
    same = np.searchsorted(levels, levels + PLAIN * levels.std(), side="right")
    return bool((same - np.arange(len(levels))).max() >= PAINTED * len(levels))
