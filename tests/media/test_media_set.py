"""Every real file of the media set ends as its table says a good system should answer."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from source.core.errors import AverError, Damaged, EmptyFile, NoSamples, NotMedia, TooLarge
from source.media import image, pictures, probe
from tests.media.making import heard

ROOT = Path(__file__).resolve().parents[2]
MEDIA = Path(os.environ.get("AVER_DATA", ROOT.parent / "shared" / "data")) / "media"


def expectations() -> list[dict[str, str]]:
    table = MEDIA / "expect.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = expectations()
pytestmark = pytest.mark.skipif(
    not ROWS, reason=f"The real media are not at {MEDIA}; set AVER_DATA to where they are."
)


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_file_ends_as_told(row: dict[str, str]) -> None:
    path = MEDIA / row["file"]
    try:
        recording = probe(path)
    except AverError as error:
        assert row["outcome"] in ("error", "either"), error
        assert path.name in error.message and error.message.endswith(".")
        return
    assert row["outcome"] in ("result", "either")
    assert recording.kind == row["kind"]
    assert recording.name == path.name
    assert recording.bytes == path.stat().st_size
    if row["seconds_min"]:
        assert float(row["seconds_min"]) <= recording.seconds <= float(row["seconds_max"])
    else:
        assert recording.seconds is None

    samples = heard(recording)
    assert (len(samples) > 0) == (recording.audio is not None)
    if recording.seconds is not None:
        assert len(samples) / 16000 <= recording.seconds + 0.1

    last = -1.0
    for index, picture in enumerate(pictures(recording, fps=2, max_side=200)):
        assert picture.index == index and picture.time > last
        assert picture.image.dtype == np.uint8 and picture.image.shape[2] == 3
        assert max(picture.image.shape[:2]) <= 200
        if index == 0:
            height, width = picture.image.shape[:2]
            assert (height > width) == (recording.video.height > recording.video.width)
        last = picture.time
    assert (last >= 0) == (recording.video is not None)
    assert last <= (recording.seconds or 0.0)


@pytest.mark.parametrize(
    ("file", "error", "words"),
    [
        ("audio/empty_header.wav", NoSamples, "no audio in"),
        ("odd/zero.mp4", EmptyFile, "empty"),
        ("odd/zip_named.mp3", NotMedia, "zip archive"),
        ("odd/html_named.jpg", NotMedia, "web page"),
        ("odd/playlist.mp4", NotMedia, "playlist"),
        ("odd/concat.mp4", NotMedia, "list of other files"),
        ("odd/entity.svg", NotMedia, "drawing"),
        ("odd/text.mp4", NotMedia, "plain text"),
        ("odd/random.mp4", Damaged, "index is missing"),
        ("odd/ooming_header.flac", Damaged, "damaged"),
        ("odd/bomb_60000x60000.png", TooLarge, "60000 x 60000"),
        ("odd/bomb_rgb_20000.png", TooLarge, "400 megapixels"),
        ("odd/gif_bomb.gif", TooLarge, "pixels"),
        ("video/truncated_no_index.mp4", Damaged, "index is missing"),
    ],
)
def test_bad_file_gets_its_own_sentence(file: str, error: type[AverError], words: str) -> None:
    with pytest.raises(error, match=words):
        probe(MEDIA / file)


@pytest.mark.skipif(sys.platform != "linux", reason="Memory is bounded by setrlimit on Linux.")
def test_bombs_fit_into_little_memory() -> None:
    program = """
import resource, sys
from pathlib import Path
import av, numpy, soxr
from source.core.errors import AverError
from source.media import image, pictures, probe, sound
from PIL import Image
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        recording = probe(path)
        for _ in sound(recording): pass
        for _ in pictures(recording): pass
    except AverError:
        pass
print((peak() - before) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(MEDIA / "odd")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert int(done.stdout) < 150, "megabytes above what the imports take"


def test_depth_of_samples_does_not_change_the_sound() -> None:
    deep, wide, shallow = (
        heard(MEDIA / "audio" / f"digits_{name}.wav") for name in ("24bit_stereo", "32bit", "8bit")
    )
    assert len(deep) == len(wide) == len(shallow)
    assert np.abs(deep - wide).max() < 1e-6
    assert np.abs(deep - shallow).max() < 0.02


def test_sound_of_a_pipe_equals_the_file() -> None:
    piped = heard(MEDIA / "audio" / "streamed_size_unknown.wav")
    assert np.array_equal(piped, heard(MEDIA / "audio" / "quiet_p287_005.wav"))


def test_undecodable_frames_become_silence_in_their_place() -> None:
    whole, amr = (heard(MEDIA / "audio" / name) for name in ("quiet_p287_005.wav", "speech.amr"))
    size = min(len(whole), len(amr)) // 1600
    loud = [np.abs(x[: size * 1600]).reshape(size, -1).mean(axis=1) for x in (whole, amr)]
    assert np.corrcoef(*loud)[0, 1] > 0.9


def test_cut_file_tells_what_was_promised() -> None:
    recording = probe(MEDIA / "video" / "truncated_faststart.mp4")
    assert recording.promised == pytest.approx(7.07, abs=0.1)
    assert probe(MEDIA / "video" / "talk_h264_aac.mp4").promised is None


def test_transport_stream_starts_at_zero() -> None:
    recording = probe(MEDIA / "video" / "talk.ts")
    assert recording.start > 1
    assert next(pictures(recording)).time < 0.1


@pytest.mark.parametrize("name", ["exif6_landscape.jpg", "exif8_face.jpg"])
def test_exif_turns_upright(name: str) -> None:
    from PIL import Image, ImageOps

    with Image.open(MEDIA / "image" / name) as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    assert np.array_equal(image(probe(MEDIA / "image" / name)), expected)


def test_turned_video_stands_upright() -> None:
    recording = probe(MEDIA / "video" / "portrait_rotated.mp4")
    assert (recording.video.width, recording.video.height) == (480, 908)
    assert recording.video.rotation == 90
    assert next(pictures(recording)).image.shape == (908, 480, 3)


def test_phone_picture_is_put_together() -> None:
    pixels = image(probe(MEDIA / "image" / "flower.HEIC"))
    assert pixels.shape == (3313, 2566, 3)
    # no tile is missing or stands next to a stranger: no edge is as hard as a wrong seam
    seams = np.abs(np.diff(pixels.astype(int).mean(axis=2), axis=0)).mean(axis=1)
    assert seams.max() < 6 * np.median(seams)
