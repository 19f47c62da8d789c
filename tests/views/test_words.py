"""Plain words for a Result."""

import doctest
import html
import io
import re
from dataclasses import replace

import pytest

from source.cli.table import table
from source.cli.terminal import Style
from source.core import disagreement
from source.core.emotions import EMOTIONS, Emotion
from source.core.result import Moment
from source.views import charts, differences, labels, lanes, palette, units, words
from tests.views import made


@pytest.mark.parametrize("module", [words, palette, units, differences])
def test_examples_in_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_a_minute_of_video_in_one_sentence():
    assert words.summary(made.video()) == (
        "Mostly happy (78 % of the time), sad once, near 0:28 and surprised twice, near 0:11 "
        "and 0:40; at 0:26 the voice reads as sad but the face as happy."
    )


def test_the_headline_says_how_sure():
    assert words.headline(made.video()) == words.Headline(
        "Mostly reads as happy", "happy", "78 % of the time", "sure"
    )
    doubtful = words.headline(made.sound(sure=False))
    assert doubtful.sure == "not sure" and doubtful.text.startswith("Closest to")


def test_one_face_is_told_with_its_score():
    assert words.summary(made.picture(faces=1)) == "The face reads as happy (83 %)."


def test_several_faces_are_counted():
    assert words.summary(made.picture(faces=3)) == (
        "Of 3 faces, one reads as happy, one reads as contempt and one reads as fearful."
    )
    assert words.headline(made.picture()).text == "Mixed: happy and contempt"


def test_nothing_read_is_said_and_not_made_up():
    assert words.headline(made.nothing()) == words.Headline("Nothing could be read")
    assert words.summary(made.nothing()) == "There is nothing in this recording that AVER can read."


def test_an_unsure_result_names_no_emotion_as_if_it_were_one():
    assert words.summary(made.sound(sure=False)).startswith("No emotion stands out clearly")


def test_a_little_certainty_in_much_doubt_changes_nothing():
    doubtful = made.sound(sure=False)
    last = replace(doubtful.timeline[-1], emotion=made.emotion("angry", 0.9))
    result = replace(doubtful, timeline=(*doubtful.timeline[:-1], last))
    assert words.summary(result).startswith("No emotion stands out clearly: ")
    assert words.summary(result).endswith("; only parts are sure: angry near 0:11.")
    assert words.headline(result).sure == "not sure"


def test_what_leads_less_than_half_of_the_time_is_not_sure_however_sure_its_moments():
    labels = ["sad"] * 4 + ["angry"] * 3 + ["happy"] * 3
    moments = tuple(
        Moment(i / 2, i / 2 + 0.5, made.emotion(label, 0.9), ("face",))
        for i, label in enumerate(labels)
    )
    read = made.overall([made.Reading(0.5, m.emotion, made.THRESHOLD) for m in moments])
    result = replace(made.video(), emotion=read, timeline=moments, voice=None)
    assert words.headline(result) == words.Headline(
        "Closest to sad", "sad", "36 % on average over the 5 s with a face", "not sure"
    )
    assert words.summary(result).startswith("No emotion stands out clearly: sad (36 % on average")


def test_a_picture_with_a_sound_is_told_together():
    picture, sound = made.picture(faces=1), made.sound()
    pair = replace(picture, voice=sound.voice, sources=(picture.source, sound.source))
    assert words.summary(pair) == (
        "The pair reads as happy (83 %). The face alone reads as happy, the voice reads as angry."
    )


def test_a_still_that_is_not_sure_names_the_two_closest():
    picture = made.picture(faces=1)
    person = replace(picture.face.people[0], emotion=made.emotion("happy", 0.3, of=made.FACE))
    doubtful = replace(
        picture, emotion=person.emotion, face=replace(picture.face, people=(person,))
    )
    assert "only a little ahead of" in words.summary(doubtful)


@pytest.mark.parametrize(
    "result",
    [made.video(), made.sound(), made.picture(), made.nothing()],
    ids=["video", "sound", "picture", "nothing"],
)
def test_no_sentence_says_what_somebody_is(result):
    said = words.summary(result) + words.headline(result).text
    assert not re.search(rf"\b(is|are|feels?) ({'|'.join(EMOTIONS)})", said)


def test_a_face_that_agrees_is_no_disagreement():
    video = made.video()
    alike = [s for s in video.voice.segments if s.emotion.label == "happy"]
    assert not words.disagreements(replace(video, voice=replace(video.voice, segments=alike)))


def test_disagreements_are_listed_with_a_sentence_in_every_vocabulary():
    video = made.video()
    (first, *_) = differences.listed(video)
    assert re.fullmatch(
        r"0:26 to \d:\d\d: the voice reads as sad \(\d+ %\), the face of Person \d as happy "
        r"\(\d+ %\)\.",
        first.text,
    )
    kept = replace(video, disagreements=disagreement.find(video.voice, video.face))
    assert differences.listed(kept) == differences.listed(video)
    five = differences.listed(labels.relabelled(kept, "five"))
    assert [(d.start, d.voice.label) for d in five] == [(first.start, "sad")]
    assert not differences.listed(replace(video, disagreements=()))


def test_what_disagrees_is_not_told_as_far_apart_too():
    video = made.video()
    strange = [replace(m, agreement=0.3 if 24 <= m.start < 36 else 0.9) for m in video.timeline]
    result = replace(video, timeline=tuple(strange))
    assert [(d.start, d.end) for d in differences.listed(result)] == [(26.0, 34.0)]
    assert [(a.start, a.end) for a in differences.apart(result)] == [(24.0, 26.0), (34.0, 36.0)]
    one, two = lanes.to_look_at(result)
    assert one.kind == "disagree" and one.stretches == (
        (26.0, "voice sad, face of Person 1 happy"),
    )
    assert two.kind == "apart" and [start for start, _ in two.stretches] == [24.0, 34.0]
    named = replace(video.face.people[0], name="Mum")
    result = replace(result, face=replace(video.face, people=(named, video.face.people[1])))
    assert "the face of Mum as happy" in differences.listed(result)[0].text


def test_calm_and_neutral_do_not_differ():
    video = made.video()
    calm = replace(video.voice.segments[2], emotion=made.emotion("calm", 0.8, of=made.VOICE))
    others = [p for p in video.face.people if p.id == 2]
    result = replace(
        video,
        voice=replace(video.voice, segments=(calm,)),
        face=replace(video.face, people=tuple(others)),
    )
    assert not words.disagreements(result)


def test_marks_are_in_order_of_time():
    marks = words.marks(made.video())
    assert [m.time for m in marks] == sorted(m.time for m in marks)
    assert ("voice sad, face of Person 1 happy", 26.0) in [(m.text, m.time) for m in marks]


SHARES = [0.0, 0.0004, 0.0049, 0.005, 0.125, 0.5, 0.7134, 0.994, 0.9951, 0.9999, 1.0]


@pytest.mark.parametrize("share", SHARES)
def test_a_share_has_one_spelling(share):
    said = words.percent(share)
    assert re.fullmatch(r"<1 %|>99 %|\d{1,3} %", said)
    assert (said == "0 %") == (share == 0.0) and (said == "100 %") == (share == 1.0)


def test_page_charts_tables_and_terminal_spell_a_share_alike():
    """A posterior of nearly everything and nearly nothing, by every door that shows it."""
    scores = dict.fromkeys(made.FACE, 0.0004) | {"happy": 1 - 7 * 0.0004}
    sure = Emotion.from_scores(scores, threshold=0.45)
    picture = made.picture(faces=1)
    person = replace(picture.face.people[0], emotion=sure)
    face = replace(picture.face, people=(person,), emotion=sure)
    result = replace(picture, emotion=sure, face=face)
    stream = Style(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    doors = {
        "terminal": table(result, "", stream),
        "summary": words.summary(result),
        "headline": words.headline(result).share,
        **{name: html.unescape(charts.draw(name, result)) for name in ("bar", "pie")},
        **{f"table of {name}": str(charts.table(name, result)) for name in ("bar", "pie")},
    }
    for door, text in doors.items():
        assert ">99 %" in text, door
        assert not re.search(r"(under|over|less|more)( than)? \d|[<>] \d|100 %", text), door


def test_a_picture_is_called_a_picture():
    assert [words.noun(r) for r in (made.picture(), made.video(), made.sound())] == [
        "picture",
        "recording",
        "recording",
    ]
    picture, sound = made.picture(), made.sound()
    assert words.noun(replace(picture, sources=(picture.source, sound.source))) == "pair"
    assert words.summary(made.picture(faces=0)) == (
        "There is nothing in this picture that AVER can read."
    )


def test_shares_add_up():
    assert sum(words.shares(made.video().timeline).values()) == pytest.approx(1)
