"""Pictures of where the network looked."""

from dataclasses import replace

import numpy as np
import pytest

from source import media
from source.drawing import explain
from source.drawing.explain import moments
from source.face.detect import Detector
from tests.drawing.conftest import film


def test_a_picture_is_explained(photo, photo_read, models, tmp_path):
    (path,) = explain(media.probe(photo), photo_read, tmp_path / "photo_explain", models=models)
    assert path.name == "photo_explain.png"
    old, new = media.image(media.probe(photo)), media.image(media.probe(path))
    assert new.shape[0] > old.shape[0] and new.shape[1] == old.shape[1]
    left, top, wide, high = photo_read.face.people[0].segments[0].box
    warmer = new[: old.shape[0]].astype(int) - old
    height, width = old.shape[:2]
    face = warmer[
        round(top * height) : round((top + high) * height),
        round(left * width) : round((left + wide) * width),
    ]
    assert np.abs(face).mean() > 4 * np.abs(warmer[:40]).mean()


def test_moments_of_a_film_are_those_read_nearest(clip, clip_read, models, tmp_path):
    paths = explain(
        media.probe(clip), clip_read, tmp_path / "c_explain", times=(1.2, 3.4), models=models
    )
    seen = {s.time for p in clip_read.face.people for s in p.segments if s.emotion}
    told = [float(p.stem.rpartition("_")[2]) for p in paths]
    assert len(told) == 2 and set(told) <= seen
    assert told == pytest.approx([1.2, 3.4], abs=0.2)


def test_without_moments_the_clearest_is_taken(clip_read):
    (chosen,) = moments(clip_read)
    best = max(
        (s for s in clip_read.face.people[0].segments if s.emotion), key=lambda s: s.emotion.score
    )
    assert chosen == best.time


def test_each_of_several_faces_is_explained(couple, read, models, tmp_path):
    (path,) = explain(media.probe(couple), read(couple), tmp_path / "x", models=models)
    image = media.image(media.probe(path))
    faces = image[image.shape[0] - 64 - 224 : image.shape[0] - 64]
    for part in (faces[:, :480], faces[:, 640 : 640 + 480]):  # each face, and its heat
        assert part.std() > 30


@pytest.mark.parametrize("moving", [False, True])
def test_faces_that_are_to_be_hidden_are_hidden_here_too(
    photo, photo_read, clip, clip_read, models, tmp_path, moving
):
    given, result = (clip, clip_read) if moving else (photo, photo_read)
    (plain,) = explain(media.probe(given), result, tmp_path / "plain", models=models)
    (hidden,) = explain(
        media.probe(given), result, tmp_path / "hidden", models=models, blur_faces=True
    )
    seen, blind = (media.image(media.probe(path)) for path in (plain, hidden))

    assert seen.shape == blind.shape
    detector = Detector()
    assert detector.still(seen)
    assert not detector.still(blind)


def test_where_no_face_is_nothing_is_explained(read, models, tmp_path):
    path = film(tmp_path / "square.mp4", [n / 25 for n in range(25)])
    assert explain(media.probe(path), read(path), tmp_path / "x", models=models) == []
    assert not list(tmp_path.glob("*.png"))


@pytest.mark.parametrize(("across", "down"), [(1, 1), (3, 2)])
def test_every_face_of_a_picture_is_explained(photo, read, models, tmp_path, across, down):
    from PIL import Image

    one = np.asarray(Image.open(photo).convert("RGB").resize((480, 360)))
    Image.fromarray(np.tile(one, (down, across, 1))).save(tmp_path / "many.png")
    result = read(tmp_path / "many.png")
    count = across * down
    assert len(result.face.people) == count
    said = []
    (path,) = explain(
        media.probe(tmp_path / "many.png"), result, tmp_path / "x", models=models, say=said.append
    )
    assert said == []
    sheet = media.image(media.probe(path))
    columns = 2 if sheet.shape[1] >= 1680 else 1
    rows = -(-count // columns)
    below = sheet[sheet.shape[0] - 64 - rows * 248 :]
    for index in range(count):
        left, top = 24 + index % columns * (sheet.shape[1] // columns), index // columns * 248
        for offset in (0, 236):  # the face, and its heat
            assert below[top : top + 224, left + offset : left + offset + 224].std() > 30
        words = below[top : top + 224, left + 484 : left + 484 + 330]
        assert words[:, -12:].std(axis=(0, 1)).max() < 1, "what it reads as ends inside its column"


def _moved(result, box, count=1):
    """The Result with its first person `count` times, all at one place."""
    person = result.face.people[0]
    parts = tuple(replace(s, box=box or s.box) for s in person.segments)
    people = tuple(replace(person, id=n + 1, segments=parts) for n in range(count))
    return replace(result, face=replace(result.face, people=people))


def test_a_face_that_is_not_found_again_is_told(photo, photo_read, models, tmp_path):
    said = []
    moved = _moved(photo_read, (0.0, 0.0, 0.1, 0.1))
    assert explain(media.probe(photo), moved, tmp_path / "x", models=models, say=said.append) == []
    assert said == [
        "The face of person 1 is not explained: it could not be found again in the picture."
    ]


def test_no_face_is_explained_as_two_and_too_many_are_told(photo, photo_read, models, tmp_path):
    said = []
    crowd = _moved(photo_read, None, count=26)
    assert (
        len(explain(media.probe(photo), crowd, tmp_path / "x", models=models, say=said.append)) == 1
    )
    assert said[0] == (
        "A sheet has room for the 24 largest faces; persons 25 and 26 are not explained."
    )
    assert len(said) == 1 + 23 and "The face of person 2 is not explained" in said[1]


def test_a_moment_after_the_end_is_told_and_not_drawn(clip, clip_read, models, tmp_path):
    said = []
    paths = explain(
        media.probe(clip),
        clip_read,
        tmp_path / "x",
        times=(99, 1.2),
        models=models,
        say=said.append,
    )
    assert len(paths) == 1
    assert said == ["Second 99 cannot be explained: the analysed part ends at 4.0 s."]
    assert moments(clip_read, (99, 4.01)) == []


def test_a_moment_without_a_face_is_told_with_the_one_that_is_shown(
    clip, clip_read, models, tmp_path
):
    face = clip_read.face
    (person,) = face.people
    early = replace(person, segments=tuple(s for s in person.segments if s.time < 2.0))
    result = replace(clip_read, face=replace(face, people=(early,)))
    last = max(s.time for s in early.segments if s.emotion)
    said = []
    (path,) = explain(
        media.probe(clip), result, tmp_path / "x", times=(3.5,), models=models, say=said.append
    )
    assert path.name == f"x_{last:g}.png"
    assert said == [
        f"No face was read at 3.5 s; the nearest one, at {last:g} s, is explained instead."
    ]


def test_more_moments_than_are_shown_are_told(clip, clip_read, models, tmp_path, monkeypatch):
    monkeypatch.setattr("source.drawing.looks.MOST_MOMENTS", 2)
    said = []
    paths = explain(
        media.probe(clip),
        clip_read,
        tmp_path / "x",
        times=(1, 2, 3),
        models=models,
        say=said.append,
    )
    assert len(paths) == 2
    assert said == ["Only the first 2 of 3 moments are explained; name the others in another call."]


def test_persons_whose_clearest_moment_is_not_shown_are_told(clip_read, monkeypatch):
    from source.drawing.looks import not_explained

    monkeypatch.setattr("source.drawing.looks.MOST_MOMENTS", 1)
    face = clip_read.face
    first, *_, last = (s for s in face.people[0].segments if s.emotion)
    two = tuple(
        replace(face.people[0], id=number, segments=(part,))
        for number, part in ((1, first), (2, last))
    )
    result = replace(clip_read, face=replace(face, people=two))
    shown = moments(result)
    assert shown == [first.time]
    assert not_explained(result, (), shown) == [
        "Only the first 1 moments are explained; person 2 is not."
    ]
