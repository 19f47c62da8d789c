"""The ComParE model: openSMILE's 6,373 features, SMOTE, selection, support vectors.

``python -m source.training.train voice --model opensmile``, after ``pip install -r
requirements-opensmile.txt``. openSMILE's licence bars products, so the model stays with who
trains it: AVER ships its figures, not its file.
"""

import warnings
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import Unavailable
from source.runtime.classic import Vote, standardised
from source.training.voice import vote as votes
from source.training.voice.runs import Training
from source.training.voice.sounds import windows_of
from source.training.voice.vote import Floats, Ints
from source.voice.compare import COUNT, LICENCE, VERSION, compare_2016

NAME = "opensmile"
WHAT = "6,373 ComParE 2016 functionals of a window of up to 2.82 s, by openSMILE"
PROTOCOL = (
    "Five folds by actor; the figures pool the unseen actors of all folds. Scaling, SMOTE, "
    "selection and the grid search use only the training part of each fold, the grid search with "
    "inner folds by actor. The temperature of each fold is fitted on the other folds. The shipped "
    "temperature and threshold are fitted on all folds, and the shipped model is fitted on all "
    "twenty actors."
)


@dataclass(frozen=True)
class Recipe:
    """Between what the inner folds choose: features kept, cost, width over 1 / features."""

    kept: tuple[int, ...] = (300, 1000)
    costs: tuple[float, ...] = (1.0, 5.0)
    widths: tuple[float, ...] = (0.3, 1.0)
    inner: int = 4


TINY = Recipe(kept=(50,), costs=(1.0,), widths=(0.3,), inner=2)


def train(run: Training) -> int:
    """Measure the model out of fold, fit it on all clips, write its folder.

    Raises
    ------
    Unavailable
        If openSMILE or imbalanced-learn is not installed.
    """
    print(f"Licence: {LICENCE}", flush=True)
    _smote(0, 1)
    recipe = TINY if run.tiny else Recipe()
    return votes.train(
        run,
        windows_of(run, "compare-2016", compare_2016, version=VERSION),
        partial(fit, recipe=recipe, seed=run.seed),
        name=NAME,
        recipe=asdict(recipe),
        taken={"shape": [COUNT], "features": "compare-2016", "what": WHAT},
        version=VERSION,
        protocol=PROTOCOL,
        licence=f"{LICENCE} Data: CC BY-NC-SA 4.0, no commercial use.",
    )


def fit(
    features: Floats, labels: Ints, groups: NDArray[Any], *, recipe: Recipe, seed: int
) -> tuple[Vote, dict[str, Any]]:
    """Fit scaling, SMOTE, selection and machine, chosen on inner folds by actor.

    Shapes as in `source.training.voice.classic.fit`.
    """
    folds = [
        (outside, _Part(features[inside], labels[inside], seed))
        for inside, outside in votes.inner(groups, recipe.inner)
    ]

    def scored(kept: int, cost: float, width: float) -> Floats:
        chosen = (
            (outside, part.of(features[outside], kept), part.labels, part.best(kept))
            for outside, part in folds
        )
        return votes.inner_scores(chosen, cost, width / kept)

    (kept, cost, width), warmth = votes.likeliest(
        labels, product(recipe.kept, recipe.costs, recipe.widths), scored
    )
    part = _Part(features, labels, seed)
    columns = part.columns(kept)
    vote = Vote(
        columns=columns, mean=part.mean[columns], spread=part.spread[columns], **votes.NO_FOREST,
        **votes.machine(part.best(kept), part.labels, cost, width / kept), gamma=width / kept,
        warmth=warmth, share=0.0,
    )  # fmt: skip
    return vote, {"kept": kept, "cost": cost, "width": width, "warmth": round(warmth, 4)}


class _Part:
    """A training part, scaled, its rarer classes filled up by SMOTE, its features ranked."""

    def __init__(self, features: Floats, labels: Ints, seed: int) -> None:
        from sklearn.feature_selection import f_classif

        self.mean, self.spread = votes.scale(features)
        known = standardised(features, self.mean, self.spread)
        fewest = int(np.bincount(labels)[np.unique(labels)].min())
        self.known, self.labels = known, labels
        if fewest > 1:  # with one example there is nothing between examples
            filled = _smote(seed, min(5, fewest - 1)).fit_resample(known, labels)
            self.known, self.labels = filled
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            warnings.simplefilter("ignore")  # some features are constant; they rank last
            ratios = f_classif(self.known, self.labels)[0]
        self.order = np.argsort(-np.nan_to_num(ratios), kind="stable")

    def columns(self, kept: int) -> Ints:
        """The `kept` features that tell the classes apart best, by analysis of variance."""
        return np.sort(self.order[:kept])

    def best(self, kept: int) -> Floats:
        """The part in those features."""
        return self.known[:, self.columns(kept)]

    def of(self, features: Floats, kept: int) -> Floats:
        """Other rows in those features, scaled as the part is."""
        return standardised(features, self.mean, self.spread)[:, self.columns(kept)]


def _smote(seed: int, neighbours: int) -> Any:
    """Chawla et al. (2002), "SMOTE: synthetic minority over-sampling technique", JAIR."""
    try:
        from imblearn.over_sampling import SMOTE
    except ImportError:
        raise Unavailable(
            "The openSMILE model needs packages that are not installed.",
            hint="Their licence bars products; for research: "
            "pip install -r requirements-opensmile.txt.",
        ) from None
    return SMOTE(random_state=seed, k_neighbors=neighbours)
