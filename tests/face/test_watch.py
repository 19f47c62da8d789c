"""From a recording to what its faces say."""

import contextlib
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from source import media
from source.core.errors import BadRecording, Cancelled
from source.core.result import Person
from source.face import watch
from tests.making.films import film
from tests.making.people import HEIGHT, WIDTH, acted, portrait
from tests.media import making


@pytest.fixture(scope="module")
def talk(tmp_path_factory) -> media.Recording:
    """Somebody talks for three seconds."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    return media.probe(film(path, np.repeat(acted("anna", 12), 2, axis=0)))


def apart(one: Person, other: Person) -> float:
    assert one.emotion is not None
    assert other.emotion is not None
    scores = other.emotion.scores
    return sum(abs(p - scores[name]) for name, p in one.emotion.scores.items())


def saved(path: Path, image: np.ndarray) -> media.Recording:
    cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return media.probe(path)


def test_the_same_recording_gives_the_same_answer(talk, reader) -> None:
    first, second = (watch(talk, model=reader) for _ in range(2))

    assert first.face == second.face
    assert (first.embeddings == second.embeddings).all()
    assert len(first.embeddings) == len(first.face.readings)


def test_one_talking_person_is_one_person(talk, reader) -> None:
    seen = watch(talk, model=reader, fps=4)

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


def test_people_come_in_order_of_appearance(tmp_path: Path, reader) -> None:
    """Anna for two seconds, nobody for two, Ben for two."""
    nobody = [np.full((HEIGHT, WIDTH, 3), 90, np.uint8)] * 8
    pictures = np.repeat([*acted("anna"), *nobody, *acted("ben")], 2, axis=0)
    recording = media.probe(film(tmp_path / "film.mp4", pictures))

    woman, man = watch(recording, model=reader).face.people

    assert (woman.id, man.id) == (1, 2)
    assert woman.last < 2.1
    assert 3.9 < man.first < man.last


def test_where_a_face_stands_does_not_change_what_it_says(reader, tmp_path: Path) -> None:
    parts = [portrait("anna angry", 300), portrait("dan sad", 300)]
    one = watch(saved(tmp_path / "a.png", np.hstack(parts)), model=reader).face.people
    other = watch(saved(tmp_path / "b.png", np.hstack(parts[::-1])), model=reader).face.people

    assert len(one) == len(other) == 2
    for person, same in zip(one, other[::-1], strict=True):
        # the detector works on a grid, so places, and with them scores, may differ a little
        assert apart(person, same) < 0.5 * apart(*one)


def test_a_photo_is_read_in_ten_views_and_a_video_once_a_picture(
    samples: Path, talk, reader
) -> None:
    class Counting:
        card = SimpleNamespace(**{**vars(reader.card), "input": {"views": 10}})
        faces = 0

        def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            self.faces += len(batch)
            return reader.run(batch)

    photo, moving = Counting(), Counting()
    watch(media.probe(samples / "sample.jpg"), model=photo)
    seen = watch(talk, model=moving)

    assert photo.faces == 10
    assert moving.faces == seen.face.frames.used > 2


def test_a_refused_face_is_counted_and_says_nothing(tmp_path: Path, reader) -> None:
    dark = (portrait("anna happy") * 0.1).astype(np.uint8)
    seen = watch(saved(tmp_path / "dark.png", dark), model=reader)

    (person,) = seen.face.people
    assert seen.face.frames.refused == {"small": 0, "blurred": 0, "dark": 1}
    assert (seen.face.frames.with_face, seen.face.frames.used) == (1, 0)
    assert person.segments[0].emotion is None
    assert person.emotion is None
    assert seen.face.emotion is None
    assert len(seen.embeddings) == 0


def test_the_gate_can_be_moved(tmp_path: Path, reader) -> None:
    recording = media.probe(film(tmp_path / "one.mp4", acted("anna")[:1]))
    strict = watch(recording, model=reader, min_face=1000)

    assert strict.face.frames.refused["small"] == 1
    assert strict.face.emotion is None
    assert watch(recording, model=reader).face.emotion is not None


def test_nobody_there_is_no_emotion(tmp_path: Path, reader) -> None:
    drawn = np.random.default_rng(0).integers(60, 200, (6, 8, 3)).astype(np.uint8)
    picture = cv2.resize(drawn, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    seen = watch(media.probe(film(tmp_path / "film.mp4", [picture] * 16)), model=reader)

    assert seen.face.people == ()
    assert seen.face.emotion is None
    assert seen.face.frames.read > 0
    assert seen.face.frames.with_face == 0


def test_the_callers_limits_hold(talk, reader) -> None:
    assert watch(talk, model=reader, max_frames=3).face.frames.read == 3
    short = watch(talk, model=reader, seconds=1.0).face
    assert short.people[0].last < 1.0


def test_progress_is_told_and_cancel_is_heard(talk, reader) -> None:
    told: list[tuple[float, int]] = []
    with pytest.raises(Cancelled):
        watch(
            talk,
            model=reader,
            on_progress=lambda seconds, faces: told.append((seconds, faces)),
            cancelled=lambda: len(told) >= 3,
        )

    assert len(told) == 3
    assert told == sorted(told)
    assert told[-1][1] == 3


def test_a_film_that_was_cut_off_at_its_first_picture_is_read(tmp_path, reader) -> None:
    """It has a picture, and a length of nothing, which is the end of the part that is read."""
    content = making.clip(tmp_path / "whole.wmv", 0.6).read_bytes()
    path = tmp_path / "cut.wmv"
    read = 0
    for end in range(1250, 1800, 30):
        path.write_bytes(content[:end])
        with contextlib.suppress(BadRecording):
            recording = media.probe(path)
            if (recording.kind, recording.seconds) == ("video", 0.0):
                read += 1
                seen = watch(recording, model=reader, seconds=recording.seconds)
                assert seen.face.people == ()
    assert read
