"""The Result: every page, chart, export and route is a view of it.

Times are seconds from the start of the recording, taken from presentation time stamps;
segments are half-open ``[start, end)`` and sorted. Boxes are fractions of the upright
picture: left, top, width, height. What was not measured is absent: attributes that are None
are left out of the written form.
"""

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from source.core.analyses import ANALYSES, KINDS
from source.core.emotions import EMOTIONS, Emotion
from source.core.senses import SENSES
from source.core.typed import fits, hints

VERSION = 1
"""Version of the written form."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class VideoStream:
    """The video track: size of the upright picture in pixels, mean frames per second."""

    width: int
    height: int
    fps: float
    rotation: int
    codec: str


@dataclass(frozen=True)
class AudioStream:
    """The audio track as stored; `rate` is in hertz."""

    rate: int
    channels: int
    codec: str


@dataclass(frozen=True)
class Source:
    """One recording. `kind` is audio, image or video, `bytes` its size, `seconds` its length."""

    name: str
    kind: str
    bytes: int
    sha256: str
    seconds: float | None = None
    video: VideoStream | None = None
    audio: AudioStream | None = None


@dataclass(frozen=True)
class ModelUsed:
    """The model that was used: its name and the SHA-256 of its file.

    For an ensemble, `sha256` holds that of every member, joined by ``+``. `threshold` is the
    smallest score that is certain, from its card.
    """

    name: str
    sha256: str
    threshold: float | None = None


@dataclass(frozen=True)
class RanOn:
    """What ran a model: the `library` with its version, on the `cpu` or on a `gpu`."""

    library: str
    on: str


@dataclass(frozen=True)
class Device:
    """The machine that did the analysis, and what ran each model there, by sense.

    `cores` is how many cores the process could use; `gpu` names the graphics card, if a model
    ran on one. On equal devices the same recording gives the same Result, bit for bit; between
    processors the last digits may differ.
    """

    processor: str
    cores: int
    models: dict[str, RanOn]
    gpu: str | None = None


@dataclass(frozen=True)
class Segment:
    """A segment of time and its emotion."""

    start: float
    end: float
    emotion: Emotion


@dataclass(frozen=True)
class Baseline:
    """What each utterance was read against: so many `utterances` of the same speaker.

    They come `from` the recording itself (`own`: all others), from a `stretch` of it or a `file`
    in which the speaker is known to speak as usual, or there are `none`.
    """

    source: str = field(metadata={"key": "from"})
    utterances: int


@dataclass(frozen=True)
class Voice:
    """The voice. `emotion` is absent if no speech was found, `baseline` if the model uses none.

    `signal_to_noise` is how many decibels the speech is louder than what is heard in the pauses
    around it; it is absent where there are no pauses.
    """

    speech_seconds: float
    segments: tuple[Segment, ...] = ()
    emotion: Emotion | None = None
    baseline: Baseline | None = None
    signal_to_noise: float | None = None

    @property
    def readings(self) -> tuple[Segment, ...]:
        """What was read, stretch by stretch."""
        return self.segments


@dataclass(frozen=True)
class Quality:
    """How well one face can be seen.

    `size` is the shorter side of its box in pixels of the upright picture, `blur` 0 (sharp)
    to 1, `light` the mean luminance, 0 (black) to 1, and `refused` the reason why it was not
    read. `yaw`, `pitch` and `roll` give the head pose in degrees: positive to the right of the
    picture, down, and clockwise. `doubt` is the reason why the face is never sure: it is
    `unlike` a face, `turned` away, `cut` by the edge, `covered`, `overexposed`, `underexposed`,
    `faint` (almost without contrast), or the picture is `damaged`. `score` is how sure the
    detector is that this is a face, 0 to 1.
    """

    size: int
    blur: float
    light: float
    refused: str | None = None
    yaw: float | None = None
    pitch: float | None = None
    roll: float | None = None
    doubt: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class FaceSegment:
    """One face in one picture. `emotion` is absent if the face was refused.

    `end` is the time at which the next picture was read, or was due if it came late or never;
    it is absent for a still picture.
    """

    time: float
    box: Box
    quality: Quality
    emotion: Emotion | None = None
    end: float | None = None


@dataclass(frozen=True)
class Motion:
    """The emotion that a video model reads in a person's moving face."""

    model: str
    emotion: Emotion


@dataclass(frozen=True)
class NeutralStretch:
    """Where a person is known to be neutral; the person's scores are relative to it.

    `seconds` of it were read, and it counts with `weight`, 0 to 1; `edit` as for a marker, absent
    where the stretch is the baseline that the analysis was given.
    """

    start: float
    end: float
    seconds: float
    weight: float
    edit: int | None = None


@dataclass(frozen=True)
class Person:
    """One person. `first` and `last` are the times between which the face was seen.

    `engagement` is the person's mean score, 1 to 5, in each environment; `name` was
    given by hand.
    """

    id: int
    first: float
    last: float
    segments: tuple[FaceSegment, ...] = ()
    emotion: Emotion | None = None
    motion: Motion | None = None
    engagement: dict[str, float] | None = None
    name: str | None = None
    neutral: NeutralStretch | None = None

    @property
    def called(self) -> str:
        """The name that was given by hand, else “Person 1”."""
        return self.name or f"Person {self.id}"


@dataclass(frozen=True)
class Frames:
    """Pictures read, pictures whose faces count, pictures with a face, refused faces by reason."""

    read: int
    used: int
    with_face: int
    refused: dict[str, int] = field(default_factory=lambda: {"small": 0, "blurred": 0, "dark": 0})


@dataclass(frozen=True)
class Face:
    """The faces. `emotion` is absent if no face could be read.

    `neutral` tells how the model reads neutral faces in general: the mean log-odds of each emotion
    against neutral, from its card.
    """

    frames: Frames
    people: tuple[Person, ...] = ()
    emotion: Emotion | None = None
    neutral: dict[str, float] | None = None

    @property
    def readings(self) -> tuple[Segment, ...]:
        """What was read, person by person and picture by picture; a still one has no length."""
        return tuple(
            Segment(s.time, s.time if s.end is None else s.end, s.emotion)
            for person in self.people
            for s in person.segments
            if s.emotion is not None
        )


@dataclass(frozen=True)
class Moment:
    """One step of the combined time line; shorter where a sense starts or ends.

    `agreement` is 1 minus the Jensen-Shannon divergence (base 2) between the senses; it
    is absent if there is only one. `anomaly` is the share of normal readings that are less
    strange.
    """

    start: float
    end: float
    emotion: Emotion
    senses: tuple[str, ...]
    agreement: float | None = None
    anomaly: float | None = None


@dataclass(frozen=True)
class Disagreement:
    """A stretch of speech in which voice and face are both certain, of different emotions.

    `voice` and `face` are the means of what each reads there, the face of the `person` of that
    id.
    """

    start: float
    end: float
    voice: Emotion
    face: Emotion
    person: int


@dataclass(frozen=True)
class Basis:
    """What the overall emotion is based on.

    `senses` were read. `share` is the part in which the overall label leads: of the measured
    `seconds`, or of the `faces` in a picture.
    """

    senses: tuple[str, ...]
    share: float
    seconds: float | None = None
    faces: int | None = None


@dataclass(frozen=True)
class AffectPoint:
    """Valence, arousal and dominance at one time, each from -1 to 1."""

    time: float
    valence: float
    arousal: float
    dominance: float


@dataclass(frozen=True)
class Affect:
    """Mean valence, arousal and dominance, each from -1 to 1, and their path over time."""

    valence: float
    arousal: float
    dominance: float
    path: tuple[AffectPoint, ...] = ()


@dataclass(frozen=True)
class Anomaly:
    """How unlike normal recordings this one is: the mean of its moments' `anomaly`, 0 to 1.

    `flag` is “anomaly” above the `threshold` and “normal” up to it.
    """

    score: float
    flag: str
    threshold: float


@dataclass(frozen=True)
class Note:
    """Something the reader should know first: a stable code and one sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class Marker:
    """A moment that was marked by hand. `edit` is the number of the edit that did it, from 1."""

    time: float
    edit: int
    note: str = ""


@dataclass(frozen=True)
class Excluded:
    """A stretch that was left out of all summaries by hand; `edit` as for a marker."""

    start: float
    end: float
    edit: int
    note: str = ""


@dataclass(frozen=True)
class Edited:
    """What was changed by hand. The Result without this key is the one that was measured.

    `made` are the edits in their order, as they are stored.
    """

    version: int
    made: tuple[dict[str, Any], ...]
    markers: tuple[Marker, ...] = ()
    excluded: tuple[Excluded, ...] = ()


@dataclass(frozen=True)
class Result:
    """The result of one recording, or of one pair of a picture and an audio file."""

    id: str
    analysis: str
    created: str
    took: float
    app: str
    source: Source
    models: dict[str, ModelUsed]
    options: dict[str, Any]
    emotion: Emotion | None = None
    basis: Basis | None = None
    voice: Voice | None = None
    face: Face | None = None
    timeline: tuple[Moment, ...] = ()
    disagreements: tuple[Disagreement, ...] | None = None
    affect: Affect | None = None
    anomaly: Anomaly | None = None
    engagement: dict[str, float] | None = None
    notes: tuple[Note, ...] = ()
    sources: tuple[Source, ...] = ()
    """Both files of a pair; empty otherwise."""
    native: "Result | None" = field(
        default=None, repr=False, compare=False, metadata={"written": False}
    )
    """As it was measured, where this is the same Result in another label view (`as_measured`)."""
    thresholds: dict[str, float] | None = None
    """The smallest score of a moment that is certain, by the senses that were read: voice+face."""
    device: Device | None = None
    """The machine that did the analysis; like `took` it is no part of what was found."""
    edits: Edited | None = None
    """What was changed by hand; absent in a Result as it was measured."""
    unknown: dict[Any, Any] = field(
        default_factory=dict, repr=False, compare=False, metadata={"written": False}
    )
    """What another release wrote and this one does not know: keys (and places in lists) as in the
    written form. It is not a key itself, and is written back in its place."""

    @property
    def as_measured(self) -> "Result":
        """The Result in its own labels, for what is worked out from them."""
        return self.native or self

    @property
    def parts(self) -> dict[str, Voice | Face]:
        """The parts of the senses that read the recording, by sense."""
        parts = {sense: getattr(self, sense) for sense in SENSES}
        return {sense: part for sense, part in parts.items() if part is not None}

    def to_dict(self) -> dict[str, Any]:
        """The written form: plain dicts and lists, `version` first, without absent values."""
        written = {"version": VERSION, **_plain(self)}
        _put_back(self.unknown, written)
        return written

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Result":
        """Rebuild a Result from its written form.

        Raises
        ------
        ValueError
            If the version is another one, or a value is not of its type or none AVER knows.
        TypeError
            If a part lacks something.
        """
        version = data.get("version")
        if version != VERSION:
            raise ValueError(f"This Result has version {version}; only {VERSION} is known.")
        unknown: dict[Any, Any] = {}
        read = _read(
            cls,
            {k: v for k, v in data.items() if k not in ("version", "native", "unknown")},
            unknown,
        )
        result = dataclasses.replace(typing.cast(Result, read), unknown=unknown)
        _check_words(result)
        return result


def written_fields(kind: Any) -> list[dataclasses.Field[Any]]:
    """The fields of a part of the Result that are keys of its written form."""
    return [f for f in dataclasses.fields(kind) if f.metadata.get("written", True)]


def key(field: "dataclasses.Field[Any]") -> str:
    """The key of a field in the written form: its name, unless Python keeps that for itself."""
    return str(field.metadata.get("key", field.name))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((key(f), getattr(value, f.name)) for f in written_fields(value))
        plain = {name: _plain(v) for name, v in pairs if v is not None}
        if not plain.get("sources", True):  # a pair alone has several
            del plain["sources"]
        return plain
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _read(kind: Any, value: Any, unknown: dict[Any, Any]) -> Any:
    """Build `kind` (a dataclass, tuple, dict, union or plain type) from its written form.

    What has no place in a dataclass is put into `unknown`, under the way that leads to it.
    """
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(typing.get_args(kind)[0], value, unknown)
    if origin is tuple:
        _check(list, value)
        inner = typing.get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_inside(inner[0], v, unknown, i) for i, v in enumerate(value))
        return _check(kind, tuple(value))
    if origin is dict:
        inner = typing.get_args(kind)[1]
        return {key: _inside(inner, v, unknown, key) for key, v in _check(dict, value).items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        known = {key(f): hints(kind)[f.name] for f in dataclasses.fields(kind)}
        names = {key(f): f.name for f in dataclasses.fields(kind)}
        unknown.update({k: v for k, v in _check(dict, value).items() if k not in known})
        read = {k: _inside(known[k], v, unknown, k) for k, v in value.items() if k in known}
        made = kind(**{names[k]: v for k, v in read.items()})
        return _check_labels(made) if isinstance(made, Emotion) else made
    return _check(kind, value)


def _check(kind: Any, value: Any) -> Any:
    """The value; raises ValueError where it is not of that kind."""
    if not fits(kind, value):
        raise ValueError(f"{str(value)[:40]} stands where {kind} is expected.")
    return value


def _check_labels(emotion: Emotion) -> Emotion:
    """The emotion; raises ValueError where it has a label AVER does not know, or none."""
    if emotion.label not in emotion.scores or not set(emotion.scores) <= set(EMOTIONS):
        raise ValueError(f"{str(emotion)[:200]} is no emotion.")
    return emotion


def _check_words(result: Result) -> None:
    """Raise ValueError where a Result speaks of an analysis, a kind or a time there is none of."""
    if result.analysis not in ANALYSES or result.analysis == "auto":
        raise ValueError(f"There is no analysis {result.analysis[:40]}.")
    if result.source.kind not in KINDS:
        raise ValueError(f"There is no kind {result.source.kind[:40]} of recording.")
    datetime.fromisoformat(result.created)


def _inside(kind: Any, value: Any, unknown: dict[Any, Any], key: Any) -> Any:
    """Read a part of something; what is unknown in it stands under its key."""
    below: dict[Any, Any] = {}
    read = _read(kind, value, below)
    if below:
        unknown[key] = below
    return read


def _put_back(unknown: dict[Any, Any], written: Any) -> None:
    """Put what was unknown back into the written form, where its place is still there."""
    for key, value in unknown.items():
        if isinstance(written, list):
            if key < len(written):
                _put_back(value, written[key])
        elif key not in written:
            written[key] = value
        elif isinstance(value, dict) and isinstance(written[key], dict | list):
            _put_back(value, written[key])
