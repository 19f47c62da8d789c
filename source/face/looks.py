"""Appearance descriptors that distinguish the few faces in one clip.

Two parts: a thumbnail of the aligned face, light and contrast taken out, and which way its edges
run in each of 8 x 8 cells (Dalal N, Triggs B, "Histograms of Oriented Gradients for Human
Detection", 2005). Both would identify nobody: they are kept while the clip is being read, and
then forgotten.
"""

from functools import cache

import numpy as np

EDGES = 0.65
"""Share of the edges in a likeness; the thumbnail has the rest. Over 24 people of the media set,
a logistic regression gives the edges about twice the weight."""

PLAIN = 4.0
"""Least spread of a face's light, in grey levels, that shows what it looks like."""

SMOOTH = 0.2
"""Least second derivative of the light, as a share of its spread, that shows a face's features.
Over 25 clips of the media set it is 0.27 or more."""

_SIDE = 16
_EDGE_SIDE = 32
_CELLS = 8
_BINS = 9
LENGTH = 3 * _SIDE**2 + _BINS * _CELLS**2

# What all faces share says nothing about who it is: the mean of FER2013's training faces (left
# half, tenths of a deviation) and the usual colour of skin and hair (a and b of CIELAB).
_MEAN_LIGHT = (
    (-4, -5, -5, -3, 0, 2, 4, 4),
    (-4, -5, -4, -1, 2, 4, 5, 6),
    (-5, -5, -4, 0, 3, 5, 6, 7),
    (-5, -5, -3, 0, 2, 4, 6, 7),
    (-4, -5, -2, -1, -1, -2, 1, 5),
    (-4, -4, -2, -3, -6, -7, -3, 3),
    (-3, -2, 0, -2, -5, -5, -1, 4),
    (-2, -1, 2, 5, 4, 4, 5, 7),
    (-1, -1, 2, 6, 8, 7, 6, 7),
    (-1, -1, 1, 5, 7, 5, 3, 4),
    (-2, -1, 0, 3, 4, 4, 2, 1),
    (-2, -2, -1, 1, 2, 1, 1, 1),
    (-2, -2, -2, 0, 1, -1, -2, -2),
    (-2, -3, -3, -2, 0, 0, -2, -2),
    (-3, -3, -3, -3, -2, 0, 0, 0),
    (-3, -3, -4, -4, -3, -1, 0, 1),
)
_MEAN_COLOUR = (10.0, 15.0)

# The same for the edges: per row of cells the left half, cell by cell its nine directions in
# hundredths, two digits each.
_MEAN_EDGES = (
    "151009050808030305171213090604040405150810100806050405130607090909070505",
    "121209060908040407121412090706050608080910090909080707070708080909080807",
    "131208050909040508121311100908070709070809111314120908100808080910111211",
    "141007050909050610121109080809090810080810111313100807111211100908070709",
    "130805040909050812130906060506061013080910090908070708111109090909080809",
    "110705040909060912130806050505071215090909080808091010080809101213111009",
    "100706051010060910110706050506081415090707070709111311070708101213121008",
    "140605050909050708170605050505081111160505050507101310130506070910100907",
)


def looks(crop: np.ndarray) -> np.ndarray:
    """What a face looks like, as a vector of length 1; the product of two is their likeness.

    Parameters
    ----------
    crop : np.ndarray [shape=(side, side, 3), uint8]
        RGB, aligned.

    Returns
    -------
    np.ndarray [shape=(1344,), float32]
        Zeros where too little can be seen, as in a fade to black or out of focus.
    """
    import cv2

    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_EDGE_SIDE, _EDGE_SIDE), interpolation=cv2.INTER_AREA)
    spread = float(small.std())
    fine = float(np.abs(cv2.Laplacian(small, cv2.CV_32F)).mean())
    if spread < PLAIN or fine < SMOOTH * spread:
        return np.zeros(LENGTH, np.float32)
    return np.concatenate([np.sqrt(1.0 - EDGES) * _colour(crop), np.sqrt(EDGES) * _edges(small)])


def _colour(crop: np.ndarray) -> np.ndarray:
    """The thumbnail, as a vector of length 1."""
    import cv2

    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2LAB)
    small = cv2.resize(lab, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    light, colour = small[..., :1], small[..., 1:]
    half = np.array(_MEAN_LIGHT, np.float32) / 10.0
    mean = np.concatenate([half, half[:, ::-1]], axis=1)[..., None]
    light = (light - light.mean()) / max(float(light.std()), 1.0) - mean
    # Colour differences keep their size: skin and hair differ by some 10 to 20 units.
    colour = (colour - 128.0 - np.array(_MEAN_COLOUR, np.float32)) / 12.0
    return _unit(np.concatenate([light, colour], axis=2))


def _edges(small: np.ndarray) -> np.ndarray:
    """How strong the edges of each direction are in each cell, as a vector of length 1."""
    import cv2

    across, down = (cv2.Sobel(small, cv2.CV_32F, x, 1 - x, ksize=1) for x in (1, 0))
    strength, angle = cv2.cartToPolar(across, down)
    # An edge counts for the two directions nearest to its own; light to dark is as dark to light.
    turn = angle[..., None] * np.float32(_BINS / np.pi) % _BINS
    apart = np.abs(turn - np.arange(_BINS, dtype=np.float32))
    share = np.maximum(1.0 - np.minimum(apart, _BINS - apart), 0.0) * strength[..., None]
    step = _EDGE_SIDE // _CELLS
    cells = share.reshape(_CELLS, step, _CELLS, step, _BINS).sum(axis=(1, 3))
    # Measured against the cells around it, so that light from one side does no harm.
    around = cv2.boxFilter(
        cells.sum(axis=2), -1, (3, 3), normalize=False, borderType=cv2.BORDER_REPLICATE
    )
    return _unit(np.sqrt(cells / (around[..., None] + 20.0)) - _mean_edges())


@cache
def _mean_edges() -> np.ndarray:
    digits = [[int(row[n : n + 2]) for n in range(0, len(row), 2)] for row in _MEAN_EDGES]
    half = np.array(digits, np.float32).reshape(_CELLS, -1, _BINS) / 100.0
    other = half[:, ::-1][..., -np.arange(_BINS) % _BINS]
    return np.concatenate([half, other], axis=1)


def _unit(values: np.ndarray) -> np.ndarray:
    vector = values.astype(np.float32).ravel()
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
