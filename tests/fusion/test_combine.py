from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from source.core.emotions import FACE, FUSED, VOICE, Emotion, to_fused
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
from source.fusion import Evidence, SenseAnswer, agreement, combine, load_fusion
from source.fusion.trust import facts, trust
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


def together(
    voice, face, /, *, fused=True, seconds=2.0, thresholds=None, strangeness=None, **answers
):
    thresholds = thresholds or {"voice": 0.5, "face": 0.7}
    parts = {"voice": voice, "face": face}
    said = {
        sense: SenseAnswer(part, thresholds[sense], **answers.get(sense, {}))
        for sense, part in parts.items()
        if part is not None
    }
    return combine(said, seconds=seconds, fusion=LATE if fused else None, strangeness=strangeness)


def pool(**readings):
    return LATE.combine(readings)


def sure(label: str, score: float, *, trust: float = 1.0) -> Evidence:
    return Evidence(one(label, FACE, score).scores, trust)


def test_two_senses_that_agree_are_surer_than_either():
    scores = pool(voice=Evidence(one("happy", VOICE, 0.7).scores), face=sure("happy", 0.7))
    assert scores["happy"] > 0.8
    assert tuple(scores) == FUSED and sum(scores.values()) == pytest.approx(1.0)


def test_a_missing_sense_takes_nothing_away():
    face = one("sad", FACE).scores
    assert pool(face=Evidence(face)) == pytest.approx(to_fused(face))


@pytest.mark.parametrize("label", FUSED)
def test_a_sense_that_is_not_trusted_changes_no_answer(label):
    voice = one("happy", VOICE, 0.6).scores
    scores = pool(voice=Evidence(voice), face=sure(label, 0.99, trust=1e-6))
    assert scores == pytest.approx(to_fused(voice), abs=1e-3)


def test_the_less_a_sense_is_trusted_the_less_it_says():
    voice = Evidence(one("happy", VOICE, 0.6).scores)
    says = [
        pool(voice=voice, face=sure("sad", 0.95, trust=trust))["sad"]
        for trust in (1.0, 0.6, 0.3, 0.1)
    ]
    assert says == sorted(says, reverse=True) and says[0] > 2 * says[-1]


def test_what_a_face_network_met_rarely_in_training_weighs_more():
    rare = pool(voice=Evidence(dict.fromkeys(VOICE, 1 / 8)), face=sure("disgust", 0.5))
    common = pool(voice=Evidence(dict.fromkeys(VOICE, 1 / 8)), face=sure("neutral", 0.5))
    assert rare["disgust"] > common["neutral"]


@pytest.mark.parametrize(
    ("fact", "values"),
    [("seconds", (0.3, 0.6, 1.5)), ("size", (14, 20, 60)), ("blur", (0.9, 0.7, 0.4)),
     ("doubt", (1.0, 0.0)), ("strange", (1.0, 0.97, 0.5))],
)  # fmt: skip
def test_short_small_blurred_and_strange_readings_weigh_less(fact, values):
    sense = "voice" if fact == "seconds" else "face"
    weights = [trust({fact: value}, LATE.trust[sense]) for value in values]
    assert weights == sorted(weights) and weights[0] < weights[-1] == 1.0


def test_the_length_of_speech_is_that_of_the_utterance_and_not_of_its_windows():
    voice = spoken((0.0, 1.4, "happy"), (1.4, 2.8, "happy"), (3.0, 3.5, "sad"))
    assert [f["seconds"] for f in facts(voice)] == pytest.approx([2.8, 2.8, 0.5])


def test_a_small_blurred_face_moves_the_voice_less_than_a_large_sharp_one():
    voice = spoken((0.0, 2.0, "happy"))
    large = seen((0.0, "sad"), (0.25, "sad"))
    person = large.people[0]
    segments = tuple(replace(s, quality=Quality(16, 0.9, 0.5)) for s in person.segments)
    small = replace(large, people=(replace(person, segments=segments),))
    first, second = (together(voice, face).timeline[0].emotion.scores for face in (large, small))
    assert first["sad"] > second["sad"]


def test_agreement_is_one_for_equals_and_small_for_opposites():
    happy, sad = one("happy", FUSED, 0.999).scores, one("sad", FUSED, 0.999).scores
    assert agreement(happy, happy) == 1.0
    assert agreement(happy, sad) < 0.05


def test_nothing_found_gives_no_answer():
    combined = together(Voice(0.0), Face(Frames(3, 0, 0)))
    assert combined.emotion is None
    assert combined.timeline == ()
    assert combined.affect is None


def test_the_time_line_has_gaps_where_nothing_was_found():
    combined = together(spoken((1.0, 1.5, "happy")), None)
    assert [(m.start, m.end) for m in combined.timeline] == [(1.0, 1.5)]


def test_a_moment_names_the_senses_it_rests_on():
    combined = together(
        spoken((0.0, 1.0, "happy")), seen((0.5, "sad"), (0.75, "sad"), (1.0, "sad"))
    )
    assert [m.senses for m in combined.timeline] == [("voice",), ("voice", "face"), ("face",)]
    assert [m.agreement is None for m in combined.timeline] == [True, False, True]


def test_the_threshold_of_both_is_that_of_the_fusions_card_and_of_one_its_own():
    assert LATE.threshold({"voice": 0.9, "face": 0.95}) == LATE.card.threshold
    assert LATE.threshold({"face": 0.95}) == 0.95
    voice, face = spoken((0.0, 2.0, "happy")), seen((0.0, "happy"))
    assert together(voice, face).emotion.certain
    assert not together(voice, None, thresholds={"voice": 0.95}).emotion.certain


def test_one_sense_alone_keeps_its_own_classes():
    combined = together(spoken((0.0, 1.0, "calm")), None, fused=False)
    assert combined.emotion.label == "calm"
    assert tuple(combined.emotion.scores) == VOICE


def test_a_picture_has_no_time_line_but_an_answer():
    combined = together(None, seen((0.0, "happy")), seconds=None, fused=False)
    assert combined.timeline == ()
    assert combined.emotion.label == "happy"


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
        self.trust = {"voice": {}, "face": {}}
        self.card, self.lengths = LATE.card, []

    def combine(self, readings, embeddings):
        self.lengths.append({sense: float(vector[0]) for sense, vector in embeddings.items()})
        loudest = max(embeddings, key=lambda sense: embeddings[sense][0])
        return LATE.combine({loudest: readings[loudest]})

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


class Far:
    """Strangeness that stands in the first number of an embedding."""

    def fits(self, sense, width):
        return width == 1

    def score(self, embeddings, agreement=None, *, measures=None):
        return np.max([vectors[:, 0] for vectors in embeddings.values()], axis=0)


def strange(*scores):
    return {"embeddings": np.array([[s] for s in scores], np.float32)}


def test_a_recording_is_an_anomaly_where_its_moments_are_on_average():
    voice = spoken((0.0, 1.0, "happy"), (1.0, 2.0, "sad"))
    usual = together(voice, None, voice=strange(0.2, 0.4), strangeness=Far())
    assert (usual.anomaly.flag, usual.anomaly.score) == ("normal", pytest.approx(0.3))
    odd = together(voice, None, voice=strange(1.0, 0.98), strangeness=Far())
    assert odd.anomaly.flag == "anomaly" and odd.anomaly.threshold == 0.95
    assert [m.anomaly for m in odd.timeline] == pytest.approx([1.0, 1.0, 0.98, 0.98])


def test_what_lies_between_two_normal_faces_is_not_scored():
    """The middle of two people need not be a face; each of them is."""

    class Between(Far):
        def score(self, embeddings, agreement=None, *, measures=None):
            return (np.abs(embeddings["face"][:, 0]) < 0.5).astype(float)

    face = seen((0.0, "happy"))
    two = replace(face, people=(face.people[0], replace(face.people[0], id=2)))
    for seconds in (None, 0.25):
        found = together(None, two, face=strange(-1.0, 1.0), strangeness=Between(), seconds=seconds)
        assert found.anomaly.score == 0.0


def test_a_recording_without_speech_or_face_is_stranger_than_every_normal_one():
    empty = together(Voice(0.0), Face(Frames(3, 0, 0)), strangeness=Far())
    assert (empty.anomaly.score, empty.anomaly.flag) == (1.0, "anomaly")
    assert together(Voice(0.0), None).anomaly is None  # no forest: nothing is known


def test_a_strange_voice_does_not_speak_against_a_normal_face():
    voice, face = spoken((0.0, 2.0, "happy")), seen((0.0, "sad"), (0.25, "sad"), (0.5, "sad"))
    normal, odd = (
        together(voice, face, voice=strange(score), face=strange(0.1, 0.1, 0.1), strangeness=Far())
        for score in (0.5, 1.0)
    )
    assert odd.timeline[0].emotion.scores["sad"] > normal.timeline[0].emotion.scores["sad"]
    assert odd.timeline[0].emotion.label == "sad"


def test_where_voice_and_face_disagree_stands_in_the_answer():
    voice = spoken((0.0, 1.0, "angry"), (1.0, 2.0, "angry"), (3.0, 4.0, "happy"))
    face = seen(*((t / 4, "happy") for t in range(16)))
    combined = together(voice, face, seconds=4.0)
    (found,) = combined.disagreements
    assert (found.start, found.end, found.person) == (0.0, 2.0, 1)
    assert (found.voice.label, found.face.label) == ("angry", "happy")
    assert together(voice, None).disagreements is None


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
