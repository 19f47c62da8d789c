"""Results as analyses give them, made by hand: a talk on video, a sound, a picture, nothing."""

import io
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from source.core import notes
from source.core.affect import affect
from source.core.emotions import FACE, FUSED, VOICE, Emotion
from source.core.engagement import engagement
from source.core.overall import Reading, overall
from source.core.result import (
    Affect,
    AffectPoint,
    Anomaly,
    AudioStream,
    Face,
    FaceSegment,
    Frames,
    ModelUsed,
    Moment,
    Motion,
    Person,
    Quality,
    Result,
    Segment,
    Source,
    VideoStream,
    Voice,
)
from source.views.exports import EXPORTS

THRESHOLD = 0.45

COPY = replace(
    EXPORTS["json"],
    name="copy",
    title="Copy",
    suffix="_copy.mp4",
    write=lambda subject: b"".join(path.read_bytes() for path in subject.recordings),
    needs_recording=True,
)
"""An export that needs the recording: its bytes."""


class Taken:
    """What is taken out of a recording that is not there: a grey picture, a tone."""

    rate = 8000

    def picture(self, result):
        """A picture of a still."""
        if result.source.kind != "image":
            return None
        file = io.BytesIO()
        Image.new("RGB", (120, 80), "grey").save(file, "JPEG")
        return file.getvalue()

    def sound(self, start, end):
        """A tone, in blocks of a second."""
        at = np.arange(round(start * self.rate), round(end * self.rate))
        tone = np.sin(at * 2 * np.pi * 440 / self.rate).astype(np.float32) / 2
        return self.rate, iter(np.array_split(tone, max(1, len(tone) // self.rate)))


def there(folder: Path) -> dict[str, object]:
    """A recording and a drawing beside it, as exports are given them."""
    folder.mkdir(parents=True, exist_ok=True)
    drawings = [folder / "drawing_annotated.mp4", folder / "drawing_subtitled.mp4"]
    for drawing, content in zip(drawings, (b"an annotated film", b"one to read"), strict=True):
        drawing.write_bytes(content)
    return {"recordings": [folder / "clip.mp4"], "excerpts": Taken(), "drawings": drawings}


BASE = {
    "id": "01JEXAMPLE0000000000000000",
    "created": "2026-01-01T12:00:00Z",
    "took": 1.31,
    "app": "0.1.0",
    "options": {"analysis": "auto", "fps": 4.0},
}
VOICE_MODEL = ModelUsed("cnn-transformer", "a" * 64)
FACE_MODEL = ModelUsed("cnn", "b" * 64)


def emotion(label: str, score: float, *, of=FUSED, second: str | None = None) -> Emotion:
    """A posterior with `score` on `label`, most of the rest on `second`."""
    others = [e for e in of if e != label]
    second = second if second in others else others[0]
    rest = 1.0 - score
    scores = {e: rest * 0.4 / (len(others) - 1) for e in others} | {label: score}
    scores[second] = rest * 0.6
    return Emotion.from_scores(scores, threshold=THRESHOLD)


def _mean(emotions: list[Emotion]) -> Emotion:
    return overall([Reading(1.0, e, THRESHOLD) for e in emotions])


def _label_at(time: float) -> tuple[str, float]:
    if 11.5 <= time < 13.5 or 40.5 <= time < 42.0:
        return "surprised", 0.66
    if 28.0 <= time < 33.0:
        return "sad", 0.52
    if 20.0 <= time < 24.0:
        return "neutral", 0.38
    return "happy", 0.62 + 0.18 * math.sin(time / 4)


def video() -> Result:
    """A minute with two people, speech in most of it, a disagreement at 0:30."""
    seconds = 60.0
    segments = []
    for start, end in ((1.0, 9.5), (11.0, 19.0), (26.0, 34.0), (36.0, 44.5), (47.0, 58.0)):
        label = "sad" if start == 26.0 else _label_at((start + end) / 2)[0]
        segments.append(Segment(start, end, emotion(label, 0.61, of=VOICE, second="calm")))
    people = []
    for person, (first, last) in enumerate(((0.0, 59.75), (15.0, 44.75)), start=1):
        faces = []
        for step in range(int(first * 4), int(last * 4) + 1):
            time = step / 4
            if 5.0 <= time < 7.0:
                continue
            label, score = _label_at(time) if person == 1 else ("neutral", 0.58)
            label = "happy" if label == "sad" else label
            refused = "blurred" if step % 37 == 0 else None
            read = None if refused else emotion(label, score, of=FACE, second="neutral")
            left = 0.2 if person == 1 else 0.6
            quality = Quality(96, 0.95 if refused else 0.2, 0.5, refused)
            faces.append(FaceSegment(time, (left, 0.25, 0.18, 0.32), quality, read))
        said = _mean([f.emotion for f in faces if f.emotion])
        people.append(Person(person, first, last, tuple(faces), said, Motion("convlstm", said)))
    moments = []
    for step in range(120):
        start = step / 2
        if 5.0 <= start < 7.0 and not 1.0 <= start < 4.5:
            continue
        label, score = _label_at(start)
        senses = ("voice", "face") if any(s.start <= start < s.end for s in segments) else ("face",)
        agreement = None if len(senses) < 2 else (0.35 if 28 <= start < 33 else 0.82)
        read = emotion(label, score, second="neutral")
        moments.append(Moment(start, start + 0.5, read, senses, agreement, 0.1))
    path = tuple(AffectPoint(m.start, *affect(m.emotion.scores)) for m in moments)
    overall = _mean([m.emotion for m in moments])
    return Result(
        **BASE,
        analysis="combined",
        source=Source(
            "team talk.mp4",
            "video",
            5_430_212,
            "c" * 64,
            seconds,
            VideoStream(1280, 720, 29.97, 0, "h264"),
            AudioStream(48000, 2, "aac"),
        ),
        models={"voice": VOICE_MODEL, "face": FACE_MODEL},
        emotion=overall,
        voice=Voice(44.0, tuple(segments), _mean([s.emotion for s in segments])),
        face=Face(
            Frames(240, 226, 232, {"small": 0, "blurred": 6, "dark": 0}),
            tuple(people),
            _mean([p.emotion for p in people]),
        ),
        timeline=tuple(moments),
        affect=Affect(*affect(overall.scores), path),
        anomaly=Anomaly(0.1, "normal", 0.5),
        engagement=engagement((m.end - m.start, m.emotion) for m in moments),
        notes=(
            notes.some_speech(44.0, 60.0),
            notes.some_faces(232, 240),
            notes.faces_refused({"small": 0, "blurred": 6, "dark": 0}),
        ),
    )


def hours(hours: float = 2.0, *, people: int = 2) -> Result:
    """A talk of so many hours: a minute of `video` again and again, and a pause between."""
    minute, step = video(), 62.0
    times = [step * i for i in range(int(hours * 3600 // step))]
    assert minute.voice and minute.face and minute.affect

    def moved(part, start):
        ends = {} if part.end is None else {"end": part.end + start}
        begin = "time" if isinstance(part, FaceSegment) else "start"
        return replace(part, **{begin: getattr(part, begin) + start}, **ends)

    face = minute.face
    every = tuple(
        replace(
            face.people[number % len(face.people)],
            id=number + 1,
            last=times[-1] + step,
            segments=tuple(
                moved(s, t) for t in times for s in face.people[number % len(face.people)].segments
            ),
        )
        for number in range(people)
    )
    return replace(
        minute,
        source=replace(minute.source, seconds=hours * 3600.0),
        voice=replace(
            minute.voice, segments=tuple(moved(s, t) for t in times for s in minute.voice.segments)
        ),
        face=replace(face, people=every),
        timeline=tuple(moved(m, t) for t in times for m in minute.timeline),
        affect=replace(
            minute.affect,
            path=tuple(replace(p, time=p.time + t) for t in times for p in minute.affect.path),
        ),
    )


def crowd() -> Result:
    """The same minute with four people."""
    talk = video()
    assert talk.face is not None
    one, two = talk.face.people
    people = (one, two, replace(one, id=3), replace(two, id=4))
    return replace(talk, face=replace(talk.face, people=people))


def sound(*, sure: bool = True) -> Result:
    """Twelve seconds of a voice, no picture."""
    score = 0.71 if sure else 0.3
    spans = ((0.6, 4.0), (5.2, 8.4), (9.0, 11.6))
    labels = ("angry", "angry", "calm")
    segments = tuple(
        Segment(a, b, emotion(label, score, of=VOICE, second="disgust"))
        for (a, b), label in zip(spans, labels, strict=True)
    )
    overall = _mean([s.emotion for s in segments])
    moments = tuple(
        Moment(
            i / 2, i / 2 + 0.5, emotion("neutral" if label == "calm" else label, score), ("voice",)
        )
        for i in range(24)
        for (a, b), label in zip(spans, labels, strict=True)
        if a - 0.25 <= i / 2 < b
    )
    said = (notes.some_speech(9.2, 12.0),) + (() if sure else (notes.not_sure(),))
    return Result(
        **BASE,
        analysis="audio",
        source=Source(
            "message.wav", "audio", 1_058_444, "d" * 64, 12.0, None, AudioStream(44100, 1, "pcm")
        ),
        models={"voice": VOICE_MODEL},
        emotion=overall,
        voice=Voice(9.2, segments, overall),
        timeline=moments,
        affect=Affect(*affect(overall.scores)),
        engagement=engagement((m.end - m.start, m.emotion) for m in moments),
        notes=said,
    )


def picture(*, faces: int = 2) -> Result:
    """A still with so many faces."""
    people = tuple(
        Person(
            i + 1,
            0.0,
            0.0,
            (
                FaceSegment(
                    0.0,
                    (0.12 + 0.3 * i, 0.2, 0.22, 0.4),
                    Quality(120, 0.1, 0.5),
                    emotion(label, 0.83, of=FACE, second="surprised"),
                ),
            ),
            emotion(label, 0.83, of=FACE, second="surprised"),
        )
        for i, label in enumerate(("happy", "contempt", "fearful")[:faces])
    )
    overall = _mean([p.emotion for p in people]) if people else None
    return Result(
        **BASE,
        analysis="image",
        source=Source(
            "crew.jpg",
            "image",
            204_800,
            "e" * 64,
            None,
            VideoStream(1200, 800, 0.0, 0, "mjpeg"),
            None,
        ),
        models={"face": FACE_MODEL},
        emotion=overall,
        face=Face(Frames(1, int(faces > 0), int(faces > 0)), people, overall),
        affect=Affect(*affect(overall.scores)) if overall else None,
        engagement=engagement((1.0, p.emotion) for p in people),
        notes=() if faces else (notes.no_face(),),
    )


def nothing() -> Result:
    """A sound in which nobody speaks."""
    return Result(
        **BASE,
        analysis="audio",
        source=Source(
            "rain.ogg", "audio", 90_112, "f" * 64, 30.0, None, AudioStream(48000, 2, "vorbis")
        ),
        models={"voice": VOICE_MODEL},
        voice=Voice(0.0),
        notes=(notes.no_speech(),),
    )
