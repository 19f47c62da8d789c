"""From a recording to what its faces say."""

from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from source import media
from source.core.errors import Cancelled
from source.core.result import Person
from source.face import watch


def video(shared: Path, name: str) -> media.Recording:
    return media.probe(shared / "media" / "video" / name)


def apart(one: Person, other: Person) -> float:
    assert one.emotion is not None
    assert other.emotion is not None
    scores = other.emotion.scores
    return sum(abs(p - scores[name]) for name, p in one.emotion.scores.items())


def saved(path: Path, image: np.ndarray) -> media.Recording:
    cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return media.probe(path)


def test_the_same_recording_gives_the_same_answer(shared: Path, reader) -> None:
    first, second = (watch(video(shared, "talk.wmv"), model=reader) for _ in range(2))

    assert first.face == second.face
    assert (first.embeddings == second.embeddings).all()
    assert len(first.embeddings) == len(first.face.readings)


def test_one_talking_person_is_one_person(shared: Path, reader) -> None:
    seen = watch(video(shared, "talk_h264_aac.mp4"), model=reader, fps=4)

    (person,) = seen.face.people
    assert person.id == 1
    assert person.first == person.segments[0].time
    assert person.last == person.segments[-1].time
    assert person.emotion == seen.face.emotion
    assert person.motion is None
    times = [s.time for s in person.segments]
    assert times == sorted(set(times))
    for segment in person.segments:
        left, top, width, height = segment.box
        assert min(left, top) >= 0
        assert max(left + width, top + height) <= 1.0001
        assert segment.emotion is not None
        assert sum(segment.emotion.scores.values()) == pytest.approx(1, abs=1e-4)


def test_people_come_in_order_of_appearance(shared: Path, reader) -> None:
    woman, man = watch(video(shared, "face_leaves_returns.mp4"), model=reader).face.people

    assert (woman.id, man.id) == (1, 2)
    assert woman.last < 3.1
    assert 5.9 < man.first < man.last


def test_where_a_face_stands_does_not_change_what_it_says(picture, reader, tmp_path: Path) -> None:
    parts = [picture("face_angry.jpg")[:250, :250], picture("face_sad.jpg")[:250, :250]]
    one = watch(saved(tmp_path / "a.png", np.hstack(parts)), model=reader).face.people
    other = watch(saved(tmp_path / "b.png", np.hstack(parts[::-1])), model=reader).face.people

    assert len(one) == len(other) == 2
    for person, same in zip(one, other[::-1], strict=True):
        # the detector works on a grid, so places, and with them scores, may differ a little
        assert apart(person, same) < 0.5 * apart(*one)


def test_a_photo_is_read_in_ten_views_and_a_video_once_a_picture(shared: Path, reader) -> None:
    class Counting:
        card = SimpleNamespace(**{**vars(reader.card), "input": {"views": 10}})
        faces = 0

        def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            self.faces += len(batch)
            return reader.run(batch)

    photo, film = Counting(), Counting()
    watch(media.probe(shared / "media" / "image" / "face_angry.jpg"), model=photo)
    seen = watch(video(shared, "talk.wmv"), model=film)

    assert photo.faces == 10
    assert film.faces == seen.face.frames.used > 2


def test_a_refused_face_is_counted_and_says_nothing(shared: Path, reader) -> None:
    seen = watch(media.probe(shared / "media" / "image" / "face_dark.jpg"), model=reader)

    (person,) = seen.face.people
    assert seen.face.frames.refused == {"small": 0, "blurred": 0, "dark": 1}
    assert (seen.face.frames.with_face, seen.face.frames.used) == (1, 0)
    assert person.segments[0].emotion is None
    assert person.emotion is None
    assert seen.face.emotion is None
    assert len(seen.embeddings) == 0


def test_the_gate_can_be_moved(shared: Path, reader) -> None:
    recording = video(shared, "one_frame.mp4")
    strict = watch(recording, model=reader, min_face=1000)

    assert strict.face.frames.refused["small"] == 1
    assert strict.face.emotion is None
    assert watch(recording, model=reader).face.emotion is not None


def test_nobody_there_is_no_emotion(shared: Path, reader) -> None:
    seen = watch(video(shared, "no_face_plant.mp4"), model=reader)

    assert seen.face.people == ()
    assert seen.face.emotion is None
    assert seen.face.frames.read > 0
    assert seen.face.frames.with_face == 0


def test_the_callers_limits_hold(shared: Path, reader) -> None:
    recording = video(shared, "talk_h264_aac.mp4")

    assert watch(recording, model=reader, max_frames=3).face.frames.read == 3
    short = watch(recording, model=reader, seconds=1.0).face
    assert short.people[0].last < 1.0


def test_progress_is_told_and_cancel_is_heard(shared: Path, reader) -> None:
    told: list[tuple[float, int]] = []
    with pytest.raises(Cancelled):
        watch(
            video(shared, "talk.wmv"),
            model=reader,
            on_progress=lambda seconds, faces: told.append((seconds, faces)),
            cancelled=lambda: len(told) >= 3,
        )

    assert len(told) == 3
    assert told == sorted(told)
    assert told[-1][1] == 3
