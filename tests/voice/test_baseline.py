"""Utterances are read against how their speaker usually sounds; the arithmetic written out."""

from pathlib import Path

import numpy as np
import pytest

from source import media
from source.runtime import load
from source.voice import Listener, listen
from source.voice.baseline import NOTHING, OWN, Reference, read_again
from source.voice.listen import normal_of
from tests.making.encoders import NAME
from tests.making.sounds import RATE, silence, wav


@pytest.fixture
def model(preferring, with_encoder):
    return load("voice", NAME, root=preferring)


@pytest.fixture(scope="module")
def clip(samples):
    return media.probe(samples / "sample.wav")


def scores(voice):
    return np.array([list(s.emotion.scores.values()) for s in voice.segments])


def baseline(voice):
    return voice.baseline.source, voice.baseline.utterances


def alone_and(clip, model, reference):
    """(answers of each by itself, answers against the reference)."""
    return (listen(clip, model=model, reference=r) for r in (NOTHING, reference))


def test_each_is_read_twice_against_all_others(clip, model):
    alone, own = alone_and(clip, model, OWN)
    embeddings, read = alone.embeddings, scores(alone.voice).astype(np.float32)
    count = len(read)
    for _ in range(2):
        rest = [[j for j in range(count) if j != i] for i in range(count)]
        read = np.concatenate([
            model.against(
                embeddings[i : i + 1], model.space.same(embeddings[r], read[r], readers=1)
            )
            for i, r in enumerate(rest)
        ])  # fmt: skip
    assert scores(own.voice) == pytest.approx(read, abs=1e-3)
    assert baseline(own.voice) == ("own", count - 1)
    assert baseline(alone.voice) == ("none", 0)
    assert np.abs(scores(own.voice) - scores(alone.voice)).max() > 0.1
    assert np.array_equal(own.embeddings, alone.embeddings)


def test_of_a_stretch_marked_as_normal_all_are_neutral(clip, model):
    alone, marked = alone_and(clip, model, Reference(stretch=(2.0, 5.2)))
    spans = [(s.start, s.end) for s in alone.voice.segments]
    assert spans[1][0] < 2.1 and 5.0 < spans[2][1] < 6.2  # the third lies in it by more than half
    neutral = np.eye(8, dtype=np.float32)[[0, 0]]
    sums = model.space.same(alone.embeddings[1:3], neutral, readers=4)
    assert scores(marked.voice) == pytest.approx(model.against(alone.embeddings, sums), abs=1e-5)
    assert baseline(marked.voice) == ("stretch", 2)
    assert len(marked.voice.segments) == len(spans)


def test_so_they_are_in_another_recording(clip, model, samples):
    normal = normal_of(media.probe(samples / "sample.mp4"), model)
    alone, beside = alone_and(clip, model, Reference(normal=normal))
    neutral = np.eye(8, dtype=np.float32)[[0] * len(normal)]
    sums = model.space.same(normal, neutral, readers=len(alone.embeddings))
    assert scores(beside.voice) == pytest.approx(model.against(alone.embeddings, sums), abs=1e-5)
    assert baseline(beside.voice) == ("file", len(normal))


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        (Reference(stretch=(8.9, 9.2)), "from 8.9 to 9.2 s marked as normal; the other utterances"),
        (Reference(normal=np.zeros((0, 0), np.float32)), "in the recording that was given"),
    ],
    ids=["stretch", "file"],
)
def test_where_nobody_speaks_the_recordings_own_are_taken_and_it_is_said(
    clip, model, reference, says
):
    heard = listen(clip, model=model, reference=reference)
    assert heard.voice == listen(clip, model=model).voice
    (note,) = heard.notes
    assert note.code == "no_baseline" and says in note.text


def test_a_silent_file_holds_nothing_that_is_normal(tmp_path, model):
    quiet = media.probe(wav(tmp_path / "quiet.wav", silence(2.0)))
    assert len(normal_of(quiet, model)) == 0


@pytest.mark.parametrize(
    ("leading", "kept"),
    [([0, 0, 0, 0, 3], True), ([3, 3, 3, 3, 3], True), ([0, 0, 3, 3, 4], False), ([3], True),
     ([0] * 9 + [3] * 6, True), ([0] * 8 + [3] * 7, False)],
)  # fmt: skip
def test_a_recording_of_one_mood_keeps_it(model, leading, kept):
    embeddings = np.random.default_rng(0).normal(size=(len(leading), 12)).astype(np.float32)
    posteriors = np.full((len(leading), 8), 0.05, np.float32) + 0.6 * np.eye(8)[leading]
    spans = [(float(i), i + 1.0) for i in range(len(leading))]
    read = read_again(model, embeddings, posteriors.astype(np.float32), spans, OWN)
    assert (read.used.source, read.used.utterances) == (
        ("none", 0) if kept else ("own", len(leading) - 1)
    )
    assert np.allclose(read.posteriors, posteriors) is kept


def test_many_utterances_are_read_in_blocks_as_together(model):
    rng = np.random.default_rng(0)
    embeddings = rng.normal(size=(1100, 12)).astype(np.float32)
    alone = rng.dirichlet(np.ones(8), 1100).astype(np.float32)
    read = alone
    for _ in range(2):
        read = model.against(embeddings, model.space.others(embeddings, read))
    spans = [(float(i), i + 1.0) for i in range(1100)]
    again = read_again(model, embeddings, alone, spans, OWN)
    assert again.posteriors == pytest.approx(read, abs=1e-4)
    assert again.used.utterances == 1099


@pytest.mark.parametrize(
    ("reference", "size"),
    [(OWN, 1600), (OWN, 200_000), (NOTHING, 5001), (Reference(stretch=(2.0, 5.0)), 5001)],
)
def test_fed_block_by_block_it_is_what_the_file_gives(clip, model, reference, size):
    whole = np.concatenate([block.samples for block in media.sound(clip, rate=RATE)])
    listener = Listener(model, reference=reference)
    for at in range(0, len(whole), size):
        listener.hear(whole[at : at + size], at / RATE)
    fed, file = listener.finish(), listen(clip, model=model, reference=reference)
    assert fed.voice == file.voice
    assert np.array_equal(fed.embeddings, file.embeddings)


def test_while_it_goes_on_each_is_read_by_itself(clip, model):
    listener = Listener(model)
    whole = np.concatenate([block.samples for block in media.sound(clip, rate=RATE)])
    listener.hear(whole, 0.0)
    first = listener.so_far()
    assert first
    assert first == listen(clip, model=model, reference=NOTHING).voice.segments[: len(first)]
    assert listener.finish().voice.segments[: len(first)] != first


def test_other_models_know_no_baseline(clip):
    plain = load("voice", "ensemble")
    heard = listen(clip, model=plain, reference=Reference(stretch=(0.0, 4.0)))
    assert heard.voice.baseline is None
    assert heard.voice == listen(clip, model=plain).voice


def test_the_card_says_from_which_score_on_it_is_certain(clip, model):
    heard = listen(clip, model=model)
    spoken = {u.start: u.speech for u in heard.utterances}
    for segment in heard.voice.segments:
        seconds = next(s for start, s in reversed(spoken.items()) if start <= segment.start + 0.001)
        odds = 2.2 - 0.5 * np.log2(np.clip(seconds, 1.0, 4.0))
        assert segment.emotion.certain == (
            seconds >= 1.0 and segment.emotion.score >= 1 / (1 + np.exp(-odds))
        )


def test_the_same_baseline_is_listened_to_once(tmp_path, model, samples, monkeypatch):
    copy = tmp_path / "again.wav"
    copy.write_bytes(Path(samples / "sample.wav").read_bytes())
    first = normal_of(media.probe(samples / "sample.wav"), model)
    assert normal_of(media.probe(copy), model) is first
    assert normal_of(media.probe(copy), model, denoise=True) is not first
