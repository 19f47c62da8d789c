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
    """Forty minutes, made by repeating the packets of a clip of four seconds."""
    clip = video("short.mkv", [i / 5 for i in range(20)])
    path = tmp_path / "long.mp4"
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        packets: list[tuple[Any, int, int]] = [
            (packet, packet.pts, packet.dts) for packet in source.demux() if packet.dts is not None
        ]
        streams = {s.index: out.add_stream_from_template(s) for s in source.streams}
        for turn in range(600):
            for packet, pts, dts in packets:
                packet.stream = streams[packet.stream.index]
                packet.time_base = Fraction(1, 1000)
                packet.pts, packet.dts = pts + turn * 4000, dts + turn * 4000
                out.mux(packet)
    return path


def test_memory_stays_flat(long: Path) -> None:
    recording = probe(long)
    assert recording.seconds == pytest.approx(2400, abs=1)
    for stream in (sound, pictures):
        early, late = 0.0, 0.0
        for item in stream(recording):
            at = item.start if stream is sound else item.time
            if at < 300:
                early = max(early, resident())
            else:
                late = max(late, resident())
        assert at > 2390
        assert late < early + 20
