"""What a person changes in a result: each kind of edit, and what is summed up without a part."""

import json
from dataclasses import replace

import pytest

from source.core import disagreement
from source.core.edited import applied
from source.core.edits import (
    MOST,
    Edits,
    Exclude,
    Mark,
    Merge,
    Neutral,
    Remove,
    Rename,
    Split,
    plain,
    read,
)
from source.core.emotions import Emotion
from source.core.engagement import engagement
from source.core.errors import ImpossibleEdit, UnreadableRecord
from source.core.invariants import violations
from source.core.neutral import weight
from source.core.overall import basis
from source.core.people import with_baseline
from source.core.result import Result
from source.core.steps import overall_of, overall_of_faces
from source.core.whole import affect_of, emotion_of
from source.views.exports import export
from tests.views import made
from tests.views.timed import talk, two_people

EVERY = (
    Rename(1, "Ann"),
    Mark(2.5, "laughs"),
    Exclude(4.0, 6.0, "door"),
    Split(1, 8.0),
    Merge(2, 3),
    Neutral(1, 0.0, 3.0),
    Remove(2),
)


@pytest.fixture(scope="module")
def result():
    return talk()


def faces_of(result):
    return [s for person in result.face.people for s in person.segments]


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", EVERY, ids=lambda e: e.kind)
def test_an_edit_is_read_back_as_it_was_written(edit):
    assert read(json.loads(json.dumps(plain(edit)))) == edit


def test_undo_takes_the_last_edit_off_and_redo_puts_it_back():
    two = Edits().add(EVERY[0]).add(EVERY[1])
    assert two.undo().done == EVERY[:1]
    assert two.undo().redo() == two
    assert two.undo().undo().undo() == Edits((), EVERY[:2])
    assert Edits().redo() == Edits()


def test_what_was_undone_is_gone_once_something_else_is_done():
    assert Edits().add(EVERY[0]).undo().add(EVERY[1]) == Edits(EVERY[1:2])


def test_the_list_is_read_back_as_it_was_stored():
    edits = Edits(EVERY, EVERY[:1])
    assert Edits.from_dict(json.loads(json.dumps(edits.to_dict()))) == edits
    assert Edits.from_dict(None) == Edits()


@pytest.mark.parametrize(
    "stored",
    [
        {"version": 2, "done": [], "undone": []},
        {"version": 1, "done": [{"kind": "paint"}], "undone": []},
        {"version": 1, "done": [{"kind": "mark", "at": "soon"}], "undone": []},
        {"version": 1, "done": [{"kind": "mark"}], "undone": []},
        {"version": 1, "done": 3, "undone": []},
        "text",
    ],
)
def test_edits_of_a_newer_release_or_damaged_ones_are_one_error(stored):
    with pytest.raises(UnreadableRecord, match="list of changes"):
        Edits.from_dict(stored)


def test_there_is_a_limit_of_edits():
    full = Edits((Mark(1.0),) * MOST)
    with pytest.raises(ImpossibleEdit, match=str(MOST)):
        full.add(Mark(2.0))


# --- the result ----------------------------------------------------------------------------------


def test_where_voice_and_face_disagree_is_found_anew_without_what_is_excluded(result):
    sad = Emotion("sad", 0.9, True, {"sad": 0.9, "happy": 0.1})
    happy = Emotion("happy", 0.9, True, {"sad": 0.1, "happy": 0.9})
    said = tuple(replace(segment, emotion=sad) for segment in result.voice.segments)
    people = tuple(
        replace(person, segments=tuple(replace(f, emotion=happy) for f in person.segments))
        for person in result.face.people
    )
    apart = replace(
        result, voice=replace(result.voice, segments=said), face=replace(result.face, people=people)
    )
    found = disagreement.find(apart.voice, apart.face)
    assert found
    measured = replace(apart, disagreements=found)
    start, end = found[0].start, found[0].end
    shown = applied(measured, [Exclude(start, end)])
    assert all(one.end <= start or one.start >= end for one in shown.disagreements)
    assert applied(measured, [Mark(start)]).disagreements == found


def test_no_edits_leave_the_result_as_it_was_measured(result):
    assert applied(result, ()) is result


@pytest.mark.parametrize("count", range(1, len(EVERY) + 1))
def test_every_edited_result_keeps_the_invariants_and_its_written_form(result, count):
    shown = applied(result, EVERY[:count])
    assert violations(result) == violations(shown) == []
    assert Result.from_dict(json.loads(json.dumps(shown.to_dict()))) == shown
    assert [read(edit) for edit in shown.edits.made] == list(EVERY[:count])


def test_the_measured_result_is_never_changed(result):
    before = json.dumps(result.to_dict())
    applied(result, EVERY)
    assert json.dumps(result.to_dict()) == before


def test_people_are_called_by_their_names(result):
    named = applied(result, [Rename(1, "  Ann   Lee ")])
    assert [p.called for p in named.face.people] == ["Ann Lee", "Person 2"]
    again = applied(result, [Rename(1, "Ann"), Rename(1, "")])
    assert again.face == result.face


@pytest.mark.parametrize("typed", ["An\x00n", "Ann\x1b", "Ann\ufffe", "\u202eAnn", "\ud800Ann"])
def test_names_and_notes_hold_nothing_that_a_drawing_or_a_file_cannot(result, typed):
    shown = applied(result, [Rename(1, typed), Mark(1.0, typed), Exclude(2.0, 3.0, typed)])
    assert shown.face.people[0].name == "Ann"
    assert shown.edits.markers[0].note == shown.edits.excluded[0].note == "Ann"
    assert export("lanes.svg", shown)


def test_two_people_who_are_one_become_one(result):
    merged = applied(result, [Merge(2, 1)])
    (person,) = merged.face.people
    times = [s.time for s in person.segments]
    assert times == sorted(s.time for s in faces_of(result))
    assert (person.id, person.first, person.last) == (1, times[0], times[-1])
    threshold = result.models["face"].threshold
    assert person.emotion == overall_of_faces(person.segments, threshold=threshold)
    assert person.emotion == result.face.emotion
    assert person.motion is None
    assert (merged.timeline, merged.emotion) == (result.timeline, result.emotion)


def test_one_person_who_is_two_becomes_two_with_a_new_number(result):
    split = applied(result, [Split(1, 3.0), Rename(3, "Bo")])
    first, second = (p for p in split.face.people if p.id in (1, 3))
    assert all(s.time < 3.0 for s in first.segments) and all(s.time >= 3.0 for s in second.segments)
    assert second.called == "Bo"
    assert applied(split, []) is split
    back = applied(result, [Split(1, 3.0), Merge(3, 1)])
    assert back.face.people[0].segments == result.face.people[0].segments


def test_people_in_the_same_picture_are_not_one():
    with pytest.raises(ImpossibleEdit, match="same picture at 0:00"):
        applied(two_people(), [Merge(1, 2)])


def test_markers_are_kept_in_order_of_time_and_change_nothing_else(result):
    shown = applied(result, [Mark(9.0, "b"), Mark(2.0, " a  a ")])
    assert [(m.time, m.note, m.edit) for m in shown.edits.markers] == [
        (2.0, "a a", 2),
        (9.0, "b", 1),
    ]
    assert replace(shown, edits=None) == result


def test_what_is_removed_is_gone(result):
    shown = applied(result, [Mark(9.0), Exclude(1.0, 2.0), Neutral(1, 0.0, 3.0)])
    assert shown.edits.markers and shown.edits.excluded and shown.face.people[0].neutral
    none = applied(
        result,
        [Mark(9.0), Exclude(1.0, 2.0), Neutral(1, 0.0, 3.0), Remove(1), Remove(2), Remove(3)],
    )
    assert replace(none, edits=None) == result


def test_summaries_leave_out_what_is_excluded(result):
    """Each is what the functions that summed up the whole say of what is left."""
    shown = applied(result, [Exclude(4.0, 6.0)])
    assert not any(m.start < 6.0 and m.end > 4.0 for m in shown.timeline)
    assert not any(s.start < 6.0 and s.end > 4.0 for s in shown.voice.segments)
    assert not any(4.0 <= s.time < 6.0 for s in faces_of(shown))
    assert shown.emotion == emotion_of(shown.timeline, result.thresholds) != result.emotion
    assert shown.basis == basis(shown) != result.basis
    assert shown.affect == affect_of(shown.emotion, shown.timeline)
    assert shown.engagement == engagement((m.end - m.start, m.emotion) for m in shown.timeline)
    voice = result.models["voice"].threshold
    assert shown.voice.emotion == overall_of(shown.voice.segments, threshold=voice)
    assert shown.voice.speech_seconds == pytest.approx(result.voice.speech_seconds - 2.0)
    assert shown.face.frames == result.face.frames
    assert any(n.code == "excluded_by_hand" and "2.0 s" in n.text for n in shown.notes)


def test_overlapping_exclusions_count_once_and_an_end_beyond_the_recording_is_its_end(result):
    shown = applied(result, [Exclude(4.0, 6.0), Exclude(5.0, 99.0)])
    assert shown.edits.excluded[1].end == result.source.seconds
    assert max(m.end for m in shown.timeline) <= 4.0
    assert "8.0 s in one stretch" in " ".join(n.text for n in shown.notes)


def test_with_everything_excluded_nothing_is_said(result):
    shown = applied(result, [Exclude(0.0, result.source.seconds)])
    assert (shown.emotion, shown.timeline, shown.affect, shown.engagement) == (None, (), None, None)
    assert shown.face.people == () and shown.voice.segments == ()
    assert violations(shown) == []


def test_a_recording_that_was_summed_up_by_an_earlier_release_is_summed_up_too(result):
    """It does not say from which score on something is certain: what it calls certain does."""
    models = {name: replace(used, threshold=None) for name, used in result.models.items()}
    old = replace(result, thresholds=None, models=models)
    shown = applied(old, [Exclude(4.0, 6.0)])
    exact = applied(result, [Exclude(4.0, 6.0)])
    assert shown.emotion.scores == exact.emotion.scores
    assert not (shown.emotion.certain and not exact.emotion.certain)


def test_a_face_is_read_relative_to_its_own_neutral_expression():
    """The person looks sad at rest; what is no sadder than that is neutral."""
    result = two_people()
    sad = result.face.people[1]
    assert sad.emotion.label == "sad"
    shown = applied(result, [Neutral(2, 0.0, 10.0)])
    one, other = shown.face.people
    assert one == result.face.people[0]
    assert other.emotion.label == "neutral"
    assert (other.neutral.start, other.neutral.end) == (0.0, 10.0)
    assert other.neutral.weight == round(weight(other.neutral.seconds), 3)
    assert other.segments[-1].emotion.label == "happy"
    assert shown.timeline != result.timeline
    assert shown.emotion == emotion_of(shown.timeline, result.thresholds)
    assert violations(shown) == []
    assert any(n.code == "neutral_by_hand" and "Person 2" in n.text for n in shown.notes)


def test_the_baseline_of_an_analysis_is_the_neutral_face_of_who_is_seen_there_alone():
    face = two_people().face
    sad = face.people[1]
    alone = replace(face, people=(sad,))
    read = with_baseline(alone, (0.0, 10.0), threshold=0.5)
    assert read.people[0].emotion.label == read.emotion.label == "neutral"
    assert read.people[0].neutral.edit is None
    assert with_baseline(face, (0.0, 10.0), threshold=0.5) == face  # who of the two is neutral?
    assert with_baseline(alone, (90.0, 95.0), threshold=0.5) == alone


@pytest.mark.parametrize("at", [3.0, 5.0])
def test_a_neutral_stretch_stays_with_the_faces_it_was_read_of_when_a_person_is_split(result, at):
    """Whether the cut goes through the stretch or lies before it, and it can be taken back."""
    done = [Neutral(1, 4.0, 6.0), Split(1, at)]
    shown = applied(result, done)
    marked = [person for person in shown.face.people if person.neutral]
    assert [person.id for person in marked] == [3 if at < 4.0 else 1]
    assert violations(shown) == []
    assert not any(p.neutral for p in applied(result, [*done, Remove(1)]).face.people)


def test_a_short_stretch_says_less_than_a_long_one():
    result = two_people()
    scores = [
        applied(result, [Neutral(2, 0.0, end)]).face.people[1].segments[0].emotion.scores["sad"]
        for end in (1.0, 3.0, 9.0)
    ]
    assert scores == sorted(scores, reverse=True) and scores[0] > 2 * scores[2]


def test_with_a_voice_the_line_of_both_stays_as_it_was_measured(result):
    shown = applied(result, [Neutral(1, 0.0, 3.0)])
    assert shown.timeline == result.timeline and shown.emotion == result.emotion
    assert any("stays as it was measured" in n.text for n in shown.notes)


IMPOSSIBLE = {
    "nobody": (Rename(7, "Ann"), "no person 7"),
    "same name": (Rename(2, "Ann"), "Somebody else is called “Ann”"),
    "long name": (Rename(1, "x" * 61), "at most 60 characters"),
    "with oneself": (Merge(1, 1), "same person"),
    "split at the first face": (Split(1, 0.0), "no face before 0:00"),
    "split behind the last": (Split(1, 11.9), "no face after 0:11.9"),
    "marker behind the end": (Mark(99.0), "0:12"),
    "backwards": (Exclude(5.0, 4.0), "must end after it begins"),
    "long note": (Mark(1.0, "x" * 201), "at most 200 characters"),
    "no face there": (Neutral(2, 0.0, 1.0), "No face of Person 2"),
    "no such marker": (Remove(9), "Change 9"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_makes_no_sense_is_refused_in_one_sentence(result, name):
    edit, sentence = IMPOSSIBLE[name]
    with pytest.raises(ImpossibleEdit, match=sentence):
        applied(result, [Rename(1, "Ann"), edit])


@pytest.mark.parametrize(
    "edit", [Mark(0.0), Exclude(0.0, 1.0), Neutral(1, 0.0, 1.0), Split(1, 0.0)]
)
def test_a_picture_has_no_time(edit):
    with pytest.raises(ImpossibleEdit, match="A picture has no time line"):
        applied(made.picture(), [edit])


def test_a_face_of_a_picture_has_a_name():
    named = applied(made.picture(), [Rename(1, "Ann")])
    assert [p.called for p in named.face.people] == ["Ann", "Person 2"]
    assert named.emotion == made.picture().emotion


def test_what_the_model_does_not_say_of_neutral_faces_is_not_made_up(result):
    old = replace(result, face=replace(result.face, neutral=None))
    with pytest.raises(ImpossibleEdit, match="does not say"):
        applied(old, [Neutral(1, 0.0, 3.0)])
