"""Sums up by person: sightings become segments, tracks become people."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from source.core.emotions import FACE, Emotion, mean_scores
from source.core.result import Box, Face, FaceSegment, Frames, Motion, Note, Person, Quality
from source.face import quality
from source.face.tracks import Track, Tracks

if TYPE_CHECKING:
    from source.runtime.model import Model

CLIP_CROPS = 240
"""Most pictures of one person that the clip network reads."""

GHOST = 0.75
"""A face seen in one picture of many is only believed with at least this score."""

FEW = 4
"""With no more pictures than these, being seen once is no sign of a ghost."""


@dataclass(frozen=True)
class Seen:
    """What was seen: the part of the Result, and the embeddings of all faces that were read.

    `times` (seconds) has one entry per row of `embeddings` [shape=(n, d), float32]; `notes` tell
    of what could not be seen.
    """

    face: Face
    embeddings: np.ndarray
    times: list[float]
    notes: tuple[Note, ...] = ()


@dataclass
class Sighting:
    """One face in one picture, on its way to becoming a segment."""

    time: float
    track: int
    box: Box
    quality: Quality
    emotion: Emotion | None = None
    embedding: np.ndarray | None = None


@dataclass
class Clip:
    """The moving face of one track, for the clip network: its crops, or rows in their place."""

    crops: list[np.ndarray] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def keep(self, time: float, crop: np.ndarray) -> None:
        """Take a crop in, as long as there is room."""
        if len(self.crops) < CLIP_CROPS:
            self.crops.append(crop)
            self.times.append(time)


def people(tracks: Tracks, read: int) -> dict[int, int]:
    """Track to person; tracks that were no more than a flicker, or a mixture, are left out."""
    owners = tracks.joined()
    parts: dict[int, list[Track]] = {}
    for track, owner in zip(tracks.all, owners, strict=True):
        parts.setdefault(owner, []).append(track)
    real = {
        owner
        for owner, members in parts.items()
        if not members[0].nobody
        and (sum(t.seen for t in members) > 1 or read <= FEW or members[0].score >= GHOST)
    }
    return {number: owner for number, owner in enumerate(owners) if owner in real}


def motions(
    clips: dict[int, Clip],
    sightings: list[Sighting],
    owners: dict[int, int],
    clip_model: "Model | None",
) -> dict[int, Motion | None]:
    """What the clip network says of each person; all sightings must have been read."""
    from source.face import motion

    if clip_model is None:
        return {}
    if motion.reads(clip_model) == motion.ROWS:
        clips = _told(sightings)
    joined: dict[int, Clip] = {}
    for number in sorted(clips):
        if number in owners:
            clip = joined.setdefault(owners[number], Clip())
            clip.crops += clips[number].crops
            clip.times += clips[number].times
    return {
        owner: motion.read(np.stack(clip.crops[:CLIP_CROPS]), clip.times[:CLIP_CROPS], clip_model)
        for owner, clip in joined.items()
    }


def _told(sightings: list[Sighting]) -> dict[int, Clip]:
    """What the face network said of each track, in place of its crops."""
    from source.face import motion

    clips: dict[int, Clip] = {}
    for s in sightings:
        if s.emotion is not None and s.embedding is not None:
            posteriors = [s.emotion.scores.get(e, 0.0) for e in FACE]
            row = motion.rows(s.embedding[None], np.array([posteriors]))[0]
            clips.setdefault(s.track, Clip()).keep(s.time, row)
    return clips


def sum_up(
    sightings: list[Sighting],
    owners: dict[int, int],
    moves: dict[int, Motion | None],
    *,
    read: int,
    threshold: float,
) -> Seen:
    """People by first appearance, each with a time line; then all of them together."""
    kept = [s for s in sightings if s.track in owners]
    order: dict[int, int] = {}
    for sighting in kept:
        order.setdefault(owners[sighting.track], len(order) + 1)
    found = []
    for owner, number in order.items():
        own = [s for s in kept if owners[s.track] == owner]
        found.append(
            Person(
                id=number,
                first=round(own[0].time, 3),
                last=round(own[-1].time, 3),
                segments=tuple(
                    FaceSegment(round(s.time, 3), s.box, s.quality, s.emotion) for s in own
                ),
                emotion=_mean(own, threshold),
                motion=moves.get(owner),
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
        Face(frames, tuple(found), _mean(kept, threshold)),
        embeddings,
        [round(s.time, 3) for s in used],
    )


def _mean(sightings: list[Sighting], threshold: float) -> Emotion | None:
    """Mean posterior of the faces that were read; None where none was."""
    scores = [s.emotion.scores for s in sightings if s.emotion is not None]
    return Emotion.from_scores(mean_scores(scores), threshold=threshold) if scores else None
