"""Pictures of where the network looked."""

import numpy as np
import pytest

from source import media
from source.drawing import explain
from source.drawing.explain import moments
from source.face.detect import Detector
from tests.drawing.conftest import film


def test_a_picture_is_explained(photo, photo_read, models, tmp_path):
    (path,) = explain([photo], photo_read, tmp_path / "photo_explain", models=models)
    assert path.name == "photo_explain.png"
    old, new = media.image(media.probe(photo)), media.image(media.probe(path))
    assert new.shape[0] > old.shape[0] and new.shape[1] == old.shape[1]
    left, top, wide, high = photo_read.face.people[0].segments[0].box
    warmer = new[: old.shape[0]].astype(int) - old
    height, width = old.shape[:2]
    face = warmer[round(top * height) : round((top + high) * height),
                  round(left * width) : round((left + wide) * width)]
    assert np.abs(face).mean() > 4 * np.abs(warmer[:40]).mean()


def test_moments_of_a_film_are_those_read_nearest(clip, clip_read, models, tmp_path):
    paths = explain([clip], clip_read, tmp_path / "c_explain", times=(1.2, 3.4), models=models)
    seen = {s.time for p in clip_read.face.people for s in p.segments if s.emotion}
    told = [float(p.stem.rpartition("_")[2]) for p in paths]
    assert len(told) == 2 and set(told) <= seen
    assert told == pytest.approx([1.2, 3.4], abs=0.2)


def test_without_moments_the_clearest_is_taken(clip_read):
    (chosen,) = moments(clip_read)
    best = max((s for s in clip_read.face.people[0].segments if s.emotion),
               key=lambda s: s.emotion.score)
    assert chosen == best.time


def test_each_of_several_faces_is_explained(couple, read, models, tmp_path):
    (path,) = explain([couple], read(couple), tmp_path / "x", models=models)
    image = media.image(media.probe(path))
    faces = image[image.shape[0] - 64 - 224 : image.shape[0] - 64]
    for part in (faces[:, :480], faces[:, 640 : 640 + 480]):  # each face, and its heat
        assert part.std() > 30


@pytest.mark.parametrize("moving", [False, True])
def test_faces_that_are_to_be_hidden_are_hidden_here_too(
    photo, photo_read, clip, clip_read, models, tmp_path, moving
):
    given, result = (clip, clip_read) if moving else (photo, photo_read)
    (plain,) = explain([given], result, tmp_path / "plain", models=models)
    (hidden,) = explain([given], result, tmp_path / "hidden", models=models, blur_faces=True)
    seen, blind = (media.image(media.probe(path)) for path in (plain, hidden))

    assert seen.shape == blind.shape
    detector = Detector()
    assert detector.still(seen)
    assert not detector.still(blind)


def test_where_no_face_is_nothing_is_explained(read, models, tmp_path):
    path = film(tmp_path / "square.mp4", [n / 25 for n in range(25)])
    assert explain([path], read(path), tmp_path / "x", models=models) == []
    assert not list(tmp_path.glob("*.png"))
