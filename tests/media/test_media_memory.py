"""An hour takes no more memory than a minute."""

import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from source.media import pictures, probe, sound
from source.media.preview import shown_as

STATUS = Path("/proc/self/statm")
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="Memory is read from /proc.")


def resident() -> float:
    """Megabytes in memory now."""
    return int(STATUS.read_text().split()[1]) * 4096 / 1e6


@pytest.fixture
def long(video, tmp_path: Path) -> Path:
    """Ten minutes, made by repeating the packets of a clip of four seconds."""
    clip = video("short.mkv", [i / 5 for i in range(20)], reorder=False)
    path = tmp_path / "long.mp4"
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        packets: list[tuple[Any, int]] = [
            (packet, packet.pts) for packet in source.demux() if packet.size
        ]
        streams = {s.index: out.add_stream_from_template(s) for s in source.streams}
        for turn in range(150):
            for packet, pts in packets:
                packet.stream = streams[packet.stream.index]
                packet.time_base = Fraction(1, 1000)
                packet.pts = packet.dts = pts + turn * 4000
                packet.duration = 0
                out.mux(packet)
    return path


def test_memory_stays_flat(long: Path) -> None:
    recording = probe(long)
    assert recording.seconds == pytest.approx(600, abs=1)
    for stream in (sound, pictures):
        early, late = 0.0, 0.0
        for item in stream(recording):
            at = item.start if stream is sound else item.time
            if at < 100:
                early = max(early, resident())
            else:
                late = max(late, resident())
        assert at > 590
        assert late < early + 20


@pytest.mark.parametrize("name", ["a.png", "a.jp2"])
def test_the_header_of_a_picture_takes_no_memory_for_its_pixels(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1600, 3), np.uint8)
    Image.fromarray(noise).save(path, **({"compress_level": 0} if name == "a.png" else {}))
    probe(path)  # what is loaded once
    assert path.stat().st_size > 5_000_000
    assert peak(lambda: probe(path)) < 3_000_000


def test_checksums_of_a_picture_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    noise = np.random.default_rng(0).integers(0, 256, (960, 1200, 3), np.uint8)
    Image.fromarray(noise).save(path, compress_level=0)
    recording = probe(path)
    assert shown_as(recording)[2]
    assert peak(lambda: shown_as(recording)) < 2_000_000


def peak(work: Callable[[], object]) -> int:
    """Most bytes that Python and NumPy held at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_decoded_frames_go_at_once(video) -> None:
    import gc

    recording = probe(video())
    gc.collect()
    gc.disable()
    try:
        for _ in (*sound(recording), *pictures(recording, fps=1000)):
            pass
        assert gc.collect() < 75, "frames in cycles wait for the collector, and pile up"
    finally:
        gc.enable()
