"""The voice as a sense: loads its model, reads a recording, and says what could not be read."""

from typing import Any

from source.core import notes
from source.core.options import Options
from source.core.progress import Cancelled
from source.core.result import Note, Voice
from source.core.sensing import LoadModel, OnRead
from source.media import Recording
from source.voice.listen import listen
from source.voice.listener import Heard


class VoiceSense:
    """Reads the voice of recordings; see `core.sensing.Reader`."""

    counts = "utterances"

    def __init__(self, options: Options, load: LoadModel, *, moving: bool) -> None:
        self._options = options
        self.models: dict[str, Any] = {"voice": load("voice", options.voice_model)}
        self.remarks: tuple[Note, ...] = ()

    @property
    def threshold(self) -> float:
        """The smallest score that is certain."""
        return float(self.models["voice"].card.threshold)

    def read(self, recording: Recording, *, on_read: OnRead, cancelled: Cancelled) -> Heard:
        """Read a recording that has a sound track.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        return listen(
            recording,
            model=self.models["voice"],
            seconds=self._options.seconds,
            denoise=self._options.denoise,
            on_progress=on_read,
            cancelled=cancelled,
        )

    @staticmethod
    def notes(recording: Recording, voice: Voice | None, options: Options) -> list[Note]:
        """What to know of a recording's voice; None where there is no sound track."""
        seconds = min(recording.seconds or 0.0, options.seconds or float("inf"))
        if voice is None:
            return [notes.no_sound()]
        if not voice.segments:
            return [notes.no_speech()]
        if seconds - voice.speech_seconds >= 1.0:
            return [notes.some_speech(voice.speech_seconds, seconds)]
        return []
