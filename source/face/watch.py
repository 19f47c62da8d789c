"""Watches a recording: finds, follows, judges and reads every face, and sums up by person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from source import media
from source.core.emotions import Emotion, mean_scores
from source.core.errors import Cancelled
from source.core.progress import never
from source.core.result import Box, Face, FaceSegment, Frames, Motion, Person, Quality
from source.face import expression, quality
from source.face.align import align
from source.face.blaze import Found
from source.face.follow import Follower
from source.face.tracks import Track, Tracks, looks

if TYPE_CHECKING:
    from source.media import Recording
    from source.runtime.model import Model

MAX_SIDE = 1280
"""Pictures of a video are scaled down so far before faces are looked for, in pixels."""

CLIP_SIDE = 64
CLIP_CROPS = 240
"""Side in pixels, and most crops of one person, that are kept for the clip network."""

GHOST = 0.75
"""A face seen in one picture of many is only believed with at least this score."""

_BATCH = 32


@dataclass(frozen=True)
class Seen:
    """What was seen: the part of the Result, and the embeddings of all faces that were read.

    `times` (seconds) has one entry per row of `embeddings` [shape=(n, d), float32].
    """

    face: Face
    embeddings: np.ndarray
    times: list[float]


@dataclass
class _Sighting:
    """One face in one picture, on its way to becoming a segment."""

    time: float
    track: int
    box: Box
    quality: Quality
    emotion: Emotion | None = None
    embedding: np.ndarray | None = None


@dataclass
class _Clip:
    """The moving face of one track, for the clip network."""

    crops: list[np.ndarray] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def watch(
    recording: "Recording",
    *,
    model: "Model",
    clip_model: "Model | None" = None,
    fps: float = 4.0,
    max_frames: int | None = None,
    seconds: float | None = None,
    min_face: int = 24,
    max_blur: float = 0.9,
    min_light: float = 0.08,
    on_progress: Callable[[float, int], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Seen:
    """Find every face of a video or picture and read its expression.

    Parameters
    ----------
    recording : Recording
        A video or an image. Streamed: memory does not grow with its length, apart from the
        segments themselves.
    model : Model
        A model of the sense ``face``.
    clip_model : Model, optional
        A model of the sense ``clip``; fills `Person.motion` of videos.
    fps : float
        Pictures of a video read per second.
    max_frames : int, optional
        Most pictures, spread over the whole.
    seconds : float, optional
        Only the first so many seconds.
    min_face, max_blur, min_light
        The quality gate; see `source.face.quality`.
    on_progress : callable, optional
        Called with seconds read and faces found so far.
    cancelled : callable
        Asked between pictures.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    """
    still = recording.kind == "image"
    clips: dict[int, _Clip] | None = {} if clip_model is not None and not still else None
    tracks, follower = Tracks(), Follower()
    sightings: list[_Sighting] = []
    waiting: list[tuple[_Sighting, np.ndarray]] = []
    read = 0
    for picture in media.pictures(
        recording,
        fps=fps,
        max_frames=max_frames,
        seconds=seconds,
        max_side=None if still else MAX_SIDE,
    ):
        if cancelled():
            raise Cancelled
        read += 1
        image = picture.image
        faces = follower.still(image) if still else follower.next(picture.time, image)
        seen = [looks(image, face.landmarks) for face in faces]
        numbers = tracks.update(picture.time, faces, seen, cut=follower.cut)
        full = 1.0 if still or not recording.video else recording.video.width / image.shape[1]
        for face, number in zip(faces, numbers, strict=True):
            crop = expression.crop(image, face.landmarks)
            judged = quality.judge(
                crop,
                size=face.side * full,
                min_face=min_face,
                max_blur=max_blur,
                min_light=min_light,
            )
            sighting = _Sighting(picture.time, number, _box(face, image), judged)
            sightings.append(sighting)
            if judged.refused is None:
                waiting.append((sighting, crop))
                if clips is not None:
                    _keep(clips.setdefault(number, _Clip()), picture.time, image, face)
        if len(waiting) >= _BATCH:
            _read(waiting, model)
        if on_progress is not None:
            on_progress(picture.time, len(sightings))
    _read(waiting, model)
    owners = _people(tracks, read)
    motions = _motions(clips or {}, owners, clip_model)
    return _sum_up(sightings, owners, motions, read=read, threshold=model.card.threshold)


def _box(face: Found, image: np.ndarray) -> Box:
    """The box in fractions of the picture, cut at its edges."""
    size = np.array([image.shape[1], image.shape[0]] * 2, np.float64)
    left, top, right, bottom = (float(n) for n in np.clip(face.box / size, 0.0, 1.0))
    return round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)


def _keep(clip: _Clip, time: float, image: np.ndarray, face: Found) -> None:
    if len(clip.crops) < CLIP_CROPS:
        clip.crops.append(align(image, face.landmarks, size=CLIP_SIDE))
        clip.times.append(time)


def _read(waiting: list[tuple[_Sighting, np.ndarray]], model: "Model") -> None:
    """Give every waiting sighting its emotion, in one batch."""
    if not waiting:
        return
    posteriors, embeddings = expression.read(np.stack([crop for _, crop in waiting]), model)
    labels, threshold = model.card.labels, model.card.threshold
    for (sighting, _), scores, embedding in zip(waiting, posteriors, embeddings, strict=True):
        named = {name: float(p) for name, p in zip(labels, scores, strict=True)}
        sighting.emotion = Emotion.from_scores(named, threshold=threshold)
        sighting.embedding = embedding
    waiting.clear()


def _people(tracks: Tracks, read: int) -> dict[int, int]:
    """Track to person; tracks that were no more than a flicker are left out."""
    owners = tracks.joined()
    parts: dict[int, list[Track]] = {}
    for track, owner in zip(tracks.all, owners, strict=True):
        parts.setdefault(owner, []).append(track)
    real = {
        owner
        for owner, members in parts.items()
        if sum(t.seen for t in members) > 1 or read <= 4 or members[0].score >= GHOST
    }
    return {number: owner for number, owner in enumerate(owners) if owner in real}


def _motions(
    clips: dict[int, _Clip], owners: dict[int, int], clip_model: "Model | None"
) -> dict[int, Motion | None]:
    """What the clip network says of each person."""
    if not clips or clip_model is None:
        return {}
    from source.face import motion

    joined: dict[int, _Clip] = {}
    for number in sorted(clips):
        if number in owners:
            clip = joined.setdefault(owners[number], _Clip())
            clip.crops += clips[number].crops
            clip.times += clips[number].times
    return {
        owner: motion.read(np.stack(clip.crops[:CLIP_CROPS]), clip.times[:CLIP_CROPS], clip_model)
        for owner, clip in joined.items()
    }


def _sum_up(
    sightings: list[_Sighting],
    owners: dict[int, int],
    motions: dict[int, Motion | None],
    *,
    read: int,
    threshold: float,
) -> Seen:
    """People by first appearance, each with a time line; then all of them together."""
    kept = [s for s in sightings if s.track in owners]
    order: dict[int, int] = {}
    for sighting in kept:
        order.setdefault(owners[sighting.track], len(order) + 1)
    people = []
    for owner, number in order.items():
        own = [s for s in kept if owners[s.track] == owner]
        people.append(
            Person(
                id=number,
                first=round(own[0].time, 3),
                last=round(own[-1].time, 3),
                segments=tuple(
                    FaceSegment(round(s.time, 3), s.box, s.quality, s.emotion) for s in own
                ),
                emotion=_mean(own, threshold),
                motion=motions.get(owner),
            )
        )
    refused = dict.fromkeys(quality.REASONS, 0)
    for sighting in kept:
        if sighting.quality.refused:
            refused[sighting.quality.refused] += 1
    frames = Frames(
        read=read,
        used=len({s.time for s in kept if s.emotion}),
        with_face=len({s.time for s in kept}),
        refused=refused,
    )
    used = [s for s in kept if s.embedding is not None]
    rows = [s.embedding for s in used if s.embedding is not None]
    embeddings = np.stack(rows) if rows else np.empty((0, 0), np.float32)
    return Seen(
        Face(frames, tuple(people), _mean(kept, threshold)),
        embeddings,
        [round(s.time, 3) for s in used],
    )


def _mean(sightings: list[_Sighting], threshold: float) -> Emotion | None:
    """Mean posterior of the faces that were read; None where none was."""
    scores = [s.emotion.scores for s in sightings if s.emotion is not None]
    return Emotion.from_scores(mean_scores(scores), threshold=threshold) if scores else None
