"""A network for all corpora: what it draws, whom it never hears, and the folder it becomes."""

import json
from dataclasses import replace

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.training import protocols, train
from source.training.corpora import CORPORA
from source.training.protocols import ALL, CALM
from source.training.report import answers, corpora, judged
from source.training.voice import corpora_network, held_out
from source.training.voice.augment import augment
from source.training.voice.corpora_network import Draws, Work
from source.training.voice.kinds import KINDS
from source.training.voice.recipe import Recipe
from source.training.voice.runs import Training
from source.training.voice.teacher import Teacher
from source.training.voice.tones import encodings
from source.training.voice.utterances import TOGETHER, Utterances

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def loaded():
    return corpora_network.load(Training(tiny=True))


@pytest.fixture
def work(loaded, tmp_path):
    return Work(*loaded, Training(tiny=True, model="small", work=tmp_path))


def test_clips_and_what_the_network_is_given_are_in_step(loaded):
    utterances, items = loaded
    assert utterances.names.tolist() == [item.name for item in items]
    assert utterances.labels.tolist() == [item.label for item in items]
    assert sorted(set(utterances.corpora.tolist())) == sorted(ALL)
    assert (utterances.seconds > 1.0).all()


def test_a_large_corpus_comes_up_by_the_root_of_its_size_and_its_classes_alike(loaded):
    utterances, items = loaded
    kept = ~((utterances.corpora == "nemo") & (utterances.speakers != "1"))  # a fifth of it
    kept &= ~((utterances.corpora == "ased") & (utterances.labels == 0))
    few = [item for item, own in zip(items, kept, strict=True) if own]
    table = utterances.only(kept)
    chances = Draws(table, few, Recipe(), seed=0)._chances
    total = {corpus: chances[table.corpora == corpus].sum() for corpus in ALL}
    assert total["crema-d"] / total["nemo"] == pytest.approx(np.sqrt(5.0))
    assert total["ravdess"] / total["ased"] == pytest.approx(np.sqrt(40 / 20))
    ravdess = table.corpora == "ravdess"
    shares = [chances[ravdess & (table.labels == c)].sum() for c in range(len(VOICE))]
    assert shares == pytest.approx([total["ravdess"] / len(VOICE)] * len(VOICE))


def test_a_batch_can_be_made_again_and_holds_no_class_against_a_corpus_without_it(loaded):
    utterances, items = loaded
    draws = Draws(utterances, items, Recipe(batch=64, narrow=0.25, dull=0.15), seed=3)
    x, y = draws.batch(1, 2)
    again, _ = draws.batch(1, 2)
    assert np.array_equal(x, again) and not np.array_equal(x, draws.batch(1, 3)[0])
    assert x.shape == (64, draws.recipe.frames, draws.recipe.width)
    without_calm = y[:, CALM] == TOGETHER
    assert 0 < without_calm.sum() < len(y)
    assert np.where(y >= 0.0, y, 0.0).sum(axis=1) == pytest.approx(1.0)


def test_half_of_a_target_is_the_teachers_on_the_classes_of_the_corpus(loaded):
    utterances, items = loaded
    teacher = np.full((len(items), len(VOICE)), 1.0 / len(VOICE), np.float32)
    alone = Draws(utterances, items, Recipe(), seed=0)._targets
    taught = Draws(utterances, items, Recipe(), seed=0, teacher=teacher)._targets
    nemo = utterances.corpora == "nemo"
    known = list(protocols.classes_of("nemo"))
    expected = np.full(len(known), 1.0 / 7.0)
    expected[known.index(protocols.NEUTRAL)] = 2.0 / 7.0  # calm counts with neutral
    assert taught[nemo][:, known] == pytest.approx(0.5 * alone[nemo][:, known] + 0.5 * expected)
    assert np.array_equal(taught < 0.0, alone < 0.0)
    assert np.array_equal(taught[nemo] < 0.0, alone[nemo] < 0.0)


@pytest.mark.slow
def test_a_teacher_answers_about_what_it_is_trained_on_and_nothing_else(tmp_path):
    pytest.importorskip("tensorflow")
    run = Training(tiny=True, work=tmp_path, model="small", epochs=7)
    table = Utterances.of(list(encodings(seed=run.seed)))
    split = next(protocols.by_speaker(table.folds))
    teacher, pupils = Teacher(run), table.only(split.train)
    scores = teacher.posteriors(split, pupils)
    assert scores.sum(axis=1) == pytest.approx(1.0)
    every_other = np.arange(len(pupils)) % 2 == 0
    few = teacher.posteriors(split, pupils.only(every_other))
    assert np.array_equal(few, scores[every_other]) and len(np.unique(scores[:, 0])) > 9
    with pytest.raises(KeyError):
        teacher.posteriors(split, table.only(split.test))


def test_a_dull_sound_keeps_nothing_that_changes_above_its_end(loaded):
    item = loaded[1][0]
    rows = [
        augment(
            item.bands, item.first, item.last, np.random.default_rng(seed), cepstra=False, dull=1.0
        )
        for seed in range(8)
    ]
    assert all(np.abs(row[:, -3:]).max() < 1e-3 for row in rows)  # normalised: their mean is 0
    assert all(np.abs(row[:, :20]).max() > 0.1 for row in rows)


def test_nobody_who_is_tested_is_trained_on(work, monkeypatch):
    from source.training import fit

    trained = {}

    def record(net, stages, **options):
        trained[options["title"]] = stages[0]

    monkeypatch.setattr(fit, "fit", record)
    monkeypatch.setattr(Work, "network", lambda self, split: self._train(None, split))
    work.recipe = replace(work.recipe, epochs=5)
    for split in work.splits:
        work.network(split)
        stage = trained[f"small, {split.name}"]
        people = set(stage.batches.utterances.people.tolist())
        assert people.isdisjoint(work.utterances.people[split.test].tolist())
        assert not set(split.away) & set(stage.batches.utterances.corpora.tolist())
        assert stage.until == 5
    assert len(trained) == 5 + 1 + 5


@pytest.mark.slow
def test_one_of_the_networks_is_trained_alone_and_once(tmp_path, monkeypatch, capfd):
    pytest.importorskip("tensorflow")
    quick = replace(KINDS["log-mel-embedding"], all_corpora=True)  # soonest built
    monkeypatch.setitem(KINDS, "small", quick)
    command = ["voice", "--tiny", "--model", "small", "--parts", "fold-1",
               "--work", str(tmp_path / "w"), "--models", str(tmp_path / "m")]  # fmt: skip
    assert train.main(command) == 0
    (folder,) = (tmp_path / "w" / "voice").glob("small-*")
    assert {path.name for path in folder.glob("*.weights.h5")} == {"fold-1.weights.h5"}
    with np.load(folder / "fold-1.npz") as kept:
        assert kept["logits"].shape == (len(kept["names"]), len(VOICE))
    assert "fold-1: ravdess UAR" in capfd.readouterr().out
    before = (folder / "fold-1.weights.h5").read_bytes()
    assert train.main(command) == 0
    assert (folder / "fold-1.weights.h5").read_bytes() == before
    assert not (tmp_path / "m").exists()


@pytest.mark.slow
def test_when_all_are_trained_the_folder_is_written(work, tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    work.kind = KINDS["log-mel-embedding"]
    work.recipe = work.kind.recipe
    truth = np.eye(len(VOICE))[work.utterances.labels]
    noise = np.random.default_rng(0).normal(0.0, 1.0, truth.shape)
    monkeypatch.setattr(Work, "answers", lambda self, s: (2.0 * truth + noise)[s.test])
    monkeypatch.setattr(Work, "network", lambda self, split: self.kind.untrained(1))
    folder = tmp_path / "m" / "voice" / "small"
    corpora_network.ship(work, folder)
    rows = answers.load(folder, "voice")
    assert judged.is_of_corpora(rows) and judged.kinds(rows) == [judged.NONE]
    assert rows["by_speaker"].shape == (len(truth), 1, len(VOICE))
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["figures"]["by_speaker"]["mean"] == corpora.figures(rows)["by_speaker"]["mean"]
    assert card["certainty"] == judged.shipped(rows).on_card()
    assert all(CORPORA[name].short_title in card["data"] for name in ALL)


def test_without_models_of_pairs_certainty_is_fitted_to_answers_about_the_other_corpora(
    work, monkeypatch
):
    truth = np.eye(len(VOICE))[work.utterances.labels]
    monkeypatch.setattr(Work, "answers", lambda self, split: 2.0 * truth[split.test])
    rows = work.rows()
    found = judged.about_others(rows, "emo-db")
    assert [one.corpus for one in found] == [name for name in ALL if name != "emo-db"]
    everyone = {one.corpus: len(one.labels) for one in judged.parts(rows, "left_out")}
    assert all(len(one.labels) == everyone[one.corpus] for one in found)


def test_answers_of_pairs_stand_at_the_corpus_that_was_away_too(loaded):
    utterances = loaded[0]
    splits = list(protocols.left_out(utterances.corpora, together=2))
    number = {split.away: float(place) for place, split in enumerate(splits)}

    def answer(split):
        return np.full((split.test.sum(), len(VOICE)), number[split.away])

    table = held_out.paired(utterances, splits, answer)
    for corpus in ALL:
        others = [name for name in ALL if name != corpus]
        own = table[utterances.corpora == corpus]
        for place, other in enumerate(others):
            away = tuple(name for name in ALL if name in (corpus, other))
            assert (own[:, place] == number[away]).all()
