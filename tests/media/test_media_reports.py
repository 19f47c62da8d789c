"""Recordings that were once read wrongly: their length, their format, the track that is heard."""

from pathlib import Path

import numpy as np
import pytest

from source.media import pictures, probe
from tests.media.making import heard


def test_reported_recordings_are_read_right(shared: Path, subtests) -> None:
    folder = shared / "reports"
    for name, seconds in (("late_start_60s.webm", 3.0), ("joined_parts.webm", 6.0)):
        with subtests.test(name):
            recording = probe(folder / name)
            assert recording.seconds == pytest.approx(seconds, abs=0.05)
            assert len(heard(recording)) / 16000 == pytest.approx(recording.seconds, abs=0.1)
            shown = pictures(recording, fps=1000)
            assert all(picture.time <= recording.seconds for picture in shown)
    with subtests.test("id3_before.wav"):
        recording = probe(folder / "id3_before.wav")
        assert (recording.format, recording.audio.rate) == ("wav", 16000)
        assert recording.seconds == pytest.approx(6.5, abs=0.1)
    with subtests.test("second_sound_track.m4a"):
        recording = probe(folder / "second_sound_track.m4a")
        assert np.abs(heard(recording)).max() > 0.1
        assert [note.code for note in recording.notes] == ["several_tracks"]
