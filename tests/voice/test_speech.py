"""Speech is found where somebody speaks, and nowhere else."""

import csv
import itertools

import numpy as np
import pytest

from source.media import probe, sound
from source.voice import utterances


def blocks(path):
    return (block.samples for block in sound(probe(path)))


def test_every_medium_has_speech_or_none_as_expected(shared):
    rows = csv.DictReader((shared / "media" / "expect.csv").read_text("utf-8").splitlines())
    wrong = []
    for row in rows:
        if row["speech"] not in ("yes", "no"):
            continue
        spoken = any(True for _ in utterances(blocks(shared / "media" / row["file"])))
        if spoken != (row["speech"] == "yes"):
            wrong.append(f"{row['file']}: speech {row['speech']}, found {spoken}")
    assert not wrong, "\n".join(wrong)


def test_utterances_do_not_depend_on_how_the_stream_is_cut(speech):
    at_once = list(utterances([speech]))
    in_bits = list(utterances(np.array_split(speech, 97)))
    assert at_once
    assert [u.start for u in at_once] == [u.start for u in in_bits]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(at_once, in_bits, strict=True))


def test_utterances_follow_each_other_and_are_cut_out_of_the_recording(speech):
    whole = np.tile(speech, 4)
    found = list(utterances([whole]))
    assert len(found) > 5
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(found))
    for utterance in found:
        first = round(utterance.start * 16000)
        assert np.array_equal(utterance.samples, whole[first : first + len(utterance.samples)])


def test_endless_speech_is_handed_out_in_bounded_pieces(speech):
    first = next(iter(utterances([speech])))
    found = list(utterances([np.tile(first.samples, 16)]))
    assert max(u.end - u.start for u in found) > 10, "speech without a pause"
    assert max(u.end - u.start for u in found) <= 15.3


@pytest.mark.parametrize("seconds", [0.0, 0.01, 1.0])
def test_silence_of_any_length_is_no_speech(seconds):
    assert not list(utterances([np.zeros(int(16000 * seconds), np.float32)]))


def test_an_acted_shriek_is_speech_and_laughter_alone_is_not(shared):
    shriek = next(shared.rglob("03-01-05-02-02-01-18.*"))
    (utterance,) = utterances(blocks(shriek))
    assert utterance.end - utterance.start > 1.0
    assert not list(utterances(blocks(shared / "media/audio/laugh.mp3")))
