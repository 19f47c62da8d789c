"""One person, one track: through crossings, gaps and cuts; of made people and of real ones."""

import json
from collections.abc import Callable
from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from source import media
from source.core.emotions import Emotion
from source.core.result import Face, Person, Quality
from source.face import watch
from source.face.people import Sighting, sum_up
from tests.making.people import CAST, acted
from tests.making.stage import FPS, Places, Stage

Plan = Callable[[int], Places | None]
"""Who is where in a frame of a clip."""

PAIRS = [("anna", "ben"), ("cara", "dan"), ("dan", "anna")]
VIDEO = "media/video/"
REAL_PAIRS = [
    (VIDEO + "expressive_singing.mp4", VIDEO + "talk_h264_aac.mp4"),
    (VIDEO + "music_face.mp4", VIDEO + "talk_mpeg4_aac.mp4"),
    (VIDEO + "talk.avi", VIDEO + "talk_grid.mpg"),  # two men of one studio
    (VIDEO + "talk.avi", VIDEO + "talk.ts"),
]
REAL = sorted({name for pair in REAL_PAIRS for name in pair})


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Stage:
    return Stage(lambda name: acted(name, 24), tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def real_stage(shared: Path, tmp_path_factory) -> Stage:
    def talking(name: str) -> list[np.ndarray]:
        recording = media.probe(shared / name)
        return [picture.image for picture in media.pictures(recording, fps=FPS, seconds=2)]

    return Stage(talking, tmp_path_factory.mktemp("clips"))


def ends(person: Person) -> tuple[str, str]:
    """On which side of the picture somebody is first, and last."""
    boxes = [person.segments[n].box for n in (0, -1)]
    first, last = ("left" if box[0] + box[2] / 2 < 0.5 else "right" for box in boxes)
    return first, last


def swapping(back: str, front: str) -> tuple[Plan, int]:
    def places(number: int) -> Places:
        return [(back, 16 + 6 * number, 50), (front, 336 - 6 * number, 58)]

    return places, 54


def swapped(face: Face) -> None:
    assert sorted(map(ends, face.people)) == [("left", "right"), ("right", "left")]
    for person in face.people:  # whoever is behind is not seen for a while
        assert person.first == 0.0
        assert person.last >= 4.0


def meeting(back: str, front: str) -> tuple[Plan, int]:
    def places(number: int) -> Places:
        gone = 6 * min(number, 54 - number)
        return [(back, 16 + gone, 50), (front, 336 - gone, 58)]

    return places, 55


def turned_back(face: Face) -> None:
    assert sorted(map(ends, face.people)) == [("left", "left"), ("right", "right")]


def cut_away(one: str, other: str) -> tuple[Plan, int]:
    def places(number: int) -> Places | None:
        if 18 <= number < 42:
            return None
        away = number >= 42
        return [(one, 330 if away else 30, 40), (other, 20 if away else 300, 90 - 60 * away)]

    return places, 62


def known_again(face: Face) -> None:
    assert sorted(map(ends, face.people)) == [("left", "right"), ("right", "left")]
    for person in face.people:
        times = [segment.time for segment in person.segments]
        assert not [time for time in times if 1.6 < time < 3.4]
        assert (person.first, person.last) == (times[0], times[-1])


SCENES = {
    "swap places": (swapping, swapped),
    "meet and turn back": (meeting, turned_back),
    "are known again elsewhere after a cut away": (cut_away, known_again),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_two_people_stay_themselves(stage: Stage, reader, pair, scene: str) -> None:
    plan, check = SCENES[scene]

    check(watch(stage.film(*plan(*pair)), model=reader).face)


def test_two_real_people_stay_themselves(real_stage: Stage, reader, subtests) -> None:
    for (scene, (plan, check)), pair in product(SCENES.items(), REAL_PAIRS):
        with subtests.test(scene, pair=pair):
            check(watch(real_stage.film(*plan(*pair)), model=reader).face)


def leaves_and_returns(stage: Stage, reader, name: str) -> None:
    def places(number: int) -> Places | None:
        return None if 18 <= number < 42 else [(name, 30 if number < 18 else 330, 20 + number)]

    (person,) = watch(stage.film(places, 62), model=reader).face.people

    assert ends(person) == ("left", "right")


@pytest.mark.parametrize("name", CAST)
def test_one_who_was_away_is_the_same_person(stage: Stage, reader, name: str) -> None:
    leaves_and_returns(stage, reader, name)


def test_a_real_person_who_was_away_is_the_same(real_stage: Stage, reader, subtests) -> None:
    for name in REAL:
        with subtests.test(name):
            leaves_and_returns(real_stage, reader, name)


def test_a_real_person_who_talks_is_one_person_all_along(shared: Path, reader, subtests) -> None:
    for name in (
        *("01-01-01-01-01-01-01", "01-01-08-02-02-02-01", "02-01-08-01-01-01-01"),
        *("cry_to_laugh", "expressive_singing"),
    ):
        with subtests.test(name):
            (path,) = shared.glob(f"*/*/{name}.mp4")
            face = watch(media.probe(path), model=reader, fps=3).face

            (person,) = face.people
            assert len(person.segments) == face.frames.read
            assert person.first == 0.0


def test_nothing_that_identifies_leaves_the_clip(stage: Stage, reader) -> None:
    one, other = PAIRS[0]
    seen = watch(stage.film(lambda n: [(one, 20, 50), (other, 320, 50)], 13), model=reader)
    written = asdict(seen.face)

    def numbers(value) -> int:
        """Length of the longest list of numbers anywhere inside."""
        if isinstance(value, dict):
            return max((numbers(v) for v in value.values()), default=0)
        if isinstance(value, list | tuple):
            if all(isinstance(v, float | int) for v in value):
                return len(value)
            return max(numbers(v) for v in value)
        assert value is None or isinstance(value, str | float | int), type(value)
        return 0

    assert numbers(written) == 4  # the box, and nothing longer
    assert not [word for word in ("embedding", "look", "landmark") if word in json.dumps(written)]
    assert {key for person in written["people"] for key in person} == {
        *("id", "first", "last", "segments", "emotion", "motion"),
        *("name", "engagement", "neutral"),
    }
    assert all(
        person["name"] is None for person in written["people"]
    )  # nobody is named but by hand
    assert isinstance(seen.embeddings, np.ndarray)  # they go no further than fusion


def test_embeddings_stand_in_the_order_of_the_readings_whoever_is_seen_first():
    quality = Quality(80, 0.1, 0.5)
    emotion = Emotion.from_scores({"happy": 0.9, "sad": 0.1}, threshold=0.5)
    sightings = [
        Sighting(
            time,
            track,
            (0.1, 0.1, 0.2, 0.2),
            quality,
            emotion,
            np.array([track, time], np.float32),
        )
        for time in (0.0, 0.25, 0.5)
        for track in (0, 1)
    ]
    seen = sum_up(
        sightings,
        {0: 0, 1: 1},
        {},
        looked=[0.0, 0.25, 0.5],
        step=0.25,
        shown=[(0.0, 0.75)],
        threshold=0.5,
    )
    assert [time for _, time in seen.embeddings] == [r.start for r in seen.part.readings]
    assert [track for track, _ in seen.embeddings] == [0, 0, 0, 1, 1, 1]
