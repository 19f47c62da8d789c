"""What exports take out of a recording: a stretch of its sound, its picture."""

import io
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PIL import Image

from source import media
from source.core.errors import NotFound
from source.drawing.excerpts import Excerpts
from source.settings import ROOT
from tests.making.sounds import wav
from tests.views import made

RATE = 22050


@pytest.fixture
def tone(tmp_path):
    """Four seconds in which each second has a level of its own."""
    levels = np.repeat([0.1, 0.2, 0.3, 0.4], RATE).astype(np.float32)
    path = tmp_path / "levels.wav"
    soundfile.write(path, np.stack([levels, levels], axis=1), RATE, subtype="FLOAT")
    return media.probe(path)


def test_a_stretch_begins_and_ends_at_its_samples(tone):
    rate, blocks = Excerpts(lambda: [tone]).sound(0.5, 2.25)
    samples = np.concatenate(list(blocks))
    assert (rate, len(samples)) == (RATE, round(1.75 * RATE))
    half, quarter = RATE // 2, RATE // 4
    wanted = np.repeat([0.1, 0.2, 0.3], [half, RATE, quarter + 1])[: len(samples)]
    assert np.abs(samples - wanted).max() < 1e-3


def test_a_recording_without_sound_has_none_to_give():
    picture = media.probe(ROOT / "input_files" / "sample.jpg")
    with pytest.raises(NotFound, match="no sound"):
        Excerpts(lambda: [picture]).sound(0, 1)


def test_a_picture_is_given_with_its_boxes_and_only_of_a_still(tone):
    still = media.probe(ROOT / "input_files" / "sample.jpg")
    result = made.picture()
    result = replace(result, source=replace(result.source, sha256=still.sha256))
    drawn = Image.open(io.BytesIO(Excerpts(lambda: [still]).picture(result)))
    hidden = Image.open(io.BytesIO(Excerpts(lambda: [still], blur_faces=True).picture(result)))
    assert drawn.format == "JPEG" and drawn.size == hidden.size
    assert np.abs(np.asarray(drawn, int) - np.asarray(hidden, int)).max() > 60
    assert Excerpts(lambda: [tone]).picture(result) is None
    assert Excerpts(lambda: [still]).picture(made.picture()) is None  # another picture


def test_a_picture_that_is_gone_is_left_out(tmp_path):
    def gone():
        raise NotFound("There is no such file.")

    assert Excerpts(gone).picture(made.picture()) is None


def test_a_late_stretch_is_not_decoded_from_the_beginning(tmp_path, monkeypatch):
    seconds = 180
    recording = media.probe(wav(tmp_path / "long.wav", np.linspace(0, 0.9, seconds * 16_000)))
    heard = []
    read = media.sound
    monkeypatch.setattr(
        media, "sound", lambda *a, **k: (b for b in read(*a, **k) if heard.append(b) is None)
    )
    _, blocks = Excerpts(lambda: [recording]).sound(seconds - 20.0, seconds - 18.0)
    samples = np.concatenate(list(blocks))
    assert samples[0] == pytest.approx(0.9 * 160 / 180, abs=1e-3) and len(samples) == 32_000
    assert sum(len(block.samples) for block in heard) < 3 * 16_000
