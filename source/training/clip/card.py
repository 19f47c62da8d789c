"""What stands on the card of a clip network."""

from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.face import motion
from source.runtime.card import Card
from source.training import metrics
from source.training.calibration import calibrate, posteriors
from source.training.clip.kinds import Kind

TARGET = 0.8
"""Share of right answers among those that are called certain."""

LIMITS = (
    "Trained on clips made from still pictures of faces, not on films: how real faces move was "
    "never seen. Acted and posed emotion only; an expression is not a feeling. Few pictures of "
    "disgust, fear and contempt: these answers are the weakest. Needs a face seen for about "
    "a second or longer, from the front. Where report.md shows it below the mean of still "
    "pictures, trust that mean: it is what the answer for a person rests on. No figures by age, "
    "sex or skin colour exist for it."
)
LIMITS_REAL = (
    "Trained on acted emotion of few North American actors, and on clips made from stills; an "
    "expression is not a feeling. Contempt comes from made clips alone."
)
CHANCE = "It was trained too little: its answers are no better than chance. "


def card(
    folder: Path,
    labels: np.ndarray,
    logits: np.ndarray,
    *,
    kind: Kind,
    options: dict[str, Any],
    taken: dict[str, Any],
    trained: str,
    real: bool,
    seed: int,
) -> Card:
    """The card of the model in `folder`, but for its digests, calibrated on validation clips.

    Parameters
    ----------
    labels : np.ndarray [shape=(n,), int]
    logits : np.ndarray [shape=(n, 8)]
        Of the validation clips, which were not trained on.
    kind : Kind
        Of the network.
    options : dict
        Arguments it was built with.
    taken : dict
        What else is to be known about the input.
    trained : str
        What was learned from, in words.
    real : bool
        Whether the validation clips are real films (of RAVDESS) or made from stills.
    seed : int
        Of the training.
    """
    shipped = calibrate(logits, labels, target=TARGET)
    measured = metrics.figures(labels, posteriors(logits, temperature=shipped.temperature))
    poor = CHANCE if measured["uar"] < 1.2 / len(FACE) else ""
    what = "films of other RAVDESS actors" if real else "clips made from PublicTest stills"
    data = "FER2013 training pictures with FER+ votes, as made clips"
    licence = "FER2013: for research, the pictures belong to their owners; FER+ labels: MIT."
    return Card(
        name=folder.name,
        sense="clip",
        architecture={"name": kind.architecture, "args": options},
        labels=FACE,
        input={"what": kind.what, "reads": kind.reads, **taken},
        preprocessing=motion.PREPROCESSING,
        temperature=round(shipped.temperature, 4),
        threshold=round(shipped.threshold, 4),
        sha256={},
        data=data + (", and RAVDESS video" if real else ""),
        licence=("RAVDESS: CC BY-NC-SA 4.0. " if real else "") + licence,
        protocol=f"Trained on {trained}, seed {seed}. "
        f"Temperature, threshold and figures on {len(labels)} {what}; "
        f"certain from the smallest score at which {100 * TARGET:.0f} % of the kept answers are "
        "right. Real clips of shared/data/clip are for evaluation alone: see report.md.",
        figures={
            "validation": {
                **measured, "coverage": round(shipped.coverage, 4), "clips": len(labels),
            }
        },
        limits=kind.note + poor + (LIMITS_REAL if real else LIMITS),
    )  # fmt: skip
