"""A cut from one person to another in the same place gives two people, and one stays one."""

from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import cv2
import numpy as np
import pytest

from source import media
from source.face import watch
from tests.making.films import film
from tests.making.people import CAST, HEIGHT, WIDTH, acted

Pictures = Sequence[np.ndarray]
Pair = tuple[str, str]
named = "-".join
PAIRS = list(permutations(CAST, 2))
SINGLES = sorted(CAST)


@pytest.fixture
def who(reader, tmp_path: Path) -> Callable[..., list[list[int]]]:
    """Who is seen in each picture of a film, by number."""

    def look(pictures: Pictures, *, name: str = "film.mp4", **options):
        # each is there twice, so that none is skipped
        recording = media.probe(film(tmp_path / name, np.repeat(pictures, 2, axis=0)))
        face = watch(recording, model=reader, **options).face
        seen: dict[float, list[int]] = {}
        for person in face.people:
            for segment in person.segments:
                seen.setdefault(segment.time, []).append(person.id)
        return [seen[time] for time in sorted(seen)]

    return look


def everybody(seen: list[list[int]]) -> set[int]:
    return {number for picture in seen for number in picture}


def call(pictures: Pictures, *, left: int = 40, top: int = 30) -> list[np.ndarray]:
    """The window of a video call around whoever speaks; it stays as it is."""
    window = np.random.default_rng(7).integers(20, 90, (9, 16, 3)).astype(np.uint8)
    window = cv2.resize(window, (512, 288), interpolation=cv2.INTER_NEAREST)
    shown = []
    for picture in pictures:
        window[top : top + HEIGHT, left : left + WIDTH] = picture
        shown.append(window.copy())
    return shown


def dissolve(one: Pictures, other: Pictures, steps: int) -> list[np.ndarray]:
    shares = [n / (steps + 1) for n in range(1, steps + 1)]
    return [cv2.addWeighted(one[-1], 1 - s, other[0], s, 0) for s in shares]


def lit(picture: np.ndarray, gain: float, *, aside: float = 0.0, warm: float = 0.0) -> np.ndarray:
    slope = np.linspace(1 - aside, 1 + aside, picture.shape[1])[None, :, None]
    return np.clip(picture * slope * gain * (1 + warm, 1.0, 1 - warm), 0, 255).astype(np.uint8)


def zoomed(picture: np.ndarray, times: float, aside: float = 0.0) -> np.ndarray:
    place = np.array([[times, 0, WIDTH / 2 * (1 - times) + aside], [0, times, 100 * (1 - times)]])
    size = picture.shape[1::-1]
    return cv2.warpAffine(picture, place, size, borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_a_hard_cut_in_the_same_place_gives_two_people(who, pair: Pair) -> None:
    one, other = pair
    seen = who([*acted(one), *acted(other)])

    assert seen[:8] == [[1]] * 8
    assert seen[8:] == [[2]] * 8


@pytest.mark.parametrize("name", ["film.mkv", "film.webm", "film.avi"])
def test_so_it_does_in_other_containers(who, name: str) -> None:
    seen = who([*acted("dan"), *acted("anna")], name=name)

    assert seen == [[1]] * 8 + [[2]] * 8


@pytest.mark.parametrize("fps", [1.0, 2.0, 8.0])
def test_so_it_does_at_other_rates(who, fps: float) -> None:
    seen = who([*acted("dan", 12), *acted("anna", 12)], fps=fps)

    assert seen == [[1]] * (len(seen) // 2) + [[2]] * (len(seen) // 2)


def test_so_it_does_where_few_pictures_are_read(who) -> None:
    assert who([*acted("anna"), *acted("ben")], max_frames=6) == [[1]] * 3 + [[2]] * 3


@pytest.mark.parametrize("pair", PAIRS[::3], ids=named)
def test_who_comes_back_after_a_cut_is_known_again(who, pair: Pair) -> None:
    one, other = pair
    seen = who([*acted(one), *acted(other), *acted(one, start=5)])

    assert seen == [[1]] * 8 + [[2]] * 8 + [[1]] * 8


@pytest.mark.parametrize("order", [("anna", "dan", "ben"), ("cara", "anna", "dan")], ids=named)
def test_three_in_turn_are_three(who, order: Sequence[str]) -> None:
    seen = who([picture for name in order for picture in acted(name)])

    assert seen == [[1]] * 8 + [[2]] * 8 + [[3]] * 8


@pytest.mark.parametrize("place", [{}, {"left": 180, "top": 0}], ids=["left", "right"])
@pytest.mark.parametrize("pair", [("anna", "dan"), ("cara", "ben")], ids=named)
def test_the_speaker_of_a_call_changes_with_the_tile(who, pair: Pair, place) -> None:
    one, other = pair
    seen = who(call([*acted(one), *acted(other), *acted(one, start=5)], **place))

    assert seen == [[1]] * 8 + [[2]] * 8 + [[1]] * 8


def test_only_the_tile_that_switches_gives_another(who) -> None:
    """Two tiles: in the left one the speaker changes, in the right one somebody listens."""
    left = [*acted("anna"), *acted("ben")]
    right = [*acted("dan"), *acted("dan", start=5)]
    seen = who([np.hstack(pair) for pair in zip(left, right, strict=True)])

    assert [sorted(picture) for picture in seen] == [[1, 2]] * 8 + [[2, 3]] * 8


@pytest.mark.parametrize("steps", [1, 2, 4])
@pytest.mark.parametrize("pair", [("anna", "ben"), ("dan", "cara")], ids=named)
def test_a_dissolve_gives_two_people_and_no_third(who, pair: Pair, steps: int) -> None:
    before, after = (acted(name) for name in pair)
    seen = who([*before, *dissolve(before, after, steps), *after])

    assert everybody(seen) == {1, 2}
    assert seen[:8] == [[1]] * 8
    assert seen[-6:] == [[2]] * 6


def test_a_fade_through_black_gives_two_people(who) -> None:
    before, after = acted("anna"), acted("dan")
    dark = [lit(before[-1], g) for g in (0.6, 0.3, 0.0)] + [lit(after[0], g) for g in (0.3, 0.6)]
    seen = who([*before, *dark, *after])

    assert everybody(seen) == {1, 2}
    assert (seen[0], seen[-1]) == ([1], [2])


CHANGES = {
    "jump": lambda p: [*p[:8], *p[14:]],
    "darker": lambda p: [*p[:8], *(lit(q, 0.5) for q in p[8:])],
    "ever-darker": lambda p: [lit(q, 1 - 0.7 * n / len(p)) for n, q in enumerate(p)],
    "from-the-side": lambda p: [*p[:8], *(lit(q, 0.9, aside=0.4) for q in p[8:])],
    "warmer": lambda p: [*p[:8], *(lit(q, 0.9, warm=0.15) for q in p[8:])],
    "flash": lambda p: [*p[:8], np.full_like(p[0], 250), *p[8:]],
    "half-a-flash": lambda p: [*p[:8], cv2.addWeighted(p[8], 0.5, p[8], 0, 120), *p[8:]],
    "zoom": lambda p: [zoomed(q, 0.6 + n / len(p)) for n, q in enumerate(p)],
    "cut-to-a-close-up": lambda p: [*p[:8], *(zoomed(q, 1.5) for q in p[8:])],
    "pan": lambda p: [zoomed(q, 0.7, 100 - 200 * n / len(p)) for n, q in enumerate(p)],
    "cut-away": lambda p: [*p[:8], *[np.full_like(p[0], 90)] * 4, *p[8:]],
    "hand-before-the-face": lambda p: [*p[:8], *(_hidden(q) for q in p[8:10]), *p[10:]],
    "fade-and-back": lambda p: [*p[:8], *(lit(p[8], g) for g in (0.5, 0.1, 0.0, 0.1, 0.5)), *p[8:]],
}


def _hidden(picture: np.ndarray) -> np.ndarray:
    picture = picture.copy()
    picture[90:220, 110:210] = (150, 110, 90)
    return picture


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("name", ["anna", "ben"])
def test_one_person_stays_one(who, name: str, change) -> None:
    assert everybody(who(change(acted(name, 20)))) == {1}


@pytest.mark.parametrize("name", SINGLES)
def test_one_who_turns_the_head_stays_one(who, name: str) -> None:
    assert everybody(who(acted(name, 20, turn=1.0))) == {1}


ONE_STUDIO = ["talk.avi", "talk.ts", "talk.wmv", "talk_grid.mpg", "recorder_vp8_opus.webm"]


def test_real_people_before_one_wall_are_told_apart(shared: Path, who, reader, subtests) -> None:
    folder = shared / "media" / "video"
    for names in zip(ONE_STUDIO, ONE_STUDIO[1:] + ONE_STUDIO[:1], strict=True):
        with subtests.test(names):
            one, other = (
                [p.image for p in media.pictures(media.probe(folder / n), fps=4)][:8] for n in names
            )
            assert who([*one, *other, *one]) == [[1]] * 8 + [[2]] * 8 + [[1]] * 8
    with subtests.test("a reported cut"):
        recording = media.probe(shared / "reports" / "cut_between_two_people.mp4")
        one, other = watch(recording, model=reader).face.people
        assert one.last < 2.0 <= other.first
