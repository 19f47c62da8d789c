"""The one reader of corpora keeps speakers, maps every label, and takes the same sound once."""

import csv
import re
from pathlib import Path

import pytest

from source.core.emotions import EMOTIONS
from source.core.errors import BadRequest, NotFound
from source.training.corpora import CORPORA, about, votes


def put(root, *names):
    """Write files of different bytes."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())


def by_name(clips):
    return {clip.name: clip for clip in clips}


def test_tess_knows_its_misnamed_file_and_pleasant_surprise(tmp_path):
    put(tmp_path, "OAF_neutral/OA_bite_neutral.wav", "YAF_pleasant_surprised/YAF_back_ps.wav",
        "OAF_Fear/OAF_back_fear.wav", "readme.wav")  # fmt: skip
    found = by_name(CORPORA["tess"].read(tmp_path))
    assert found["OA_bite_neutral"].speaker == "OAF"
    assert found["YAF_back_ps"].emotion == "surprised"
    assert found["OAF_back_fear"].statement == "back"
    assert len(found) == 3


@pytest.mark.parametrize(
    "names", [("AudioData/DC/a01.wav", "AudioData/KL/a01.wav"), ("DC_a01.wav", "KL_a01.wav")],
    ids=["as published", "flat copy"],
)  # fmt: skip
def test_savee_tells_speakers_apart_who_share_file_names(tmp_path, names):
    put(tmp_path, *names)
    found = CORPORA["savee"].read(tmp_path)
    assert [(c.name, c.speaker, c.emotion) for c in found] == [
        ("DC_a01", "DC", "angry"), ("KL_a01", "KL", "angry"),
    ]  # fmt: skip


def test_savee_knows_two_letter_emotions(tmp_path):
    put(tmp_path, "JE_sa03.wav", "JE_su03.wav", "JE_n30.wav", "XX_a01.wav", "a02.wav")
    found = by_name(CORPORA["savee"].read(tmp_path))
    assert {n: c.emotion for n, c in found.items()} == {
        "JE_sa03": "sad", "JE_su03": "surprised", "JE_n30": "neutral",
    }  # fmt: skip


def test_nemo_takes_names_with_a_known_emotion_alone(tmp_path):
    put(tmp_path, "nEMO-main/samples/EB0_anger_1.wav", "nEMO-main/samples/KS0_surprised_2.wav",
        "nEMO-main/samples/WR0_bliss_3.wav")  # fmt: skip
    found = by_name(CORPORA["nemo"].read(tmp_path))
    assert {n: (c.speaker, c.emotion, c.gender, c.statement) for n, c in found.items()} == {
        "EB0_anger_1": ("EB0", "angry", "female", "1"),
        "KS0_surprised_2": ("KS0", "surprised", "male", "2"),
    }


def test_ased_is_judged_by_its_common_sentences_alone(tmp_path):
    put(tmp_path, "a5/a5-02-01-02-50.wav", "a5/a5-03-01-02-50.wav", "n1/n1-01-02-01-09.wav")
    found = by_name(CORPORA["ased"].read(tmp_path))
    assert {n for n, c in found.items() if CORPORA["ased"].judges(c)} == {
        "a5-02-01-02-50", "n1-01-02-01-09",
    }  # fmt: skip
    # Speaker 9 is a woman, whatever a single name says.
    assert [c.gender for c in found.values()] == ["male", "male", "female"]
    assert CORPORA["ased"].named("n1-01-02-02-09").gender == "female"


def test_song_and_speech_of_an_actor_are_one_person(tmp_path):
    put(tmp_path, "03-01-05-01-01-01-07.wav", "03-02-05-01-01-01-07.wav")
    (speech,), (song,) = (CORPORA[name].read(tmp_path) for name in ("ravdess", "ravdess-song"))
    assert speech.corpus != song.corpus
    assert speech.person == song.person == "ravdess/7"


def test_crema_d_reads_votes_as_published(tmp_path):
    put(tmp_path, "AudioWAV/1001_ITH_FEA_XX.wav")
    table = tmp_path / votes.TABULATED
    table.parent.mkdir()
    with table.open("w", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        out.writerow(["", "A", "D", "F", "H", "N", "S", "fileName"])
        out.writerow(["100057", 1, 0, 9, 0, 0, 0, "1001_ITH_FEA_XX"])
        out.writerow(["200057", 3, 2, 3, 0, 2, 0, "1001_ITH_FEA_XX"])
    (clip,) = CORPORA["crema-d"].read(tmp_path)
    assert clip.votes == {"angry": 1.0, "fearful": 9.0}


def test_a_folder_of_emotions_keeps_speakers(tmp_path):
    put(tmp_path, "Angry/ann/1.wav", "Angry/bob/1.wav", "fear/ann/2.flac", "sad/3.wav",
        "other/4.wav", "5.wav")  # fmt: skip
    found = by_name(CORPORA["folder"].read(tmp_path))
    assert {n: (c.speaker, c.emotion) for n, c in found.items()} == {
        "Angry/ann/1": ("ann", "angry"),
        "Angry/bob/1": ("bob", "angry"),
        "fear/ann/2": ("ann", "fearful"),
        "sad/3": ("sad/3", "sad"),
    }


def test_a_table_names_files_speakers_and_more(tmp_path):
    put(tmp_path, "a/1.wav", "a/2.wav")
    text = "file,speaker,emotion,gender,language\na/1.wav,ann,happiness,Female,fi\n"
    (tmp_path / "manifest.csv").write_text(text, "utf-8-sig")
    (clip,) = CORPORA["folder"].read(tmp_path)
    assert (clip.speaker, clip.emotion, clip.gender, clip.language) == (
        "ann", "happy", "female", "fi",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,emotion\na.wav,sad\n", "speaker"),
        ("file,speaker,emotion\nb.wav,ann,sad\n", "b.wav"),
        ("file,speaker,emotion\na.wav,ann,bliss\n", "bliss"),
        ("file,speaker,emotion\na.wav,,sad\n", "no speaker"),
        ("file,speaker,emotion\n../a.wav,ann,sad\n", "outside"),
    ],
    ids=["no column", "no file", "no such emotion", "nobody", "outside"],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path, text, said):
    put(tmp_path, "in/a.wav", "a.wav")
    (tmp_path / "in" / "manifest.csv").write_text(text)
    with pytest.raises(BadRequest, match=said):
        CORPORA["folder"].read(tmp_path / "in")


def test_the_same_bytes_under_two_emotions_are_left_out_altogether(tmp_path):
    for name in ("angry/ann/1.wav", "sad/ann/1.wav", "happy/ann/2.wav", "happy/ann/3.wav"):
        put(tmp_path, name)
    for name in ("angry/ann/1.wav", "sad/ann/1.wav"):
        (tmp_path / name).write_bytes(b"who knows")
    for name in ("happy/ann/2.wav", "happy/ann/3.wav"):
        (tmp_path / name).write_bytes(b"twice")
    found = CORPORA["folder"].read(tmp_path)
    assert [c.name for c in found] == ["happy/ann/2"]
    assert len(found.dropped) == 3


def test_what_a_mac_puts_into_archives_is_no_sound(tmp_path):
    put(tmp_path, "__MACOSX/OAF_back_sad.wav", "._OAF_back_sad.wav", "OAF_back_angry.wav")
    assert [c.name for c in CORPORA["tess"].read(tmp_path)] == ["OAF_back_angry"]


def test_a_filmed_recording_is_taken_once_with_sound_or_without(tmp_path):
    put(tmp_path, "Actor_02/01-01-03-01-01-01-02.mp4", "Actor_02/02-01-03-01-01-01-02.mp4",
        "Actor_10/02-01-02-01-01-01-10.mp4", "Actor_02/01-01-03-01-01-01-02.txt")  # fmt: skip
    found = CORPORA["ravdess-video"].read(tmp_path)
    assert [(c.name, c.path.name[:3], c.speaker, c.emotion) for c in found] == [
        ("01-02-01-01-01-10", "02-", "10", "calm"),
        ("01-03-01-01-01-02", "01-", "2", "happy"),
    ]


def test_films_and_sound_are_not_mixed_up(tmp_path):
    put(tmp_path, "03-01-05-01-01-01-07.wav", "01-01-05-01-01-01-07.mp4")
    assert [c.path.suffix for c in CORPORA["ravdess"].read(tmp_path)] == [".wav"]
    assert [c.path.suffix for c in CORPORA["ravdess-video"].read(tmp_path)] == [".mp4"]


def test_only_files_of_one_size_are_read_to_compare_them(tmp_path, monkeypatch):
    put(tmp_path, "DC_a01.wav", "AudioData/KL/a01.wav", "DC_a02.wav")
    read = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or real(path))
    assert len(CORPORA["savee"].read(tmp_path)) == 3
    assert sorted(read) == ["DC_a01.wav", "DC_a02.wav"]


def test_a_bare_name_says_what_its_corpus_knows():
    assert (about("03-01-06-01-02-01-12").gender, about("03a01Wa").gender) == ("female", "male")
    assert about("EB0_anger_1").language == "pl"
    assert about("tone-1-3") is None


# --- every row of the table --------------------------------------------------------------------


@pytest.mark.parametrize("name", CORPORA)
def test_the_example_of_every_corpus_is_read(tmp_path, name):
    corpus = CORPORA[name]
    put(tmp_path, corpus.example, "notes.txt", f"unlike{next(iter(corpus.files))}")
    (clip,) = corpus.read(tmp_path)
    assert clip.path == tmp_path / corpus.example
    assert clip.corpus == name
    assert clip.emotion in (*EMOTIONS, "bored")
    assert clip.speaker and clip.name


@pytest.mark.parametrize("name", CORPORA)
def test_the_codes_of_every_corpus_stand_for_labels(name):
    corpus = CORPORA[name]
    assert set(corpus.emotions.values()) <= {*EMOTIONS, "bored"}
    assert set(corpus.intensities.values()) <= {"normal", "strong"}
    assert all(code == code.lower() for code in corpus.emotions)
    assert len(corpus.women or ()) <= corpus.speakers or name == "folder"


@pytest.mark.parametrize("name", CORPORA)
def test_an_empty_folder_gets_a_sentence_and_a_hint(tmp_path, name):
    with pytest.raises(NotFound, match=re.escape(CORPORA[name].short_title)) as caught:
        CORPORA[name].read(tmp_path)
    assert caught.value.hint != NotFound.hint


@pytest.mark.parametrize("name", [n for n, c in CORPORA.items() if c.aside])
def test_nobody_kept_aside_leaves_the_reader(tmp_path, name):
    corpus = CORPORA[name]
    first = corpus.named(corpus.example.rpartition(".")[0])
    for speaker in sorted(corpus.aside):
        put(tmp_path, re.sub(rf"(?<!\d){first.speaker}(?!\d)", speaker, corpus.example))
    put(tmp_path, corpus.example)
    found = corpus.read(tmp_path)
    assert [c.speaker for c in found] == [first.speaker]
    assert found.aside == len(corpus.aside)


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_says_whose_it_is_and_how_to_get_it(name):
    corpus = CORPORA[name]
    assert corpus.title and corpus.licence
    assert (corpus.source is None) == bool(corpus.ask)
    assert corpus.citation or name == "folder"


def test_the_real_corpora_are_read_whole(shared, subtests):
    for name in ("ravdess", "crema-d", "emo-db", "nemo", "ased"):
        with subtests.test(name):
            is_read_whole(shared, name)


def is_read_whole(shared, name):
    table = (shared / "voice" / "manifest.csv").read_text("utf-8").splitlines()
    listed = [row for row in csv.DictReader(table) if row["corpus"] == name]
    found = by_name(CORPORA[name].read(shared / "voice" / name))
    assert len(found) == len(listed)
    for row in listed:
        clip = found[row["file"].rsplit("/", 1)[1].removesuffix(".opus")]
        assert (clip.emotion, clip.language) == (row["emotion"], row["language"])
        assert clip.speaker.zfill(2) == row["speaker"].removeprefix("actor_")
        assert clip.gender == row["gender"]
        assert clip.emotion in (*EMOTIONS, "bored")
        assert clip.speaker not in CORPORA[name].aside


def test_nobody_kept_aside_is_trained_on(tmp_path):
    put(tmp_path, *(f"voice/ravdess/Actor_{a}/03-01-05-01-01-01-{a}.wav" for a in (20, 21, 24)))
    found = CORPORA["ravdess"].clips(tmp_path)
    assert [c.speaker for c in found] == ["20"]
    assert found.aside == 2
