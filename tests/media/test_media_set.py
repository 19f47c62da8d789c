"""Every real file of the media set ends as its table says a good system should answer."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from source.core.errors import AverError, Damaged, EmptyFile, NoSamples, NotMedia, TooLarge
from source.media import image, pictures, probe
from tests.media.making import heard

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "media"


def test_every_file_ends_as_its_row_says(folder: Path, subtests) -> None:
    with (folder / "expect.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) > 100
    for row in rows:
        with subtests.test(row["file"]):
            ends_as_its_row_says(folder / row["file"], row)


def ends_as_its_row_says(path: Path, row: dict[str, str]) -> None:
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


SENTENCES = [
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
]


def test_a_bad_file_gets_its_own_sentence(folder: Path, subtests) -> None:
    for file, error, words in SENTENCES:
        with subtests.test(file), pytest.raises(error, match=words):
            probe(folder / file)


@pytest.mark.skipif(sys.platform != "linux", reason="Memory is bounded by setrlimit on Linux.")
def test_bombs_fit_into_little_memory(folder: Path) -> None:
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
        [sys.executable, "-c", program, str(folder / "odd")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert int(done.stdout) < 150, "megabytes above what the imports take"


def depth_of_samples_does_not_change_the_sound(folder: Path) -> None:
    deep, wide, shallow = (
        heard(folder / "audio" / f"digits_{name}.wav") for name in ("24bit_stereo", "32bit", "8bit")
    )
    assert len(deep) == len(wide) == len(shallow)
    assert np.abs(deep - wide).max() < 1e-6
    assert np.abs(deep - shallow).max() < 0.02


def sound_of_a_pipe_equals_the_file(folder: Path) -> None:
    piped = heard(folder / "audio" / "streamed_size_unknown.wav")
    assert np.array_equal(piped, heard(folder / "audio" / "quiet_p287_005.wav"))


def undecodable_frames_become_silence_in_their_place(folder: Path) -> None:
    whole, amr = (heard(folder / "audio" / name) for name in ("quiet_p287_005.wav", "speech.amr"))
    size = min(len(whole), len(amr)) // 1600
    loud = [np.abs(x[: size * 1600]).reshape(size, -1).mean(axis=1) for x in (whole, amr)]
    assert np.corrcoef(*loud)[0, 1] > 0.9


def cut_file_tells_what_was_promised(folder: Path) -> None:
    recording = probe(folder / "video" / "truncated_faststart.mp4")
    assert recording.promised == pytest.approx(7.07, abs=0.1)
    assert probe(folder / "video" / "talk_h264_aac.mp4").promised is None


def transport_stream_starts_at_zero(folder: Path) -> None:
    recording = probe(folder / "video" / "talk.ts")
    assert recording.start > 1
    assert next(pictures(recording)).time < 0.1


def exif_turns_upright(folder: Path) -> None:
    from PIL import Image, ImageOps

    for name in ("exif6_landscape.jpg", "exif8_face.jpg"):
        with Image.open(folder / "image" / name) as stored:
            expected = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
        assert np.array_equal(image(probe(folder / "image" / name)), expected), name


def turned_video_stands_upright(folder: Path) -> None:
    recording = probe(folder / "video" / "portrait_rotated.mp4")
    assert (recording.video.width, recording.video.height) == (480, 908)
    assert recording.video.rotation == 90
    assert next(pictures(recording)).image.shape == (908, 480, 3)


def phone_picture_is_put_together(folder: Path) -> None:
    pixels = image(probe(folder / "image" / "flower.HEIC"))
    assert pixels.shape == (3313, 2566, 3)
    # no tile is missing or stands next to a stranger: no edge is as hard as a wrong seam
    seams = np.abs(np.diff(pixels.astype(int).mean(axis=2), axis=0)).mean(axis=1)
    assert seams.max() < 6 * np.median(seams)


SINGLE = (
    depth_of_samples_does_not_change_the_sound,
    sound_of_a_pipe_equals_the_file,
    undecodable_frames_become_silence_in_their_place,
    cut_file_tells_what_was_promised,
    transport_stream_starts_at_zero,
    exif_turns_upright,
    turned_video_stands_upright,
    phone_picture_is_put_together,
)
"""What is right for one file alone, each by its name."""


def test_single_files_are_read_right(folder: Path, subtests) -> None:
    for check in SINGLE:
        with subtests.test(check.__name__):
            check(folder)
