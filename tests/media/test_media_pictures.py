"""The pictures of a video: which, when, and the right way up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from source.core.errors import WrongKind
from source.media import image, pictures, probe
from source.media.reader import _light
from tests.media.making import scene, shown


def test_pictures_come_at_the_steps(video) -> None:
    found = list(pictures(probe(video()), fps=4))
    assert [picture.index for picture in found] == list(range(12))
    assert [picture.time for picture in found] == pytest.approx(
        [0, 0.28, 0.52, 0.76, 1, 1.28, 1.52, 1.76, 2, 2.28, 2.52, 2.76], abs=0.002
    )
    for picture in found:
        assert shown(picture.image) == pytest.approx(picture.time, abs=0.06)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.mov", "clip.ts", "clip.avi"])
def test_all_pictures_have_their_own_time(video, name: str) -> None:
    found = list(pictures(probe(video(name)), fps=1000))
    assert len(found) == 75
    for picture in found:
        assert shown(picture.image) == pytest.approx(picture.time, abs=0.06)


def test_variable_rate_keeps_true_times(video) -> None:
    times = [0, 0.04, 0.05, 0.3, 0.31, 0.33, 1.2, 1.24, 2.9, 3.0, 3.01, 4.5]
    recording = probe(video(times=times))
    found = list(pictures(recording, fps=4))
    assert [picture.time for picture in found] == pytest.approx(
        [0, 0.3, 1.2, 2.9, 3.0, 4.5], abs=0.002
    )
    for picture in found:
        assert shown(picture.image) == pytest.approx(picture.time, abs=0.06)


@pytest.mark.parametrize("fps", [0.4, 1, 4, 12])
def test_skipping_changes_nothing(video, fps: float) -> None:
    recording = probe(video(times=[i / 25 for i in range(150)], options={}))
    every = list(pictures(recording, fps=1000))
    found = list(pictures(recording, fps=fps))
    expected, due = [], -1.0
    for picture in every:
        if picture.time >= due - 0.001:
            expected.append(picture)
            due = (int((picture.time + 0.001) * fps) + 1) / fps
    assert [p.time for p in found] == [p.time for p in expected]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("cores", [1, 16])
def test_how_many_cores_there_are_changes_nothing(video, monkeypatch, cores: int) -> None:
    recording = probe(video(times=[i / 25 for i in range(150)], options={}))
    here = list(pictures(recording, fps=4))
    monkeypatch.setattr("source.media.reader._cores", lambda: cores)
    there = list(pictures(recording, fps=4))

    assert [p.time for p in here] == [p.time for p in there]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(here, there, strict=True))


def test_few_cores_are_left_to_others_where_decoding_is_easy(video) -> None:
    hard = probe(video(times=[i / 25 for i in range(150)], options={}))
    easy = replace(hard, bytes=hard.bytes // 10)

    assert [_light(easy, cores) for cores in (1, 2, 3)] == [True, True, False]
    assert not _light(hard, 2)


def test_most_frames_are_spread_over_the_length(video) -> None:
    recording = probe(video(times=[i / 10 for i in range(100)]))
    found = [picture.time for picture in pictures(recording, max_frames=5)]
    assert found == pytest.approx([0, 2, 4, 6, 8], abs=0.11)
    assert len(list(pictures(recording, max_frames=1))) == 1
    assert len(list(pictures(recording, max_frames=0, fps=1))) == 10
    few = [picture.time for picture in pictures(recording, max_frames=4, seconds=2)]
    assert few == pytest.approx([0, 0.5, 1, 1.5], abs=0.11)


def test_first_seconds_only(video) -> None:
    recording = probe(video())
    assert [p.time for p in pictures(recording, fps=2, seconds=1.2)] == pytest.approx(
        [0, 0.52, 1.0], abs=0.002
    )
    assert list(pictures(recording, seconds=0)) == []


@pytest.mark.parametrize(("rotation", "turns"), [(-90, 3), (90, 1), (180, 2)])
def test_turned_video_is_set_upright(video, rotation: int, turns: int) -> None:
    # FFmpeg counts a turn against the clock, and the matrix tells how to undo the phone's
    recording = probe(video(rotation=rotation, with_sound=False))
    pixels = next(pictures(recording)).image
    expected = np.rot90(scene(0), turns)
    assert pixels.shape == expected.shape
    assert (recording.video.height, recording.video.width) == expected.shape[:2]
    assert recording.video.rotation == -rotation % 360
    assert np.abs(pixels.astype(int) - expected).mean() < 8


@pytest.mark.parametrize("side", [1, 7, 80, 160, 1000])
def test_longer_side_is_kept_small(video, side: int) -> None:
    pixels = next(pictures(probe(video()), max_side=side)).image
    assert max(pixels.shape[:2]) == min(side, 160)


def test_sizes_and_kinds_without_pictures(video, wav) -> None:
    assert list(pictures(probe(wav(np.zeros(8000))))) == []
    with pytest.raises(WrongKind):
        image(probe(video()))


def test_leaving_early_closes_the_file(video) -> None:
    path = video()
    found = pictures(probe(path))
    next(found)
    found.close()
    fds = Path("/proc/self/fd")
    if fds.is_dir():
        assert str(path) not in [str(fd.resolve()) for fd in fds.iterdir()]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("libx265", "a.mp4"),
        ("libvpx", "a.webm"),
        ("libvpx-vp9", "a.webm"),
        ("mpeg4", "a.avi"),
        ("mpeg1video", "a.mpg"),
        ("mpeg2video", "a.ts"),
        ("wmv2", "a.wmv"),
    ],
)
def test_codec_is_seen(video, codec: str, name: str) -> None:
    recording = probe(video(name, codec=codec, with_sound=False))
    assert recording.kind == "video"
    assert recording.seconds == pytest.approx(3.0, abs=0.2)
    for picture in pictures(recording, fps=2):
        assert shown(picture.image) == pytest.approx(picture.time, abs=0.1)
