"""The 6,373 features of ComParE 2016, by openSMILE: an optional extra.

openSMILE's licence (audEERING Research License) allows research and private use and bars
products, even of features that it made. So nothing imports it but this function, no model of
ours that learnt from it is handed out, and whoever installs it
(``pip install -r requirements-opensmile.txt``) is told.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import Unavailable
from source.voice.features import HOP, RATE
from source.voice.windows import cuts, seconds

Floats = NDArray[np.float32]

VERSION = 1
"""Preprocessing version on a card."""

COUNT = 6373
"""Features: functionals of 65 low-level descriptors and of their changes. Schuller et al.
(2016), "The INTERSPEECH 2016 Computational Paralinguistics Challenge"."""

LICENCE = (
    "openSMILE by audEERING (audEERING Research License): research and private use; no product "
    "may use it or what it computes."
)

SHORTEST = RATE // 2
"""Samples that openSMILE needs; less is filled with silence."""


def compare_2016(samples: Floats) -> tuple[Floats, list[tuple[float, float]]]:
    """The features of each window of an utterance at 16 kHz: ``[windows, COUNT]`` and spans.

    Raises
    ------
    Unavailable
        If openSMILE is not installed.
    """
    parts = cuts(1 + len(samples) // HOP)
    smile = _smile()
    rows = []
    for start, end in parts:
        window = samples[start * HOP : end * HOP]
        window = np.pad(window, (0, max(0, SHORTEST - len(window))))
        rows.append(smile.process_signal(window, RATE).to_numpy(np.float32)[0])
    return np.nan_to_num(np.stack(rows), posinf=0.0, neginf=0.0), seconds(parts)


@cache
def _smile() -> Any:
    try:
        import opensmile
    except ImportError:
        raise Unavailable(
            "ComParE features need openSMILE, which is not installed.",
            hint="Its licence excludes products. For research: "
            "pip install -r requirements-opensmile.txt.",
        ) from None
    return opensmile.Smile(
        feature_set=opensmile.FeatureSet.ComParE_2016,
        feature_level=opensmile.FeatureLevel.Functionals,
    )
