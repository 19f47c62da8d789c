from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from source.core.emotions import FACE, FUSED, VOICE, Emotion
from source.core.invariants import violations
from source.core.overall import basis
from source.core.result import (
    Face,
    FaceSegment,
    Frames,
    Person,
    Quality,
    Result,
    Segment,
    Source,
    Voice,
)
from source.core.timeline import merge
from source.face.people import held
from source.fusion import SenseAnswer, agreement, combine, load_fusion
from source.settings import ROOT

LATE = load_fusion(root=ROOT / "models")


def one(label: str, among: tuple[str, ...], score: float = 0.9) -> Emotion:
    rest = (1 - score) / (len(among) - 1)
    return Emotion.from_scores({e: score if e == label else rest for e in among}, threshold=0.5)


def spoken(*parts: tuple[float, float, str]) -> Voice:
    segments = tuple(Segment(s, e, one(label, VOICE)) for s, e, label in parts)
    return Voice(sum(s.end - s.start for s in segments), segments, segments[0].emotion)


def seen(*parts: tuple[float, str]) -> Face:
    quality = Quality(80, 0.1, 0.5)
    segments = tuple(
        FaceSegment(t, (0, 0, 1, 1), quality, one(label, FACE), end=t + 0.25) for t, label in parts
    )
    person = Person(1, parts[0][0], parts[-1][0], segments, segments[0].emotion)
    return Face(Frames(len(parts), len(parts), len(parts)), (person,), segments[0].emotion)


def together(voice, face, /, *, fused=True, seconds=2.0, thresholds=None, **answers):
    thresholds = thresholds or {"voice": 0.5, "face": 0.7}
    parts = {"voice": voice, "face": face}
    said = {
        sense: SenseAnswer(part, thresholds[sense], **answers.get(sense, {}))
        for sense, part in parts.items()
        if part is not None
    }
    return combine(said, seconds=seconds, fusion=LATE if fused else None)


def test_both_senses_count_alike():
    scores = LATE.combine({"voice": one("happy", VOICE).scores, "face": one("sad", FACE).scores})
    assert scores["happy"] == pytest.approx(scores["sad"], abs=0.01)
    assert tuple(scores) == FUSED


def test_a_missing_sense_takes_nothing_away():
    assert LATE.combine({"face": one("sad", FACE).scores})["sad"] == pytest.approx(0.9, abs=0.02)


def test_agreement_is_one_for_equals_and_small_for_opposites():
    happy, sad = one("happy", FUSED, 0.999).scores, one("sad", FUSED, 0.999).scores
    assert agreement(happy, happy) == 1.0
    assert agreement(happy, sad) < 0.05


def test_nothing_found_gives_no_answer():
    combined = together(Voice(0.0), Face(Frames(3, 0, 0)))
    assert combined.emotion is None
    assert combined.timeline == ()
    assert combined.affect is None
    assert combined.engagement is None


def test_the_time_line_has_gaps_where_nothing_was_found():
    combined = together(spoken((1.0, 1.5, "happy")), None)
    assert [(m.start, m.end) for m in combined.timeline] == [(1.0, 1.5)]


def test_a_moment_names_the_senses_it_rests_on():
    combined = together(
        spoken((0.0, 1.0, "happy")), seen((0.5, "sad"), (0.75, "sad"), (1.0, "sad"))
    )
    assert [m.senses for m in combined.timeline] == [("voice",), ("voice", "face"), ("face",)]
    assert [m.agreement is None for m in combined.timeline] == [True, False, True]


def test_the_threshold_of_both_is_the_mean_of_theirs():
    voice, face = spoken((0.0, 2.0, "happy")), seen((0.0, "happy"))
    assert together(voice, face).emotion.certain  # 0.9 against 0.6
    strict = together(voice, face, thresholds={"voice": 0.9, "face": 0.95})
    assert not strict.emotion.certain


def test_one_sense_alone_keeps_its_own_classes():
    combined = together(spoken((0.0, 1.0, "calm")), None, fused=False)
    assert combined.emotion.label == "calm"
    assert tuple(combined.emotion.scores) == VOICE


def test_a_picture_has_no_time_line_but_an_engagement():
    combined = together(None, seen((0.0, "happy")), seconds=None, fused=False)
    assert combined.timeline == ()
    assert combined.engagement["classroom"] == 4.95


def test_a_pair_of_which_only_the_face_answers_does_so_in_the_classes_of_both_senses():
    face = seen((0.0, "contempt"))
    combined = together(Voice(0.0), face, seconds=None)
    assert tuple(combined.emotion.scores) == FUSED
    assert combined.emotion.label != "contempt"
    alone = together(None, face, seconds=None, fused=False)
    assert alone.emotion == face.emotion


def test_who_is_certain_of_contempt_is_not_certain_of_what_comes_second():
    scores = {**dict.fromkeys(FACE, 0.0), "contempt": 0.9, "neutral": 0.06, "happy": 0.04}
    contempt = Emotion.from_scores(scores, threshold=0.5)
    assert contempt.certain
    quality = Quality(80, 0.1, 0.5)
    still = FaceSegment(0.0, (0, 0, 1, 1), quality, contempt)
    face = Face(Frames(1, 1, 1), (Person(1, 0.0, 0.0, (still,), contempt),), contempt)
    combined = together(Voice(0.0), face, seconds=None, thresholds={"voice": 0.5, "face": 0.5})
    assert combined.emotion.label == "neutral" and not combined.emotion.certain
    held = replace(still, end=2.0)
    moving = replace(face, people=(Person(1, 0.0, 2.0, (held,), contempt),))
    timed = together(None, moving, thresholds={"voice": 0.5, "face": 0.5})
    assert not any(m.emotion.certain for m in timed.timeline)
    calm = together(spoken((0.0, 2.0, "calm")), None)
    assert calm.emotion.label == "neutral" and calm.emotion.certain


class Loudest:
    """A fusion that looks at embeddings: who has the larger one answers."""

    reads_embeddings = True

    def __init__(self):
        self.card, self.lengths = LATE.card, []

    def combine(self, posteriors, embeddings):
        self.lengths.append({sense: float(vector[0]) for sense, vector in embeddings.items()})
        loudest = max(embeddings, key=lambda sense: embeddings[sense][0])
        return LATE.combine({loudest: posteriors[loudest]})

    def threshold(self, thresholds):
        return min(thresholds.values())


def test_a_fusion_that_reads_embeddings_gets_the_mean_of_each_sense():
    answers = {
        "voice": SenseAnswer(spoken((0.0, 0.5, "happy")), 0.5, np.array([[3.0]], np.float32)),
        "face": SenseAnswer(
            seen((0.0, "sad"), (0.25, "sad")), 0.5, np.array([[1.0], [2.0]], np.float32)
        ),
    }
    fusion = Loudest()
    combined = combine(answers, seconds=0.5, fusion=fusion)
    assert fusion.lengths == [{"voice": 3.0, "face": 1.5}]
    assert combined.emotion.label == "happy"


def test_strangeness_is_flagged_above_its_threshold():
    voice = spoken((0.0, 1.0, "happy"), (1.0, 2.0, "sad"))
    assert together(voice, None, voice={"anomalies": [0.2, 0.4]}).anomaly.flag == "normal"
    strange = together(voice, None, voice={"anomalies": [0.9, 0.4]})
    assert strange.anomaly.flag == "anomaly"
    assert [m.anomaly for m in strange.timeline] == [0.9, 0.9, 0.4, 0.4]


@st.composite
def recordings(draw):
    """Utterances and faces in a recording of some length, with gaps of any size."""
    seconds = draw(st.sampled_from([0.7, 4.0, 61.3, 4000.0]))
    utterances, at = [], 0.0
    while (at := at + draw(st.sampled_from([0.3, 2.0, 900.0]))) < seconds and len(utterances) < 8:
        end = min(seconds, at + draw(st.floats(0.05, 3.0)))
        utterances.append((round(at, 3), round(end, 3), draw(st.sampled_from(VOICE))))
        at = end
    utterances = [u for u in utterances if u[0] < u[1]]
    times, at = [], 0.0
    while at < seconds and len(times) < 20:
        times.append(round(at, 3))
        at += draw(st.sampled_from([0.25, 0.26, 0.5, 3600.0]))
    labels = draw(st.lists(st.sampled_from(FACE), min_size=len(times), max_size=len(times)))
    return utterances, times, labels, seconds


@settings(max_examples=150, deadline=None)
@given(recordings())
def test_no_moment_lies_outside_of_the_recording_or_over_a_gap(recording):
    utterances, times, labels, seconds = recording
    quality = Quality(80, 0.1, 0.5)
    faces = tuple(
        FaceSegment(time, (0, 0, 1, 1), quality, one(label, FACE), end=round(end, 3))
        for time, end, label in zip(times, held(times, 0.25, [(0.0, seconds)]), labels, strict=True)
    )
    person = Person(1, times[0], times[-1], faces, faces[0].emotion)
    face = Face(Frames(len(times), len(times), len(times)), (person,), faces[0].emotion)
    voice = spoken(*utterances) if utterances else Voice(0.0)
    combined = together(voice, face, seconds=seconds)
    result = Result(
        "x", "combined", "now", 0.1, "0", Source("a.mp4", "video", 1, "0", seconds), {}, {},
        emotion=combined.emotion, voice=voice, face=face, timeline=combined.timeline,
        affect=combined.affect,
    )  # fmt: skip
    assert violations(replace(result, basis=basis(result))) == []
    told = sum(m.end - m.start for m in combined.timeline)
    spans = merge([*((s, e) for s, e, _ in utterances), *((f.time, f.end) for f in faces)])
    assert told == pytest.approx(sum(e - s for s, e in spans), abs=0.05 * (1 + len(spans)))


def test_a_face_is_held_to_the_next_picture_that_was_to_be_expected_and_no_further():
    assert held([0.0, 0.25, 0.5], 0.25) == [0.25, 0.5, 0.75]
    assert held([0.0, 0.25, 3600.0], 0.25) == [0.25, 0.5, 3600.25]
    assert held([0.0, 5.0, 10.0], 0.25, [(0.0, 15.0)]) == [5.0, 10.0, 15.0]
    assert held([0.0], 0.25) == [0.25]


def test_two_senses_are_not_sure_together_where_neither_is_by_itself():
    weak = tuple(
        replace(s, emotion=replace(s.emotion, certain=False))
        for s in spoken((0.0, 2.0, "happy")).segments
    )
    voice = Voice(2.0, weak, weak[0].emotion)
    assert not any(m.emotion.certain for m in together(voice, None).timeline)
