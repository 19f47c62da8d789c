"""What stands behind a recording in its file: another one is named, nothing else is read."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from source.media import Recording, probe, sound
from source.media.joined import spans
from source.media.sniff import MATROSKA
from tests.media.making import CODECS, clip, heard, pitch, resampled, tone

FIRST = [
    *(".mp4", ".mkv", ".avi", ".flv", ".wmv", ".ts", ".mpg", ".wav", ".aiff", ".au"),
    *(".caf", ".w64", ".opus", ".aac", ".mp3", ".amr", ".ac3"),
]
BEHIND = [".wav", ".mp4", ".flac", ".ts", ".mpg", ".mp3", ".aac"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("behind")
    return {
        name: clip(folder / f"a{name}", 1.5).read_bytes() for name in {*CODECS, *FIRST, *BEHIND}
    }


def codes(recording: Recording) -> list[str]:
    return [note.code for note in recording.notes]


def same(one: str, other: str) -> bool:
    """Whether one reader reads both of them through."""
    families = ({".mkv", ".webm"}, {".ts", ".m2ts"}, {".mpg", ".vob"}, {".mp4", ".m4a"})
    return one == other or any({one, other} <= family for family in families)


@pytest.mark.parametrize("other", BEHIND)
@pytest.mark.parametrize("name", FIRST)
def test_a_recording_of_another_kind_is_named(
    tmp_path: Path, made: dict[str, bytes], name: str, other: str
) -> None:
    if same(name, other):
        return
    path = tmp_path / "joined"
    path.write_bytes(made[name] + made[other])
    recording = probe(path)
    assert codes(recording) == ["more_follows"]
    assert recording.promised is None
    assert f"{round(len(made[other]) / 1000)} kB" in recording.notes[0].text
    path.write_bytes(made[name])
    assert recording.seconds == pytest.approx(probe(path).seconds, abs=0.001)


def id3(size: int) -> bytes:
    return b"ID3\x03\x00\x00" + bytes(size >> at & 127 for at in (21, 14, 7, 0)) + bytes(size)


TAGS = {
    "ID3v1": b"TAG" + b"A song".ljust(125, b"\x00"),
    "ID3v2": id3(5000),
    "zeros": bytes(3000),
}


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("name", sorted(CODECS))
def test_a_tag_is_no_recording(tmp_path: Path, made: dict[str, bytes], name: str, tag: str) -> None:
    path = tmp_path / "tagged"
    path.write_bytes(made[name])
    seconds = probe(path).seconds
    path.write_bytes(made[name] + TAGS[tag])
    recording = probe(path)
    assert "more_follows" not in codes(recording)
    if name != ".amr" or tag.startswith("ID3"):  # there most bytes begin a frame
        assert recording.seconds == pytest.approx(seconds, abs=0.3)


def mp3(path: Path, seconds: float, bits: int, *, rate: int = 44100, layout: str = "mono") -> bytes:
    with av.open(str(path), "w", format="mp3", options={"id3v2_version": "0"}) as out:
        track: Any = out.add_stream("libmp3lame", rate=rate, layout=layout, bit_rate=bits)
        samples = tone(seconds, rate).astype(np.float32)
        for piece in resampled(np.stack([samples] * (1 + (layout != "mono"))), track, rate):
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    return path.read_bytes()


@pytest.mark.parametrize("behind", [bytes(50_000), bytes(300_000), b"hello world " * 3000])
def test_what_stands_behind_an_mp3_that_is_whole_is_no_damage(
    tmp_path: Path, behind: bytes
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(mp3(path, 4.0, 32_000) + behind)
    recording = probe(path)
    assert recording.notes == () and recording.promised is None
    assert recording.seconds == pytest.approx(4.0, abs=0.1)
    assert not any(block.damaged for block in sound(recording))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"bits": 32_000}, {"bits": 128_000}),
        ({"bits": 128_000}, {"bits": 32_000}),
        ({"bits": 32_000, "rate": 16000}, {"bits": 128_000, "rate": 48000}),
        ({"bits": 64_000}, {"bits": 128_000, "layout": "stereo"}),
    ],
)
@pytest.mark.parametrize("tag", [0, 200_000])
def test_joined_mp3s(tmp_path: Path, one: dict, other: dict, tag: int) -> None:
    path = tmp_path / "a.mp3"
    before = id3(tag) if tag else b""
    first, second = before + mp3(path, 4.0, **one), before + mp3(path, 6.0, **other)
    path.write_bytes(first + second)
    recording = probe(path)
    assert recording.notes == () and recording.promised is None
    assert recording.seconds == pytest.approx(10.0, abs=0.2)
    assert pitch(heard(recording)[5 * 16000 : 9 * 16000]) == pytest.approx(440, abs=2)
    path.write_bytes(first + second[: len(before) + (len(second) - len(before)) // 2])
    assert codes(probe(path)) == ["ended_early"]


def test_an_avi_that_lost_its_middle_has_its_end(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.avi", 4.0)
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + content[half + 5001 :])
    recording = probe(path)
    assert codes(recording) == ["damaged"] and recording.promised is None


MANY = {
    "aac": b"\xff",
    "aac frames": b"\xff\xf1\x50\x80\x00\xe0\x00",
    MATROSKA: b"\x1aE\xdf\xa3\x80",
    "wav": b"RIFF",
    "aiff": b"FORM",
    "amr": b"\x7c",
    "flv": b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00",
}


@pytest.mark.parametrize("name", MANY)
def test_of_a_hostile_file_few_pieces_are_looked_at(tmp_path: Path, name: str) -> None:
    """A larger file costs no more."""
    path = tmp_path / "many"
    path.write_bytes(MANY[name] * (24_000_000 // len(MANY[name])))
    found, _ = spans(path, name.partition(" ")[0])
    assert 1 <= len(found) <= 1000


@pytest.mark.parametrize("kind", ["zeros", "noise", "removed"])
def test_a_hole_in_joined_aac_does_not_hide_the_next_part(tmp_path: Path, kind: str) -> None:
    one = clip(tmp_path / "a.aac", 2.0, rate=16000).read_bytes()
    two = clip(tmp_path / "b.aac", 2.0, pitch=880.0, layout="stereo").read_bytes()
    half = len(one) // 2
    filling = {"zeros": bytes(900), "noise": np.random.default_rng(4).bytes(900), "removed": b""}
    path = tmp_path / "joined.aac"
    path.write_bytes(one[:half] + filling[kind] + one[half + 901 :] + id3(700) + two)
    recording = probe(path)
    assert len(recording.parts) == 2
    assert recording.seconds == pytest.approx(4.0, abs=0.6)
    assert pitch(heard(recording)[-24000:-8000]) == pytest.approx(880, abs=5)
    assert "damaged" in codes(recording) or any(block.damaged for block in sound(recording))
