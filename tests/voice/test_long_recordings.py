"""A recording of some minutes: speech, pauses, music, speech. Its time line tells which is when."""

import itertools
import wave

import numpy as np
import pytest

from source.media import probe, sound
from source.runtime import load
from source.voice import listen, utterances

RATE = 16000
CLOSE = 0.3
SPEECH = (
    "speech_jfk.flac",
    "speech_float32.wav",
    "quiet_p287_005.wav",
    "speech_french.aiff",
    "speech_japanese.m4a",
)
NONE = ("music_bunny.ogg", "music_test1.mp3", "room_noise.wav", "tone_440.mp3", "crunching.mp3")


@pytest.fixture(scope="module")
def take(shared):
    def read(name):
        return np.concatenate([b.samples for b in sound(probe(shared / "media/audio" / name))])

    return read


@pytest.fixture(scope="module")
def talk(take):
    """Five recordings of speech; between them 2 s of silence, what is no speech, 2 s of silence.

    With it, seconds from where to where somebody speaks, by each recording's level alone.
    """
    pause = np.zeros(2 * RATE, np.float32)
    parts, spoken, at = [], [], 0
    for speech, none in zip(SPEECH, NONE, strict=True):
        samples = take(speech)
        first, last = loud(samples)
        spoken.append((at / RATE + first, at / RATE + last))
        parts += [samples, pause, take(none), pause]
        at = sum(map(len, parts))
    return np.concatenate(parts), spoken


def loud(samples):
    """Seconds of the first and the last 20 ms within 30 dB of the loudest."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    level = np.sqrt((frames**2).mean(axis=1))
    found = np.flatnonzero(level > level.max() * 10 ** (-30 / 20))
    return found[0] * 0.02, found[-1] * 0.02 + 0.02


def test_utterances_are_where_the_speech_was_put(talk):
    samples, spoken = talk
    assert len(samples) > 110 * RATE
    found = [(u.start, u.end) for u in utterances([samples])]
    for first, last in spoken:
        inside = [(a, b) for a, b in found if b > first and a < last]
        assert abs(inside[0][0] - first) < CLOSE, (first, inside)
        assert abs(inside[-1][1] - last) < CLOSE, (last, inside)
        found = [u for u in found if u not in inside]
    assert not found, "there is speech only where some was put"


def test_long_before_and_after_does_not_move_what_is_found(take):
    """A pause of a minute, and music: the same utterances, later."""
    speech, music = take("speech_jfk.flac"), take("music_test1.mp3")
    minute = np.zeros(60 * RATE, np.float32)
    alone = [(u.start, u.end) for u in utterances([speech])]
    late = len(minute) + len(music) + len(minute)
    after = [
        (u.start, u.end) for u in utterances([np.concatenate([minute, music, minute, speech])])
    ]
    assert len(after) == len(alone)
    moved = np.array(after) - late / RATE
    assert np.allclose([moved[0, 0], moved[-1, 1]], [alone[0][0], alone[-1][1]], atol=0.05)
    # The detector's 32 ms begin elsewhere in the sound: soft ends come out a little different.
    assert np.allclose(moved, alone, atol=0.35)


def test_the_time_line_of_a_talk_has_no_emotion_where_nobody_speaks(talk, tmp_path):
    samples, spoken = talk
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    voice = listen(probe(path), model=load("voice")).voice
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(voice.segments))
    for segment in voice.segments:
        assert any(
            first - CLOSE < segment.start and segment.end < last + CLOSE for first, last in spoken
        )
        assert abs(sum(segment.emotion.scores.values()) - 1.0) < 1e-3
    lengths = sum(s.end - s.start for s in voice.segments)
    assert voice.speech_seconds == pytest.approx(lengths, abs=0.05)
    assert 0.6 * sum(b - a for a, b in spoken) < lengths


@pytest.mark.parametrize("name", [*NONE, "music_sir_duke.ogg", "silence.wav", "silence.mp3"])
def test_what_is_no_speech_has_no_emotion(shared, name):
    heard = listen(probe(shared / "media/audio" / name), model=load("voice"))
    assert heard.voice.emotion is None
    assert heard.voice.segments == ()


def test_a_long_utterance_is_cut_into_segments_without_gap(shared):
    voice = listen(probe(shared / "media/audio/long_smartphone.mp3"), model=load("voice")).voice
    found = [(s.start, s.end) for s in voice.segments]
    assert len(found) > 20
    assert all(0 < b - a < 4.5 for a, b in found)
    assert voice.segments[-1].end <= 178.5
    touching = sum(abs(b - c) < 1e-9 for (_, b), (c, _) in itertools.pairwise(found))
    assert touching > 0, "three minutes of speech hold utterances longer than one window"
