"""From what each sense read to one answer and one time line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from source.core import disagreement
from source.core.emotions import Emotion, fused_label, mean_scores, to_fused
from source.core.result import (
    Affect,
    Anomaly,
    Disagreement,
    Face,
    Moment,
    Voice,
)
from source.core.senses import SENSES
from source.core.sensing import Part
from source.core.steps import average, sure_of, walk
from source.core.whole import affect_of, emotion_of
from source.core.whole import together as key_of
from source.fusion import anomaly
from source.fusion.anomaly import Strangeness
from source.fusion.late import Evidence, Fusion, agreement
from source.fusion.trust import facts, trust

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SenseAnswer:
    """What one sense says of a recording.

    Attributes
    ----------
    part : Voice or Face
        Its part of the Result.
    threshold : float
        The smallest score that is certain, from the card of its model.
    embeddings : np.ndarray [shape=(n, d), dtype=float32], optional
        A row for each of the part's `readings`.
    measures : np.ndarray [shape=(n, k), dtype=float32], optional
        What each of them is like as a sound or a picture.
    """

    part: Part
    threshold: float
    embeddings: Floats | None = None
    measures: Floats | None = None


@dataclass(frozen=True, eq=False)
class Reading:
    """One sense's answer over a stretch of time, and how far it is trusted beside another."""

    start: float
    end: float
    emotion: Emotion
    trust: float = 1.0
    embedding: Floats | None = None
    measures: Floats | None = None


Parts = Mapping[str, Sequence[tuple[Reading, float]]]
"""The readings of each sense in a stretch, each with its seconds."""


@dataclass(frozen=True)
class Combined:
    """The parts of a Result that belong to all senses together."""

    emotion: Emotion | None
    timeline: tuple[Moment, ...]
    affect: Affect | None
    anomaly: Anomaly | None
    thresholds: dict[str, float] = field(default_factory=dict)
    disagreements: tuple[Disagreement, ...] | None = None


def combine(
    answers: Mapping[str, SenseAnswer],
    *,
    seconds: float | None,
    fusion: Fusion | None,
    strangeness: Strangeness | None = None,
) -> Combined:
    """One answer from the senses present.

    Parameters
    ----------
    answers : mapping of sense to SenseAnswer
        What each sense that was asked says.
    seconds : float or None
        Length of the recording; None for a picture, which has no time line.
    fusion : Fusion or None
        How the senses answer together, in the classes that all know. None where a single sense
        was asked: it answers in its own classes.
    strangeness : Strangeness, optional
        How strange readings are; without it nothing is said of that.
    """
    together = _Together({s: a.threshold for s, a in answers.items()}, fusion)
    readings = {s: _readings(s, answer, fusion, strangeness) for s, answer in answers.items()}
    steps = list(_moments(readings, seconds, together)) if seconds else []
    moments = _strange([m for m, _ in steps], [parts for _, parts in steps], strangeness)
    emotion, parts = _overall(answers, readings, moments, together)
    if emotion is None:
        nothing = anomaly.flagged(anomaly.NOTHING) if strangeness and answers else None
        return Combined(None, (), None, nothing)
    return Combined(
        emotion,
        moments,
        affect_of(emotion, moments),
        _anomaly(moments, parts, readings, strangeness),
        together.thresholds,
        _disagreements(answers) if moments else None,
    )


class _Together:
    """How the senses answer as one: in which classes, and from which score on surely."""

    def __init__(self, thresholds: Mapping[str, float], fusion: Fusion | None) -> None:
        self._thresholds, self.fusion = thresholds, fusion

    @property
    def thresholds(self) -> dict[str, float]:
        """The smallest score that is certain, by the senses that read something together."""
        known = [sense for sense in SENSES if sense in self._thresholds]
        groups = (g for size in range(1, len(known) + 1) for g in combinations(known, size))
        return {key_of(group): round(self.threshold(group), 6) for group in groups}

    def threshold(self, senses: Sequence[str]) -> float:
        """The smallest score that is certain where these senses read something."""
        own = {sense: self._thresholds[sense] for sense in senses}
        return self.fusion.threshold(own) if self.fusion else own[senses[0]]

    def emotion(self, parts: Parts) -> Emotion:
        """One emotion from the readings of each sense, each with its weight.

        It is certain where its score reaches the threshold and at least one sense is sure of
        the same emotion by itself (`core.steps.sure_of`).
        """
        threshold = self.threshold(list(parts))
        emotions = {s: [(r.emotion, w) for r, w in own] for s, own in parts.items()}
        if self.fusion is None:
            return average(next(iter(emotions.values())), threshold=threshold)
        embeddings = _mean_embeddings(parts) if self.fusion.reads_embeddings else {}
        scores = self.fusion.combine(_evidence(parts), embeddings)
        label = max(scores, key=lambda e: scores[e])
        sure = any(sure_of(label, [(_in_both(e), w) for e, w in own]) for own in emotions.values())
        return Emotion.from_scores(scores, threshold=threshold, trusted=sure)


def _evidence(parts: Parts) -> dict[str, Evidence]:
    """The mean of what each sense read, and how far that is trusted."""
    return {
        sense: Evidence(
            mean_scores([r.emotion.scores for r, _ in own], [w for _, w in own]),
            float(np.average([r.trust for r, _ in own], weights=[w for _, w in own])),
        )
        for sense, own in parts.items()
    }


def _mean_embeddings(parts: Parts) -> dict[str, Floats]:
    """Mean embedding of each sense [d], by weight; without the senses that have none."""
    return {
        sense: np.average([r.embedding for r, _ in own], axis=0, weights=[w for _, w in own])
        for sense, own in parts.items()
        if all(r.embedding is not None for r, _ in own)
    }


def _in_both(emotion: Emotion) -> Emotion:
    """An emotion in the classes of both senses.

    It is as certain as it was if it is still the same emotion: who is certain of contempt is not
    certain of what comes second.
    """
    scores = to_fused(emotion.scores)
    label = max(scores, key=lambda e: scores[e])
    certain = emotion.certain and label == fused_label(emotion.label)
    return Emotion(label, scores[label], certain, scores)


def _overall(
    answers: Mapping[str, SenseAnswer],
    readings: Mapping[str, Sequence[Reading]],
    moments: Sequence[Moment],
    together: _Together,
) -> tuple[Emotion | None, Parts]:
    """The answer for the whole: of all moments or, without a time line, of what there is.

    With what it rests on where there is no time line.
    """
    if moments:
        return emotion_of(moments, together.thresholds), {}
    parts: dict[str, list[tuple[Reading, float]]] = {}
    for sense, answer in answers.items():
        if answer.part.emotion is not None:
            parts[sense] = [(_whole(answer.part.emotion, readings[sense]), 1.0)]
    if not parts:
        return None, {}
    if together.fusion is None:  # of one face or of several: that is settled already
        return next(iter(parts.values()))[0][0].emotion, parts
    return together.emotion(parts), parts


def _whole(emotion: Emotion, readings: Sequence[Reading]) -> Reading:
    """All that a sense read, as one reading."""
    weights = [max(r.end - r.start, 1e-3) for r in readings]
    sure = float(np.average([r.trust for r in readings], weights=weights)) if readings else 1.0
    known = [r.embedding for r in readings if r.embedding is not None]
    mean = None
    if readings and len(known) == len(readings):
        mean = np.asarray(np.average(known, axis=0, weights=weights), np.float32)
    return Reading(0.0, 0.0, emotion, sure, mean)


def _readings(
    sense: str, answer: SenseAnswer, fusion: Fusion | None, strangeness: Strangeness | None
) -> list[Reading]:
    """A sense's readings, each with how far it is trusted and with its embedding."""
    own = answer.part.readings
    vectors = _rows(answer.embeddings, len(own))
    measures = _rows(answer.measures, len(own))
    known = facts(answer.part)
    rows = answer.embeddings
    if strangeness and own and rows is not None and strangeness.fits(sense, rows.shape[1]):
        # Damage that does not reach the network takes nothing from its answer: no measures here.
        scores = strangeness.score({sense: rows})
        known = [k | {"strange": float(s)} for k, s in zip(known, scores, strict=True)]
    curves = fusion.trust[sense] if fusion else {}
    return [
        Reading(r.start, r.end, r.emotion, trust(fact, curves), vector, like)
        for r, fact, vector, like in zip(own, known, vectors, measures, strict=True)
    ]


def _rows(rows: Floats | None, count: int) -> list[Floats | None]:
    return [None] * count if rows is None else list(rows)


def _moments(
    readings: Mapping[str, Sequence[Reading]], seconds: float, together: _Together
) -> Iterator[tuple[Moment, Parts]]:
    """Walk the time line; where no sense read anything there is no moment."""
    for step in walk(readings, seconds):
        posteriors = [one.posterior for one in _evidence(step.parts).values()]
        moment = Moment(
            step.start,
            step.end,
            emotion=together.emotion(step.parts),
            senses=tuple(s for s in SENSES if s in step.parts),
            agreement=agreement(*posteriors) if len(posteriors) == 2 else None,
        )
        yield moment, step.parts


def _strange(
    moments: Sequence[Moment], parts: Sequence[Parts], strangeness: Strangeness | None
) -> tuple[Moment, ...]:
    """The moments, each with how strange it is."""
    scores = _scores(parts, [m.agreement for m in moments], strangeness)
    return tuple(
        m if score is None else replace(m, anomaly=round(score, 6))
        for m, score in zip(moments, scores, strict=True)
    )


def _scores(
    parts: Sequence[Parts],
    agreements: Sequence[float | None],
    strangeness: Strangeness | None,
) -> list[float | None]:
    """How strange each stretch is; None where nothing is known of its embeddings.

    The mean over its readings, a voice with a face where there are both: what lies between two
    normal faces need not be one.
    """
    scores: list[float | None] = [None] * len(parts)
    if strangeness is None:
        return scores
    groups: dict[tuple[str, ...], list[tuple[int, float, dict[str, Reading]]]] = {}
    for place, own in enumerate(parts):
        known = {s: own[s] for s in SENSES if s in own and _known(s, own[s], strangeness)}
        for chosen in product(*known.values()) if known else ():
            weight = float(np.prod([w for _, w in chosen]))
            readings = dict(zip(known, (r for r, _ in chosen), strict=True))
            groups.setdefault(tuple(known), []).append((place, weight, readings))
    sums = np.zeros((2, len(parts)))
    for senses, rows in groups.items():
        places = [place for place, _, _ in rows]
        both = [agreements[place] for place in places]
        found = _scored([readings for _, _, readings in rows], senses, both, strangeness)
        weights = np.array([weight for _, weight, _ in rows])
        np.add.at(sums[0], places, weights * found)
        np.add.at(sums[1], places, weights)
    return [float(total / weight) if weight > 0 else None for total, weight in sums.T]


def _known(sense: str, own: Sequence[tuple[Reading, float]], strangeness: Strangeness) -> bool:
    vectors = [reading.embedding for reading, _ in own]
    return all(v is not None and strangeness.fits(sense, len(v)) for v in vectors)


def _scored(
    rows: Sequence[Mapping[str, Reading]],
    senses: Sequence[str],
    agreements: Sequence[float | None],
    strangeness: Strangeness,
) -> Floats:
    """How strange readings of the same senses are [n]."""
    vectors = {s: _stacked([row[s].embedding for row in rows]) for s in senses}
    like = {s: _stacked([row[s].measures for row in rows]) for s in senses}
    measures = {s: known for s, known in like.items() if len(known) == len(rows)}
    both = None
    if len(senses) > 1:
        both = np.array([1.0 if a is None else a for a in agreements])
    return np.asarray(strangeness.score(vectors, both, measures=measures))


def _stacked(rows: Sequence[Floats | None]) -> Floats:
    known = [row for row in rows if row is not None]
    return np.stack(known) if known else np.zeros((0, 0), np.float32)


def _anomaly(
    moments: Sequence[Moment],
    parts: Parts,
    readings: Mapping[str, Sequence[Reading]],
    strangeness: Strangeness | None,
) -> Anomaly | None:
    """How strange the whole is: its moments, or the readings of a picture."""
    if moments:
        known = [(m.anomaly, m.end - m.start) for m in moments if m.anomaly is not None]
        return anomaly.overall([score for score, _ in known], [w for _, w in known])
    posteriors = [one.posterior for one in _evidence(parts).values()]
    both = agreement(*posteriors) if len(posteriors) == 2 else None
    each = {s: [(r, 1.0) for r in readings[s]] for s in parts}
    (score,) = _scores([each], [both], strangeness)
    return None if score is None else anomaly.flagged(score)


def _disagreements(answers: Mapping[str, SenseAnswer]) -> tuple[Disagreement, ...] | None:
    """Where voice and face disagree; None where not both of them were read."""
    parts = {sense: answer.part for sense, answer in answers.items() if answer.part.readings}
    voice, face = parts.get("voice"), parts.get("face")
    if isinstance(voice, Voice) and isinstance(face, Face):
        return disagreement.find(voice, face)
    return None
