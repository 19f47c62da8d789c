"""The voice of a recording: its utterances and the emotion of each."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from source.core.errors import Cancelled as WasCancelled
from source.core.progress import Cancelled, never
from source.media import Recording, ahead, sound
from source.voice.features import RATE
from source.voice.listener import Heard, Listener, Model


def listen(
    recording: Recording,
    *,
    model: Model,
    seconds: float | None = None,
    denoise: bool = False,
    keep_samples: bool = False,
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
    seconds : float, optional
        Listen to the first so many seconds only.
    denoise : bool
        Take steady noise out of each utterance before it is read. Where the utterances are
        does not change.
    keep_samples : bool
        Whether `Heard.utterances` have their sound; memory then grows with the speech.
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
    listener = Listener(model, denoise=denoise, keep_samples=keep_samples)
    with closing(ahead(sound(recording, rate=RATE, seconds=seconds))) as blocks:
        for block in blocks:
            if cancelled():
                raise WasCancelled
            listener.hear(block.samples, block.start, damaged=block.damaged)
            if on_progress is not None:
                end = round(block.start + len(block.samples) / RATE, 3)
                on_progress(end, listener.utterances)
    summary = listener.finish()
    # What the file's own structure shows is noted of the recording already.
    return replace(summary, notes=()) if recording.damaged else summary
