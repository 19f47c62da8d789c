"""What is told of a recording, and what is refused."""

import hashlib
import io
import os
import struct
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from source.core.errors import (
    AverError,
    BadRecording,
    Damaged,
    EmptyFile,
    NoFile,
    NoSamples,
    NotMedia,
    TooLarge,
)
from source.core.result import AudioStream, VideoStream
from source.media import Limits, pictures, probe, sound
from tests.media.making import tone


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "hello")
    return buffer.getvalue()


NOT_MEDIA = {
    "text": (b"dear diary, today", "plain text"),
    "text in utf-8": ("schöne Grüße".encode() * 900, "plain text"),
    "html": (b"  <!DOCTYPE html><html></html>", "web page"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="x"/>', "drawing"),
    "xml": (b'<?xml version="1.0"?><a/>', "XML"),
    "json": (b'{"a": 1}', "JSON"),
    "zip": (zipped(), "zip archive"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "gzip": (b"\x1f\x8b\x08\x00rest", "gzip"),
    "hls": (b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist"),
    "hls behind a mark": (b"\xef\xbb\xbf#EXTM3U\nx.ts\n", "playlist"),
    "ffconcat": (b"ffconcat version 1.0\nfile 'x.mp4'\n", "list of other files"),
    "sdp": (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n", "plain text"),
    "dash": (b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>', "XML"),
    "program": (b"\x7fELF" + bytes(60), "program"),
    "midi": (b"MThd\x00\x00\x00\x06", "MIDI"),
    "zeros": (bytes(5000), "zero bytes"),
    "unknown": (b"\x01\x02\x03\x04" * 40, "not recognised"),
}


@pytest.mark.parametrize(("content", "words"), NOT_MEDIA.values(), ids=NOT_MEDIA)
@pytest.mark.parametrize("name", ["a.mp4", "a.wav", "a.jpg"])
def test_what_is_no_recording_is_told(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotMedia, match=words):
        probe(path)


BROKEN = {
    "mp4 without index": b"\x00\x00\x00\x18ftypisom" + bytes(12) + bytes(range(256)) * 20,
    "png signature": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "jpg signature": b"\xff\xd8\xff\xe0" + bytes(200),
    "webp signature": b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(100),
    "tiff signature": b"II*\x00" + b"\xff" * 100,
    "heic signature": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + bytes(100),
    "avif signature": b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1" + bytes(100),
    "ogg signature": b"OggS" + bytes(200),
    "matroska signature": b"\x1aE\xdf\xa3" + bytes(200),
    "flac signature": b"fLaC" + bytes(100),
    "avi signature": b"RIFF\x64\x00\x00\x00AVI " + bytes(100),
    "asf signature": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(100),
    "mp3 frame": b"\xff\xfb\x90\x44" + bytes(10),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_media_are_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises((Damaged, NoSamples), match="broken"):
        probe(path)


def test_missing_empty_and_folder(tmp_path: Path) -> None:
    with pytest.raises(NoFile, match="gone"):
        probe(tmp_path / "gone.mp4")
    with pytest.raises(NoFile):
        probe(tmp_path / "a\0b")
    with pytest.raises(BadRecording, match="not a file"):
        probe(tmp_path)
    (tmp_path / "empty.wav").touch()
    with pytest.raises(EmptyFile, match="0 bytes"):
        probe(tmp_path / "empty.wav")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no named pipes here.")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(BadRecording, match="not a file"):
        probe(tmp_path / "pipe.mp4")


def test_video_is_told(video) -> None:
    path = video("clip.mp4")
    recording = probe(path, name="My clip.mp4")
    assert (recording.kind, recording.name) == ("video", "My clip.mp4")
    assert recording.video == VideoStream(160, 96, 25.0, 0, "h264")
    assert recording.audio == AudioStream(44100, 1, "aac")
    assert recording.seconds == pytest.approx(3.0, abs=0.1)
    assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    source = recording.source()
    assert (source.kind, source.bytes) == ("video", path.stat().st_size)
    assert source.video == recording.video


@pytest.mark.skipif(os.name == "nt", reason="Windows forbids such names.")
@pytest.mark.parametrize("name", ["-i.wav", "a:b.wav", "%s 100%.wav", "ü «x» 'q'.wav", "pipe:0"])
def test_a_name_means_nothing(wav, name: str) -> None:
    recording = probe(wav(tone(0.5, 16000), rate=16000, name=name))
    assert (recording.kind, recording.name) == ("audio", name)
    assert sum(len(block.samples) for block in sound(recording)) == 8000


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi", "clip.mov", "clip.ts"])
def test_container_is_read_by_content(video, tmp_path: Path, name: str) -> None:
    path = video(name)
    hidden = path.rename(tmp_path / "upload.jpg")
    recording = probe(hidden)
    assert recording.kind == "video"
    assert recording.seconds == pytest.approx(3.0, abs=0.15)


def test_no_sound(video) -> None:
    recording = probe(video(with_sound=False))
    assert recording.audio is None
    assert list(sound(recording)) == []


def test_sound_with_a_cover_is_sound(tmp_path: Path) -> None:
    from PIL import Image

    cover = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(cover, "PNG")
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as out:
        track = out.add_stream("aac", rate=44100, layout="mono")
        picture = out.add_stream("png", rate=1)
        picture.width = picture.height = 32
        picture.pix_fmt = "rgb24"
        picture.disposition = av.stream.Disposition.attached_pic
        samples = tone(1, 44100).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.rate = 44100
        out.mux(track.encode(frame))
        out.mux(track.encode(None))
        packet = av.Packet(cover.getvalue())
        packet.stream, packet.pts, packet.dts = picture, 0, 0
        packet.is_keyframe = True
        out.mux(packet)
    recording = probe(path)
    assert (recording.kind, recording.video) == ("audio", None)
    assert list(pictures(recording)) == []


def test_cut_file_tells_what_is_left(video) -> None:
    path = video(options={"movflags": "faststart"})
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * 0.6)])
    recording = probe(path)
    assert recording.promised == pytest.approx(3.0, abs=0.1)
    assert 0.5 < recording.seconds < 2.5
    times = [picture.time for picture in pictures(recording)]
    assert times and times[-1] <= recording.seconds


def test_limits_are_kept_before_decoding(video, wav, tmp_path: Path) -> None:
    from PIL import Image

    clip, long = video(), wav(tone(20, 8000), rate=8000)
    still = tmp_path / "still.png"
    Image.new("1", (3000, 2000)).save(still)
    with pytest.raises(TooLarge, match="MB"):
        probe(clip, limits=Limits(max_bytes=100))
    with pytest.raises(TooLarge, match="lasts"):
        probe(long, limits=Limits(max_seconds=10))
    with pytest.raises(TooLarge, match="160 x 96"):
        probe(clip, limits=Limits(max_pixels=160 * 96 - 1))
    with pytest.raises(TooLarge, match="3000 x 2000"):
        probe(still, limits=Limits(max_pixels=5_000_000))
    assert probe(clip, limits=Limits(max_pixels=160 * 96)).kind == "video"


def test_webp_canvas_is_read_before_it_takes_memory(tmp_path: Path) -> None:
    canvas = (16383).to_bytes(3, "little") * 2
    path = tmp_path / "bomb.webp"
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    path.write_bytes(b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk + bytes(40))
    with pytest.raises(TooLarge, match="16384 x 16384"):
        probe(path)


def walk(path: Path) -> None:
    """Probe and decode; only errors a person can read may come out."""
    try:
        recording = probe(path)
        for _ in sound(recording, seconds=2):
            pass
        for _ in pictures(recording, fps=2, seconds=2, max_side=64):
            pass
    except AverError as error:
        assert error.message.endswith(".")


MAGIC = [content[:16] for content in BROKEN.values()] + [b"", b"GIF89a", b"#!AMR\n", b"BM", b"ID3"]
FUZZ = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(magic=st.sampled_from(MAGIC), rest=st.binary(max_size=600))
def test_random_bytes_never_crash(tmp_path: Path, magic: bytes, rest: bytes) -> None:
    path = tmp_path / "random"
    path.write_bytes(magic + rest)
    walk(path)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.ts"])
def test_damage_never_crashes(video, name: str) -> None:
    path = video(name, [i / 25 for i in range(25)])
    content = path.read_bytes()

    @settings(FUZZ, max_examples=25)
    @given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=30))
    def damaged(holes: list[tuple[float, int]]) -> None:
        broken = bytearray(content)
        for place, value in holes:
            broken[int(place * len(broken))] = value
        path.write_bytes(broken)
        walk(path)

    damaged()


def test_examples_of_the_sniffer_run() -> None:
    import doctest

    from source.media import sniff

    done = doctest.testmod(sniff)
    assert done.attempted and not done.failed


def test_nothing_heavy_is_loaded_before_a_file_is_read() -> None:
    import subprocess
    import sys

    program = (
        "import sys, source.media\n"
        "print([m for m in ('av', 'PIL', 'soxr', 'cv2', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("name", ["clip.mkv", "clip.avi", "clip.ts", "clip.wmv"])
def test_cut_containers_tell_what_is_left(video, name: str, share: float) -> None:
    path = video(name, codec="wmv2" if name.endswith("wmv") else "libx264")
    whole = probe(path).seconds
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * share)])
    recording = probe(path)
    assert recording.kind == "video"
    times = [picture.time for picture in pictures(recording)]
    assert 0 < times[-1] <= recording.seconds < whole
