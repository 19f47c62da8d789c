"""Listening to recordings: honest segments, true times, the same answer every time."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.core.errors import Cancelled
from source.core.timeline import check_segments
from source.media import probe
from source.voice import listen
from tests.making.sounds import music, room, silence, wav


@dataclass
class Card:
    labels: tuple = VOICE
    input: dict = field(default_factory=dict)
    threshold: float = 0.5
    extra: dict = field(default_factory=dict)


class Loudest:
    """Stands in for a network: answers by which part of the window is loudest."""

    card = Card()

    def run(self, batch):
        parts = np.array_split(np.abs(batch).sum(axis=2), len(VOICE), axis=1)
        energy = np.stack([p.sum(axis=1) for p in parts], axis=1) + 1e-3
        return (energy / energy.sum(axis=1, keepdims=True)).astype(np.float32), energy


@pytest.fixture
def talk(samples):
    return samples / "sample.wav"


def heard(path, **options):
    return listen(probe(path), model=Loudest(), **options)


def test_a_speech_has_segments_in_order_inside_the_recording(talk):
    found = heard(talk)
    voice = found.voice
    check_segments(voice.segments, seconds=9.2)
    assert len(voice.segments) >= 3
    assert len(found.embeddings) == len(voice.segments)
    assert voice.speech_seconds == pytest.approx(
        sum(s.end - s.start for s in voice.segments), abs=0.01
    )
    assert sum(voice.emotion.scores.values()) == pytest.approx(1.0, abs=1e-4)
    assert all(a.end <= b.start for a, b in zip(voice.segments, voice.segments[1:], strict=False))


@pytest.mark.parametrize("make", [silence, music, room])
def test_without_speech_there_is_no_emotion(tmp_path, make):
    voice = heard(wav(tmp_path / "sound.wav", make(3.0))).voice
    assert voice.emotion is None
    assert voice.segments == ()
    assert voice.speech_seconds == 0.0


def test_the_same_recording_gives_the_same_answer(talk):
    assert heard(talk).voice == heard(talk).voice


def test_progress_goes_forward_to_the_end(talk):
    steps = []
    heard(talk, on_progress=lambda s, n: steps.append((s, n)))
    assert steps == sorted(steps)
    assert steps[-1][0] == pytest.approx(9.2, abs=0.1)
    assert steps[-1][1] == 2


def test_only_the_first_seconds_are_heard_on_request(talk):
    voice = heard(talk, seconds=3.0).voice
    assert voice.segments[-1].end <= 3.0


def test_cancelling_stops_the_work(talk):
    with pytest.raises(Cancelled):
        heard(talk, cancelled=lambda: True)
