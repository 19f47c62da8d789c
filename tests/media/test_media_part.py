"""A part of a recording: the same sound and the same pictures as in the whole, at their times."""

import itertools

import av
import numpy as np
import pytest

from source.media import pictures, probe, sound
from source.media.audio import JITTER, _Line
from source.media.frames import picture_at
from source.media.reader import Reader
from tests.media.making import clip

RATE = 16000


def joined(recording, **options):
    blocks = list(sound(recording, rate=RATE, **options))
    assert all(
        b.start == pytest.approx(a.start + len(a.samples) / RATE)
        for a, b in itertools.pairwise(blocks)
    )
    first = blocks[0].start if blocks else None
    return first, np.concatenate([b.samples for b in blocks]) if blocks else np.zeros(0)


def _shift(part, wanted, most=1000):
    """Samples by which one second of a part is early or late, and how alike they are then."""
    one = part[8000:24000]
    places = range(-most, most + 1)
    alike = [np.corrcoef(one, wanted[8000 + at : 24000 + at])[0, 1] for at in places]
    best = int(np.argmax(alike))
    return abs(places[best]), alike[best]


def sweep(seconds, rate=RATE):
    """A tone that rises all the time, so that no second of it sounds like another."""
    t = np.arange(round(seconds * rate)) / rate
    return 0.4 * np.sin(2 * np.pi * (200 * t + 40 * t**2))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Twenty seconds of sweep in many formats."""
    folder = tmp_path_factory.mktemp("part")
    samples = sweep(20, 48000).astype(np.float32)
    made = {}
    for name, codec in (
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.m4a", "aac"),
        ("a.webm", "libopus"),
        ("a.ogg", "libopus"),
        ("a.mp3", "libmp3lame"),
        ("a.aac", "aac"),
        ("a.ac3", "ac3"),
        ("a.aiff", "pcm_s16be"),
        ("a.avi", "libmp3lame"),
        ("a.flv", "aac"),
        ("a.mpg", "mp2"),
        ("a.ts", "aac"),
    ):
        path = folder / name
        with av.open(str(path), "w") as out:
            stream = out.add_stream(codec, rate=48000, layout="mono")
            frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
            frame.rate, frame.pts = 48000, 0
            resampler = av.AudioResampler(
                format=stream.codec_context.format,
                layout="mono",
                rate=48000,
                frame_size=stream.codec_context.frame_size or 4800,
            )
            for piece in (*resampler.resample(frame), *resampler.resample(None)):
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
        made[name] = probe(path)
    return made


SOUNDS = [
    *("a.wav", "a.flac", "a.m4a", "a.webm", "a.ogg", "a.mp3", "a.aac"),
    *("a.ac3", "a.aiff", "a.avi", "a.flv", "a.mpg", "a.ts"),
]


@pytest.mark.parametrize("name", SOUNDS)
def test_only_a_part_of_the_sound_is_decoded(recorded, monkeypatch, name):
    decoded = []
    laid = _Line._laid
    monkeypatch.setattr(
        _Line,
        "_laid",
        lambda self, f: (decoded.append(f.samples / f.sample_rate), laid(self, f))[1],
    )
    _, part = joined(recorded[name], start=17.0, seconds=18.0)
    assert len(part) == RATE and 1.0 <= sum(decoded) < 4.0


@pytest.mark.parametrize("name", SOUNDS)
def test_a_part_sounds_as_it_does_in_the_whole(recorded, name):
    recording = recorded[name]
    _, whole = joined(recording)
    for start, end in ((0.4, 3.0), (7.3, 12.9), (15.0, None)):
        first, part = joined(recording, start=start, seconds=end)
        assert first == start
        until = len(whole) / RATE if end is None else end
        assert len(part) == pytest.approx((until - start) * RATE, abs=40)
        wanted = whole[round(start * RATE) :][: len(part)]
        late, alike = _shift(part, wanted)
        assert late <= JITTER * RATE and alike > 0.98, (start, end)


def test_what_begins_behind_the_end_is_empty(recorded):
    assert joined(recorded["a.wav"], start=25.0)[0] is None


def test_sound_that_begins_later_than_the_part_is_silent_before(tmp_path):
    path = clip(tmp_path / "late.mp4", seconds=4, sound_from=4.0)
    recording = probe(path)
    _, whole = joined(recording)
    first, part = joined(recording, start=2.0)
    assert first == 2.0
    assert not part[: round(1.8 * RATE)].any() and part[round(2.2 * RATE) :].any()
    wanted = whole[2 * RATE :]
    assert len(part) == pytest.approx(len(wanted), abs=2)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm", "a.avi"])
def test_pictures_of_a_part_are_those_of_the_whole(tmp_path, name):
    recording = probe(clip(tmp_path / name, seconds=8))
    whole = {p.time: p.image for p in pictures(recording, fps=4)}
    part = list(pictures(recording, fps=4, start=5.0, seconds=7.0))
    wanted = [time for time in whole if 5.0 <= time < 7.0]
    assert [p.time for p in part] == wanted
    assert all(np.array_equal(p.image, whole[p.time]) for p in part)


def test_what_comes_before_a_part_is_not_decoded(tmp_path, monkeypatch):
    recording = probe(clip(tmp_path / "a.mp4", seconds=14))
    decoded = []
    looked = Reader._look
    monkeypatch.setattr(
        Reader, "_look", lambda self, frame: (decoded.append(frame.time), looked(self, frame))[1]
    )
    (picture,) = pictures(recording, fps=1, start=12.0, seconds=12.5)
    assert picture.time == 12.0
    assert decoded and min(decoded) > 10.0


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_one_picture_is_found_at_its_time(tmp_path, name):
    recording = probe(clip(tmp_path / name, seconds=4))
    whole = {p.time: p.image for p in pictures(recording, fps=2)}
    time = sorted(whole)[5]
    assert np.array_equal(picture_at(recording, time), whole[time])
