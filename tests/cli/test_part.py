"""--from and --to: a part of a recording is read, and its times stay those of the recording."""

import json

import pytest

from source.core.invariants import violations
from source.core.result import Result
from source.settings import ROOT

SOUND = ROOT / "input_files" / "sample.wav"
VIDEO = ROOT / "input_files" / "sample.mp4"
PICTURE = ROOT / "input_files" / "sample.jpg"


@pytest.fixture(autouse=True)
def fallback(without_encoder, monkeypatch):
    """The voice that every installation has."""
    monkeypatch.setenv("RUNTIME", "litert")


def read(run, *words):
    status, out, err = run(*words, "--no-save", "--json")
    assert status == 0, err
    result = Result.from_dict(json.loads(out))
    assert violations(result) == []
    return result


def test_a_part_of_a_video_is_read_at_its_own_times(run):
    result = read(run, VIDEO, "--from", "0:03", "--to", "6,5")
    faces = [s for p in result.face.people for s in p.segments]
    assert {s.time >= 3.0 and s.end <= 6.5 for s in faces} == {True}
    assert 12 <= result.face.frames.read <= 15
    assert all(s.start >= 3.0 and s.end <= 6.5 for s in result.voice.segments)
    assert result.timeline[0].start >= 3.0 and result.timeline[-1].end <= 6.5
    assert (result.options["start"], result.options["end"]) == (3.0, 6.5)
    assert result.source.seconds == pytest.approx(9.2, abs=0.1)
    (note,) = (n.text for n in result.notes if n.code == "part_only")
    assert "Only 3 to 6.5 s were analysed" in note


def test_the_first_seconds_count_from_where_the_part_begins(run):
    result = read(run, SOUND, "--from", "2", "--seconds", "3")
    assert all(s.start >= 2.0 and s.end <= 5.0 for s in result.voice.segments)
    assert any(n.code == "part_only" and "2 to 5 s" in n.text for n in result.notes)


REFUSED = {
    "backwards": ([SOUND, "--from", "5", "--to", "0:04"], 2, "not from 0:05 to 0:04"),
    "no time": ([SOUND, "--from", "soon"], 2, "There is no time “soon”"),
    "behind the end": ([SOUND, "--from", "9:00"], 1, "begins at 540 s, but “sample.wav” lasts"),
    "a picture": ([PICTURE, "--to", "4"], 1, "is a picture, so there is no part of it to read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence(run, name):
    words, status, sentence = REFUSED[name]
    assert (ended := run(*words, "--no-save"))[0] == status
    assert sentence in ended[2] and "Traceback" not in ended[2]
