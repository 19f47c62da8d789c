"""The one pipeline: a recording in, one Result out, whatever door it came through."""

import math
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from source import __version__
from source.core import baseline, notes
from source.core.analyses import ANALYSES, Analysis, check_pair, suited
from source.core.engagement import with_engagement
from source.core.errors import Cancelled as CancelledError
from source.core.errors import NoSuchPart
from source.core.ids import new_id
from source.core.names import readable
from source.core.options import Options
from source.core.overall import basis
from source.core.progress import Cancelled, OnProgress, Progress, ignore, never
from source.core.result import ModelUsed, Note, Result
from source.core.senses import SENSES
from source.core.sensing import MakeReader, Reader, Reading
from source.settings import Settings

if TYPE_CHECKING:
    from source.fusion import Combined, Fusion
    from source.fusion.anomaly import Strangeness
    from source.media import Recording as Recording
    from source.runtime import Model


def probe_files(
    paths: Sequence[Path], *, settings: Settings, names: Sequence[str] | None = None
) -> "list[Recording]":
    """Find out what files are, once, for `analyse` and all that comes after it.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    settings : Settings
        Limits.
    names : sequence of str, optional
        What the files are called by their owner, where that is not the name on disk.

    Raises
    ------
    BadRecording, TooLarge
        For what a file is.
    """
    from source.media import probe

    names = [readable(path.name) for path in paths] if names is None else names
    limits = settings.limits()
    return [probe(p, name=n, limits=limits) for p, n in zip(paths, names, strict=True)]


def analyse(
    recordings: "Sequence[Recording]",
    options: Options,
    *,
    settings: Settings,
    on_progress: OnProgress = ignore,
    cancelled: Cancelled = never,
    normal: "Recording | None" = None,
) -> Result:
    """Analyse one recording, or one pair of a picture and a sound.

    Parameters
    ----------
    recordings : sequence of Recording
        One, or for `combined` a picture and a sound in any order.
    options : Options
        What is asked.
    settings : Settings
        Models' folder and runtime.
    on_progress, cancelled : callable
        Called with the progress; asked whether to stop.
    normal : Recording, optional
        The recording that `options.baseline` names, if it is not a file of that name.

    Raises
    ------
    AverError
        `UnknownOption` for a model that does not exist, `WrongKind` for recordings that cannot
        be analysed that way, `ModelMissing` or `ModelChanged` for our models, `Cancelled` if
        `cancelled` said so.
    """
    began = time.monotonic()
    check_models(options, settings)
    plan = _plan(recordings, options.analysis)
    check_part(plan.used, options)
    return _Pipeline(plan, options, settings, on_progress, cancelled, normal).run(began)


def readers() -> dict[str, MakeReader]:
    """What reads each sense, by its name in `core.senses.SENSES`."""
    from source.face.sense import FaceSense
    from source.voice.sense import VoiceSense

    return {"voice": VoiceSense, "face": FaceSense}


def check_models(options: Options, settings: Settings) -> None:
    """Whether the models asked for exist, those that this recording does not need as well.

    Raises
    ------
    UnknownOption
        If one does not; it names those there are.
    """
    from source.runtime.registry import CALLED, MODEL_SENSES, check_name

    for sense in MODEL_SENSES:
        name = getattr(options, f"{CALLED.get(sense, sense)}_model")
        check_name(sense, name, root=settings.path("MODELS_DIR"))


def decode_apart(settings: Settings) -> None:
    """From now on let children decode (DECODER_MB); the first is started at once."""
    from source.media import apart

    apart.use(memory=int(settings.number("DECODER_MB")), ready=1)


def recognised(path: Path) -> bool:
    """Whether a file begins like a recording or a picture; its name does not matter.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    from source.media.sniff import sniff_file

    with path.open("rb") as file:
        return sniff_file(file) is not None


def check_part(recordings: Sequence["Recording"], options: Options) -> None:
    """Whether recordings have the part that is to be read.

    Raises
    ------
    NoSuchPart
        If it begins behind the end of the longest, or if they are pictures.
    """
    if options.start is None and options.end is None:
        return
    moving = [recording for recording in recordings if recording.kind != "image"]
    if not moving:
        raise NoSuchPart(recordings[0].name, 0.0, None)
    start, _ = options.part()
    longest = max(moving, key=lambda recording: recording.seconds or math.inf)
    if longest.seconds is not None and start >= longest.seconds:
        raise NoSuchPart(longest.name, start, longest.seconds)


def fitting(recordings: Sequence["Recording"], analysis: str) -> str:
    """Which analysis recordings get, where `analysis` is asked for: never `auto`.

    Raises
    ------
    WrongKind
        If they cannot be analysed that way. It is raised before a job is made.
    """
    return _plan(recordings, analysis).analysis.name


@dataclass(frozen=True)
class _Plan:
    """Which recording is read by which sense.

    Attributes
    ----------
    analysis : Analysis
    recordings : sequence of Recording
        All that were given, in their order.
    by_sense : mapping of str to Recording
        The one that each sense reads, in the order of `SENSES`.
    """

    analysis: Analysis
    recordings: Sequence["Recording"]
    by_sense: Mapping[str, "Recording"]

    @property
    def main(self) -> "Recording":
        """The recording that the Result describes first: of a pair the picture."""
        used = list(self.by_sense.values())
        return next((r for r in used if r.kind != "audio"), used[0])

    @property
    def used(self) -> list["Recording"]:
        """Every recording that is read, once: of a pair the picture first."""
        others = [r for r in self.by_sense.values() if r is not self.main]
        return [self.main, *others]


def _plan(recordings: Sequence["Recording"], analysis: str) -> _Plan:
    asked = ANALYSES[analysis]
    if len(recordings) == 2:
        check_pair(asked, [(r.name, r.kind) for r in recordings])
        asked = ANALYSES["combined"]
    else:
        (recording,) = recordings
        asked = suited(recording.kind) if analysis == "auto" else asked
        asked.check(recording.name, recording.kind)
    by_sense = {
        name: next(r for r in recordings if r.kind in sense.kinds)
        for name, sense in SENSES.items()
        if name in asked.senses
    }
    return _Plan(asked, recordings, by_sense)


class _Models:
    """Loads models from the folder and with the runtime of the settings."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.path("MODELS_DIR")
        self._runtime = settings.text("RUNTIME")

    def __call__(self, sense: str, name: str) -> "Model":
        from source.runtime import load

        return load(sense, name, root=self.root, runtime=self._runtime)


@dataclass(frozen=True)
class _TogetherModels:
    """What reads the senses together.

    Attributes
    ----------
    fusion : Fusion or None
        None where a single sense was asked.
    strangeness : Strangeness or None
        None where no forest was grown for the models.
    """

    fusion: "Fusion | None"
    strangeness: "Strangeness | None"


class _Pipeline:
    """One analysis under way: each sense in a thread of its own, one answer."""

    def __init__(
        self,
        plan: _Plan,
        options: Options,
        settings: Settings,
        on_progress: OnProgress,
        cancelled: Cancelled,
        normal: "Recording | None" = None,
    ) -> None:
        self._plan = plan
        self._normal = normal
        self._options = options
        self._load = _Models(settings)
        self._cancelled = cancelled
        self._failed = threading.Event()
        self._report = _Reporter(on_progress)

    def run(self, began: float) -> Result:
        """The Result; `began` is when the work began, by the monotonic clock."""
        from source.runtime.device import used

        plan = self._plan
        main = plan.main
        length = self._length(main)
        self._report(stage="reading", total=length)
        # Whatever may be missing is loaded first, so that nothing is read in vain.
        senses = self._senses()
        together = self._together(senses)
        readings = self._side_by_side(senses)
        self._report(stage="fusing")
        combined = self._combine(senses, readings, together)
        remarks = self._notes(senses, readings, combined)
        models = {kind: model for sense in senses.values() for kind, model in sense.models.items()}
        self._report(stage="done", seconds=length or 0.0)
        several = len(plan.recordings) > 1
        result = Result(
            id=new_id(),
            analysis=plan.analysis.name,
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            took=round(time.monotonic() - began, 3),
            app=__version__,
            source=main.source(),
            sources=tuple(r.source() for r in plan.recordings) if several else (),
            models={
                kind: ModelUsed(model.card.name, model.sha256, float(model.card.threshold))
                for kind, model in models.items()
            },
            device=used(models),
            options=replace(
                self._options,
                analysis=plan.analysis.name,
                baseline=baseline.shown(self._options.baseline),
            ).to_dict(),
            emotion=combined.emotion,
            timeline=combined.timeline,
            disagreements=combined.disagreements,
            affect=combined.affect,
            anomaly=combined.anomaly,
            notes=remarks,
            thresholds=combined.thresholds or None,
        )
        parts: dict[str, Any] = {sense: reading.part for sense, reading in readings.items()}
        result = replace(result, **parts)
        result = replace(result, basis=basis(result))
        return with_engagement(result, own=self._options.engagement_weights)

    def _senses(self) -> dict[str, Reader]:
        """The senses for which the recording has something to read, with their models."""
        makers = readers()
        return {
            name: makers[name](
                self._options, self._load, moving=recording.kind == "video", normal=self._normal
            )
            for name, recording in self._plan.by_sense.items()
            if getattr(recording, SENSES[name].stream) is not None
        }

    def _length(self, recording: "Recording") -> float | None:
        """Seconds of a recording that are read; None for a picture."""
        if recording.seconds is None:
            return None
        start, end = self._options.part(recording.seconds)
        return end - start

    def _stop(self) -> bool:
        return self._failed.is_set() or self._cancelled()

    def _read(self, name: str, sense: Reader) -> Reading:
        def on_read(seconds: float, count: int) -> None:
            read = max(0.0, seconds - self._options.part()[0])
            self._report(sense=name, seconds=read, **{sense.counts: count})

        try:
            recording = self._plan.by_sense[name]
            return sense.read(recording, on_read=on_read, cancelled=self._stop)
        except BaseException:
            self._failed.set()  # the other senses need not finish what nobody will see
            raise

    def _side_by_side(self, senses: Mapping[str, Reader]) -> dict[str, Reading]:
        if not senses:
            return {}
        with ThreadPoolExecutor(len(senses)) as pool:
            futures = {name: pool.submit(self._read, name, s) for name, s in senses.items()}
            _raise_first(list(futures.values()))
        return {name: future.result() for name, future in futures.items()}

    def _together(self, senses: Mapping[str, Reader]) -> "_TogetherModels":
        """What reads the senses together: the fusion, and the forest of their models."""
        from source.fusion import load_fusion
        from source.fusion.anomaly import load_strangeness

        root = self._load.root
        several = len(self._plan.analysis.senses) > 1
        names = {name: sense.models[name].card.name for name, sense in senses.items()}
        return _TogetherModels(
            load_fusion(root=root) if several else None,
            load_strangeness(names, root=root) if names else None,
        )

    def _combine(
        self,
        senses: Mapping[str, Reader],
        readings: Mapping[str, Reading],
        together: "_TogetherModels",
    ) -> "Combined":
        from source.fusion import SenseAnswer, combine

        main = self._plan.main
        seconds = None if main.seconds is None else self._options.part(main.seconds)[1]
        answers = {
            name: SenseAnswer(
                reading.part,
                senses[name].threshold,
                reading.embeddings,
                reading.measures,
            )
            for name, reading in readings.items()
        }
        return combine(
            answers,
            seconds=None if main.kind == "image" else seconds,
            fusion=together.fusion,
            strangeness=together.strangeness,
        )

    def _notes(
        self,
        senses: Mapping[str, Reader],
        readings: Mapping[str, Reading],
        combined: "Combined",
    ) -> tuple[Note, ...]:
        """What a reader should know: of the recordings, of each sense, and of the whole."""
        remarks = _length_notes(self._plan.used, self._options)
        for name, maker in readers().items():
            if name in self._plan.by_sense:
                part = readings[name].part if name in readings else None
                remarks += maker.notes(self._plan.by_sense[name], part, self._options)
        if combined.emotion is not None and not combined.emotion.certain:
            somewhere = any(moment.emotion.certain for moment in combined.timeline)
            remarks.append(notes.not_sure(somewhere=somewhere))
        for sense in senses.values():
            remarks += sense.remarks
        for recording in self._plan.recordings:
            remarks += recording.notes
        for reading in readings.values():
            remarks += reading.notes
        return tuple(remarks)


def _raise_first(futures: Sequence[Future[Any]]) -> None:
    """Wait for all, and raise what went wrong.

    If one sense failed and the others were stopped because of it, that is the cause.
    """
    errors = [error for error in (f.exception() for f in futures) if error is not None]
    if errors:
        raise min(errors, key=lambda e: isinstance(e, CancelledError))


def _length_notes(recordings: Sequence["Recording"], options: Options) -> list[Note]:
    """What was not read of the recordings' length."""
    remarks = [
        notes.ended_early(recording.seconds or 0.0, recording.promised)
        for recording in recordings
        if recording.promised and recording.promised > (recording.seconds or 0.0)
    ]
    longest = max(recording.seconds or 0.0 for recording in recordings)
    start, end = options.part(longest)
    if start > 0.0 or (options.end is not None and end < longest):
        remarks.append(notes.part_only(start, end))
    elif options.seconds is not None and end < longest:
        remarks.append(notes.first_seconds(options.seconds))
    return remarks


class _Reporter:
    """Merges what several threads report; the slowest sense says how far the recording is read."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._now = Progress()
        self._seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, *, sense: str | None = None, **changes: Any) -> None:
        with self._lock:
            if sense is not None:
                self._seconds[sense] = changes["seconds"]
                changes["seconds"] = min(self._seconds.values())
            self._now = replace(self._now, **changes)
            self._on_progress(self._now)
