"""A network behind an encoder, with and without a baseline of the speaker."""

import numpy as np
import pytest

from source.core.errors import ModelChanged
from source.runtime import head
from source.runtime.card import Card, digest
from source.runtime.head import Head, Layers, Space

WIDTH, STATISTICS, CLASSES = 6, 10, 3


@pytest.fixture
def chance():
    return np.random.default_rng(0)


@pytest.fixture
def space(chance):
    def floats(*shape):
        return chance.normal(size=shape).astype(np.float32)

    plane = np.linalg.qr(chance.normal(size=(WIDTH, 2)))[0].astype(np.float32)
    return Space(
        mean=floats(STATISTICS), deviation=np.exp(floats(STATISTICS)),
        directions=floats(STATISTICS, WIDTH), centre=floats(WIDTH),
        classes=floats(CLASSES, WIDTH), within=np.exp(floats(WIDTH)),
        between=np.exp(floats(WIDTH)), plane=plane, usual=np.float32(2.0),
    )  # fmt: skip


@pytest.fixture
def members(chance):
    def floats(*shape):
        return (0.3 * chance.normal(size=shape)).astype(np.float32)

    def one():
        wide = 2 * WIDTH + head.FACTS
        dense = ((floats(wide, 8), floats(8), np.ones(8, np.float32), floats(8)),)
        return Layers(dense, floats(8, CLASSES), floats(CLASSES))

    return [one(), one()]


@pytest.fixture
def model(tmp_path, space, members):
    content = head.write(space, members)
    (tmp_path / head.FILE).write_bytes(content)
    card = Card(
        name="head", sense="voice", architecture={"name": head.KIND, "args": {}},
        labels=("neutral", "happy", "sad"), input={"shape": [STATISTICS]}, preprocessing=1,
        temperature=1.5, threshold=0.6, sha256={head.FILE: digest(content)},
    )  # fmt: skip
    return Head(card, tmp_path)


@pytest.fixture
def read(model, chance):
    """(embeddings, posteriors) of five utterances read by themselves."""
    posteriors, embeddings = model.run(chance.normal(size=(5, STATISTICS)))
    return embeddings, posteriors


def test_posteriors_sum_to_one_and_the_file_holds_the_model(model, read):
    embeddings, posteriors = read
    assert embeddings.shape == (5, WIDTH)
    assert posteriors.dtype == np.float32
    assert posteriors.sum(axis=1) == pytest.approx(1.0)


def test_the_file_keeps_matrices_in_half_precision_and_the_rest_whole(space, members):
    kept, (first, second) = head.read(head.write(space, members))
    for name in ("mean", "deviation", "centre", "classes", "plane", "usual"):
        assert (getattr(kept, name) == getattr(space, name)).all()
    assert (kept.directions == space.directions.astype(np.float16)).all()
    for one, other in ((first, members[0]), (second, members[1])):
        assert (one.kernel == other.kernel.astype(np.float16)).all()
        assert (one.bias == other.bias).all()
        (kernel, *rest), (given, *whole) = one.dense[0], other.dense[0]
        assert (kernel == given.astype(np.float16)).all()
        assert all((a == b).all() for a, b in zip(rest, whole, strict=True))


def test_utterances_are_read_one_by_one_as_together(model, chance):
    batch = chance.normal(size=(5, STATISTICS)).astype(np.float32)
    alone = np.concatenate([model.run(row[None])[0] for row in batch])
    assert model.run(batch)[0] == pytest.approx(alone, abs=1e-6)


def test_no_baseline_is_an_offset_of_nothing(model, read):
    embeddings, _ = read
    inputs = model.space.inputs(embeddings, model.space.nothing(len(embeddings)))
    assert np.array_equal(inputs[:, :WIDTH], embeddings)
    assert not inputs[:, WIDTH:].any()


def test_the_others_are_everybody_but_oneself(model, read):
    embeddings, posteriors = read
    others = model.space.others(embeddings, posteriors)
    for i in range(len(embeddings)):
        rest = [j for j in range(len(embeddings)) if j != i]
        own = model.space.same(embeddings[rest], posteriors[rest], readers=1)
        assert others.count[i] == own.count[0] == 4
        assert others.embeddings[i] == pytest.approx(own.embeddings[0], abs=1e-5)
        assert others.posteriors[i] == pytest.approx(own.posteriors[0], abs=1e-5)
        assert others.squares[i] == pytest.approx(own.squares[0], rel=1e-4)
        assert model.against(embeddings[i : i + 1], own) == pytest.approx(
            model.against(embeddings, others)[i : i + 1], abs=1e-3
        )


def test_one_utterance_has_no_others(model, read):
    embeddings, posteriors = read
    others = model.space.others(embeddings[:1], posteriors[:1])
    assert model.against(embeddings[:1], others) == pytest.approx(posteriors[:1], abs=1e-6)


def test_utterances_that_do_not_count_change_nothing(model, read):
    embeddings, posteriors = read
    counted = np.array([[1, 1, 0, 0, 0]], np.float32)
    some = model.space.summed(embeddings[None], posteriors[None], counted)
    two = model.space.same(embeddings[:2], posteriors[:2], readers=1)
    assert some.count[0] == 2
    assert some.embeddings == pytest.approx(two.embeddings, abs=1e-6)
    assert some.sureness == pytest.approx(two.sureness)


def test_a_speaker_who_lies_elsewhere_is_moved_back(space, chance):
    """With many utterances of known emotions, little of a shift is left."""
    shift = np.sqrt(space.between) * 3.0
    labels = chance.integers(0, CLASSES, 400)
    noise = chance.normal(size=(400, WIDTH)) * np.sqrt(space.within)
    embeddings = (space.centre + space.classes[labels] + noise + shift).astype(np.float32)
    known = np.eye(CLASSES, dtype=np.float32)[labels]
    moved = space.inputs(embeddings, space.same(embeddings, known, readers=400))[:, :WIDTH]
    before = np.abs((embeddings - space.centre - space.classes[labels]).mean(axis=0))
    after = np.abs((moved - space.centre - space.classes[labels]).mean(axis=0))
    assert (after < 0.1 * before).all()


def test_a_file_that_holds_something_else_is_refused(tmp_path, model):
    other = b"PK not weights"
    (tmp_path / head.FILE).write_bytes(other)
    model.card.sha256[head.FILE] = digest(other)
    with pytest.raises(ModelChanged):
        Head(model.card, tmp_path)
