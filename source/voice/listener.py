"""A listener: is fed sound, from a file or a microphone, and reads the voice in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from source.core import notes
from source.core.emotions import Emotion
from source.core.result import Baseline, Note, Segment, Voice
from source.core.steps import overall_of
from source.voice import inputs
from source.voice.baseline import OWN, Reader, Reference, read_again
from source.voice.certainty import needed
from source.voice.denoise import denoise as without_noise
from source.voice.features import RATE
from source.voice.measures import measures
from source.voice.noise import Noise
from source.voice.speech import Cutter, Utterance

Floats = NDArray[np.float32]


class Card(Protocol):
    """What is needed of a model's card."""

    labels: tuple[str, ...]
    input: dict[str, Any]
    threshold: float
    extra: dict[str, Any]


class Model(Protocol):
    """A voice model: windows [n, *shape] to posteriors [n, classes], embeddings [n, d].

    One that has `baselines` is a `source.voice.baseline.Reader` too.
    """

    @property
    def card(self) -> Card: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102

    def run(self, batch: Any) -> tuple[Floats, Floats]: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Spoken:
    """One utterance: its times and, if requested, its samples.

    Attributes
    ----------
    start, end : float
        Seconds.
    speech : float
        Seconds of it that are speech, and neither pause nor margin.
    samples : np.ndarray [shape=(n,), dtype=float32], optional
        Mono, at 16 kHz.
    """

    start: float
    end: float
    speech: float
    samples: Floats | None = None


@dataclass(frozen=True, eq=False)
class Heard:
    """The result of listening to a recording.

    Attributes
    ----------
    voice : Voice
        The part of the Result.
    embeddings : np.ndarray [shape=(n, d), dtype=float32]
        A row for each segment of the voice.
    notes : tuple of Note
        Notes about what could not be read.
    utterances : tuple of Spoken
        Whatever the voice reads as: for those who need the speech itself.
    measures : np.ndarray [shape=(n, k), dtype=float32]
        What each segment is like as a sound (`source.voice.measures`).
    """

    voice: Voice
    embeddings: Floats
    notes: tuple[Note, ...] = ()
    utterances: tuple[Spoken, ...] = ()
    measures: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    @property
    def part(self) -> Voice:
        """The part of the Result."""
        return self.voice


@dataclass(frozen=True, eq=False)
class Part:
    """One segment before it is read off: seconds, posterior, embedding, measures.

    `needed` is the score from which it is certain (`source.voice.certainty`).
    """

    start: float
    end: float
    scores: dict[str, float]
    embedding: Floats
    needed: float
    measures: Floats

    @property
    def segment(self) -> Segment:
        """The segment of the Result."""
        emotion = Emotion.from_scores(self.scores, threshold=self.needed)
        return Segment(self.start, self.end, emotion)


class Listener:
    """Reads the emotion of a voice as the sound comes in.

    Fed at once or piece by piece, it gives the same answer, bit for bit. A model with `baselines`
    reads each utterance by itself as it ends, and all of them again in the end.

    Parameters
    ----------
    model : Model
        A voice model from `runtime.load`.
    denoise : bool
        Take steady noise out of each utterance before it is read. Where the utterances are
        does not change.
    start : float
        Time of the first sample that will be fed, in seconds.
    keep_samples : bool
        Whether `Heard.utterances` have their sound: 64 kB for a second of speech.
    reference : Reference
        What a model with `baselines` reads the utterances against.
    """

    def __init__(
        self,
        model: Model,
        *,
        denoise: bool = False,
        start: float = 0.0,
        keep_samples: bool = False,
        reference: Reference = OWN,
    ) -> None:
        self._model, self._denoise, self._keep_samples = model, denoise, keep_samples
        self._reference = reference
        self._cutter = Cutter(start)
        self._parts: list[Part] = []
        self._utterances: list[Spoken] = []
        self._damaged = False
        self._noise = Noise()

    @property
    def utterances(self) -> int:
        """How many utterances have ended."""
        return len(self._utterances)

    def hear(self, samples: Floats, time: float, *, damaged: bool = False) -> list[Segment]:
        """Take in the next block of sound.

        Parameters
        ----------
        samples : np.ndarray [shape=(n,), dtype=float32]
            Mono, at 16 kHz, -1 to 1.
        time : float
            Of the first of them, in seconds. Where it lies behind the end of the block before,
            nothing was heard in between; what reaches back is cut off.
        damaged : bool
            Whether a part of the block could not be decoded.

        Returns
        -------
        list of Segment
            What was read: those of every utterance that has ended.
        """
        self._damaged = self._damaged or damaged
        late = round((time - self._cutter.time) * RATE)
        if late > 0:
            samples = np.concatenate([np.zeros(late, np.float32), samples])
        elif late < 0:
            samples = samples[-late:]
        return self._read(self._cutter.hear(samples))

    def so_far(self) -> tuple[Segment, ...]:
        """All segments that were read up to now, each by itself."""
        return tuple(part.segment for part in self._parts)

    def finish(self) -> Heard:
        """The result for everything that was fed; nothing can be fed after this."""
        self._read(self._cutter.finish())
        used, remarks = None, [notes.damaged("sound")] if self._damaged else []
        if getattr(self._model, "baselines", False) and self._parts:
            used, silent = self._read_again(cast(Reader, self._model))
            remarks += [notes.no_baseline(used, stretch=self._reference.stretch)] if silent else []
        summary = _heard(self._parts, self._utterances, self._model.card.threshold)
        voice = replace(summary.voice, baseline=used, signal_to_noise=self._noise.ratio())
        return replace(summary, voice=voice, notes=tuple(remarks))

    def _read_again(self, model: Reader) -> tuple[Baseline, bool]:
        """Read all utterances against the baseline; what it was, and whether another was silent."""
        labels = model.card.labels
        again = read_again(
            model,
            np.stack([part.embedding for part in self._parts]),
            np.array([[part.scores[label] for label in labels] for part in self._parts], "f4"),
            [(part.start, part.end) for part in self._parts],
            self._reference,
        )
        self._parts = [
            replace(part, scores=dict(zip(labels, map(float, row), strict=True)))
            for part, row in zip(self._parts, again.posteriors, strict=True)
        ]
        return again.used, again.silent

    def _read(self, ended: Iterable[Utterance]) -> list[Segment]:
        fresh: list[Part] = []
        for utterance in ended:
            samples = utterance.samples if self._keep_samples else None
            self._noise.add(utterance)
            self._utterances.append(
                Spoken(utterance.start, utterance.end, utterance.spoken, samples)
            )
            fresh += read(utterance, self._model, denoise=self._denoise)
        self._parts += fresh
        return [part.segment for part in fresh]


def read(utterance: Utterance, model: Model, *, denoise: bool = False) -> list[Part]:
    """The segments of one utterance: they follow each other without gap from start to end."""
    samples = utterance.samples
    if denoise:
        samples = without_noise(samples, utterance.before)
    batch, spans = inputs.of(model.card.input)(samples)
    posteriors, embeddings = model.run(batch)
    length = len(utterance.samples) / RATE
    middles = [(start + end) / 2.0 for start, end in spans]
    cuts = [(a + b) / 2.0 for a, b in pairwise(middles)]
    edges = [round(utterance.start + t, 3) for t in (0.0, *cuts, length)]
    heard = max(end - start for start, end in spans)  # a window of a long utterance is no more
    score = needed(model.card, min(utterance.spoken, heard))
    sounds = measured(utterance.samples, spans)
    return [
        Part(start, end, dict(zip(model.card.labels, map(float, row), strict=True)), vector, score,
             sound)
        for start, end, row, vector, sound in zip(
            edges, edges[1:], posteriors, embeddings, sounds, strict=False
        )
    ]  # fmt: skip


def measured(samples: Floats, spans: Sequence[tuple[float, float]]) -> Floats:
    """`measures` [n, k] of stretches, in seconds, of sound at 16 kHz."""
    cut = (samples[round(start * RATE) : round(end * RATE)] for start, end in spans)
    return np.stack([measures(stretch) for stretch in cut])


def _heard(parts: list[Part], utterances: list[Spoken], threshold: float) -> Heard:
    if not parts:
        return Heard(Voice(speech_seconds=0.0), np.zeros((0, 0), dtype=np.float32))
    segments = tuple(part.segment for part in parts)
    voice = Voice(
        speech_seconds=round(sum(u.end - u.start for u in utterances), 3),
        segments=segments,
        emotion=overall_of(segments, threshold=threshold),
    )
    embeddings = np.stack([part.embedding for part in parts]).astype(np.float32)
    sounds = np.stack([part.measures for part in parts])
    return Heard(voice, embeddings, utterances=tuple(utterances), measures=sounds)
