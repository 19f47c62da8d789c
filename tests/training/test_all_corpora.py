"""A voice for all corpora: its folds, its baselines, its certainty, and that it trains."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.core.errors import NotFound
from source.runtime import head
from source.runtime.card import Card
from source.training import certainty, protocols
from source.training.certainty import Answers, Rule
from source.training.report import answers, corpora, elsewhere
from source.training.threads import start_keras
from source.training.voice import baselines, encoder_head, folds, heads, space
from source.training.voice.baselines import KINDS, Reader, one_mood, others
from source.training.voice.runs import Training
from source.training.voice.tones import encodings
from source.training.voice.utterances import TOGETHER, Utterances
from source.voice.baseline import ROUNDS
from source.voice.certainty import needed

CALM, NEUTRAL = protocols.CALM, protocols.NEUTRAL


@pytest.fixture(scope="module")
def utterances():
    return Utterances.of(list(encodings()))


# --- protocols ---------------------------------------------------------------------------------


def test_speakers_go_to_folds_by_name_and_actors_as_published():
    assert protocols.speaker_folds("nemo", ["b", "a", "f", "e", "d", "c"]) == dict(
        zip("abcdef", [0, 1, 2, 3, 4, 0], strict=True)
    )
    assert protocols.speaker_folds("ravdess", ["2", "17", "9"]) == {"17": 3, "2": 0, "9": 4}


def test_every_clip_is_tested_once_by_speaker_and_once_left_out(utterances):
    for splits in (
        protocols.by_speaker(utterances.folds),
        protocols.left_out(utterances.corpora),
    ):
        each = [split.checked(utterances.people) for split in splits]
        assert len(each) == 5
        assert (np.sum([split.test for split in each], axis=0) == 1).all()
        assert all((split.train != split.test).all() for split in each)


def test_a_pair_left_out_is_heard_by_no_model_of_it(utterances):
    pairs = list(protocols.left_out(utterances.corpora, together=2))
    assert len(pairs) == 10
    for pair in pairs:
        assert not set(pair.away) & set(utterances.corpora[pair.train])
        assert set(utterances.corpora[pair.test]) == set(pair.away)


def test_a_split_with_a_speaker_on_both_sides_is_an_error(utterances):
    half = np.arange(len(utterances)) % 2 == 0
    with pytest.raises(AssertionError, match="both trained on and tested"):
        protocols.Split("half", half, ~half).checked(utterances.people)


def test_classes_are_those_of_the_table_of_corpora():
    assert [len(protocols.classes_of(name)) for name in protocols.ALL] == [8, 6, 6, 6, 5]
    # No other corpus has calm: a model that never heard RAVDESS is not judged by it.
    assert CALM not in protocols.judged_classes("ravdess", ("ravdess",))
    assert CALM in protocols.judged_classes("ravdess")
    # Surprise is in RAVDESS and nEMO alone.
    surprised = VOICE.index("surprised")
    assert surprised in protocols.judged_classes("nemo", ("nemo",))
    assert surprised not in protocols.judged_classes("nemo", ("nemo", "ravdess"))


def test_posteriors_are_restricted_to_the_classes_of_a_corpus():
    posteriors = np.array([[0.1, 0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]])
    kept = protocols.restricted(posteriors, protocols.classes_of("ased"))
    assert kept.sum() == pytest.approx(1.0)
    assert kept[0, NEUTRAL] == pytest.approx(0.4 / 0.9)  # with calm
    assert kept[0, [CALM, 6, 7]].tolist() == [0.0, 0.0, 0.0]
    assert protocols.restricted(posteriors, range(8)) == pytest.approx(posteriors)


# --- utterances and their space ----------------------------------------------------------------


def test_windows_weigh_no_more_than_their_clip(utterances):
    weights = utterances.row_weights(0.5, 0.0)
    of_clip = np.bincount(utterances.window_of, weights[: len(utterances.windows)])
    assert of_clip == pytest.approx(utterances.weights(0.5))


def test_a_corpus_weighs_by_the_root_of_its_clips_and_its_classes_alike(utterances):
    weights = utterances.weights(0.5)
    sums, sizes = (
        np.array([v[utterances.corpora == name].sum() for name in protocols.ALL])
        for v in (weights, np.ones(len(weights)))
    )
    assert sums / sums[0] == pytest.approx(np.sqrt(sizes / sizes[0]))
    own = utterances.corpora == "crema-d"
    classes = np.bincount(utterances.labels[own], weights[own])
    assert classes[classes > 0] == pytest.approx(classes.max())


def test_targets_know_what_a_corpus_does_not_tell(utterances):
    targets = utterances.targets(smoothing=0.1, votes=0.2)
    known = np.where(targets >= 0, targets, 0.0)
    assert known.sum(axis=1) == pytest.approx(np.ones(len(targets)))
    crema = targets[utterances.corpora == "crema-d"]
    assert (crema[:, CALM] == TOGETHER).all() and (crema[:, 7] == -1.0).all()
    assert (targets[utterances.corpora == "ravdess"] >= 0).all()


def test_listeners_votes_are_a_part_of_the_target(utterances):
    votes = np.zeros_like(utterances.votes)
    row = int(np.flatnonzero((utterances.corpora == "crema-d") & (utterances.labels == 3))[0])
    votes[row, [3, 4]] = 0.5
    voted = Utterances(**{**vars_of(utterances), "votes": votes})
    target = voted.targets(smoothing=0.0, votes=0.2)[row]
    assert target[[3, 4]] == pytest.approx([0.9, 0.1])


def vars_of(table):
    return {name: getattr(table, name) for name in table.__dataclass_fields__}


def test_a_part_of_the_table_keeps_windows_with_their_clips(utterances):
    kept = utterances.corpora == "nemo"
    few = utterances.only(kept)
    assert few.statistics == pytest.approx(utterances.statistics[kept])
    assert few.names[few.copy_of].tolist() == [
        name for name in utterances.names[utterances.copy_of] if name.startswith("nemo")
    ]


def test_the_space_finds_the_places_of_speakers_and_emotions(utterances):
    learnt = space.learn(utterances, width=8, whitening=0.25, power=0.5)
    means, people = learnt.means, utterances.people
    assert means == pytest.approx(learnt.space.project(utterances.statistics))
    assert learnt.scale == pytest.approx(
        np.sqrt(np.average((means - means.mean(0)) ** 2, axis=0)), rel=0.35
    )
    # What is left of an utterance without emotion and speaker is smaller than with them.
    rest = means - learnt.space.centre - learnt.space.classes[utterances.labels]
    assert rest.var() < 0.7 * means.var()
    assert (rest - learnt.places).var() < rest.var()
    one = people == people[0]
    assert (learnt.places[one] == learnt.places[0]).all()
    plane = learnt.space.plane
    assert plane.T @ plane == pytest.approx(np.eye(plane.shape[1]), abs=1e-5)


# --- baselines ---------------------------------------------------------------------------------


def test_a_baseline_is_of_the_same_speaker_and_never_of_the_clip_itself(utterances):
    drawn = others(utterances)
    assert set(drawn) == {kind for kind in KINDS if kind != "none"}
    rows = np.arange(len(utterances))
    for kind, chosen in drawn.items():
        there = chosen >= 0
        assert chosen.shape[1] == KINDS[kind][1]
        assert not (chosen == rows[:, None]).any()
        same = utterances.people[chosen] == utterances.people[:, None]
        assert same[there].all()
        labels = utterances.labels[chosen]
        if KINDS[kind][0] == "neutral":
            assert np.isin(labels[there], [NEUTRAL, CALM]).all()
        if KINDS[kind][0] == "one mood":
            assert (labels == utterances.labels[:, None])[there].all()
    few = utterances.only(utterances.corpora == "emo-db")
    names = few.names[others(few)["mixed 3"]]
    own = utterances.corpora == "emo-db"
    assert names.tolist() == utterances.names[drawn["mixed 3"][own]].tolist()


def test_one_mood_is_an_emotion_that_leads_in_three_fifths():
    eye = np.eye(len(VOICE), dtype=np.float32)
    recordings = np.stack([eye[[2, 2, 2, 3, 3]], eye[[2, 2, 3, 3, 4]], eye[[4, 4, 0, 0, 0]]])
    there = np.ones((3, 5), bool)
    there[2, 2:] = False
    assert one_mood(recordings, there).tolist() == [True, False, True]


@pytest.fixture(scope="module")
def model(tmp_path_factory, utterances):
    """A head with random members in the space of the stand-ins."""
    rng = np.random.default_rng(1)
    learnt = space.learn(utterances, width=8, whitening=0.25, power=0.5)
    width = 2 * 8 + head.FACTS

    def member():
        dense = (rng.normal(size=(width, 12)), np.zeros(12), np.ones(12), np.zeros(12))
        last = (rng.normal(size=(12, len(VOICE))), np.zeros(len(VOICE)))
        return head.Layers(
            (tuple(part.astype(np.float32) for part in dense),),
            *(part.astype(np.float32) for part in last),
        )

    folder = tmp_path_factory.mktemp("head")
    content = head.write(learnt.space, [member(), member()])
    (folder / head.FILE).write_bytes(content)
    heads.bare(folder, content).write(folder)
    return head.Head(Card.read(folder), folder)


def test_recordings_are_read_as_serving_reads_them(utterances, model):
    """In blocks here, one after the other there: alone, then twice against all others."""
    few = utterances.only(utterances.corpora == "ravdess")
    drawn = others(few)
    reader = Reader(model, few)
    alone, beside = reader.read("none"), reader.read("mixed 3", drawn["mixed 3"])
    embeddings = few.mean_of_windows(model.space.project(few.windows))
    moved = 0
    for clip in range(0, len(few), 7):
        recording = [clip, *(o for o in drawn["mixed 3"][clip] if o >= 0)]
        posteriors = softmax(alone[recording])
        if not one_mood(posteriors[None], np.ones((1, len(recording)), bool))[0]:
            for _ in range(ROUNDS):
                baseline = model.space.others(embeddings[recording], posteriors)
                logits = windowed(few, model, recording, baseline)
                posteriors = softmax(logits)
            moved += not np.allclose(posteriors[0], softmax(alone[clip : clip + 1])[0], atol=1e-3)
        assert softmax(beside[clip : clip + 1])[0] == pytest.approx(posteriors[0], abs=1e-4)
    assert moved


def windowed(table, model, recording, baseline):
    rows = []
    for place, clip in enumerate(recording):
        windows = model.space.project(table.windows[table.window_of == clip])
        own = head.Baseline(
            *(np.repeat(part[place : place + 1], len(windows), axis=0)
              for part in vars(baseline).values())
        )  # fmt: skip
        inputs = model.space.inputs(windows, own)
        rows.append(np.mean([member(inputs) for member in model.members], axis=0).mean(axis=0))
    return np.stack(rows)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


def test_a_recording_of_one_mood_keeps_the_answers_without_a_baseline(utterances, model):
    reader = Reader(model, utterances)
    alone = reader.read("none")
    leads = softmax(alone).argmax(axis=1)
    same = np.full((len(alone), 3), -1)
    for person in np.unique(utterances.people):
        for lead in np.unique(leads):
            group = np.flatnonzero((utterances.people == person) & (leads == lead))
            for place, clip in enumerate(group[: len(group) - 3]):
                same[clip] = group[place + 1 : place + 4]
    kept = (same >= 0).all(axis=1)
    assert kept.sum() > 20
    assert (reader.read("mixed 3", same)[kept] == alone[kept]).all()


def test_normal_speech_counts_as_neutral_whatever_it_is_read_as(utterances, model):
    drawn = others(utterances)["neutral 3"]
    clip = int(
        np.flatnonzero((drawn >= 0).all(axis=1) & (np.bincount(utterances.window_of) == 1))[0]
    )
    embeddings = model.space.project(utterances.statistics)
    normal = np.repeat(baselines.NORMAL[None], 3, axis=0)
    baseline = model.space.same(embeddings[drawn[clip]], normal, readers=1)
    expected = model.against(embeddings[clip : clip + 1], baseline)
    read = Reader(model, utterances).read("neutral 3", drawn)[clip : clip + 1]
    assert softmax(read) == pytest.approx(expected, abs=1e-5)


# --- certainty ---------------------------------------------------------------------------------


def test_less_speech_needs_a_higher_score():
    rule = Rule(1.0, 2.0, 0.5)
    assert rule.needed(np.array([0.99, 1.0, 2.0, 4.0, 30.0])).tolist() == [
        np.inf, 2.0, 1.5, 1.0, 1.0
    ]  # fmt: skip
    assert rule.threshold == pytest.approx(1 / (1 + np.exp(-1.0)))
    card = SimpleNamespace(threshold=1.0, extra={"certainty": rule.on_card()})
    for seconds in (0.9, 1.0, 1.7, 3.0, 20.0):
        served = 1 / (1 + np.exp(-rule.needed(np.array([seconds]))[0]))
        assert needed(card, seconds) == (np.inf if seconds < 1 else pytest.approx(served))
    sure = np.array([[0.9, 0.1], [0.8, 0.2], [0.99, 0.01]])
    assert rule.certain(sure, np.array([1.0, 1.0, 0.5])).tolist() == [True, False, False]


def made(rng, corpus, *, sharp, count=1500):
    """Answers that are as sure as they are right, then made `sharp` times as sure."""
    classes = protocols.classes_of(corpus)
    logits = rng.normal(0.0, 3.0, (count, len(VOICE)))
    kept = protocols.restricted(softmax(logits).astype(float), classes)
    labels = np.array([rng.choice(len(VOICE), p=row / row.sum()) for row in kept])
    return Answers(corpus, sharp * logits, labels, rng.uniform(0.5, 6.0, count), classes)


def test_a_rule_keeps_its_goal_on_corpora_left_out_too():
    rng = np.random.default_rng(0)
    within = [made(rng, name, sharp=1.0) for name in ("crema-d", "nemo")]
    outside = [made(rng, name, sharp=2.5) for name in ("emo-db", "ased")]
    rule = certainty.fit(within, outside, goal=0.8)
    alone = certainty.fit(within, (), goal=0.8)
    assert alone.temperature == pytest.approx(1.0, abs=0.1)
    assert 1.2 < rule.temperature < 2.5
    for group in (within, outside):
        shares, right = [], []
        for one in group:
            posteriors = one.posteriors(rule.temperature)
            certain = rule.certain(posteriors, one.seconds)
            shares.append(certain.mean())
            right.append((posteriors.argmax(axis=1) == one.labels)[certain].mean())
        assert np.mean(right) >= 0.8
        assert np.mean(shares) > 0.03


def test_where_nothing_is_good_enough_nothing_is_certain():
    rng = np.random.default_rng(0)
    chance = made(rng, "crema-d", sharp=1.0)
    shuffled = Answers(
        "crema-d", chance.logits, rng.permutation(chance.labels), chance.seconds, chance.classes
    )
    rule = certainty.fit([shuffled], (), goal=0.8)
    assert not rule.certain(shuffled.posteriors(rule.temperature), shuffled.seconds).any()


# --- training and figures ----------------------------------------------------------------------


def test_a_tiny_training_writes_a_model_that_serving_reads(tmp_path, monkeypatch, eagerly):
    start_keras(1)
    from source.training.voice import episodes

    monkeypatch.setattr(episodes, "EPOCH", 3)
    run = Training(work=tmp_path, tiny=True)
    assert encoder_head.train(run) == 0
    folder = tmp_path / "tiny-models" / "voice" / "speech-encoder"
    card = Card.read(folder)
    model = head.Head(card, folder)
    given = np.stack([row.windows[0] for row in encodings()])
    posteriors, embeddings = model.run(given)
    assert posteriors.sum(axis=1) == pytest.approx(np.ones(len(given)), abs=1e-5)
    assert np.isfinite(embeddings).all()
    rows = answers.load(folder, "voice")
    figures = json.loads(json.dumps(corpora.figures(rows)))
    assert card.figures == figures
    assert card.temperature == figures["by_speaker"]["temperature"]
    assert set(card.extra["certainty"]) == {"least_seconds", "at_one_second", "per_doubling"}
    assert figures["naive"]["MFCC + logistic regression"]["uar"] > 0.5  # its stand-ins are easy
    assert set(figures["baselines"]["left_out"]) == set(KINDS)
    report = (folder / "report.md").read_text("utf-8")
    for words in ("corpus left out", "| mixed 10 |", "MFCC + logistic regression, mean"):
        assert words in report
    # A second run finds everything there, and comes to the same.
    before = (folder / head.FILE).read_bytes()
    assert encoder_head.train(run) == 0
    assert (folder / head.FILE).read_bytes() == before


def test_the_head_of_a_fold_is_of_the_run_that_ended_with_the_shipped_model(tmp_path, model):
    shipped = tmp_path / "models" / "voice" / "speech-encoder"
    for place in (shipped, *(tmp_path / "voice" / "run" / n for n in ("final", "fold-1"))):
        place.mkdir(parents=True)
        content = head.write(model.space, list(model.members))
        (place / head.FILE).write_bytes(content)
        heads.bare(place, content).write(place)
    read = folds.answers("speech-encoder", 1, models=tmp_path / "models", work=tmp_path)
    assert callable(read)
    other = head.write(model.space, list(model.members[:1]))
    (tmp_path / "voice" / "run" / "final" / head.FILE).write_bytes(other)
    with pytest.raises(NotFound, match="is not in"):
        folds.answers("speech-encoder", 1, models=tmp_path / "models", work=tmp_path)


def test_answers_about_other_corpora_become_a_table(tmp_path, model):
    assert elsewhere.section(tmp_path) == []
    labels = np.tile(protocols.classes_of("emo-db"), 20)
    right = np.arange(len(labels)) % 4 > 0
    logits = 6.0 * np.eye(len(VOICE))[np.where(right, labels, CALM)]  # calm counts as neutral
    np.savez(
        tmp_path / elsewhere.FILE, corpus=np.full(len(labels), "emo-db"), labels=labels,
        names=labels, speakers=np.array(["03", "08"])[np.arange(len(labels)) % 2],
        seconds=np.full(len(labels), 3.0), logits=logits,
    )  # fmt: skip
    card = SimpleNamespace(threshold=0.5, extra={})
    table = elsewhere.section(tmp_path, card)[-1]
    truth, said = labels, np.where(right, labels, NEUTRAL)
    recall = np.mean([(said == c)[truth == c].mean() for c in np.unique(truth)])
    assert f"| emo-db | 120 | {recall:.3f} |" in table
    assert f"| 100% | {(said == truth).mean():.0%} |" in table


def test_the_members_learn_what_the_stand_ins_are(tmp_path, utterances):
    from dataclasses import replace

    start_keras(1)
    from source.training.voice.episodes import Recipe

    recipe = Recipe(layers=(32,), epochs=2, batch=64, rate=1e-2, average=0.9, dropout=0.1)
    split = next(protocols.by_speaker(utterances.folds))
    content = heads.fitted(
        utterances.only(split.train), [recipe, replace(recipe, moved=0.0)], seed=0, folder=tmp_path
    )
    (tmp_path / head.FILE).write_bytes(content)
    heads.bare(tmp_path, content).write(tmp_path)
    test = utterances.only(split.test)
    model = head.Head(Card.read(tmp_path), tmp_path)
    right = Reader(model, test).read("none").argmax(axis=1) == test.labels
    assert right.mean() > 0.6


def test_calm_counts_with_neutral_where_a_corpus_has_no_calm():
    start_keras(1)
    from source.training.voice.episodes import Together

    logits = np.log(np.array([[0.2, 0.3, 0.5, 0, 0, 0, 0, 0]], np.float32) + 1e-9)
    target = np.array([[1.0, TOGETHER, 0.0, -1, -1, -1, -1, -1]], np.float32)
    alone = np.array([[1.0, 0.0, 0.0, -1, -1, -1, -1, -1]], np.float32)
    loss = Together()
    assert float(loss(target, logits)) == pytest.approx(-np.log(0.5), abs=1e-4)
    assert float(loss(alone, logits)) == pytest.approx(-np.log(0.2), abs=1e-4)
