import numpy as np
import pytest

from source.core.errors import ModelChanged
from source.core.senses import SENSES
from source.fusion.anomaly import FILE, content, flagged, load_strangeness, overall, read
from source.runtime.card import Card, digest
from source.training.anomaly.grow import SAMPLE, TREES, grow, split, strangeness
from source.training.anomaly.judge import all_parts
from source.training.anomaly.normal import Normal

RANDOM = np.random.default_rng(3)
WIDTH = {"voice": 48, "face": 40}
MIXES = {sense: RANDOM.normal(size=(8, width)) for sense, width in WIDTH.items()}


def drawn(sense: str, count: int) -> np.ndarray:
    """Embeddings that lie near a plane of eight dimensions."""
    rest = 0.1 * RANDOM.normal(size=(count, WIDTH[sense]))
    return (RANDOM.normal(size=(count, 8)) @ MIXES[sense] + rest).astype(np.float32)


def normal(sense: str, count: int = 800) -> Normal:
    groups = np.arange(count) // 8
    return Normal(drawn(sense, count), groups, np.full(count, "made"), "numbers", like(count))


def like(count: int) -> np.ndarray:
    """Measures of sounds or pictures, two of which go together."""
    one = RANDOM.normal(size=(count, 3))
    return np.column_stack([one, one[:, 0] + 0.3 * RANDOM.normal(size=count)]).astype(np.float32)


@pytest.fixture(scope="module")
def scorer():
    grown, held, _ = all_parts({sense: normal(sense) for sense in SENSES}, seed=0)
    return strangeness(grown, held, RANDOM.uniform(0.4, 1.0, 500))


def kept(scorer, folder):
    folder.mkdir(parents=True)
    file = content(scorer)
    (folder / FILE).write_bytes(file)
    Card(
        folder.name, "anomaly", {"name": "isolation forest", "args": {}}, (), {}, 2, 1.0, 0.95,
        {FILE: digest(file)},
    ).write(folder)  # fmt: skip


def models(root):
    (root / "index.json").write_text('{"voice": "small", "face": "plain"}')
    for sense, name in (("voice", "small"), ("voice", "other"), ("face", "plain")):
        (root / sense / name).mkdir(parents=True)
    return root


def test_the_arrays_answer_as_scikit_learn_does():
    from sklearn.ensemble import IsolationForest

    ordinary = RANDOM.normal(size=(800, 12)).astype(np.float32)
    theirs = IsolationForest(n_estimators=TREES, max_samples=SAMPLE, random_state=0).fit(ordinary)
    unseen = RANDOM.normal(size=(200, 12), scale=2).astype(np.float32)
    assert grow(ordinary).raw(unseen) == pytest.approx(-theirs.score_samples(unseen), abs=1e-5)


@pytest.mark.parametrize("senses", [("voice",), ("face",), ("voice", "face")])
def test_a_score_is_the_share_of_normal_ones_that_are_less_strange(scorer, senses):
    agree = RANDOM.uniform(0.4, 1.0, 1000) if len(senses) == 2 else None
    scores = scorer.score({sense: drawn(sense, 1000) for sense in senses}, agree)
    assert scores.mean() == pytest.approx(0.5, abs=0.1)
    assert (scores > 0.95).mean() == pytest.approx(0.05, abs=0.05)
    assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize("sense", SENSES)
def test_what_leaves_the_plane_of_normal_ones_is_strange(scorer, sense):
    away = drawn(sense, 200) + 3 * RANDOM.normal(size=(200, WIDTH[sense]))
    assert scorer.score({sense: away.astype(np.float32)}).mean() > 0.9


@pytest.mark.parametrize("sense", SENSES)
def test_what_looks_or_sounds_strange_is_strange_whatever_its_embedding(scorer, sense):
    usual, odd = like(300), like(300)
    odd[:, 3] = -2.5 * np.sign(odd[:, 0])  # each number by itself is not out of the ordinary
    plain, strange = (
        scorer.score({sense: drawn(sense, 300)}, measures={sense: m}) for m in (usual, odd)
    )
    assert strange.mean() > 0.9 > plain.mean() + 0.3
    assert (plain > 0.95).mean() < 0.12


def test_senses_that_disagree_are_stranger_than_those_that_agree(scorer):
    both = {sense: drawn(sense, 300) for sense in SENSES}
    agree, differ = (scorer.score(both, np.full(300, share)).mean() for share in (0.9, 0.0))
    assert differ > agree


def test_a_score_does_not_depend_on_what_else_is_scored(scorer):
    rows = drawn("voice", 50)
    alone = [float(scorer.score({"voice": row[None]})[0]) for row in rows]
    assert alone == scorer.score({"voice": rows}).tolist()


def test_no_speaker_and_no_picture_is_on_both_sides():
    grown, held = split(normal("voice"), seed=1)
    assert not set(grown.groups) & set(held.groups)
    assert len(grown.groups) + len(held.groups) == 800


def test_the_flag_says_on_which_side_of_the_threshold_a_score_is():
    assert flagged(0.96).flag == "anomaly" and flagged(0.95).flag == "normal"
    assert overall([1.0, 0.5], [3.0, 1.0]).score == 0.875
    assert overall([], []) is None


def test_a_kept_forest_answers_as_the_grown_one(scorer, tmp_path):
    root = models(tmp_path)
    kept(scorer, root / "anomaly" / "small+plain")
    loaded = load_strangeness({"voice": "small", "face": "plain"}, root=root)
    rows = {sense: drawn(sense, 40) for sense in SENSES}
    assert loaded.score(rows) == pytest.approx(scorer.score(rows), abs=1e-3)
    assert loaded.fits("voice", WIDTH["voice"]) and not loaded.fits("voice", 3)
    (root / "anomaly" / "small+plain" / FILE).write_bytes(b"changed")
    with pytest.raises(ModelChanged):
        load_strangeness({"face": "plain"}, root=root)


def test_a_face_alone_is_scored_by_the_forest_of_the_default_voice(scorer, tmp_path):
    root = models(tmp_path)
    for name in ("other+plain", "small+plain"):
        kept(scorer, root / "anomaly" / name)
    assert load_strangeness({"face": "plain"}, root=root).card.name == "small+plain"
    assert load_strangeness({"voice": "other"}, root=root).card.name == "other+plain"


def test_models_without_a_forest_have_none(scorer, tmp_path):
    root = models(tmp_path)
    kept(scorer, root / "anomaly" / "small+plain")
    assert load_strangeness({"voice": "other"}, root=root) is None
    face = load_strangeness({"voice": "other", "face": "plain"}, root=root)
    assert face.fits("face", WIDTH["face"]) and not face.fits("voice", WIDTH["voice"])
    assert read(content(scorer)).forest.feature.shape[0] == TREES
