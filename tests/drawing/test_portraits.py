"""The face of each person, cut out where it was read best."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from source import media
from source.core.limits import Limits
from source.core.result import Face, FaceSegment, Frames, Person, Quality
from source.drawing.portraits import clearest, cut_out, portraits
from tests.views import made


def _face(time, score, **quality):
    read = made.emotion("happy", score)
    seen = Quality(**{"size": 90, "blur": 0.2, "light": 0.5, **quality})
    return FaceSegment(time, (0.35, 0.2, 0.3, 0.5), seen, read)


def test_the_clearest_face_was_read_surely_before_it_is_large():
    faces = (_face(0.0, 0.4, size=300), _face(1.0, 0.9), replace(_face(2.0, 0.9), emotion=None))
    assert clearest(Person(1, 0.0, 2.0, faces)).time == 1.0
    assert clearest(Person(1, 0.0, 2.0)) is None


@pytest.mark.parametrize("box", [(0.0, 0.0, 0.2, 0.3), (0.9, 0.9, 0.3, 0.3), (0.2, 0.1, 0.9, 0.9)])
def test_a_cut_out_is_a_square_inside_the_picture(box):
    picture = np.zeros((90, 160, 3), np.uint8)
    cut = cut_out(picture, box)
    assert cut.shape[0] == cut.shape[1] <= 90


@pytest.mark.parametrize("name", ["sample.mp4", "sample.jpg"])
def test_each_person_of_a_recording_gets_a_small_picture(samples, tmp_path, name):
    path = samples / name
    if not path.is_file():
        pytest.skip(f"There is no {name}; make it with: make samples.")
    recording = media.probe(path, limits=Limits())
    still = recording.kind == "image"
    base = made.picture() if still else made.video()
    people = tuple(Person(n, 0.0, 9.0, (_face(t, 0.9),)) for n, t in ((1, 0.0), (2, 5.0)))
    source = replace(base.source, sha256=recording.sha256)
    result = replace(base, source=source, face=Face(Frames(2, 2, 2), people))
    written = portraits([recording], result, tmp_path)
    assert sorted(written) == [1, 2]
    one, two = (np.asarray(Image.open(path)) for path in written.values())
    assert one.shape == two.shape == (128, 128, 3)
    assert np.array_equal(one, two) is still  # of a film, each its own moment
