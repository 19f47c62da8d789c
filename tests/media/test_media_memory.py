"""An hour takes no more memory than a minute."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from source.media import pictures, probe, sound

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
