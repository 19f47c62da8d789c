"""The card of a clip network."""

from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.face import motion
from source.runtime.card import Card
from source.training import metrics
from source.training.calibration import calibrate, posteriors
from source.training.clip.kinds import ClipNetwork

TARGET = 0.8
"""Share of right answers among those that are called certain."""

LIMITS = (
    "Trained on clips made from still pictures, so it never saw how real faces move. The "
    "emotions are acted or posed, and an expression is not a feeling. There are few pictures of "
    "disgust, fear and contempt, so these answers are the weakest. The face must be visible from "
    "the front for about a second or longer. Where report.md shows that the model is worse than "
    "the mean of still pictures, trust that mean, on which the answer for a person is based. "
    "There are no figures by age, sex or skin colour."
)
LIMITS_REAL = (
    "Trained on acted emotion of few North American actors, and on synthetic clips made from "
    "stills; an expression is not a feeling. Contempt comes from synthetic clips only."
)
CHANCE = "It was trained too little: its answers are no better than chance. "


def card(
    folder: Path,
    labels: np.ndarray,
    logits: np.ndarray,
    *,
    kind: ClipNetwork,
    options: dict[str, Any],
    taken: dict[str, Any],
    trained: str,
    real: bool,
) -> Card:
    """The card of the model in `folder`, but for its digests, calibrated on validation clips.

    Parameters
    ----------
    labels : np.ndarray [shape=(n,), int]
    logits : np.ndarray [shape=(n, 8)]
        Of the validation clips, which were not trained on.
    kind : ClipNetwork
        Of the network.
    options : dict
        Arguments it was built with.
    taken : dict
        Further facts about the input.
    trained : str
        The training data and the seed, in words.
    real : bool
        Whether the validation clips are real films (of RAVDESS) or made from stills.
    """
    shipped = calibrate(logits, labels, target=TARGET)
    measured = metrics.figures(labels, posteriors(logits, temperature=shipped.temperature))
    poor = CHANCE if measured["uar"] < 1.2 / len(FACE) else ""
    what = "films of other RAVDESS actors" if real else "synthetic clips of PublicTest stills"
    data = "Synthetic clips of FER2013 training pictures with FER+ votes"
    licence = "FER2013 is for research, and its pictures belong to their owners. FER+ labels: MIT."
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
        protocol=f"Trained on {trained}. "
        f"The temperature, threshold and figures come from {len(labels)} {what}. "
        f"An answer is certain from the lowest score at which {100 * TARGET:.0f} % of the "
        "remaining answers are right. Real clips are used for evaluation only; see report.md.",
        figures={
            "validation": {
                **measured, "coverage": round(shipped.coverage, 4), "clips": len(labels),
            }
        },
        limits=kind.note + poor + (LIMITS_REAL if real else LIMITS),
    )  # fmt: skip
