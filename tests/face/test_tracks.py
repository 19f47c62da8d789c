"""Everybody keeps their number."""

import numpy as np
import pytest

from source.face.align import align
from source.face.blaze import overlap
from source.face.follow import Follower
from source.face.tracks import Tracks, looks
from tests.making.people import portrait


def look(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=64)
    return vector / np.linalg.norm(vector)


def test_two_who_cross_keep_their_numbers(at) -> None:
    tracks = Tracks()
    for step in range(21):
        faces = [at(20 * step, 100, 60), at(400 - 20 * step, 105, 60)]
        numbers = tracks.update(step * 0.25, faces, [look(1), look(2)])
        assert numbers == [0, 1]


def test_the_order_of_faces_does_not_matter(at) -> None:
    tracks = Tracks()
    tracks.update(0.0, [at(0, 0, 50), at(200, 0, 50)], [look(1), look(2)])

    assert tracks.update(0.25, [at(202, 0, 50), at(3, 0, 50)], [look(2), look(1)]) == [1, 0]


@pytest.mark.parametrize(
    ("seed", "number"), [pytest.param(1, 0, id="same"), pytest.param(2, 1, id="another")]
)
def test_after_a_gap_looks_decide(at, seed: int, number: int) -> None:
    tracks = Tracks()
    tracks.update(0.0, [at(0, 0, 50)], [look(1)])

    assert tracks.update(5.0, [at(0, 0, 50)], [look(seed)]) == [number]


def test_after_a_cut_place_means_nothing(at) -> None:
    tracks = Tracks()
    tracks.update(0.0, [at(0, 0, 50), at(200, 0, 50)], [look(1), look(2)])

    assert tracks.update(0.25, [at(0, 0, 50), at(200, 0, 50)], [look(2), look(3)], cut=True) == [
        1,
        2,
    ]


def test_tracks_that_never_meet_and_look_alike_are_joined(at) -> None:
    tracks = Tracks()
    one, other = look(1), look(9)
    turned = 0.6 * one + 0.8 * other  # too unlike to be known at once
    tracks.update(0.0, [at(0, 0, 50), at(300, 0, 50)], [one, look(2)])
    tracks.update(5.0, [at(0, 0, 50)], [turned / np.linalg.norm(turned)])
    between = one + 0.4 * other
    tracks.update(5.25, [at(0, 0, 50)], [between / np.linalg.norm(between)])

    assert tracks.joined() == [0, 1, 0]


@pytest.mark.parametrize("products", [1, 300, 2**22], ids=["one by one", "in blocks", "at once"])
def test_many_tracks_are_joined_alike_however_many_at_once(at, monkeypatch, products) -> None:
    """Five people come and go, one at a time or two, and are forgotten in between."""
    monkeypatch.setattr("source.face.tracks.PRODUCTS", products)
    monkeypatch.setattr("source.face.tracks.REMEMBERED", 2)
    tracks, people = Tracks(), {}
    for visit in range(40):
        here = [visit % 5] if visit % 3 else [visit % 5, (visit + 2) % 5]
        faces = [at(200 * place, 0, 50) for place in range(len(here))]
        for step in range(2):
            numbers = tracks.update(10.0 * visit + 0.25 * step, faces, [look(n) for n in here])
            people.update(zip(numbers, here, strict=True))

    owners = tracks.joined()

    assert len(owners) > 30
    assert owners == [min(n for n in people if people[n] == people[m]) for m in sorted(people)]


def test_faces_that_swap_places() -> None:
    """Two people walk past each other, one behind the other for a moment."""
    cut = [portrait(who, 150) for who in ("anna angry", "ben happy")]
    follower, tracks = Follower(), Tracks()
    numbers: list[dict[str, int]] = []
    for step in range(31):
        image = np.full((240, 640, 3), 110, np.uint8)
        places = {"back": 460 - 14 * step, "front": 30 + 14 * step}
        for (_, left), face in zip(places.items(), cut, strict=True):
            image[40:190, left : left + 150] = face
        faces = follower.next(step * 0.25, image)
        given = tracks.update(
            step * 0.25, faces, [looks(align(image, f.landmarks, size=64)) for f in faces]
        )
        found = {}
        for name, left in places.items():
            area = np.array([left, 40, left + 150, 190], float)
            inside = [overlap(f.box, area) for f in faces]
            if inside and abs(places["front"] - places["back"]) > 150:
                found[name] = given[int(np.argmax(inside))]
        numbers.append(found)
    first, last = numbers[0], numbers[-1]

    assert len(set(first.values())) == 2
    assert last == first


def test_somebody_who_comes_into_a_still_scene_is_soon_seen() -> None:
    follower = Follower()
    one, other = (portrait(who, 150) for who in ("anna angry", "ben happy"))
    counts = []
    for step in range(24):
        image = np.full((240, 640, 3), 110, np.uint8)
        image[40:190, 30:180] = one
        if step >= 8:
            image[40:190, 420:570] = other
        counts.append(len(follower.next(step * 0.25, image)))

    assert counts[:8] == [1] * 8
    assert counts[12:] == [2] * 12
