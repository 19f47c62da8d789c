"""Subtitles burned into pictures: where they stand, what they say, and that they can be read."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from source import media
from source.core.options import NO_SUBTITLES, Options
from source.drawing import annotate, draw
from source.drawing.subtitles import Subtitles
from source.views.exports.as_subtitles import cues
from tests.drawing.conftest import frames, streams
from tests.views import made

SIZES = [(1920, 1080), (1280, 720), (640, 360), (480, 852), (320, 240)]
GROUNDS = {"black": 0, "grey": 128, "white": 255}


def still(size, level):
    return np.full((size[1], size[0], 3), level, np.uint8)


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_they_stand_within_the_margins_and_can_be_read(size, ground):
    image = Subtitles(made.video())(still(size, ground), 30.0)
    rows, columns = np.nonzero((image != ground).any(axis=2))
    assert columns.min() >= 0.05 * size[0] and columns.max() <= 0.95 * size[0]
    assert rows.max() <= 0.95 * size[1] and rows.min() >= 0.5 * size[1]
    assert abs((columns.min() + columns.max()) / 2 - size[0] / 2) <= 2  # in the middle
    # white letters on a ground that is dark enough on any picture: contrast of 7 to 1 and more
    part = image[rows.min() : rows.max(), columns.min() : columns.max()].astype(float) / 255
    light = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    luminance = light @ (0.2126, 0.7152, 0.0722)
    letters, behind = np.quantile(luminance, 0.995), np.median(luminance)
    assert (letters + 0.05) / (behind + 0.05) > 7


def test_they_are_those_of_the_subtitle_files_at_their_times():
    result = made.video()
    shown = Subtitles(result)
    for cue in cues(result):
        assert shown.at(cue.start / 1000) == shown.at((cue.end - 1) / 1000) == cue.lines
    assert shown.at(6.0) == ()
    empty = still((640, 360), 90)
    assert (shown(empty.copy(), 6.0) == empty).all() and shown.area(empty, 6.0) is None


def test_a_long_text_is_wrapped_and_ends_after_four_lines():
    result = made.video()
    people = [
        replace(p, name=f"{'Somebody with a very long name ' * 8}{p.id}")
        for p in result.face.people
    ]
    result = replace(result, face=replace(result.face, people=tuple(people)))
    image = still((640, 360), 0)
    left, top, right, bottom = Subtitles(result).area(image, 30.0)
    assert 0 < left < right < 640 and 0.5 * 360 < top < bottom < 0.95 * 360
    result = replace(
        result, face=replace(result.face, people=(replace(people[0], name="x" * 400),))
    )
    left, _, right, _ = Subtitles(result).area(image, 1.5)
    assert left >= 0.05 * 640 and right <= 0.95 * 640


def test_a_film_shows_them_only_if_it_is_asked_to(clip, clip_read, tmp_path):
    recording = media.probe(clip)
    result = replace(clip_read, options={**clip_read.options, "seconds": 1.0})
    plain = annotate(recording, result, tmp_path / "a")
    spoken = annotate(recording, result, tmp_path / "b", subtitles=True)
    assert streams(plain)[:3] == streams(spoken)[:3]
    shown = Subtitles(result)
    for (time, old), (again, new) in list(zip(frames(plain), frames(spoken), strict=True))[::5]:
        assert time == again
        area = shown.area(new, time)
        if area is None:
            continue
        left, top, right, bottom = area
        change = np.abs(new.astype(int) - old).mean(axis=2)
        assert change[top:bottom, left:right].mean() > 15


class Drawing:
    """What `draw` is asked to write, without writing it."""

    def __init__(self, monkeypatch):
        self.asked = []
        monkeypatch.setattr(sys.modules["source.drawing.draw"], "annotate", self)

    def __call__(self, recording, result, place, *, blur_faces, subtitles, **rest):
        self.asked.append((place.name, blur_faces, subtitles))
        return place


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"annotate": True}, [("f_annotated", False, False)]),
        ({"subtitles": True}, [("f_subtitled", False, True)]),
        ({"subtitles": True, "blur_faces": True}, [("f_subtitled", True, True)]),
        (
            {"annotate": True, "subtitles": True},
            [("f_annotated", False, False), ("f_subtitled", False, True)],
        ),
    ],
)
def test_each_copy_is_made_if_it_is_asked_for(
    clip, clip_read, tmp_path, models, monkeypatch, options, wanted
):
    drawing = Drawing(monkeypatch)
    draw([media.probe(clip)], clip_read, Options(**options), tmp_path / "f", models=models)
    assert drawing.asked == wanted


def test_a_still_has_none(photo, photo_read, tmp_path, models):
    options = Options(subtitles=True, blur_faces=True)
    drawn = draw([media.probe(photo)], photo_read, options, tmp_path / "p", models=models)
    assert [file.name for file in drawn.files] == ["p_annotated.jpg"]
    assert drawn.missing == (NO_SUBTITLES,)
