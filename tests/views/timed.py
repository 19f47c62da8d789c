"""Results that hold together as analyses give them: every moment is made of what was read."""

from dataclasses import replace

from source.core.emotions import FACE, VOICE, Emotion
from source.core.engagement import with_engagement
from source.core.overall import basis
from source.core.result import (
    AudioStream,
    Face,
    FaceSegment,
    Frames,
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
from source.core.steps import overall_of, overall_of_faces
from source.core.whole import affect_of, emotion_of
from source.fusion import Fusion, SenseAnswer, combine, load_fusion
from source.settings import ROOT
from tests.views.made import BASE, FACE_MODEL, VOICE_MODEL, emotion

STEP = 0.25
LENGTH = 12.0
THRESHOLDS = {"voice": 0.5, "face": 0.45}

NEUTRAL = {e: 0.0 if e == "neutral" else -5.0 for e in FACE}
"""How a model reads neutral faces, roughly as the one that ships."""


def face(label: str, score: float, second: str = "neutral") -> Emotion:
    """A posterior of a face, certain from the threshold on."""
    read = emotion(label, score, of=FACE, second=second)
    return replace(read, certain=read.score >= THRESHOLDS["face"])


def seen(start: float, end: float, read: Emotion, *, left: float = 0.2) -> tuple[FaceSegment, ...]:
    """A face in every picture of a stretch."""
    count = round((end - start) / STEP)
    box = (left, 0.2, 0.2, 0.3)
    return tuple(
        FaceSegment(start + i * STEP, box, Quality(120, 0.2, 0.5), read, start + (i + 1) * STEP)
        for i in range(count)
    )


def person(number: int, *parts: tuple[FaceSegment, ...]) -> Person:
    """A person with an emotion of all faces."""
    faces = tuple(one for part in parts for one in part)
    said = overall_of_faces(faces, threshold=THRESHOLDS["face"])
    return Person(number, faces[0].time, faces[-1].time, faces, said, Motion("clip", said))


def talk() -> Result:
    """Twelve seconds, voice and face; person 1 leaves at 0:05, and person 2 comes at 0:06."""
    people = (
        person(1, seen(0.0, 3.0, face("neutral", 0.6)), seen(3.0, 5.0, face("angry", 0.7)),
               seen(10.0, 12.0, face("happy", 0.7))),
        person(2, seen(6.0, 9.0, face("happy", 0.9))),
    )  # fmt: skip
    spoken = ((1.0, 5.0, "sad"), (5.0, 6.5, "angry"), (7.0, 11.0, "happy"))
    segments = tuple(
        Segment(a, b, replace(emotion(label, 0.7, of=VOICE, second="calm"), certain=True))
        for a, b, label in spoken
    )
    voice = Voice(9.5, segments, overall_of(segments, threshold=THRESHOLDS["voice"]))
    return _combined("combined", people, voice, load_fusion(root=ROOT / "models"))


def two_people() -> Result:
    """Twelve seconds of two faces without a voice; person 2 looks sad at rest and smiles last."""
    people = (
        person(1, seen(0.0, 12.0, face("neutral", 0.9, "happy"))),
        person(2, seen(0.0, 10.0, face("sad", 0.7)),
               seen(10.0, 12.0, face("happy", 0.9, "sad"), left=0.6)),
    )  # fmt: skip
    return _combined("video", people, None, None)


def _combined(
    analysis: str, people: tuple[Person, ...], voice: Voice | None, fusion: Fusion | None
) -> Result:
    faces = [one for somebody in people for one in somebody.segments]
    times = len({one.time for one in faces})
    part = Face(
        Frames(round(LENGTH / STEP), times, times),
        people,
        overall_of_faces(faces, threshold=THRESHOLDS["face"]),
        NEUTRAL,
    )
    answers = {"face": SenseAnswer(part, THRESHOLDS["face"])}
    if voice is not None:
        answers = {"voice": SenseAnswer(voice, THRESHOLDS["voice"]), **answers}
    both = combine(answers, seconds=LENGTH, fusion=fusion)
    moments: tuple[Moment, ...] = both.timeline
    result = Result(
        **BASE,
        analysis=analysis,
        source=Source(
            "talk.mp4", "video", 1, "c" * 64, LENGTH, VideoStream(1280, 720, 25.0, 0, "h264"),
            AudioStream(48000, 2, "aac"),
        ),
        models={
            "voice": replace(VOICE_MODEL, threshold=THRESHOLDS["voice"]),
            "face": replace(FACE_MODEL, threshold=THRESHOLDS["face"]),
        },
        emotion=emotion_of(moments, both.thresholds),
        voice=voice,
        face=part,
        timeline=moments,
        affect=affect_of(both.emotion, moments),
        thresholds=both.thresholds,
    )  # fmt: skip
    return with_engagement(replace(result, basis=basis(result)))
