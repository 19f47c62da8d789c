"""Clips are encoded once, as serving encodes them, with copies through other channels."""

import shutil

import numpy as np
import pytest
import soundfile

from source.runtime import load
from source.training.anomaly import normal
from source.training.corpora import CORPORA
from source.training.protocols import ALL
from source.training.run import Run
from source.training.voice import encoded
from source.training.voice.channels import CHANNELS, changed, sped
from source.training.voice.encoded import encode
from source.training.voice.prepare import speech_in, whole
from source.voice.features import HOP, RATE, log_mel
from source.voice.inputs import encoder_statistics
from tests.making.encoders import STATISTICS

NAMES = {
    "ravdess": "Actor_01/03-01-05-01-01-01-01.wav",
    "crema-d": "1001_DFA_ANG_XX.wav",
    "emo-db": "03a01Wa.wav",
    "nemo": "EB0_anger_1.wav",
    "ased": "a5-01-01-02-50.wav",
}


def write(path, *, pitch, seconds=1.5, level=0.3):
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(int(seconds * RATE)) / RATE
    tone = level * np.sign(np.sin(2 * np.pi * pitch * t)) * (np.sin(2 * np.pi * 3 * t) > -0.5)
    soundfile.write(path, tone.astype(np.float32), RATE)


@pytest.fixture
def data(tmp_path):
    """A data folder with one buzz of each corpus, and a silent one of EMO-DB."""
    root = tmp_path / "data" / "voice"
    for number, (corpus, name) in enumerate(NAMES.items()):
        write(root / corpus / name, pitch=120.0 + 15 * number)
    write(root / "emo-db" / "03a02Wb.wav", pitch=100.0, level=0.0)
    return tmp_path / "data"


def test_the_windows_of_a_clip_are_those_that_serving_makes(data, with_encoder):
    clip = CORPORA["nemo"].clips(data)[0]
    (row,) = encode([clip])
    samples = whole(clip.path)
    (first, last), seconds = speech_in(samples, log_mel(samples))
    expected, _ = encoder_statistics(samples[first * HOP : (last - 1) * HOP])
    assert row.windows.shape[1] == row.copies.shape[1] == STATISTICS
    assert row.windows == pytest.approx(expected)
    assert row.seconds == seconds
    assert len(row.copies) >= 1 and not np.allclose(row.copies[0], row.windows[0])
    again = next(encode([clip]))
    assert (again.copies == row.copies).all()


def test_a_clip_is_encoded_once_and_again_only_where_it_changed(
    data, tmp_path, with_encoder, monkeypatch
):
    def rows():
        return encoded.encoded(CORPORA["emo-db"], data=data, work=tmp_path)

    (first,) = rows()  # nothing can be heard in the other
    calls = []
    monkeypatch.setattr(encoded, "encode", lambda clips: calls.append(len(clips)) or encode(clips))
    (second,) = rows()
    assert calls == []
    assert second.windows == pytest.approx(first.windows, rel=2e-3, abs=1e-3)  # half precision
    assert second.clip == first.clip and second.seconds == first.seconds
    write(data / "voice" / "emo-db" / NAMES["emo-db"], pitch=140.0, seconds=1.8)
    rows()
    assert calls == [2]
    (part,) = (tmp_path / "voice" / "encoder" / "emo-db").glob("*.npz")
    part.write_bytes(part.read_bytes()[:1000])
    assert len(rows()) == 1
    assert calls == [2, 2]


@pytest.mark.parametrize("channel", [channel for channel, _ in CHANNELS])
def test_a_channel_changes_the_sound_and_keeps_its_length(channel):
    rng = np.random.default_rng(0)
    samples = (0.2 * rng.standard_normal(RATE)).astype(np.float32)
    one, two = (channel(samples, np.random.default_rng(5)) for _ in range(2))
    assert (one == two).all()
    assert one.dtype == np.float32 and np.isfinite(one).all()
    if channel is sped:
        assert 0.9 < len(one) / len(samples) < 1.11 and len(one) != len(samples)
    else:
        assert len(one) == len(samples) and not np.allclose(one, samples, atol=1e-3)


def test_every_channel_is_drawn_and_their_shares_are_all():
    assert sum(share for _, share in CHANNELS) == pytest.approx(1.0)
    samples = np.random.default_rng(0).standard_normal(RATE // 2).astype(np.float32)
    drawn = [changed(samples, np.random.default_rng(seed)) for seed in range(12)]
    assert len({one.tobytes() for one in drawn}) == 12


def test_the_forest_of_the_heads_voice_grows_on_all_its_corpora(data, tmp_path, with_encoder):
    run = Run(data=data, work=tmp_path / "work")
    model = load("voice", "speech-encoder")
    found = normal.voice(run, model)
    assert set(found.sources.tolist()) == set(ALL)
    assert len(found.embeddings) == len(found.groups)
    shutil.rmtree(data)  # heard once, and kept
    again = normal.voice(run, model)
    assert (again.embeddings == found.embeddings).all() and again.title == found.title
