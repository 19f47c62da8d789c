"""Sums up by person: sightings become segments, tracks become people."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from source.core import notes
from source.core.emotions import FACE, Emotion
from source.core.result import Box, Face, FaceSegment, Frames, Motion, Note, Person, Quality
from source.core.steps import overall_of_faces
from source.face import evidence, quality
from source.face.track import Track
from source.face.tracks import Tracks

if TYPE_CHECKING:
    from source.runtime.model import Model

CLIP_CROPS = 240
"""Most pictures of one person that the clip network reads."""

GHOST = 0.75
"""Minimum score of a face that appears in only one picture of many."""

LATE = 1.5
"""How much later than expected, in steps, the next picture may come without leaving a gap."""

CLOSE = 0.01
"""Seconds by which a picture may come before the stretch that it belongs to: times are rounded."""

FEW = 4
"""With this many pictures or fewer, a face that appears once is not suspicious."""


@dataclass(frozen=True)
class Seen:
    """The face part of the Result, and what is known of all faces that were read.

    `embeddings` [shape=(n, d), float32] and `measures` [shape=(n, k), float32, of
    `source.face.measures`] have a row for each of `Face.readings`; `notes` say what could not be
    seen.
    """

    face: Face
    embeddings: np.ndarray
    notes: tuple[Note, ...] = ()
    measures: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))

    @property
    def part(self) -> Face:
        """The part of the Result."""
        return self.face


@dataclass
class Sighting:
    """One face in one picture, on its way to becoming a segment."""

    time: float
    track: int
    box: Box
    quality: Quality
    emotion: Emotion | None = None
    embedding: np.ndarray | None = None
    measures: np.ndarray | None = None

    @property
    def trusted(self) -> bool:
        """Whether its emotion may be called certain."""
        return self.quality.doubt is None


@dataclass
class Clip:
    """The moving face of one track, for the clip network: its crops, or rows in their place."""

    crops: list[np.ndarray] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    trusted: list[bool] = field(default_factory=list)

    def keep(self, time: float, crop: np.ndarray, *, trusted: bool) -> None:
        """Take a crop in, as long as there is room; `trusted` says if it may be read surely."""
        if len(self.crops) < CLIP_CROPS:
            self.crops.append(crop)
            self.times.append(time)
            self.trusted.append(trusted)

    def extend(self, other: "Clip") -> None:
        """Take in what another track of the same person showed."""
        for time, crop, trusted in zip(other.times, other.crops, other.trusted, strict=True):
            self.keep(time, crop, trusted=trusted)


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
            joined.setdefault(owners[number], Clip()).extend(clips[number])
    return {
        owner: motion.read(np.stack(clip.crops), clip.times, clip_model, trusted=clip.trusted)
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
            clips.setdefault(s.track, Clip()).keep(s.time, row, trusted=s.trusted)
    return clips


def sum_up(
    sightings: list[Sighting],
    owners: dict[int, int],
    moves: dict[int, Motion | None],
    *,
    looked: Sequence[float],
    step: float | None,
    shown: Sequence[tuple[float, float]],
    threshold: float,
) -> Seen:
    """People by first appearance, each with a time line; then all of them together.

    Parameters
    ----------
    looked : sequence of float
        Times of all pictures that were read, with or without a face, in seconds.
    step : float or None
        Seconds between two pictures that were asked for; None for a still picture.
    shown : sequence of (float, float)
        The stretches in which there are pictures, up to where the recording, or the part of it
        that was asked for, ends; sorted.
    """
    ends = dict(zip(looked, held(looked, step, shown), strict=True)) if step else {}
    kept = [s for s in sightings if s.track in owners]
    sightings_of: dict[int, list[Sighting]] = {}
    for sighting in kept:
        sightings_of.setdefault(owners[sighting.track], []).append(sighting)
    persons = []
    for number, (owner, own) in enumerate(sightings_of.items(), start=1):
        segments = [_segment(sighting, ends) for sighting in own]
        persons.append(
            Person(
                id=number,
                first=segments[0].time,
                last=segments[-1].time,
                segments=tuple(segments),
                emotion=overall_of_faces(segments, threshold=threshold),
                motion=moves.get(owner),
            )
        )
    refused = dict.fromkeys(quality.REASONS, 0)
    for sighting in kept:
        if sighting.quality.refused:
            refused[sighting.quality.refused] += 1
    frames = Frames(
        read=len(looked),
        used=len({s.time for s in kept if s.emotion}),
        with_face=len({s.time for s in kept}),
        refused=refused,
    )
    # Person by person, as `Face.readings` are.
    read = [s for own in sightings_of.values() for s in own if s.embedding is not None]
    return Seen(
        Face(
            frames,
            tuple(persons),
            overall_of_faces([s for p in persons for s in p.segments], threshold=threshold),
        ),
        _stacked([s.embedding for s in read]),
        _doubts(kept),
        _stacked([s.measures for s in read]),
    )


def _stacked(rows: list[np.ndarray | None]) -> np.ndarray:
    known = [row for row in rows if row is not None]
    return np.stack(known) if known else np.empty((0, 0), np.float32)


def _doubts(sightings: list[Sighting]) -> tuple[Note, ...]:
    """A note on the faces that were read, but not surely."""
    doubts = [s.quality.doubt for s in sightings if s.emotion is not None and s.quality.doubt]
    if not doubts:
        return ()
    counted = {reason: doubts.count(reason) for reason in evidence.DOUBTS if reason in doubts}
    return (notes.faces_in_doubt(counted),)


def held(
    looked: Sequence[float], step: float, shown: Sequence[tuple[float, float]] = ((0.0, math.inf),)
) -> list[float]:
    """Until when each picture stands for what is seen: to the next one, if that comes in time.

    The next picture is expected after the step that was asked for or, where a video has fewer
    pictures than that, after the shorter of its usual distances. What comes later leaves a gap,
    and so does the end of a stretch in which there are pictures.

    Examples
    --------
    >>> held([0.0, 0.25, 0.5, 60.0], 0.25)
    [0.25, 0.5, 0.75, 60.25]
    >>> held([0.0, 20.0], 20.0, [(0.0, 2.0), (19.0, 25.0)])
    [2.0, 25.0]
    >>> held([], 0.25)
    []
    """
    if not looked:  # a video of no length has a picture, and no time at which to look at it
        return []
    distances = np.diff(looked)
    usual = float(np.quantile(distances, 0.25, method="lower")) if len(distances) > 1 else step
    expected = max(step, usual)
    following = [*looked[1:], np.inf]
    ends = []
    for time, after in zip(looked, following, strict=True):
        end = after if after - time <= LATE * expected else time + expected
        last = next((b for a, b in shown if a - CLOSE <= time < b), time)
        ends.append(float(min(end, last)))
    return ends


def _segment(sighting: Sighting, ends: Mapping[float, float]) -> FaceSegment:
    end = ends.get(sighting.time)
    return FaceSegment(
        round(sighting.time, 3),
        sighting.box,
        sighting.quality,
        sighting.emotion,
        None if end is None else round(end, 3),
    )
