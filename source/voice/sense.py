"""The voice as a sense: loads its model, reads a recording, and says what could not be read."""

from typing import Any

from source.core import baseline, notes
from source.core.errors import OutsideRecording
from source.core.options import Options
from source.core.progress import Cancelled
from source.core.result import Note, Voice
from source.core.sensing import LoadModel, OnRead
from source.media import Recording, probe
from source.voice.baseline import NOTHING, OWN, Reference
from source.voice.listen import listen, normal_of
from source.voice.listener import Heard


class VoiceSense:
    """Reads the voice of recordings; see `core.sensing.Reader`."""

    counts = "utterances"

    def __init__(
        self,
        options: Options,
        load: LoadModel,
        *,
        moving: bool,
        normal: Recording | None = None,
    ) -> None:
        self._options = options
        self._normal = normal
        self.models: dict[str, Any] = {"voice": load("voice", options.voice_model)}
        self._baselines = bool(getattr(self.models["voice"], "baselines", False))
        self.remarks: tuple[Note, ...] = ()
        if not self._baselines and options.baseline not in (baseline.OWN, baseline.NONE):
            self.remarks = (notes.baseline_unused(self.models["voice"].card.name),)

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
        OutsideRecording, BadRecording
            If the baseline lies behind the end of the recording, or is no recording of a voice.
        """
        return listen(
            recording,
            model=self.models["voice"],
            start=self._options.part()[0],
            seconds=self._options.part(recording.seconds)[1],
            denoise=self._options.denoise,
            reference=self._reference(recording, cancelled),
            on_progress=on_read,
            cancelled=cancelled,
        )

    def _reference(self, recording: Recording, cancelled: Cancelled) -> Reference:
        """What the option makes of the baseline, for a model that uses one."""
        asked = self._options.baseline
        stretch, path = baseline.stretch(asked), baseline.file(asked)
        if not self._baselines or asked == baseline.NONE:
            return NOTHING
        if stretch is not None:
            seconds = self._options.part(recording.seconds)[1]
            if stretch[0] >= seconds:
                raise OutsideRecording(recording.name, stretch[0], seconds)
            return Reference(stretch=stretch)
        if path is not None:
            normal = self._normal or probe(path, limits=recording.limits)
            baseline.check_heard(normal.name, normal.kind, sound=normal.audio is not None)
            model, denoise = self.models["voice"], self._options.denoise
            return Reference(normal=normal_of(normal, model, denoise=denoise, cancelled=cancelled))
        return OWN

    @staticmethod
    def notes(recording: Recording, voice: Voice | None, options: Options) -> list[Note]:
        """What to know of a recording's voice; None where there is no sound track."""
        start, end = options.part(recording.seconds or 0.0)
        seconds = end - start
        if voice is None:
            return [notes.no_sound()]
        if not voice.segments:
            return [notes.no_speech()]
        if seconds - voice.speech_seconds >= 1.0:
            return [notes.some_speech(voice.speech_seconds, seconds)]
        return []
