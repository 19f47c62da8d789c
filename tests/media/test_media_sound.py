"""The sound of a recording: its pitch, its places in time, its bounds."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from source.media import probe, sound
from tests.media.making import heard, pitch, tone


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_tone_keeps_its_pitch_and_loudness(wav, rate: int) -> None:
    samples = heard(wav(tone(2, rate), rate=rate))
    assert len(samples) == pytest.approx(32000, abs=2)
    assert pitch(samples) == pytest.approx(440, abs=1)
    assert np.abs(samples[4000:-4000]).max() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("codec", "name", "layout"),
    [
        ("pcm_u8", "a.wav", "mono"),
        ("pcm_s24le", "a.wav", "stereo"),
        ("pcm_s32le", "a.wav", "mono"),
        ("pcm_f32le", "a.wav", "stereo"),
        ("pcm_f64le", "a.wav", "mono"),
        ("pcm_alaw", "a.wav", "mono"),
        ("pcm_s16be", "a.aiff", "stereo"),
        ("flac", "a.flac", "5.1"),
        ("libmp3lame", "a.mp3", "stereo"),
        ("aac", "a.m4a", "5.1"),
        ("aac", "a.aac", "stereo"),
        ("libopus", "a.opus", "mono"),
        ("libopus", "a.webm", "stereo"),
        ("wmav2", "a.wma", "stereo"),
        ("mp2", "a.mpg", "stereo"),
    ],
)
def test_format_is_heard(tmp_path: Path, codec: str, name: str, layout: str) -> None:
    path = tmp_path / name
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=48000, layout=layout, bit_rate=128_000)
        wanted = stream.codec_context.format
        frame = av.AudioFrame.from_ndarray(
            np.tile(tone(2, 48000).astype(np.float32), (stream.codec_context.channels, 1)),
            format="fltp",
            layout=layout,
        )
        frame.rate, frame.time_base, frame.pts = 48000, Fraction(1, 48000), 0
        resampler = av.AudioResampler(
            format=wanted, layout=layout, rate=48000, frame_size=stream.codec_context.frame_size
        )
        for piece in resampler.resample(frame) + resampler.resample(None):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    recording = probe(path)
    assert recording.kind == "audio"
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    samples = heard(recording)
    assert len(samples) / 16000 == pytest.approx(2.0, abs=0.15)
    assert pitch(samples[4000:-4000]) == pytest.approx(440, abs=2)


def test_channels_are_averaged(wav) -> None:
    left = tone(1, 16000)
    both = heard(wav(np.stack([left, left], axis=1), rate=16000))
    one = heard(wav(np.stack([left, 0 * left], axis=1), rate=16000))
    opposite = heard(wav(np.stack([left, -left], axis=1), rate=16000))
    assert np.allclose(both, left, atol=1e-4)
    assert np.allclose(one, left / 2, atol=1e-4)
    assert np.allclose(opposite, left, atol=1e-4)


def test_channels_may_change_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "joined.aac"
    for number, layout in enumerate(("stereo", "mono", "stereo")):
        part = tmp_path / f"{number}.aac"
        with av.open(str(part), "w") as out:
            stream = out.add_stream("aac", rate=44100, layout=layout)
            samples = np.tile(tone(2, 44100).astype(np.float32), (2 - number % 2, 1))
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
            frame.rate, frame.time_base, frame.pts = 44100, Fraction(1, 44100), 0
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        path.write_bytes((path.read_bytes() if number else b"") + part.read_bytes())
    samples = heard(path)
    assert len(samples) / 16000 == pytest.approx(6.0, abs=0.3)
    for begin in (8000, 40000, 72000):
        part_of_it = samples[begin : begin + 16000]
        assert pitch(part_of_it) == pytest.approx(440, abs=2)
        assert np.abs(part_of_it).max() == pytest.approx(0.5, abs=0.05)


def test_blocks_do_not_depend_on_where_they_end(wav) -> None:
    path = wav(tone(12, 44100))
    whole = heard(path)
    assert np.array_equal(heard(path, seconds=7.3), whole[: round(7.3 * 16000)])
    assert heard(path, seconds=0).size == 0
    assert np.array_equal(whole, heard(path))


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.ts"])
def test_sound_that_begins_late_keeps_its_time(video, name: str) -> None:
    recording = probe(video(name, sound_from=1.0))
    samples = heard(recording)
    begins = np.flatnonzero(np.abs(samples) > 0.1)[0] / 16000
    assert begins == pytest.approx(1.0, abs=0.06)
    assert pitch(samples[24000:40000]) == pytest.approx(440, abs=1)


def test_a_gap_is_filled_with_silence(tmp_path: Path) -> None:
    path = tmp_path / "gap.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=16000, layout="mono")
        for at in [*range(0, 16000, 1600), *range(48000, 64000, 1600)]:
            samples = np.full((1, 1600), 9000, np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.rate, frame.time_base, frame.pts = 16000, Fraction(1, 16000), at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    samples = heard(path)
    assert len(samples) == pytest.approx(64000, abs=100)
    assert np.abs(samples[17000:47000]).max() == 0
    assert samples[:15000].min() > 0.2 and samples[49000:].min() > 0.2


def test_numbers_that_are_none_become_silence(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_f32le", rate=16000, layout="mono")
        samples = tone(1, 16000).astype(np.float32)
        samples[100:200], samples[300], samples[400] = np.nan, np.inf, 7.0
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.rate = 16000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert len(heard(path)) == 16000


def test_leaving_early_closes_the_file(wav) -> None:
    import gc
    import warnings

    path = wav(tone(12, 44100))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        blocks = sound(probe(path))
        next(blocks)
        blocks.close()
        gc.collect()
    fds = Path("/proc/self/fd")
    if fds.is_dir():
        names = [str(fd.resolve()) for fd in fds.iterdir()]
        assert str(path) not in names
