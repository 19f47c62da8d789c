"""The one pipeline: a recording in, one Result out, whatever door it came through."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from source import __version__
from source.core import notes
from source.core.errors import Cancelled as CancelledError
from source.core.errors import WrongKind
from source.core.ids import new_id
from source.core.names import readable
from source.core.options import Options
from source.core.overall import basis
from source.core.progress import Cancelled, OnProgress, Progress, ignore, never
from source.core.result import Face, ModelUsed, Note, Result, Voice
from source.settings import Settings

KINDS = {"audio": "a sound recording", "image": "a picture", "video": "a video"}


def analyse(
    paths: Sequence[Path],
    options: Options,
    *,
    settings: Settings,
    names: Sequence[str] | None = None,
    on_progress: OnProgress = ignore,
    cancelled: Cancelled = never,
) -> Result:
    """Analyse one recording, or one pair of a picture and a sound.

    Parameters
    ----------
    paths : sequence of Path
        One file, or for `combined` a picture and a sound in any order.
    options : Options
        What is asked.
    settings : Settings
        Limits, models' folder and runtime.
    names : sequence of str, optional
        What the files are called by their owner, where that is not the name on disk.
    on_progress, cancelled : callable
        Called with the progress; asked whether to stop.

    Raises
    ------
    AverError
        `UnknownOption` for a model that does not exist, `BadRecording` or `TooLarge` for what
        the file is, `ModelMissing` or `ModelChanged` for our models, `Cancelled` if `cancelled`
        said so.
    """
    from source.media import probe

    began = time.monotonic()
    check_models(options, settings)
    names = [readable(p.name) for p in paths] if names is None else names
    limits = limits_from(settings)
    recordings = [probe(p, name=n, limits=limits) for p, n in zip(paths, names, strict=True)]
    plan = _plan(recordings, options.analysis)
    work = _Work(plan, options, settings, on_progress, cancelled)
    return work.run(recordings, began)


def options_from(settings: Settings, **asked: Any) -> Options:
    """Options as set, with what was asked for (and is not None) in their place."""
    base: dict[str, Any] = {
        "fps": settings.number("FPS"),
        "max_frames": int(settings.number("MAX_FRAMES")) or None,
        "voice_model": settings.text("VOICE_MODEL"),
        "face_model": settings.text("FACE_MODEL"),
        "video_model": settings.text("VIDEO_MODEL"),
        "denoise": bool(settings["DENOISE"]),
        "min_face": int(settings.number("MIN_FACE")),
        "max_blur": settings.number("MAX_BLUR"),
        "min_light": settings.number("MIN_LIGHT"),
    }
    return Options(**{**base, **{k: v for k, v in asked.items() if v is not None}})


def check_models(options: Options, settings: Settings) -> None:
    """Whether the models asked for exist, those that this recording does not need as well.

    Raises
    ------
    UnknownOption
        If one does not; it names those there are.
    """
    from source.runtime.registry import check_name

    root = settings.path("MODELS_DIR")
    for sense, name in (
        ("voice", options.voice_model),
        ("face", options.face_model),
        ("clip", options.video_model),
    ):
        check_name(sense, name, root=root)


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


def limits_from(settings: Settings):  # type: ignore[no-untyped-def]
    """The limits recordings are held to."""
    from source.media import Limits

    return Limits(
        max_bytes=int(settings.number("MAX_UPLOAD_MB") * 1e6),
        max_seconds=settings.number("MAX_MINUTES") * 60,
        max_pixels=int(settings.number("MAX_MEGAPIXELS") * 1e6),
    )


def fitting(recordings: Sequence[Any], analysis: str) -> str:
    """Which analysis recordings get, where `analysis` is asked for: never `auto`.

    Raises
    ------
    WrongKind
        If they cannot be analysed that way. It is raised before a job is made.
    """
    return _plan(recordings, analysis).analysis


@dataclass(frozen=True)
class _Plan:
    """Which recording is read by which sense."""

    analysis: str
    voice: Any = None
    face: Any = None


def _plan(recordings: Sequence[Any], analysis: str) -> _Plan:
    kinds = sorted(r.kind for r in recordings)
    if len(recordings) == 2:
        if kinds != ["audio", "image"] or analysis not in ("auto", "combined"):
            other = recordings[1]
            raise WrongKind(other.name, KINDS[other.kind], "one picture and one sound")
        sound, picture = sorted(recordings, key=lambda r: r.kind)
        return _Plan("combined", voice=sound, face=picture)
    recording = recordings[0]
    if analysis == "auto":
        analysis = {"audio": "audio", "image": "image", "video": "combined"}[recording.kind]
    wanted = {
        "audio": (recording.kind != "image", "sound"),
        "image": (recording.kind == "image", "a picture"),
        "video": (recording.kind == "video", "a video"),
        "combined": (recording.kind == "video", "a video, or a picture and a sound together"),
    }
    fits, need = wanted[analysis]
    if not fits:
        raise WrongKind(recording.name, KINDS[recording.kind], need)
    return _Plan(
        analysis,
        voice=recording if analysis in ("audio", "combined") else None,
        face=recording if analysis in ("image", "video", "combined") else None,
    )


class _Work:
    """One analysis under way: two senses in two threads, one answer."""

    def __init__(
        self,
        plan: _Plan,
        options: Options,
        settings: Settings,
        on_progress: OnProgress,
        cancelled: Cancelled,
    ) -> None:
        self.plan = plan
        self.options = options
        self.settings = settings
        self.models: dict[str, ModelUsed] = {}
        self._thresholds: dict[str, float] = {}
        self._remarks: tuple[Note, ...] = ()
        self._cancelled = cancelled
        self._failed = threading.Event()
        self._report = _Reporter(on_progress)

    def run(self, recordings: Sequence[Any], began: float) -> Result:
        plan = self.plan
        main = plan.face or plan.voice
        self._report(stage="reading", total=main.seconds)
        # Models are loaded first, one after the other, so that a missing one fails early.
        hear = self._hear() if plan.voice is not None and plan.voice.audio else None
        watch = self._watch() if plan.face is not None else None
        heard, seen = self._side_by_side(hear, watch)
        self._report(stage="fusing")
        voice, face = heard and heard.voice, seen and seen.face
        combined = self._combine(heard, seen, main)
        remarks = _notes(plan, voice, face, combined, self.options, main) + self._remarks
        remarks += tuple(n for found in (*recordings, heard, seen) if found for n in found.notes)
        self._report(stage="done", seconds=main.seconds or 0.0)
        result = Result(
            id=new_id(),
            analysis=plan.analysis,
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            took=round(time.monotonic() - began, 3),
            app=__version__,
            source=main.source(),
            sources=tuple(r.source() for r in recordings) if len(recordings) > 1 else (),
            models=self.models,
            options=replace(self.options, analysis=plan.analysis).to_dict(),
            emotion=combined.emotion,
            voice=voice,
            face=face,
            timeline=combined.timeline,
            affect=combined.affect,
            anomaly=combined.anomaly,
            engagement=combined.engagement,
            notes=remarks,
        )
        return replace(result, basis=basis(result))

    def _load(self, sense: str, name: str):  # type: ignore[no-untyped-def]
        from source.runtime import load

        model = load(
            sense,
            name,
            root=self.settings.path("MODELS_DIR"),
            runtime=self.settings.text("RUNTIME"),
        )
        self.models[sense] = ModelUsed(model.card.name, model.sha256)
        self._thresholds[sense] = model.card.threshold
        return model

    def _stop(self) -> bool:
        return self._failed.is_set() or self._cancelled()

    def _hear(self) -> Callable[[], Any]:
        from source.voice import listen

        model = self._load("voice", self.options.voice_model)
        return lambda: listen(
            self.plan.voice,
            model=model,
            seconds=self.options.seconds,
            denoise=self.options.denoise,
            on_progress=lambda s, n: self._report(sense="voice", seconds=s, utterances=n),
            cancelled=self._stop,
        )

    def _watch(self) -> Callable[[], Any]:
        from source.face import motion, watch
        from source.face.whole import load_whole

        whole = load_whole(self.settings.path("MODELS_DIR"))
        if whole is None:
            self._remarks += (notes.no_cover_check(),)
        model = self._load("face", self.options.face_model)
        moving = self.plan.face.kind == "video"
        if self.options.blur_faces:
            self._remarks += (notes.no_promise(),)
        clip_model = self._load("clip", self.options.video_model) if moving else None
        if clip_model is not None and not motion.fits(clip_model, model):
            del self.models["clip"]
            self._remarks += (notes.no_motion(clip_model.card.name, model.card.name),)
            clip_model = None
        options = self.options
        return lambda: watch(
            self.plan.face,
            model=model,
            clip_model=clip_model,
            whole=whole,
            fps=options.fps,
            max_frames=options.max_frames,
            seconds=options.seconds,
            min_face=options.min_face,
            max_blur=options.max_blur,
            min_light=options.min_light,
            on_progress=lambda s, n: self._report(sense="face", seconds=s, faces=n),
            cancelled=self._stop,
        )

    def _side_by_side(
        self, hear: Callable[[], Any] | None, watch: Callable[[], Any] | None
    ) -> tuple[Any, Any]:
        def guarded(work: Callable[[], Any]) -> Any:
            try:
                return work()
            except BaseException:
                self._failed.set()  # the other sense need not finish what nobody will see
                raise

        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(guarded, w) if w else None for w in (hear, watch)]
            errors = [f.exception() for f in futures if f is not None]
        first = [e for e in errors if e is not None]
        if first:
            # If one sense failed and the other was stopped because of it, raise the cause.
            raise min(first, key=lambda e: isinstance(e, CancelledError))
        heard, seen = (f.result() if f is not None else None for f in futures)
        return heard, seen

    def _combine(self, heard: Any, seen: Any, main: Any):  # type: ignore[no-untyped-def]
        from source.fusion import combine, load_forest

        root = self.settings.path("MODELS_DIR")
        anomalies = {}
        for sense, found in (("voice", heard), ("face", seen)):
            if found is None:
                continue
            forest = load_forest(sense, self.models[sense].name, root=root)
            if forest is not None and len(found.embeddings):
                anomalies[sense] = [float(a) for a in forest.score(found.embeddings)]
        seconds = main.seconds
        if self.options.seconds is not None and seconds is not None:
            seconds = min(seconds, self.options.seconds)
        return combine(
            heard and heard.voice,
            seen and seen.face,
            seconds=None if main.kind == "image" else seconds,
            thresholds=self._thresholds,
            anomalies=anomalies,
            fused=self.plan.analysis == "combined",
        )


class _Reporter:
    """Merges what two threads report; the slower sense says how far the recording is read."""

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


def _notes(  # type: ignore[no-untyped-def]
    plan: _Plan, voice: Voice | None, face: Face | None, combined, options: Options, main
) -> tuple[Note, ...]:
    remarks: list[Note] = []
    # Of a pair two recordings are read, of all others one, by one sense or by both.
    recordings = {id(r): r for r in (plan.face, plan.voice) if r is not None}.values()
    for recording in recordings:
        if recording.promised and recording.promised > (recording.seconds or 0.0):
            remarks.append(notes.ended_early(recording.seconds or 0.0, recording.promised))
    longest = max(recording.seconds or 0.0 for recording in recordings)
    if options.seconds is not None and longest > options.seconds:
        remarks.append(notes.first_seconds(options.seconds))
    if plan.voice is not None:
        seconds = min(plan.voice.seconds or 0.0, options.seconds or float("inf"))
        if voice is None:
            remarks.append(notes.no_sound())
        elif not voice.segments:
            remarks.append(notes.no_speech())
        elif seconds - voice.speech_seconds >= 1.0:
            remarks.append(notes.some_speech(voice.speech_seconds, seconds))
    if plan.face is not None and face is not None:
        if main.kind == "image" and main.animated:
            remarks.append(notes.animation())
        if not face.people:
            remarks.append(notes.no_face())
        elif face.frames.with_face < face.frames.read:
            remarks.append(notes.some_faces(face.frames.with_face, face.frames.read))
        if any(face.frames.refused.values()):
            remarks.append(notes.faces_refused(face.frames.refused))
    if combined.emotion is not None and not combined.emotion.certain:
        somewhere = any(moment.emotion.certain for moment in combined.timeline)
        remarks.append(notes.not_sure(somewhere=somewhere))
    return tuple(remarks)
