"""How far the face network's evidence is to be believed, on photographs and on speaking faces.

It is calibrated on photographs. On faces that speak its answers are far too sure: an open mouth
is not what it learned, and actors show less while they talk. One scale is fitted to both.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE, FUSED
from source.fusion.pool import FLOOR
from source.runtime import Card, default_name
from source.training.calibration import posteriors
from source.training.fusion.pairs import fused_place, in_fused
from source.training.report import answers
from source.training.report.clip import STILLS, Clips

Floats = NDArray[np.float64]

LEAST, MOST = 0.02, 2.0
"""Scales between which one is looked for."""


@dataclass(frozen=True, eq=False)
class Scale:
    """What `scale` found.

    Attributes
    ----------
    share : float
        What the evidence is multiplied by: the likeliest for photographs and speaking faces
        alike.
    photographs, speaking : float
        The likeliest for each by itself.
    priors : np.ndarray [shape=(7,)]
        How often the network met each class; sums to 1.
    films : int
        Recordings of speaking faces.
    """

    share: float
    photographs: float
    speaking: float
    priors: Floats
    films: int


def scale(models: Path) -> Scale:
    """Fit the scale to the answers that the face's and the clip's training kept.

    Both kinds have the same say, and within each every class.
    """
    face = models / "face" / default_name("face", root=models)
    rows = answers.load(face, "face")
    known = (rows["plurality"] >= 0) & (rows["plurality"] < len(FACE))
    known &= rows["plurality"] != FACE.index("contempt")
    labels = np.array([fused_place(FACE[place]) for place in rows["plurality"][known]])
    scores = posteriors(rows["logits"][known], temperature=Card.read(face).temperature)
    priors = np.bincount(labels, minlength=len(FUSED)) / len(labels)
    clips = Clips.of_rows(answers.load(models / "clip" / default_name("clip", root=models), "clip"))
    films = np.array([i for i in clips.films() if FACE[clips.labels[i]] != "contempt"], int)
    acted = np.array([fused_place(FACE[clips.labels[i]]) for i in films])
    sets = [
        (_evidence(in_fused(scores, FACE), priors), labels),
        (_evidence(in_fused(clips.posteriors[STILLS][films].astype(float), FACE), priors), acted),
    ]
    return Scale(_best(sets), _best(sets[:1]), _best(sets[1:]), priors, len(films))


def _evidence(scores: Floats, priors: Floats) -> Floats:
    return np.log(np.maximum(scores, FLOOR)) - np.log(np.maximum(priors, FLOOR))


def _best(sets: list[tuple[Floats, NDArray[Any]]]) -> float:
    """The scale at which the labels of all sets are likeliest, every set and class alike."""
    from scipy.optimize import minimize_scalar

    def loss(share: float) -> float:
        costs = []
        for evidence, labels in sets:
            weights = 1.0 / np.bincount(labels, minlength=evidence.shape[1])[labels]
            scores = posteriors(evidence, temperature=1.0 / share)
            right = np.maximum(scores[np.arange(len(labels)), labels], FLOOR)
            costs.append(-(weights * np.log(right)).sum() / weights.sum())
        return float(np.mean(costs))

    found = minimize_scalar(loss, bounds=(LEAST, MOST), method="bounded", options={"xatol": 1e-5})
    return float(found.x)
