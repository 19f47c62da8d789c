"""What is missing at the end of a file, or within it, is told; of a whole file nothing is."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from source.core.errors import AverError, Damaged
from source.media import Recording, pictures, probe, sound
from source.media.joined import spans
from tests.media.making import CODECS, clip, heard

FAST = {"movflags": "faststart"}


Made = Callable[[str], Path]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Content of a clip of five seconds; of each kind one is made."""

    @cache
    def content(name: str) -> bytes:
        options = FAST if name in (".mp4", ".mov", ".m4a", ".3gp") else None
        path = tmp_path_factory.mktemp("whole") / f"a{name}"
        return clip(path, 5.0, options=options).read_bytes()

    return content


@pytest.fixture
def made(tmp_path: Path, whole: Callable[[str], bytes]) -> Made:
    def write(name: str) -> Path:
        path = tmp_path / f"a{name}"
        path.write_bytes(whole(name))
        return path

    return write


def told(recording: Recording) -> set[str]:
    """Codes of what a reader is told of damage, at last by those who decode."""
    codes = {note.code for note in recording.notes}
    if recording.promised is not None:
        assert recording.promised > recording.seconds
        codes.add("ended_early")
    if any(block.damaged for block in sound(recording)):
        codes.add("damaged")
    if any(picture.damaged for picture in pictures(recording, fps=1000)):
        codes.add("damaged")
    return codes


CUT = [
    *(".wav", ".flac", ".mp3", ".aiff", ".au", ".caf", ".w64", ".amr", ".aac", ".ogg", ".opus"),
    *(".mp4", ".m4a", ".mov", ".mkv", ".webm", ".mka", ".avi", ".flv", ".wmv", ".wma"),
]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("name", CUT)
def test_an_end_that_is_missing_is_told(made: Made, name: str, share: float) -> None:
    path = made(name)
    whole = probe(path).seconds
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * share) + 1])
    recording = probe(path)
    assert told(recording) == {"ended_early"}
    assert recording.seconds < whole - 0.2
    if name in (".wav", ".flac", ".mp3", ".aiff", ".au", ".w64", ".mp4", ".mkv", ".flv"):
        assert recording.promised == pytest.approx(whole, abs=0.15)
    assert len(heard(recording)) <= recording.seconds * 16000 + 1


@pytest.mark.parametrize("name", [".mkv", ".mp3", ".ogg", ".flac"])
def test_an_end_that_was_overwritten_is_told(made: Made, name: str) -> None:
    path = made(name)
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + bytes(len(content) - half))
    assert told(probe(path)) & {"ended_early", "damaged"}


def holed(content: bytes, kind: str, at: float) -> bytes:
    begin, size = round(len(content) * at), max(3000, len(content) // 12)
    filling = {
        "zeros": bytes(size),
        "noise": np.random.default_rng(1).bytes(size),
        "removed": b"",
    }[kind]
    return content[:begin] + filling + content[begin + size :]


HOLED = [".webm", ".mkv", ".mp4", ".mp3", ".ogg", ".ts", ".avi", ".flv", ".flac", ".aac", ".m4a"]


@pytest.mark.parametrize("kind", ["zeros", "noise", "removed"])
@pytest.mark.parametrize("name", HOLED)
def test_a_hole_is_told(made: Made, name: str, kind: str) -> None:
    path = made(name)
    path.write_bytes(holed(path.read_bytes(), kind, 0.5))
    recording = probe(path)
    assert told(recording) & {"damaged", "ended_early"}
    heard(recording)


@pytest.mark.parametrize("name", sorted(CODECS))
def test_of_a_whole_file_nothing_is_told(made: Made, name: str) -> None:
    assert told(probe(made(name))) == set()


def test_of_good_recordings_nothing_is_told(shared: Path, samples: Path) -> None:
    cut = {"truncated_faststart.mp4", "wav_lies_about_size.wav"}
    folders = [samples, *(shared / "media" / name for name in ("audio", "video", "odd"))]
    for path in sorted(file for folder in folders for file in folder.iterdir()):
        try:
            recording = probe(path)
        except AverError:
            continue
        codes = {note.code for note in recording.notes}
        if recording.promised is not None:
            codes.add("ended_early")
        assert not codes & {"damaged", "ended_early"} or path.name in cut, path


def test_a_file_without_its_index_stays_an_error(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(Damaged, match="index"):
        probe(path)


@pytest.mark.parametrize("rates", [(44100, 44100), (48000, 16000)], ids=["alike", "other rate"])
def test_joined_mp3s_are_not_cut_off(tmp_path, rates):
    """The first one's own count of frames tells of the first alone."""
    parts = [clip(tmp_path / f"{n}.mp3", 3.0, rate=rate) for n, rate in enumerate(rates)]
    path = tmp_path / "joined.mp3"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    recording = probe(path)
    assert recording.seconds == pytest.approx(6.0, abs=0.3)
    assert recording.promised is None
    assert "ended_early" not in {note.code for note in recording.notes}


def test_text_behind_a_film_is_no_end_that_is_missing(tmp_path):
    path = clip(tmp_path / "film.mp4", 2.0)
    path.write_bytes(path.read_bytes() + b"This was copied from a camera; with kind regards. " * 20)
    assert "ended_early" not in {note.code for note in probe(path).notes}


@pytest.mark.parametrize("suffix", [".mkv", ".webm"])
def test_bytes_that_are_gone_are_told_once(tmp_path, suffix):
    path = clip(tmp_path / f"film{suffix}", 4.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + data[len(data) // 2 + 4000 :])
    assert {note.code for note in probe(path).notes} == {"damaged"}


def test_of_a_hostile_file_no_more_than_a_thousand_recordings_are_looked_at(tmp_path):
    path = tmp_path / "pieces.amr"
    path.write_bytes(b"#!AMR\n" * 100_000)
    found, left = spans(path, "amr")
    assert (len(found), left) == (1000, 0)
    assert found[-1][1] == path.stat().st_size
