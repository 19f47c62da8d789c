"""The classic voice model: 61 features, random forest and support vectors, soft vote.

``python -m source.training.train voice --model classic`` measures it by actor and by clip and
fits the one that ships, in a minute or two on one core.
"""

from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.runtime.classic import Vote, standardised
from source.training.voice import vote as votes
from source.training.voice.runs import Training
from source.training.voice.sounds import windows_of
from source.training.voice.vote import Floats, Ints
from source.voice.classic import NAMES, VERSION, classic_61

NAME = "classic"
WHAT = (
    "61 features of a window of up to 2.82 s at 16 kHz: means over time of 40 MFCC, 12 chroma, "
    "centroid, bandwidth, roll-off, flatness, zero crossings, RMS; tempo; spreads of centroid "
    "and RMS"
)
PROTOCOL = (
    "Five folds by actor; the figures pool the unseen actors of all folds. The SVM's cost, kernel "
    "width and temperature are chosen on folds inside each training part. The temperature of each "
    "fold is fitted on the other folds. The shipped temperature and threshold are fitted on all "
    "folds, and the shipped model is fitted on all twenty actors."
)


@dataclass(frozen=True)
class Recipe:
    """What was chosen, and between what the inner folds choose.

    Fewer examples in a leaf than `least` make the file grow and nothing better.
    """

    trees: int = 200
    least: int = 3
    costs: tuple[float, ...] = (1.0, 3.0, 10.0)
    widths: tuple[float, ...] = (0.004, 0.01, 0.025)
    inner: int = 4


TINY = Recipe(trees=10, costs=(3.0,), widths=(0.01,), inner=2)


def train(run: Training) -> int:
    """Measure the model out of fold, fit it on all clips, write its folder."""
    recipe = TINY if run.tiny else Recipe()
    return votes.train(
        run,
        windows_of(run, "classic-61", classic_61, version=VERSION),
        partial(fit, recipe=recipe, seed=run.seed),
        name=NAME,
        recipe=asdict(recipe),
        taken={"shape": [len(NAMES)], "features": "classic-61", "what": WHAT},
        version=VERSION,
        protocol=PROTOCOL,
    )


def fit(
    features: Floats, labels: Ints, groups: NDArray[Any], *, recipe: Recipe, seed: int
) -> tuple[Vote, dict[str, Any]]:
    """Fit both voters.

    Parameters
    ----------
    features : [n, d]
    labels : int [n]
    groups : [n]
        What the inner folds keep together: speakers, or clips.

    Returns
    -------
    vote : Vote
    chosen : dict
        Cost, width and warmth of the machine, chosen by the likelihood of the inner folds.
    """
    from sklearn.ensemble import RandomForestClassifier

    mean, spread = votes.scale(features)
    known = standardised(features, mean, spread)
    folds = [
        (outside, known[outside], labels[inside], known[inside])
        for inside, outside in votes.inner(groups, recipe.inner)
    ]
    (cost, width), warmth = votes.likeliest(
        labels, product(recipe.costs, recipe.widths), partial(votes.inner_scores, folds)
    )
    forest = RandomForestClassifier(
        recipe.trees, min_samples_leaf=recipe.least, class_weight="balanced", random_state=seed,
        n_jobs=1,
    ).fit(known, labels)  # fmt: skip
    vote = Vote(
        columns=np.arange(features.shape[1]), mean=mean, spread=spread,
        **votes.forest_arrays(forest), **votes.machine(known, labels, cost, width),
        gamma=width, warmth=warmth, share=0.5,
    )  # fmt: skip
    return vote, {"cost": cost, "width": width, "warmth": round(warmth, 4)}
