"""What is damaged is flagged, and what is not is normal, through the whole pipeline."""

import numpy as np
import pytest
import soundfile

from source.analysis import analyse, probe_files
from source.settings import Settings
from source.training.anomaly import strange
from source.training.voice.prepare import whole


@pytest.fixture
def flag(tmp_path):
    settings = Settings.load({"VOICE_MODEL": "small"}, root=tmp_path)

    def flag(path):
        recordings = probe_files([path], settings=settings)
        return analyse(recordings, settings.options(), settings=settings).anomaly.flag

    return flag


@pytest.mark.parametrize("damage", [None, "clipped", "with gaps", "drowned in noise"])
def test_damaged_speech_is_flagged(shared, flag, tmp_path, damage):
    samples = whole(shared / "media" / "audio" / "quiet_p287_005.wav")
    if damage:
        samples = strange.DAMAGE[damage](samples, np.random.default_rng(0))
    soundfile.write(tmp_path / "said.wav", samples, 16_000)
    assert flag(tmp_path / "said.wav") == ("anomaly" if damage else "normal")


@pytest.mark.parametrize("name", ["face_happy.jpg", "five_faces.jpg", "four_faces.jpg"])
def test_photographs_of_people_are_normal_however_many_they_show(shared, flag, name):
    assert flag(shared / "media" / "image" / name) == "normal"
