"""Where nothing was recorded for a while, the recording has a gap, and no joint."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from source.media import probe
from tests.media.making import (
    CODECS,
    HEIGHT,
    WIDTH,
    clip,
    heard,
    looked,
    mux,
    resampled,
    scene,
    tone,
)


def paused(
    path: Path, pause: float, at: float, *, seconds: float = 4.0, sound: bool = True, bits: int = 0
) -> Path:
    """Pictures beside a tone, neither of which has anything for `pause` seconds from `at` on.

    With `bits` a second the pictures are noise, else a scene, of which a program stream has
    several pictures in a packet, and stamps the first.
    """
    shown, track_codec = CODECS[path.suffix]
    random = np.random.default_rng(0)
    packets: list[Any] = []
    with av.open(str(path), "w", format={".vob": "vob"}.get(path.suffix)) as out:
        film: Any = out.add_stream(shown, rate=25)
        film.width, film.height, film.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        film.codec_context.time_base, film.codec_context.gop_size = Fraction(1, 25), 12
        if bits:
            film.bit_rate = bits
        for number in range(round(seconds * 25)):
            pixels = random.integers(0, 256, (HEIGHT, WIDTH, 3)) if bits else scene(number / 25)
            frame = av.VideoFrame.from_ndarray(np.asarray(pixels, np.uint8), format="rgb24")
            frame.pts = number + (round(pause * 25) if number / 25 >= at else 0)
            frame.time_base = Fraction(1, 25)
            packets += film.encode(frame)
        packets += film.encode(None)
        if sound:
            track: Any = out.add_stream(track_codec, rate=48000, layout="stereo", bit_rate=96000)
            samples = np.tile(tone(seconds, 48000).astype(np.float32), (2, 1))
            for piece in resampled(samples, track, 48000):
                if piece.pts / 48000 >= at:
                    piece.pts += round(pause * 48000)
                packets += track.encode(piece)
            packets += track.encode(None)
        mux(out, packets)
    return path


@pytest.mark.parametrize("sound", [True, False], ids=["sound", "silent"])
@pytest.mark.parametrize(("pause", "at"), [(100.0, 2.0), (20.0, 3.0)])
@pytest.mark.parametrize("name", [".mpg", ".vob", ".ts", ".m2ts"])
def test_a_pause_of_sound_and_pictures_stays_one(
    tmp_path: Path, name: str, pause: float, at: float, sound: bool
) -> None:
    recording = probe(paused(tmp_path / f"a{name}", pause, at, sound=sound))
    assert recording.seconds == pytest.approx(4.0 + pause, abs=0.3)
    times = [time for time, _ in looked(recording)]
    assert max(np.diff(times)) == pytest.approx(pause, abs=1.5)
    assert len(times) == 100


@pytest.mark.parametrize("bits", [200_000, 1_500_000])
@pytest.mark.parametrize("name", [".mpg", ".vob"])
def test_a_pause_stays_one_at_any_rate(tmp_path: Path, name: str, bits: int) -> None:
    """Program streams describe themselves again every few packs, now and then at the pause."""
    for at in (0.6, 1.0, 1.4, 1.8):
        recording = probe(paused(tmp_path / f"a{name}", 60.0, at, seconds=2.4, bits=bits))
        assert recording.seconds == pytest.approx(62.4, abs=0.3)


@pytest.mark.parametrize("name", [".mpg", ".vob"])
def test_pauses_and_joints_in_one_file(tmp_path: Path, name: str) -> None:
    one = paused(tmp_path / f"one{name}", 50.0, 2.0)
    two = clip(tmp_path / f"two{name}", 2.0, pictures_from=300.0, sound_from=300.0)
    path = tmp_path / f"joined{name}"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    recording = probe(path)
    assert recording.seconds == pytest.approx(56.0, abs=0.5)
    assert len(heard(recording)) <= recording.seconds * 16000 + 1
