"""Telling the speakers of one recording apart, on made places of utterances."""

import numpy as np
import pytest

from source.training.voice import apart
from source.training.voice.apart import KINDS, LENGTH, Voices, directions, halved, recordings


@pytest.fixture
def voices():
    """Six speakers of two corpora, who differ along the second of many directions."""
    rng = np.random.default_rng(0)
    people = np.repeat([f"{corpus}/{name}" for corpus in "ab" for name in range(3)], 40)
    places = rng.standard_normal((len(people), 60)).astype(np.float32) * 0.5
    places[:, 0] *= 20.0
    places[:, 1] += np.repeat([0.0, 5.0, 10.0, 50.0, 55.0, 60.0], 40)
    labels = np.tile(np.repeat([0, 2, 3, 4], 10), 6)
    return Voices(people, labels, places, np.full((len(people), 8), 1 / 8, np.float32))


def test_directions_are_those_in_which_speakers_of_a_corpus_differ(voices):
    first = directions(voices.embeddings, voices.people)[:, 0]
    assert np.abs(first).argmax() == 1 and abs(first[0]) < 0.1 * abs(first[1])


def test_two_speakers_lie_further_apart_than_one_and_are_told_apart(voices):
    places = voices.embeddings @ directions(voices.embeddings, voices.people)
    one = [halved(places[c])[0] for c, _ in recordings(voices, KINDS[0], count=20, seed=1)]
    for clips, whose in recordings(voices, KINDS[2], count=20, seed=1):
        if voices.people[clips[0]][0] != voices.people[clips[-1]][0]:
            continue
        far, groups = halved(places[clips])
        assert far > max(one)
        assert (groups == whose).all() or (groups != whose).all()


@pytest.mark.parametrize(("kind", "speakers", "moods"), [(0, 1, 4), (1, 1, 2), (2, 2, 4)])
def test_a_recording_is_of_its_kind(voices, kind, speakers, moods):
    made = list(recordings(voices, KINDS[kind], count=5, seed=0))
    assert len(made) == 5
    for clips, whose in made:
        assert len(set(clips.tolist())) == LENGTH == len(whose)
        assert len(set(voices.people[clips])) == speakers == len(set(whose.tolist()))
        assert len(set(voices.labels[clips].tolist())) <= moods


def test_too_few_speakers_make_no_recording(voices):
    alone = apart._some(voices, np.flatnonzero(voices.people == "a/0"))
    assert list(recordings(alone, KINDS[2], count=5, seed=0)) == []
