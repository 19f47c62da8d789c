"""Where voice and face disagree is found from what each was certain of."""

from dataclasses import replace

import pytest

from source.core.disagreement import differ, find
from source.core.emotions import FACE, VOICE, Emotion
from source.core.result import Face, FaceSegment, Frames, Person, Quality, Segment, Voice


def emotion(label, among, *, score=0.9, certain=True):
    rest = (1 - score) / (len(among) - 1)
    scores = {e: score if e == label else rest for e in among}
    return Emotion.from_scores(scores, threshold=0.5, trusted=certain)


def voice(*parts, certain=True):
    segments = tuple(Segment(s, e, emotion(name, VOICE, certain=certain)) for s, e, name in parts)
    return Voice(sum(s.end - s.start for s in segments), segments, segments[0].emotion)


def person(number, label, times=(0.0, 0.5, 1.0, 1.5)):
    faces = tuple(
        FaceSegment(t, (0, 0, 1, 1), Quality(80, 0.1, 0.5), emotion(label, FACE), end=t + 0.5)
        for t in times
    )
    return Person(number, times[0], times[-1], faces, faces[0].emotion)


def faces(*people):
    return Face(Frames(4, 4, 4), people, people[0].emotion)


def test_a_stretch_says_what_each_sense_reads_and_whose_face_it_is():
    (found,) = find(voice((0.0, 2.0, "angry")), faces(person(3, "happy")))
    assert (found.start, found.end, found.person) == (0.0, 2.0, 3)
    assert (found.voice.label, found.face.label) == ("angry", "happy")
    assert found.voice.certain and found.face.score == pytest.approx(0.9)


def test_stretches_that_go_on_with_the_same_emotions_are_one():
    spoken = voice((0.0, 0.5, "sad"), (0.5, 1.0, "sad"), (1.2, 2.0, "sad"))
    found = find(spoken, faces(person(1, "happy")))
    assert [(d.start, d.end) for d in found] == [(0.0, 1.0), (1.2, 2.0)]


@pytest.mark.parametrize(
    ("spoken", "shown"),
    [
        (voice((0.0, 2.0, "happy")), faces(person(1, "happy"))),
        (voice((0.0, 2.0, "calm")), faces(person(1, "neutral"))),
        (voice((0.0, 2.0, "disgust")), faces(person(1, "contempt"))),
        (voice((0.0, 2.0, "angry")), faces(person(1, "happy"), person(2, "angry"))),
        (voice((0.0, 2.0, "angry"), certain=False), faces(person(1, "happy"))),
        (voice((5.0, 6.0, "angry")), faces(person(1, "happy"))),
        (None, faces(person(1, "happy"))),
        (voice((0.0, 2.0, "angry")), None),
    ],
    ids=["the same", "calm", "contempt", "one agrees", "unsure", "no face then", "no voice",
         "no face"],
)  # fmt: skip
def test_there_is_no_disagreement(spoken, shown):
    assert find(spoken, shown) == ()


def test_an_unsure_face_disagrees_with_nobody():
    one = person(1, "happy")
    unsure = tuple(replace(f, emotion=replace(f.emotion, certain=False)) for f in one.segments)
    assert find(voice((0.0, 2.0, "sad")), faces(replace(one, segments=unsure))) == ()


def test_labels_differ_as_emotions_of_both_senses():
    assert differ("sad", "happy") and not differ("calm", "neutral")
