"""What a browser is shown: the file where every browser can show it, else a copy."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from source.core.errors import Cancelled, TooLarge
from source.media import pictures, probe
from source.media.preview import preview, shown_as
from tests.media.making import HEIGHT, WIDTH, scene, shown, tone
from tests.media.stills import heic, saved

PLAIN = scene(1)
MUCH = 10_000_000


@pytest.mark.parametrize(
    ("form", "options", "itself"),
    [
        ("JPEG", {}, True),
        ("PNG", {}, True),
        ("WEBP", {}, True),
        ("GIF", {}, True),
        ("BMP", {}, True),
        ("TIFF", {}, False),
        ("TIFF", {"tiffinfo": {274: 6}}, False),
        ("AVIF", {}, False),
        ("JPEG2000", {}, False),
        ("PPM", {}, False),
        ("HEIC", {}, False),
        ("JPEG", {"mode": "CMYK"}, False),
        ("PNG", {"mode": "I;16"}, False),
        ("JPEG", {"orientation": 3}, False),
        ("PNG", {"orientation": 6}, False),
    ],
)
def test_picture_is_shown(tmp_path: Path, form: str, options: dict, itself: bool) -> None:
    path = tmp_path / "a"
    mode, orientation = options.pop("mode", None), options.pop("orientation", None)
    if form == "HEIC":
        path.write_bytes(heic(PLAIN))
    elif mode == "I;16":
        Image.fromarray(PLAIN[..., 1].astype(np.uint16) * 257).save(path, form)
    elif mode:
        Image.fromarray(PLAIN).convert(mode).save(path, form)
    else:
        exif = Image.Exif()
        if orientation:
            exif[274] = orientation
            options["exif"] = exif
        path.write_bytes(saved(PLAIN, form, **options))
    recording = probe(path)
    kind, sort, plays = shown_as(recording)
    assert (kind.partition("/")[0], sort, plays) == ("image", "image", itself)
    made = preview(recording, tmp_path / "copy", most=MUCH)
    with Image.open(made) as copy:
        assert (copy.format, copy.getexif().get(274)) == ("JPEG", None)
        assert copy.size == (recording.video.width, recording.video.height)


def test_large_picture_is_made_smaller(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 4000), (90, 120, 150)).save(tmp_path / "a.png")
    recording = probe(tmp_path / "a.png")
    assert not shown_as(recording)[2]
    with Image.open(preview(recording, tmp_path / "copy", most=MUCH)) as copy:
        assert copy.size == (1600, 1280)


@pytest.mark.parametrize(
    ("name", "codec", "type_", "itself"),
    [
        ("a.mp4", "libx264", "video/mp4", True),
        ("a.mov", "libx264", "video/mp4", True),
        ("a.avi", "mpeg4", "", False),
        ("a.wmv", "wmv2", "", False),
        ("a.flv", "flv", "", False),
        ("a.ts", "libx264", "", False),
        ("a.mpg", "mpeg2video", "", False),
        ("b.mp4", "mpeg4", "video/mp4", False),
        ("a.mkv", "libx265", "video/webm", False),
        ("a.ogv", "libvpx", "video/ogg", False),
    ],
)
def test_film_is_shown(video, tmp_path: Path, name: str, codec: str, type_, itself) -> None:
    times = [i / 25 for i in range(25)]
    recording = probe(video(name, times, codec=codec, with_sound=False))
    assert shown_as(recording) == (type_, "video", itself)
    if not itself:
        copy = probe(preview(recording, tmp_path / "copy", most=MUCH))
        assert shown_as(copy)[2]
        assert copy.seconds == pytest.approx(recording.seconds, abs=0.1)
        assert max(copy.video.width, copy.video.height) <= 960
        seen = [p for p in pictures(copy, fps=5)]
        assert seen[-1].image.shape[1] / seen[-1].image.shape[0] == pytest.approx(WIDTH / HEIGHT)


def test_copy_of_a_film_keeps_time_and_sound(video, tmp_path: Path) -> None:
    recording = probe(video("a.avi", codec="mpeg4"))
    copy = probe(preview(recording, tmp_path / "copy", most=MUCH))
    assert copy.audio is not None and copy.audio.codec == "aac"
    for picture in pictures(copy, fps=2, max_side=160):
        assert shown(picture.image) == pytest.approx(picture.time, abs=0.25)


@pytest.mark.parametrize("name", ["a.aiff", "a.au", "a.w64", "a.caf"])
def test_sound_that_browsers_do_not_play_is_copied(tmp_path: Path, name: str) -> None:
    import av

    samples = tone(1.5, 22050)
    with av.open(str(tmp_path / name), "w") as out:
        codec = "pcm_s16le" if name == "a.w64" else "pcm_s16be"
        stream = out.add_stream(codec, rate=22050, layout="mono")
        for at in range(0, len(samples), 2048):
            data = (samples[at : at + 2048] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(data[None], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 22050, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    recording = probe(tmp_path / name)
    assert shown_as(recording) == ("", "audio", False)
    copy = probe(preview(recording, tmp_path / "copy", most=MUCH))
    assert shown_as(copy) == ("audio/mp4", "audio", True)
    assert copy.seconds == pytest.approx(recording.seconds, abs=0.1)


@pytest.mark.parametrize("how", ["cancelled", "too large"])
def test_nothing_is_left_of_a_copy_that_is_given_up(video, tmp_path: Path, how: str) -> None:
    recording = probe(video("a.avi", codec="mpeg4", with_sound=False))
    folder = tmp_path / "copies"
    folder.mkdir()
    with pytest.raises(Cancelled if how == "cancelled" else TooLarge):
        preview(
            recording, folder / "copy", most=0 if how == "too large" else MUCH,
            cancelled=lambda: how == "cancelled",
        )  # fmt: skip
    assert not list(folder.iterdir())
