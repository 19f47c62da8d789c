"""The sound of the recording, or of a stretch of it, as WAV."""

import tempfile
from typing import IO

from source.core.errors import BadRequest, NotFound
from source.core.figures import figure
from source.core.result import Result
from source.views.exports.row import Export, Format, Stretch, Subject
from source.views.timeline import length
from source.views.units import duration

WAV = Format("WAV", "audio/wav", "any audio program, Praat")

LONGEST = 600.0
"""Seconds of the longest stretch that is cut out."""

IN_MEMORY = 16 << 20
"""Bytes up to which it is not written to the disk meanwhile."""


def sound(subject: Subject) -> IO[bytes]:
    """Mono, 16 bit, at the rate of the recording; what a channel lacks is mixed in.

    Raises
    ------
    BadRequest
        If the stretch is too long or lies behind the end.
    NotFound
        If the recording cannot be read.
    """
    import soundfile

    if subject.excerpts is None:
        raise NotFound("The recording is not stored any more.", hint="Analyse it again.")
    start, end = _checked(subject)
    rate, blocks = subject.excerpts.sound(start, end)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the caller closes
    with soundfile.SoundFile(
        file, "w", samplerate=rate, channels=1, format="WAV", subtype="PCM_16"
    ) as out:
        for samples in blocks:
            out.write(samples)
    file.seek(0)
    return file


def has_sound(result: Result) -> bool:
    """Whether there is a sound track."""
    return any(source.audio is not None for source in (result.source, *result.sources))


def ending(row: Export, subject: Subject) -> str:
    """The suffix, with the times of a stretch."""
    if subject.stretch is None:
        return row.suffix
    start, end = (f"{second:.3f}".rstrip("0").rstrip(".") for second in subject.stretch)
    return f"_{start}-{end}.wav"


def _checked(subject: Subject) -> Stretch:
    whole = length(subject.result)
    start, end = subject.stretch or (0.0, whole)
    if start >= whole:
        raise BadRequest(
            f"The recording ends at {figure(round(whole, 3))} s, before second {figure(start)}.",
            hint="Give times within the recording.",
        )
    end = min(end, whole)
    if end - start > LONGEST:
        raise BadRequest(
            f"{duration(end - start)} of sound are too much for one file.",
            hint=f"Give a stretch of at most {duration(LONGEST)}, such as sound:60-90.",
        )
    return start, end
