"""What is said of a recording as a whole, from its moments: one rule for every door.

The fusion asks it when a recording is analysed, and `core.edits` when a part is left out.
"""

from collections.abc import Mapping, Sequence

from source.core.affect import affect
from source.core.emotions import Emotion
from source.core.overall import Reading, overall
from source.core.result import Affect, AffectPoint, Moment


def together(senses: Sequence[str]) -> str:
    """The key of `Result.thresholds` for senses that answer together: ``voice+face``."""
    return "+".join(senses)


def emotion_of(moments: Sequence[Moment], thresholds: Mapping[str, float]) -> Emotion | None:
    """The overall emotion of moments; None if there are none.

    Parameters
    ----------
    moments : sequence of Moment
    thresholds : mapping of str to float
        The smallest score that is certain, by the senses that were read (`together`).
    """
    return overall(
        [Reading(m.end - m.start, m.emotion, thresholds[together(m.senses)]) for m in moments]
    )


def affect_of(emotion: Emotion, moments: Sequence[Moment]) -> Affect:
    """Valence, arousal and dominance of the whole, and their path over the moments."""
    path = tuple(
        AffectPoint(round((m.start + m.end) / 2, 3), *affect(m.emotion.scores)) for m in moments
    )
    return Affect(*affect(emotion.scores), path=path)
