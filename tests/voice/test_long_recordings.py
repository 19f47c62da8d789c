"""A recording of some minutes: speech, pauses, music, speech. Its time line tells which is when."""

import itertools

import numpy as np
import pytest

from source.media import probe, sound
from source.runtime import load
from source.voice import listen, utterances
from tests.making.sounds import RATE, crackle, music, note, room, silence, wav

CLOSE = 0.3
SPEECH = (
    "speech_jfk.flac",
    "speech_float32.wav",
    "quiet_p287_005.wav",
    "speech_french.aiff",
    "speech_japanese.m4a",
)
NO_SPEECH = (music, room, note, crackle, music)
NONE = ("music_bunny.ogg", "music_test1.mp3", "room_noise.wav", "tone_440.mp3", "crunching.mp3")


@pytest.fixture(scope="module")
def take(shared):
    def read(name):
        return np.concatenate([b.samples for b in sound(probe(shared / "media/audio" / name))])

    return read


@pytest.fixture(scope="module")
def talk(speech):
    """The made voice five times; after each 2 s of silence, what is no speech, 2 s of silence."""
    return laid_out([speech] * 5, [make(8.0) for make in NO_SPEECH])


@pytest.fixture(scope="module")
def real_talk(take):
    return laid_out([take(name) for name in SPEECH], [take(name) for name in NONE])


def laid_out(speeches, others):
    """One recording of them all, and from where to where somebody speaks, by level alone."""
    pause = np.zeros(2 * RATE, np.float32)
    parts, spoken, at = [], [], 0
    for samples, other in zip(speeches, others, strict=True):
        first, last = loud(samples)
        spoken.append((at / RATE + first, at / RATE + last))
        parts += [samples, pause, other, pause]
        at = sum(map(len, parts))
    return np.concatenate(parts), spoken


def loud(samples):
    """Seconds of the first and the last 20 ms within 30 dB of the loudest."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    level = np.sqrt((frames**2).mean(axis=1))
    found = np.flatnonzero(level > level.max() * 10 ** (-30 / 20))
    return found[0] * 0.02, found[-1] * 0.02 + 0.02


@pytest.mark.parametrize("recording", ["talk", "real_talk"])
def test_utterances_are_where_the_speech_was_put(request, recording):
    samples, spoken = request.getfixturevalue(recording)
    assert len(samples) > 100 * RATE
    found = [(u.start, u.end) for u in utterances([samples])]
    for first, last in spoken:
        inside = [(a, b) for a, b in found if b > first and a < last]
        assert abs(inside[0][0] - first) < CLOSE, (first, inside)
        assert abs(inside[-1][1] - last) < CLOSE, (last, inside)
        found = [u for u in found if u not in inside]
    assert not found, "there is speech only where some was put"


def test_long_before_and_after_does_not_move_what_is_found(speech):
    """A pause of a minute, and music: the same utterances, later."""
    tune = music(10.0)
    minute = np.zeros(60 * RATE, np.float32)
    alone = [(u.start, u.end) for u in utterances([speech])]
    late = len(minute) + len(tune) + len(minute)
    after = [(u.start, u.end) for u in utterances([np.concatenate([minute, tune, minute, speech])])]
    assert len(after) == len(alone)
    moved = np.array(after) - late / RATE
    assert np.allclose([moved[0, 0], moved[-1, 1]], [alone[0][0], alone[-1][1]], atol=0.05)
    # The detector's 32 ms begin elsewhere in the sound: soft ends come out a little different.
    assert np.allclose(moved, alone, atol=0.35)


@pytest.mark.parametrize("recording", ["talk", "real_talk"])
def test_the_time_line_of_a_talk_has_no_emotion_where_nobody_speaks(request, recording, tmp_path):
    samples, spoken = request.getfixturevalue(recording)
    voice = listen(
        probe(wav(tmp_path / "talk.wav", samples)), model=load("voice", "ensemble")
    ).voice
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(voice.segments))
    for segment in voice.segments:
        assert any(
            first - CLOSE < segment.start and segment.end < last + CLOSE for first, last in spoken
        )
        assert abs(sum(segment.emotion.scores.values()) - 1.0) < 1e-3
    lengths = sum(s.end - s.start for s in voice.segments)
    assert voice.speech_seconds == pytest.approx(lengths, abs=0.05)
    assert 0.6 * sum(b - a for a, b in spoken) < lengths


def says_nothing(path):
    voice = listen(probe(path), model=load("voice", "ensemble")).voice
    assert voice.emotion is None
    assert voice.segments == ()


@pytest.mark.parametrize("make", [music, room, note, crackle, silence])
def test_what_is_no_speech_has_no_emotion(tmp_path, make):
    says_nothing(wav(tmp_path / "sound.wav", make(6.0)))


def test_real_sound_that_is_no_speech_has_no_emotion(shared, subtests):
    for name in (*NONE, "music_sir_duke.ogg", "silence.wav", "silence.mp3"):
        with subtests.test(name):
            says_nothing(shared / "media/audio" / name)


def test_a_long_utterance_is_cut_into_segments_without_gap(speech, tmp_path):
    first = next(iter(utterances([speech])))
    samples = np.tile(first.samples, 16)
    voice = listen(
        probe(wav(tmp_path / "long.wav", samples)), model=load("voice", "ensemble")
    ).voice
    found = [(s.start, s.end) for s in voice.segments]
    assert len(found) > 10
    assert all(0 < b - a < 4.5 for a, b in found)
    assert voice.segments[-1].end <= len(samples) / RATE + 1e-6
    touching = sum(abs(b - c) < 1e-9 for (_, b), (c, _) in itertools.pairwise(found))
    assert touching > 0, "speech without a pause is longer than one window"
