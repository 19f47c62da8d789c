"""The voice of a recording: its utterances and the emotion of each."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from source.core.errors import Cancelled as WasCancelled
from source.core.progress import Cancelled, never
from source.media import Recording, ahead, sound
from source.voice.baseline import NOTHING, OWN, Reference
from source.voice.features import RATE
from source.voice.listener import Heard, Listener, Model

Floats = NDArray[np.float32]


def listen(
    recording: Recording,
    *,
    model: Model,
    start: float = 0.0,
    seconds: float | None = None,
    denoise: bool = False,
    keep_samples: bool = False,
    reference: Reference = OWN,
    on_progress: Callable[[float, int], None] | None = None,
    cancelled: Cancelled = never,
) -> Heard:
    """Read the emotion of the voice in a recording.

    The recording is streamed: memory does not grow with its length.

    Parameters
    ----------
    recording : Recording
        Anything with a sound track; one without gives no segments.
    model : Model
        A voice model from `runtime.load`.
    start : float
        Listen from this second of the recording on.
    seconds : float, optional
        Listen up to this second of the recording.
    denoise : bool
        Take steady noise out of each utterance before it is read. Where the utterances are
        does not change.
    keep_samples : bool
        Whether `Heard.utterances` have their sound; memory then grows with the speech.
    reference : Reference
        What a model with `baselines` reads the utterances against.
    on_progress : callable, optional
        Called with the seconds read and the utterances found so far, block after block.
    cancelled : callable
        Asked before each block.

    Returns
    -------
    Heard
        Segments follow utterances; a long utterance has one for each 1.4 s or so. Where
        nobody speaks there is none and no emotion. The overall emotion is that of all
        segments, weighted by their length (`core.overall`).

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    listener = Listener(
        model, denoise=denoise, start=start, keep_samples=keep_samples, reference=reference
    )
    with closing(ahead(sound(recording, rate=RATE, start=start, seconds=seconds))) as blocks:
        for block in blocks:
            if cancelled():
                raise WasCancelled
            listener.hear(block.samples, block.start, damaged=block.damaged)
            if on_progress is not None:
                end = round(block.start + len(block.samples) / RATE, 3)
                on_progress(end, listener.utterances)
    summary = listener.finish()
    if recording.damaged:  # what the file's own structure shows is noted of it already
        kept = tuple(note for note in summary.notes if note.code != "damaged")
        summary = replace(summary, notes=kept)
    return summary


_normal: dict[tuple[str, str, bool], Floats] = {}
"""What `normal_of` read last: files of one call often share their baseline."""


def normal_of(
    recording: Recording, model: Model, *, denoise: bool = False, cancelled: Cancelled = never
) -> Floats:
    """Embeddings [k, d] of the utterances in a recording of a speaker's normal voice.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    key = (recording.sha256, model.sha256, denoise)
    embeddings = _normal.get(key)
    if embeddings is None:
        heard = listen(
            recording, model=model, denoise=denoise, reference=NOTHING, cancelled=cancelled
        )
        embeddings = heard.embeddings
        _normal.clear()
        _normal[key] = embeddings
    return embeddings
