"""What is wrong with a file's streams neither hides what is there nor goes untold."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from source.analysis import analyse, probe_files
from source.core.result import Result
from tests.media.making import resampled

ROOT = Path(__file__).resolve().parents[2]
RATE = 16000

Read = Callable[[Path], Result]


@pytest.fixture
def read(settings) -> Read:
    return lambda path: analyse(
        probe_files([path], settings=settings), settings.options(), settings=settings
    )


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """The sample voice, 9.2 s."""
    with av.open(str(ROOT / "models" / "samples" / "voice.flac")) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return (np.concatenate(frames) / 32768.0).astype(np.float32)


def written(
    path: Path, *tracks: np.ndarray, codec: str, layout: str = "mono", rate: int = RATE
) -> Path:
    """A file with sound tracks [channels, n]."""
    with av.open(str(path), "w") as out:
        streams: list[Any] = [out.add_stream(codec, rate=rate, layout=layout) for _ in tracks]
        for stream, samples in zip(streams, tracks, strict=True):
            for piece in resampled(samples, stream, rate):
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
    return path


def codes(result: Result) -> set[str]:
    return {note.code for note in result.notes}


def check_heard(result: Result) -> None:
    assert result.voice is not None and result.voice.speech_seconds > 6
    assert "no_speech" not in codes(result)
    assert all(0 <= m.start < m.end <= result.source.seconds for m in result.timeline)


@pytest.mark.parametrize("common", [0.0, 0.1])
def test_speech_in_opposite_phase_is_read(read: Read, speech, tmp_path: Path, common: float):
    hum = common * np.sin(2 * np.pi * 50 * np.arange(len(speech)) / RATE)
    both = np.stack([0.8 * speech + hum, -0.8 * speech + hum])
    check_heard(read(written(tmp_path / "a.wav", both, codec="pcm_s16le", layout="stereo")))


def test_speech_in_the_centre_is_read(read: Read, speech, tmp_path: Path):
    channels = np.zeros((6, len(speech)), np.float32)
    channels[2] = 0.3 * speech
    check_heard(read(written(tmp_path / "a.flac", channels, codec="flac", layout="5.1")))


def test_speech_in_the_second_track_is_read_and_told(read: Read, speech, tmp_path: Path):
    silent = np.zeros((1, len(speech)))
    result = read(written(tmp_path / "a.m4a", silent, speech[None], codec="aac"))
    check_heard(result)
    assert "several_tracks" in codes(result)


def test_joined_speech_is_read_to_its_end(read: Read, speech, tmp_path: Path):
    one = written(tmp_path / "a.flac", speech[None], codec="flac").read_bytes()
    path = tmp_path / "joined.flac"
    path.write_bytes(one + one)
    result = read(path)
    assert result.source.seconds == pytest.approx(18.4, abs=0.01)
    first = [s for s in result.voice.segments if s.end < 9.2]
    second = [s for s in result.voice.segments if s.start > 9.2]
    assert len(second) == pytest.approx(len(first), abs=1) and len(first) > 3


@pytest.mark.parametrize("name", ["a.m4a", "a.mka"])
def test_a_hole_is_told_once(read: Read, speech, tmp_path: Path, name: str):
    path = written(tmp_path / name, speech[None], codec="aac")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4000] = bytes(4000)
    path.write_bytes(content)
    result = read(path)
    assert [note.code for note in result.notes].count("damaged") == 1


def test_half_a_file_is_told(read: Read, speech, tmp_path: Path):
    path = written(tmp_path / "a.wav", speech[None], codec="pcm_s16le")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    result = read(path)
    (note,) = [note for note in result.notes if note.code == "ended_early"]
    assert "9.2 s" in note.text and "4.6 s" in note.text
