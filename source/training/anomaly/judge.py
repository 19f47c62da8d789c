"""The test of strangeness: how well what is not normal is told from what is, held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.fusion.anomaly import THRESHOLD, Strangeness
from source.training.anomaly import strange
from source.training.anomaly.grow import Readings, side_by_side, split, strangeness
from source.training.anomaly.normal import Normal, few, heard
from source.training.corpora import CORPORA
from source.training.report.answers import Rows
from source.training.run import Run

Floats = NDArray[np.floating[Any]]

NORMAL = "normal"
LANGUAGE = "another language"
PAIRS = "another recording's face"
BACKWARDS = "backwards"

APART = (BACKWARDS,)
"""Kinds that are no part of the stated test."""

GROUPS = {
    "noise": ("noise", "tones", "stripes"),
    "music": ("music",),
    "cartoons": tuple(strange.CARTOONS),
    "another language": (LANGUAGE,),
    "wrong pairings": (PAIRS,),
    "damage": (
        *(kind for kind in strange.DAMAGE if kind != BACKWARDS),
        *(k for k in strange.PICTURES if k not in ("noise", "stripes", *strange.CARTOONS)),
    ),
}
"""The stated test: kinds by what they are examples of. Each group has the same say."""

AWAY = "ased"
"""The corpus, of a language of its own, that a second forest is not grown on."""

CLIPS = 4
"""Clips of each corpus, of people held out, that are damaged in every way."""

FACES = 60
"""Faces held out that are changed in every way."""

MOST = 800
"""Normal readings of each kind that are kept for the report."""


@dataclass(frozen=True, eq=False)
class Tested:
    """Scores of the test.

    Attributes
    ----------
    score : np.ndarray [shape=(n,)]
        Share of normal ones that are less strange.
    kind, senses : np.ndarray [shape=(n,), str]
        What was done, or `NORMAL`; and what it was scored by: ``voice``, ``face`` or both.
    places : np.ndarray [shape=(n, 2)]
        Along the first two principal directions of normal readings, for a drawing.
    """

    score: Floats
    kind: NDArray[Any]
    senses: NDArray[Any]
    places: Floats

    def auc(self, kinds: list[str], senses: str | None = None) -> float:
        """Area under the ROC curve of some kinds against normal readings of the same senses.

        Over several, each pair of senses against its own normal readings, weighted by how many
        strange ones there are.
        """
        from sklearn.metrics import roc_auc_score

        areas, counts = [], []
        for name in np.unique(self.senses) if senses is None else [senses]:
            own = self.senses == name
            odd = own & np.isin(self.kind, kinds)
            if odd.any():
                rows = odd | (own & (self.kind == NORMAL))
                areas.append(roc_auc_score(odd[rows], self.score[rows]))
                counts.append(int(odd.sum()))
        return float(np.average(areas, weights=counts))

    def groups(self, senses: str | None = None) -> dict[str, float]:
        """Area under the ROC curve of each of `GROUPS` that there is: the mean of its kinds'."""
        areas: dict[str, list[float]] = {}
        for kind, read in self.kinds:
            for group, kinds in GROUPS.items():
                if kind in kinds and senses in (None, read):
                    areas.setdefault(group, []).append(self.auc([kind], read))
        return {group: float(np.mean(areas[group])) for group in GROUPS if group in areas}

    def stated_auc(self, senses: str | None = None) -> float:
        """The mean over `groups`."""
        return float(np.mean(list(self.groups(senses).values())))

    def flagged(self, kind: str, senses: str) -> float:
        """Share of a kind that is called an anomaly."""
        return float((self.score[self.of(kind, senses)] > THRESHOLD).mean())

    def of(self, kind: str, senses: str) -> NDArray[np.bool_]:
        """Which rows are of a kind."""
        return np.asarray((self.kind == kind) & (self.senses == senses))

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Every kind that is not normal, with its senses."""
        pairs = dict.fromkeys(zip(self.kind.tolist(), self.senses.tolist(), strict=True))
        return [(kind, senses) for kind, senses in pairs if kind != NORMAL]

    @property
    def stated(self) -> list[str]:
        """The kinds of the stated test: all but those of `APART`."""
        return [kind for kind in dict.fromkeys(k for k, _ in self.kinds) if kind not in APART]

    def rows(self) -> Rows:
        """The columns that are kept in a file."""
        return {
            "score": self.score.astype(np.float16), "kind": self.kind, "senses": self.senses,
            "places": self.places.astype(np.float16),
        }  # fmt: skip

    @classmethod
    def of_rows(cls, rows: Rows) -> "Tested":
        """What `rows` gave."""
        return cls(
            rows["score"].astype(float), rows["kind"], rows["senses"], rows["places"].astype(float)
        )


class Test:
    """Collects the scores of one forest."""

    def __init__(self, scorer: Strangeness) -> None:
        self._scorer = scorer
        self._parts: list[tuple[Floats, str, str, Floats]] = []

    def add(self, kind: str, readings: Readings) -> None:
        """Score some readings of a kind."""
        embeddings, measures = readings.embeddings, readings.measures
        scores = self._scorer.score(embeddings, readings.agreement, measures=measures)
        first = next(iter(embeddings))
        rows = self._scorer.shapes[first].places(embeddings[first])
        self._parts.append((scores, kind, "+".join(embeddings), rows))

    def done(self) -> Tested:
        """All of them."""
        return Tested(
            np.concatenate([p[0] for p in self._parts]),
            np.concatenate([np.full(len(p[0]), p[1]) for p in self._parts]),
            np.concatenate([np.full(len(p[0]), p[2]) for p in self._parts]),
            np.concatenate([p[3] for p in self._parts]),
        )


def test(
    run: Run,
    scorer: Strangeness,
    models: Mapping[str, Any],
    held: Mapping[str, Normal],
    agreements: tuple[Floats, Floats],
) -> Tested:
    """Put what is not normal to a forest, beside what is and was held out of it.

    Parameters
    ----------
    models : mapping of sense to Model
    held : mapping of sense to Normal
        No speaker and no picture of it was grown on, or taken for the shares.
    agreements : pair of np.ndarray
        Of the same recording, and of two different ones.
    """
    rng = np.random.default_rng(run.seed + 1)
    tested = Test(scorer)
    for sense, normal in held.items():
        drawn = rng.permutation(len(normal.embeddings))[:MOST]
        tested.add(NORMAL, side_by_side({sense: normal.where(drawn)}))
    _voices(run, tested, models["voice"], held["voice"], rng)
    _faces(run, tested, models["face"], rng)
    right, wrong = agreements
    for kind, agree in ((NORMAL, right), (PAIRS, wrong)):
        agree = agree[rng.permutation(len(agree))[:MOST]]
        both = {s: n.where(rng.integers(0, len(n.embeddings), len(agree))) for s, n in held.items()}
        tested.add(kind, side_by_side(both, agree))
    return tested.done()


def language(normal: Mapping[str, Normal], agreements: Floats, *, seed: int) -> Floats | None:
    """Scores of the corpus `AWAY` by a forest that never saw its language, and of those held out.

    Returns
    -------
    np.ndarray [shape=(n,)] or None
        Where the model knows no such corpus.
    """
    away = normal["voice"].sources == AWAY
    if not away.any() or away.all():
        return None
    rest = dict(normal) | {"voice": normal["voice"].where(~away)}
    grown, held, _ = all_parts(rest, seed=seed)
    scorer = strangeness(grown, held, agreements, seed=seed)
    foreign = side_by_side({"voice": normal["voice"].where(away)})
    return scorer.score(foreign.embeddings, measures=foreign.measures)[:MOST]


def all_parts(
    normal: Mapping[str, Normal], *, seed: int
) -> tuple[dict[str, Normal], dict[str, Normal], dict[str, Normal]]:
    """Of every sense what is grown on, what the shares are taken from, and what is tested."""
    parts: tuple[dict[str, Normal], ...] = ({}, {}, {})
    for sense, own in normal.items():
        parts[0][sense], unseen = split(own, seed=seed)
        parts[1][sense], parts[2][sense] = split(unseen, seed=seed, share=0.5)
    return parts[0], parts[1], parts[2]


def _voices(run: Run, tested: Test, model: Any, held: Normal, rng: np.random.Generator) -> None:
    from source.training.voice.prepare import uttered

    for kind, samples in strange.sounds(run):
        tested.add(kind, _sound(model, samples))
    for corpus in np.unique(held.sources):
        clips = CORPORA[str(corpus)].clips(run.data)
        known = [c for c in clips if c.person in set(held.groups[held.sources == corpus].tolist())]
        for clip in few(known, run, 1 if run.tiny else CLIPS)[: 1 if run.tiny else CLIPS]:
            spoken = uttered(clip.path)
            if spoken is None:
                continue
            for kind, change in strange.DAMAGE.items():
                tested.add(kind, _sound(model, change(spoken, rng)))


def _faces(run: Run, tested: Test, model: Any, rng: np.random.Generator) -> None:
    """Changed faces of PublicTest, that nothing was trained on."""
    from source.training.face.batches import crops
    from source.training.face.commands import faces_of

    faces = faces_of(run, usage=1) if run.tiny else public_faces(run)
    cut = crops(faces)
    tested.add(NORMAL, _looks(model, cut))
    for kind, change in strange.PICTURES.items():
        changed = np.stack([np.asarray(change(c, rng), np.uint8) for c in cut[:FACES]])
        tested.add(kind, _looks(model, changed))


def public_faces(run: Run) -> Any:
    """Faces of PublicTest that the detector finds: a few hundred are enough."""
    from source.training.face import data

    pictures, table = data.published(run.data / "face" / "fer2013", usage=1)
    votes, scored = data.shares(table["votes"])
    drawn = np.random.default_rng(run.seed).permutation(np.flatnonzero(scored))[: 4 * FACES]
    places, found = data.find_places(pictures[drawn])
    drawn, places = drawn[found], places[found]
    count = len(drawn)
    blank = np.zeros(count)
    return data.Faces(
        pictures[drawn], places, np.ones(count, bool), votes[drawn], scored[drawn],
        blank.astype(int), np.ones(count, int), blank.astype(bool), blank, blank,
    )  # fmt: skip


def _sound(model: Any, samples: Floats) -> Readings:
    embeddings, sounds = heard(model, samples)
    return Readings({"voice": embeddings}, {"voice": sounds})


def _looks(model: Any, crops: NDArray[np.uint8]) -> Readings:
    from source.face import expression
    from source.face.measures import measures

    embeddings = expression.read(crops, model, several=False)[1]
    return Readings({"face": embeddings}, {"face": np.stack([measures(crop) for crop in crops])})
