"""Reading a speaker's utterances against how that speaker usually sounds.

Models with `baselines` (`source.runtime.head`) read an utterance better when they are shown others
of the same speaker: how a voice sounds is then told from how it differs from itself. Sums over
those utterances are all that is needed, so a long recording costs no more memory than its answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from source.core import baseline as kinds
from source.core.result import Baseline
from source.core.timeline import overlap
from source.runtime.head import Baseline as Sums
from source.runtime.head import Space

Floats = NDArray[np.float32]
Spans = Sequence[tuple[float, float]]

NEUTRAL = "neutral"
"""What a speaker is read as who speaks as usual."""

ROUNDS = 2
"""How often the utterances are read against each other: the first time with what each was read
as by itself, then with what the time before gave."""

MOOD = 0.6
"""Share of the utterances, read by themselves, from which one emotion is the recording's mood.
It is then no part of how the speaker usually sounds, and must not be taken off."""

BLOCK = 512
"""Utterances that are read at once: some twelve minutes of speech."""

MOSTLY = 0.5
"""Share of an utterance that must lie in a stretch marked as normal to count there."""


class Reader(Protocol):
    """A model that can be shown a baseline; see `source.runtime.head.Head`."""

    @property
    def card(self) -> Any: ...  # noqa: D102
    @property
    def space(self) -> Space: ...  # noqa: D102
    def against(self, embeddings: Floats, baseline: Sums) -> Floats: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Reference:
    """What the utterances of a recording are to be read against.

    Attributes
    ----------
    own : bool
        Each against all others, where nothing else is given or where that holds no speech.
    stretch : (float, float), optional
        Seconds between which the speaker is known to be neutral.
    normal : float32 [k, d], optional
        Embeddings of utterances, of another recording, in which the speaker is.
    """

    own: bool = True
    stretch: tuple[float, float] | None = None
    normal: Floats | None = None


OWN, NOTHING = Reference(), Reference(own=False)
"""The recording's other utterances, which is usual; no baseline."""


@dataclass(frozen=True, eq=False)
class Reread:
    """Posteriors [n, classes], what they were read against, and whether that was to be had."""

    posteriors: Floats
    used: Baseline
    silent: bool = False
    """Whether there is no speech in what was to be the baseline."""


def read_again(
    model: Reader, embeddings: Floats, posteriors: Floats, spans: Spans, reference: Reference
) -> Reread:
    """Read utterances against a baseline of their speaker.

    Parameters
    ----------
    model : Head
    embeddings, posteriors : float32 [n, d], [n, classes]
        Of each utterance, read by itself.
    spans : sequence of (start, end)
        Its seconds.
    reference : Reference
    """
    normal, kind = reference.normal, kinds.FILE
    if reference.stretch is not None:
        inside = [overlap(s, reference.stretch) > MOSTLY * (s[1] - s[0]) for s in spans]
        normal, kind = embeddings[np.asarray(inside, bool)], kinds.STRETCH
    if normal is not None and len(normal):
        read = against_normal(model, embeddings, normal)
        return Reread(read, Baseline(kind, len(normal)))
    silent = normal is not None
    again = against_others(model, embeddings, posteriors) if reference.own else None
    if again is None:
        return Reread(posteriors, Baseline(kinds.NONE, 0), silent)
    return Reread(again, Baseline(kinds.OWN, len(embeddings) - 1), silent)


def against_normal(model: Reader, embeddings: Floats, normal: Floats) -> Floats:
    """Posteriors of utterances [n, d], each read against those known to be neutral [k, d]."""
    neutral = np.zeros((len(normal), len(model.card.labels)), np.float32)
    neutral[:, list(model.card.labels).index(NEUTRAL)] = 1.0
    return _against(model, embeddings, model.space.same(normal, neutral, readers=len(embeddings)))


def against_others(model: Reader, embeddings: Floats, posteriors: Floats) -> Floats | None:
    """Posteriors of utterances [n, d], each read against all others.

    None where there are no others, or where one mood holds throughout: then the posteriors
    [n, classes] of each by itself stand.
    """
    if len(embeddings) < 2:
        return None
    if one_mood(posteriors[None], np.ones((1, len(posteriors)), bool))[0]:
        return None
    read = posteriors
    for _ in range(ROUNDS):
        read = _against(model, embeddings, model.space.others(embeddings, read))
    return read


def one_mood(posteriors: Floats, there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether one emotion leads in `MOOD` of the utterances of each recording.

    Parameters
    ----------
    posteriors : float32 [n, k, classes]
        Of up to `k` utterances in each of `n` recordings, read by themselves.
    there : bool [n, k]
        Which of them are utterances at all.
    """
    leads = np.eye(posteriors.shape[2])[posteriors.argmax(axis=2)] * there[:, :, None]
    return np.asarray(leads.sum(axis=1).max(axis=1) >= MOOD * there.sum(axis=1) - 1e-9)


def _against(model: Reader, embeddings: Floats, sums: Sums) -> Floats:
    """Block by block: what the network computes on the way takes much more room than its answer."""
    blocks = [slice(at, at + BLOCK) for at in range(0, len(embeddings), BLOCK)]
    rows = (Sums(*(getattr(sums, f.name)[block] for f in fields(Sums))) for block in blocks)
    read = [model.against(embeddings[b], own) for b, own in zip(blocks, rows, strict=True)]
    return np.concatenate(read)
