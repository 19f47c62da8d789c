"""Corpora are decoded once, go on where they were broken off, and are counted honestly."""

import numpy as np
import pytest
import soundfile

from source.core.emotions import VOICE
from source.core.errors import BadRecording
from source.training import prepare as command
from source.training.corpora import CORPORA
from source.training.voice import cache, prepare
from source.voice.features import BANDS, RATE


def write(path, *, seconds=0.5, pitch=220.0, level=0.2):
    """A tone of its own pitch, so that no two files have the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(int(seconds * RATE)) / RATE
    soundfile.write(path, (level * np.sin(2 * np.pi * pitch * t)).astype(np.float32), RATE)


@pytest.fixture
def data(tmp_path):
    """A data folder with eight clips of RAVDESS's names, of four actors, one kept aside."""
    folder = tmp_path / "data" / "voice" / "ravdess"
    for number, actor in enumerate((1, 2, 3, 21)):
        for code in (1, 5):
            name = f"Actor_{actor:02d}/03-01-{code:02d}-01-01-01-{actor:02d}.wav"
            write(folder / name, pitch=150.0 + 20 * number + code)
    return tmp_path / "data"


def run(data, tmp_path, *more):
    return command.main([*more, "--data", str(data), "--work", str(tmp_path / "work")])


def test_the_command_counts_emotions_speakers_and_what_is_left_out(data, tmp_path, capsys):
    folder = data / "voice" / "ravdess"
    twice = folder / "Actor_03" / "03-01-05-01-01-02-03.wav"
    twice.write_bytes((folder / "Actor_03" / "03-01-05-01-01-01-03.wav").read_bytes())
    write(folder / "Actor_02" / "03-01-08-01-01-01-02.wav", level=0.0)
    (folder / "Actor_01" / "03-01-08-01-01-01-01.wav").write_bytes(b"RIFF broken")
    assert run(data, tmp_path, "ravdess") == 0
    said = capsys.readouterr().out
    for needed in ("6 clips of 3 speakers", "neutral 3, angry 3", "female 2, male 4",
                   "1 left out: the same sound", "2 left out: nothing can be heard",
                   "2 left out: their speakers (21, 22, 23, 24) are kept aside"):  # fmt: skip
        assert needed in said


def test_nobody_kept_aside_is_prepared(data, tmp_path):
    clips, items = prepare.gather(CORPORA["ravdess"], data=data, work=tmp_path)
    assert {c.speaker for c in clips} == {"1", "2", "3"}
    assert [i.name for i in items] == [c.name for c in clips]
    with np.load(prepare.cache_of(CORPORA["ravdess"], tmp_path)) as kept:
        assert not any(name.endswith("-21") for name in kept["names"])


def test_a_clip_is_decoded_once(data, tmp_path, monkeypatch):
    first = prepare.gather(CORPORA["ravdess"], data=data, work=tmp_path)[1]
    monkeypatch.setattr(prepare, "_read", lambda path: pytest.fail(f"{path} was read again"))
    again = prepare.gather(CORPORA["ravdess"], data=data, work=tmp_path)[1]
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.bands, other.bands)
        assert (one.first, one.last, one.label) == (other.first, other.last, other.label)


def test_seconds_of_speech_are_kept_and_a_cache_without_them_is_made_again(
    data, tmp_path, monkeypatch
):
    corpus = CORPORA["ravdess"]
    monkeypatch.setattr(prepare, "speech_in", lambda samples, bands: ((3, 40), 0.25))
    prepare.gather(corpus, data=data, work=tmp_path)
    again = prepare.gather(corpus, data=data, work=tmp_path)[1]
    assert [item.seconds for item in again] == [0.25] * len(again)
    path = prepare.cache_of(corpus, tmp_path)
    with np.load(path) as kept:
        older = {key: column for key, column in kept.items() if key != "seconds"}
    np.savez(path, **older)
    monkeypatch.setattr(prepare, "speech_in", lambda samples, bands: ((3, 40), 0.75))
    made = prepare.gather(corpus, data=data, work=tmp_path)[1]
    assert [item.seconds for item in made] == [0.75] * len(again)


def test_a_clip_that_is_added_or_changed_is_decoded_alone(data, tmp_path, monkeypatch):
    corpus, read = CORPORA["ravdess"], []
    prepare.gather(corpus, data=data, work=tmp_path)
    real = prepare._read
    monkeypatch.setattr(prepare, "_read", lambda path: read.append(path.stem) or real(path))
    folder = data / "voice" / "ravdess"
    write(folder / "Actor_01" / "03-01-03-01-01-01-01.wav", pitch=333.0)
    write(folder / "Actor_02" / "03-01-01-01-01-01-02.wav", pitch=190.0, seconds=0.7)
    items = prepare.gather(corpus, data=data, work=tmp_path)[1]
    assert sorted(read) == ["03-01-01-01-01-01-02", "03-01-03-01-01-01-01"]
    assert len(items) == 7


def test_work_that_is_broken_off_goes_on_where_it_stood(data, tmp_path, monkeypatch):
    corpus, read = CORPORA["ravdess"], []
    monkeypatch.setattr(cache, "PART", 2)
    real = prepare._read

    def stops(path):
        if len(read) == 5:
            raise KeyboardInterrupt
        read.append(path.stem)
        return real(path)

    monkeypatch.setattr(prepare, "_read", stops)
    with pytest.raises(KeyboardInterrupt):
        prepare.gather(corpus, data=data, work=tmp_path)
    done = read[:4]  # two parts of two; the fifth was in none
    read.clear()
    clips, items = prepare.gather(corpus, data=data, work=tmp_path)
    assert not set(read) & set(done)
    assert len(items) == 6
    assert [i.name for i in items] == [c.name for c in clips]
    assert [p.name for p in (tmp_path / "voice").iterdir()] == ["ravdess.npz"]


def test_a_broken_cache_is_made_again(data, tmp_path):
    corpus = CORPORA["ravdess"]
    kept = prepare.cache_of(corpus, tmp_path)
    kept.parent.mkdir()
    kept.write_bytes(b"PK\x03\x04 and then the disk was full")
    assert len(prepare.gather(corpus, data=data, work=tmp_path)[1]) == 6


def test_a_silent_clip_is_refused_where_it_was_not_left_out(tmp_path):
    write(tmp_path / "03-01-05-01-01-01-07.wav", level=0.0)
    clips = CORPORA["ravdess"].read(tmp_path)
    with pytest.raises(BadRecording, match="03-01-05-01-01-01-07"):
        prepare.prepare(clips, None)
    assert prepare.hearable(clips, None) == ([], [])


def test_an_emotion_without_a_class_is_prepared_and_not_trained_on(tmp_path, capsys):
    folder = tmp_path / "voice" / "emo-db"
    write(folder / "03a01La.wav")
    write(folder / "03a01Wa.wav", pitch=300.0)
    assert run(tmp_path, tmp_path, "emo-db") == 0
    assert "1 prepared but not trained on" in capsys.readouterr().out
    _, items = prepare.gather(CORPORA["emo-db"], data=tmp_path, work=tmp_path / "work")
    assert [VOICE[i.label] for i in items] == ["angry"]
    assert items[0].bands.shape[1] == BANDS


def test_tiny_takes_a_few_and_keeps_them_apart(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "TINY", 3)
    assert run(data, tmp_path, "ravdess", "--tiny") == 0
    assert "3 clips" in capsys.readouterr().out
    assert not (tmp_path / "work" / "voice").exists()


def test_a_corpus_that_is_not_there_gets_one_sentence(tmp_path, capsys):
    assert run(tmp_path, tmp_path, "savee") == 1
    said = capsys.readouterr().err
    assert "SAVEE" in said and "Traceback" not in said


def test_what_gives_the_emotion_away_is_counted(tmp_path, capsys):
    folder = tmp_path / "voice" / "ased"
    write(folder / "a5-01-01-02-50.wav")
    write(folder / "a5-03-01-02-50.wav", pitch=300.0)
    assert run(tmp_path, tmp_path, "ased") == 0
    assert "1 trained on and not judged by" in capsys.readouterr().out


def test_films_are_not_prepared_for_the_voice(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, tmp_path, "ravdess-video")
    assert ended.value.code == 2
    assert "ravdess-video" in capsys.readouterr().err
