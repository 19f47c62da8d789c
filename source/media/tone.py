"""HDR pictures (PQ, HLG) shown as ordinary ones: BT.709 primaries, sRGB curve, 8 bits.

Reference white of 203 cd/m² (ITU-R BT.2408) becomes white; brighter values are
compressed by a shoulder. Without this, an HDR picture looks grey and dark.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PQ, HLG = 16, 18
"""Transfer characteristics of HDR (ITU-T H.273): SMPTE ST 2084 and ARIB STD-B67."""

WHITE = 203.0
"""Luminance of reference white in cd/m² (BT.2408)."""

HLG_PEAK = 1000.0
"""Luminance in cd/m² of the display that HLG is looked at on (BT.2100)."""

KNEE = 0.75
"""Share of reference white up to which nothing is changed."""

_TO_709 = np.array(
    [
        [1.660491, -0.587641, -0.072850],
        [-0.124550, 1.132900, -0.008349],
        [-0.018151, -0.100579, 1.118730],
    ],
    np.float32,
)
"""Linear BT.2020 to linear BT.709 (BT.2087)."""

_LUMINANCE = np.array([[0.2627, 0.6780, 0.0593]], np.float32)
_CODES = 4096

ROWS = 256
"""Rows of a picture that are worked out at once."""


def is_hdr(transfer: int) -> bool:
    """Whether numbers of that transfer characteristic need `sdr`."""
    return transfer in (PQ, HLG)


def sdr(pixels: NDArray[Any], transfer: int, *, wide: bool = True) -> NDArray[np.uint8]:
    """An HDR picture for ordinary screens; any other as it is.

    Parameters
    ----------
    pixels : np.ndarray [shape=(h, w, 3), dtype=uint8 or uint16]
        R'G'B' over the full range.
    transfer : int
        See `is_hdr`.
    wide : bool
        Whether its primaries are those of BT.2020.
    """
    if not is_hdr(transfer):
        return np.asarray(pixels, np.uint8)
    out = np.empty(pixels.shape, np.uint8)
    for top in range(0, len(pixels), ROWS):  # light takes sixteen times the memory
        out[top : top + ROWS] = _strip(pixels[top : top + ROWS], transfer, wide=wide)
    return out


def _strip(pixels: NDArray[Any], transfer: int, *, wide: bool) -> NDArray[np.uint8]:
    import cv2

    light: NDArray[np.float32] = _linear(transfer, pixels.dtype.itemsize * 8)[pixels]
    if transfer == HLG:  # the whole system's gamma of 1.2 is that of the luminance
        luminance = cv2.transform(light, _LUMINANCE)
        light *= (HLG_PEAK / WHITE) * cv2.pow(np.maximum(luminance, 1e-6), 0.2)[..., None]
    if wide:
        light = np.asarray(cv2.transform(light, _TO_709), np.float32)
    light = np.maximum(light, 0.0)
    over = np.maximum(light - KNEE, 0.0)
    room = 1.0 - KNEE
    light = np.minimum(light, KNEE) + room * over / (over + room)
    return _encoded()[(light * (_CODES - 1) + 0.5).astype(np.uint16)]


@cache
def _linear(transfer: int, bits: int) -> NDArray[np.float32]:
    """Light by code value: of PQ as a share of reference white, of HLG that of the scene."""
    value = np.linspace(0.0, 1.0, 1 << bits)
    if transfer == PQ:  # SMPTE ST 2084
        m1, m2 = 2610 / 16384, 2523 / 4096 * 128
        c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
        root = value ** (1 / m2)
        light = (np.maximum(root - c1, 0.0) / (c2 - c3 * root)) ** (1 / m1) * 10_000.0 / WHITE
    else:  # ARIB STD-B67
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(value <= 0.5, value**2 / 3.0, (np.exp((value - c) / a) + b) / 12.0)
    return light.astype(np.float32)


@cache
def _encoded() -> NDArray[np.uint8]:
    """The sRGB value of light, by light in steps of 1 / 4095."""
    light = np.arange(_CODES) / (_CODES - 1)
    value = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255.0 * value).astype(np.uint8)
