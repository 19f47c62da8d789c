"""One clock for sound and pictures, whatever a file's own stamps say."""

from pathlib import Path

import numpy as np
import pytest

from source.media import Recording, probe
from tests.media.making import CODECS, clip, heard, looked, pitch

SOUNDS = sorted(name for name, (shown, _) in CODECS.items() if shown is None)
FILMS = sorted(name for name, (shown, _) in CODECS.items() if shown is not None)


def onset(samples: np.ndarray) -> float:
    """Second at which it becomes loud."""
    return float(np.flatnonzero(np.abs(samples) > 0.1)[0]) / 16000


def codes(recording: Recording) -> list[str]:
    return [note.code for note in recording.notes]


def check_aligned(recording: Recording, at: float, first: float, tone: float) -> None:
    """Two seconds of a clip lie at a second of a recording, pictures and sound together."""
    if recording.video is not None:
        times = [(time, shown) for time, shown in looked(recording) if at <= time < at + 1.9]
        assert len(times) > 40
        for time, shown in times:
            assert shown == pytest.approx(time - at + first, abs=0.13)
    if recording.audio is not None:
        samples = heard(recording)
        part = samples[round((at + 0.3) * 16000) : round((at + 1.7) * 16000)]
        assert pitch(part) == pytest.approx(tone, abs=2)


@pytest.mark.parametrize("start", [60.0, 7200.0])
@pytest.mark.parametrize(
    "name", [".mkv", ".webm", ".mp4", ".mov", ".3gp", ".ts", ".m2ts", ".flv", ".mpg", ".wmv"]
)
def test_a_late_clock_adds_no_time(tmp_path: Path, name: str, start: float) -> None:
    recording = probe(clip(tmp_path / f"late{name}", pictures_from=start, sound_from=start))
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    check_aligned(recording, 0.0, 0.0, 440)
    assert not recording.notes and recording.promised is None


@pytest.mark.parametrize("name", [".mka", ".opus", ".m4a", ".ogg", ".wma"])
def test_a_late_clock_of_sound_adds_no_time(tmp_path: Path, name: str) -> None:
    recording = probe(clip(tmp_path / f"late{name}", sound_from=60.0))
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    assert onset(heard(recording)) < 0.1


@pytest.mark.parametrize("name", [".mkv", ".ts", ".mov"])
def test_a_clock_may_begin_below_zero(tmp_path: Path, name: str) -> None:
    options = {"avoid_negative_ts": "disabled"}
    path = clip(tmp_path / f"early{name}", pictures_from=-1.0, sound_from=-1.0, options=options)
    recording = probe(path)
    # an MP4 says that what lies before 0 is not to be shown
    assert recording.seconds == pytest.approx(1.0 if name == ".mov" else 2.0, abs=0.15)
    assert len(looked(recording)) >= 24
    assert len(heard(recording)) == pytest.approx(recording.seconds * 16000, abs=1600)


@pytest.mark.parametrize("name", [".mkv", ".webm", ".mp4", ".ts", ".flv"])
def test_the_earliest_stream_is_the_start(tmp_path: Path, name: str) -> None:
    later = probe(clip(tmp_path / f"a{name}", pictures_from=60.0, sound_from=61.0))
    assert later.seconds == pytest.approx(3.0, abs=0.15)
    assert onset(heard(later)) == pytest.approx(1.0, abs=0.1)
    assert looked(later)[0][0] == pytest.approx(0.0, abs=0.05)
    sooner = probe(clip(tmp_path / f"b{name}", pictures_from=61.0, sound_from=60.0))
    assert sooner.seconds == pytest.approx(3.0, abs=0.15)
    assert onset(heard(sooner)) < 0.1
    assert looked(sooner)[0][0] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("name", [*FILMS, *SOUNDS])
def test_joined_files_are_read_one_after_the_other(tmp_path: Path, name: str) -> None:
    one = clip(tmp_path / f"one{name}")
    two = clip(tmp_path / f"two{name}", first=2.5, pitch=880.0)
    path = tmp_path / f"joined{name}"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    recording = probe(path)
    half = probe(one).seconds
    assert recording.seconds == pytest.approx(2 * half, abs=0.15)
    check_aligned(recording, 0.0, 0.0, 440)
    check_aligned(recording, half, 2.5, 880)
    assert not recording.notes and recording.promised is None


@pytest.mark.parametrize("name", [".webm", ".mp4", ".ts", ".ogg", ".vob", ".mp3"])
def test_many_parts_of_their_own_clocks(tmp_path: Path, name: str) -> None:
    parts = [
        clip(
            tmp_path / f"{number}{name}",
            0.6 + 0.2 * number,
            pictures_from=start,
            sound_from=start,
            first=number,
        )
        for number, start in enumerate((300.0, 5.0, 0.0, 0.0))
    ]
    path = tmp_path / f"joined{name}"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    recording = probe(path)
    assert recording.seconds == pytest.approx(0.6 + 0.8 + 1.0 + 1.2, abs=0.35)
    assert len(heard(recording)) == pytest.approx(3.6 * 16000, abs=0.35 * 16000)
    if recording.video is not None:
        assert len(looked(recording)) >= 85


@pytest.mark.parametrize("name", [".mkv", ".webm", ".mp4", ".ts"])
def test_a_part_may_lack_a_sense(tmp_path: Path, name: str) -> None:
    both = clip(tmp_path / f"both{name}").read_bytes()
    silent = clip(tmp_path / f"silent{name}", sound_from=None, first=2.5).read_bytes()
    path = tmp_path / f"joined{name}"
    path.write_bytes(both + silent + both)
    recording = probe(path)
    assert recording.seconds == pytest.approx(6.0, abs=0.2)
    assert next(shown for time, shown in looked(recording) if 2.2 < time < 3.8) > 2.5
    samples = heard(recording)
    assert np.abs(samples[round(2.3 * 16000) : round(3.7 * 16000)]).max() < 0.05
    assert np.abs(samples[round(4.4 * 16000) : round(5.7 * 16000)]).max() > 0.3


@pytest.mark.parametrize("name", [".ts", ".m2ts", ".vob", ".mpg"])
@pytest.mark.parametrize(("one", "two"), [(10.0, 1000.0), (0.0, 60.0), (50_000.0, 5.0)])
def test_a_joint_at_which_the_clock_goes_ahead(
    tmp_path: Path, name: str, one: float, two: float
) -> None:
    parts = [
        clip(tmp_path / f"{at}{name}", pictures_from=at, sound_from=at, first=first, pitch=pitch)
        for at, first, pitch in ((one, 0.0, 440.0), (two, 2.5, 880.0))
    ]
    path = tmp_path / f"joined{name}"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    recording = probe(path)
    assert recording.seconds == pytest.approx(4.0, abs=0.15)
    check_aligned(recording, 0.0, 0.0, 440)
    check_aligned(recording, probe(parts[0]).seconds, 2.5, 880)


@pytest.mark.parametrize("name", [".mkv", ".mp4", ".ts", ".flv", ".avi"])
def test_pictures_far_apart_are_no_joint(tmp_path: Path, name: str) -> None:
    recording = probe(clip(tmp_path / f"slow{name}", 12.0, fps=1))
    assert recording.seconds == pytest.approx(12.0, abs=1.1)
    assert len(looked(recording)) == 12


def test_parts_of_different_making(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4")
    two = clip(tmp_path / "two.3gp", first=2.5, fps=10)
    path = tmp_path / "joined.mp4"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    recording = probe(path)
    assert recording.seconds == pytest.approx(4.0, abs=0.1)
    assert len(looked(recording)) == 70


@pytest.mark.parametrize(
    ("name", "other"),
    [(".mp4", ".webm"), (".wav", ".flac"), (".mkv", ".avi"), (".avi", ".mp4"), (".mov", ".ogg")],
)
def test_a_recording_of_another_format_behind_is_named(
    tmp_path: Path, name: str, other: str
) -> None:
    one, two = clip(tmp_path / f"one{name}"), clip(tmp_path / f"two{other}")
    path = tmp_path / "joined"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    recording = probe(path)
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    assert codes(recording) == ["more_follows"]
    assert f"{round(two.stat().st_size / 1000)} kB" in recording.notes[0].text


@pytest.mark.parametrize("name", [".mp4", ".webm", ".flac"])
def test_a_part_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    one = clip(tmp_path / f"one{name}")
    path = tmp_path / f"joined{name}"
    path.write_bytes(one.read_bytes() + one.read_bytes()[:60] + bytes(5000))
    recording = probe(path)
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    assert codes(recording) == ["more_follows"]


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), bytes(4000), b"PK\x05\x06" + bytes(18)])
@pytest.mark.parametrize("name", [".mp4", ".wav", ".mkv", ".mp3", ".flac"])
def test_what_is_no_recording_behind_one_is_passed_over(
    tmp_path: Path, name: str, tail: bytes
) -> None:
    path = clip(tmp_path / f"one{name}")
    path.write_bytes(path.read_bytes() + tail)
    recording = probe(path)
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    assert not recording.notes


def test_a_clock_that_wraps(tmp_path: Path) -> None:
    wrap = 2**33 / 90000
    path = clip(tmp_path / "wrap.ts", pictures_from=wrap - 2.4, sound_from=wrap - 2.4)
    recording = probe(path)
    assert recording.seconds == pytest.approx(2.0, abs=0.15)
    check_aligned(recording, 0.0, 0.0, 440)


@pytest.mark.parametrize("name", [".mkv", ".webm", ".ts", ".mp4"])
def test_an_hour_without_stamps_stays_an_hour(tmp_path: Path, name: str) -> None:
    import av

    one = clip(tmp_path / f"one{name}", 1.0)
    path = tmp_path / f"gap{name}"
    with av.open(str(one)) as source, av.open(str(path), "w") as out:
        streams = {s.index: out.add_stream_from_template(s) for s in source.streams}
        packets = [packet for packet in source.demux() if packet.size]
        for packet in packets:
            stamp = packet.pts if packet.dts is None else packet.dts
            if stamp * packet.time_base > 0.5:
                packet.pts += round(3600 / packet.time_base)
                if packet.dts is not None:
                    packet.dts += round(3600 / packet.time_base)
            packet.stream = streams[packet.stream.index]
            out.mux(packet)
    recording = probe(path)
    assert recording.seconds == pytest.approx(3601, abs=0.2)
    times = [time for time, _ in looked(recording)]
    assert times[-1] > 3600 and not any(1.0 < time < 3600 for time in times)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"rate": 16000}, {"rate": 48000}),
        ({"rate": 44100}, {"rate": 22050}),
        ({"layout": "mono"}, {"layout": "stereo"}),
    ],
    ids=["16 and 48 kHz", "44.1 and 22.05 kHz", "one and two channels"],
)
def test_joined_aac_keeps_the_rate_of_each_part(tmp_path, one, other):
    parts = [clip(tmp_path / "a.aac", **one), clip(tmp_path / "b.aac", pitch=880.0, **other)]
    path = tmp_path / "joined.aac"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert probe(path).seconds == pytest.approx(4.0, abs=0.3)
    samples = heard(path)
    assert pitch(samples[8000:24000]) == pytest.approx(440, abs=5)
    assert pitch(samples[-24000:-8000]) == pytest.approx(880, abs=5)
