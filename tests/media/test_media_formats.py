"""Formats that are known by content alone, and tags before them."""

import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from source.media import probe
from source.media.sniff import media_type, sniff
from tests.media.making import clip, heard, looked, pitch, resampled, scene, tone


def sound_file(path: Path, codec: str, kind: str, layout: str = "mono", **more: Any) -> Path:
    with av.open(str(path), "w", format=kind) as out:
        track: Any = out.add_stream(codec, rate=48000, layout=layout, **more)
        samples = np.tile(tone(2, 48000), (track.codec_context.layout.nb_channels, 1))
        for piece in resampled(samples, track, 48000):
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    return path


def film_file(path: Path, codec: str, kind: str, size: tuple[int, int], rate: int = 25) -> Path:
    import cv2

    with av.open(str(path), "w", format=kind) as out:
        film: Any = out.add_stream(codec, rate=rate)
        film.width, film.height, film.pix_fmt = *size, "yuv420p"
        for number in range(rate):
            picture = cv2.resize(scene(number / rate), size)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts = number
            out.mux(film.encode(frame))
        out.mux(film.encode(None))
    return path


@pytest.mark.parametrize(
    ("codec", "kind"),
    [
        ("ac3", "ac3"),
        ("eac3", "eac3"),
        ("tta", "tta"),
        ("pcm_u8", "voc"),
        ("libopus", "nut"),
        ("mp2", "wtv"),
        ("aac", "ipod"),
        ("ac3", "rm"),
    ],
)
def test_sound_is_known_by_content(tmp_path: Path, codec: str, kind: str) -> None:
    recording = probe(sound_file(tmp_path / "named.jpg", codec, kind))
    assert recording.kind == "audio"
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    assert pitch(heard(recording)[4000:-4000]) == pytest.approx(440, abs=4)  # VOC rounds its rate


@pytest.mark.parametrize("rate", [48000, 44100, 32000])
@pytest.mark.parametrize("bits", [96_000, 448_000])
def test_dolby_of_every_rate(tmp_path: Path, rate: int, bits: int) -> None:
    path = tmp_path / "a"
    with av.open(str(path), "w", format="ac3") as out:
        track: Any = out.add_stream("ac3", rate=rate, layout="stereo", bit_rate=bits)
        for piece in resampled(np.tile(tone(1, rate), (2, 1)), track, rate):
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    assert probe(path).audio.codec == "ac3"


def test_sphere_is_heard(tmp_path: Path) -> None:
    samples = np.round(tone(2, 16000) * 32767).astype("<i2").tobytes()
    lines = [
        "NIST_1A",
        "   1024",
        "channel_count -i 1",
        f"sample_count -i {len(samples) // 2}",
        "sample_rate -i 16000",
        "sample_n_bytes -i 2",
        "sample_byte_format -s2 01",
        "sample_sig_bits -i 16",
        "sample_coding -s3 pcm",
        "end_head",
    ]
    path = tmp_path / "a.wav"
    path.write_bytes(("\n".join(lines) + "\n").encode().ljust(1024) + samples)
    recording = probe(path)
    assert (recording.kind, recording.format) == ("audio", "nistsphere")
    assert recording.seconds == pytest.approx(2.0, abs=0.01)
    assert pitch(heard(recording)) == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    ("codec", "kind", "size"),
    [
        ("dvvideo", "dv", (720, 576)),
        ("mpeg2video", "mxf", (160, 96)),
        ("rawvideo", "yuv4mpegpipe", (160, 96)),
        ("libvpx", "ivf", (160, 96)),
        ("mpeg4", "nut", (160, 96)),
        ("mpeg2video", "wtv", (160, 96)),
        ("rv10", "rm", (160, 96)),
    ],
)
def test_film_is_known_by_content(
    tmp_path: Path, codec: str, kind: str, size: tuple[int, int]
) -> None:
    codec = "wrapped_avframe" if kind == "yuv4mpegpipe" else codec
    recording = probe(film_file(tmp_path / "named.jpg", codec, kind, size))
    assert recording.kind == "video"
    assert recording.seconds == pytest.approx(1.0, abs=0.1)
    assert len(looked(recording)) == pytest.approx(25, abs=1)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"MPCKSH\x10" + bytes(60), "mpc8"),
        (b"MP+\x07" + bytes(60), "mpc"),
        (b"MAC \x96\x0f" + bytes(60), "ape"),
        (b"\x7f\xfe\x80\x01" + bytes(60), "dts"),
        (b"tBaK" + bytes(60), "tak"),
    ],
)
def test_magic_is_known(head: bytes, name: str) -> None:
    found = sniff(head)
    assert found is not None and (found.kind, found.name) == ("stream", name)


@pytest.mark.parametrize("head", [b"MP+", b"MAC OS", b"\x0b\x77" + bytes(3000), b"DKIFx", b"NIST"])
def test_chance_is_not_taken_for_a_format(head: bytes) -> None:
    assert sniff(head) is None


def tag(size: int) -> bytes:
    """An ID3v2 tag with a title."""
    body = b"TIT2" + struct.pack(">I", 6) + b"\x00\x00\x03title"
    body = body.ljust(size, b"\x00")
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + length + body


@pytest.mark.parametrize("before", [tag(20), tag(40_000), tag(20) + tag(300)])
@pytest.mark.parametrize(
    "name",
    [".wav", ".aiff", ".flac", ".mp4", ".m4a", ".mp3", ".aac", ".ogg", ".mkv", ".avi", ".au"],
)
def test_a_tag_before_the_magic_is_passed_over(tmp_path: Path, name: str, before: bytes) -> None:
    path = clip(tmp_path / f"a{name}")
    whole = probe(path)
    samples, frames = heard(whole), len(looked(whole))
    path.write_bytes(before + path.read_bytes())
    recording = probe(path)
    assert recording.format == whole.format
    assert recording.seconds == pytest.approx(whole.seconds, abs=0.05)
    assert np.array_equal(heard(recording), samples)
    assert len(looked(recording)) == frames
    assert not recording.notes and recording.promised is None


@pytest.mark.parametrize("lost", [7, 100, 187])
@pytest.mark.parametrize("name", [".ts", ".m2ts"])
def test_a_transport_stream_may_begin_within_a_packet(tmp_path: Path, name: str, lost: int) -> None:
    path = clip(tmp_path / f"a{name}", pictures_from=None if name == ".m2ts" else 0.0)
    content = path.read_bytes()
    path.write_bytes(content[lost:])
    assert probe(path).format == "mpegts"


@pytest.mark.parametrize(
    ("head", "media_type_"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "image/bmp"),
        (b"RIFF....WAVE", "audio/wav"),
        (b"RIFF....WEBP", "image/webp"),
        (b"RIFF....AVI ", ""),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"ID3" + bytes(7), "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x18ftypqt  ", "video/mp4"),
        *(
            (b"\0\0\0\x18ftyp" + brand + bytes(4) + b"mif1heic", "image/heic")
            for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
        ),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"II*\0", "image/tiff"),
        (b"P6 2 2 255\n", "image/x-portable-anymap"),
        (b"\xff\x4f\xff\x51", "image/jp2"),
    ],
)
def test_the_media_type_follows_from_the_content(head: bytes, media_type_: str) -> None:
    found = sniff(head)
    assert found is not None
    kind = media_type_.partition("/")[0] or "video"
    assert media_type(found.name, kind=kind) == media_type_


@pytest.mark.parametrize("head", [b"", b"\xff", b"<svg onload=alert(1)>", b"<html>", b"%PDF-1.7"])
def test_what_is_no_recording_has_no_format(head: bytes) -> None:
    assert sniff(head) is None
