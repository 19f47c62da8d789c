import pytest

from source.core.emotions import FACE, FUSED, VOICE, Emotion
from source.core.result import Face, FaceSegment, Frames, Person, Quality, Segment, Voice
from source.fusion import agreement, combine, fuse


def one(label: str, among: tuple[str, ...], score: float = 0.9) -> Emotion:
    rest = (1 - score) / (len(among) - 1)
    return Emotion.from_scores({e: score if e == label else rest for e in among}, threshold=0.5)


def spoken(*parts: tuple[float, float, str]) -> Voice:
    segments = tuple(Segment(s, e, one(label, VOICE)) for s, e, label in parts)
    return Voice(sum(s.end - s.start for s in segments), segments, segments[0].emotion)


def seen(*parts: tuple[float, str]) -> Face:
    quality = Quality(80, 0.1, 0.5)
    segments = tuple(
        FaceSegment(t, (0, 0, 1, 1), quality, one(label, FACE)) for t, label in parts
    )
    person = Person(1, parts[0][0], parts[-1][0], segments, segments[0].emotion)
    return Face(Frames(len(parts), len(parts), len(parts)), (person,), segments[0].emotion)


def together(voice, face, **changes):
    asked = {
        "seconds": 2.0,
        "hold": 0.25,
        "thresholds": {"voice": 0.5, "face": 0.7},
        "anomalies": {},
        "fused": True,
    }
    return combine(voice, face, **(asked | changes))


def test_both_senses_count_alike():
    scores = fuse({"voice": one("happy", VOICE).scores, "face": one("sad", FACE).scores})
    assert scores["happy"] == pytest.approx(scores["sad"], abs=0.01)
    assert tuple(scores) == FUSED


def test_a_missing_sense_takes_nothing_away():
    assert fuse({"face": one("sad", FACE).scores})["sad"] == pytest.approx(0.9, abs=0.02)


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


def test_strangeness_is_flagged_above_its_threshold():
    voice = spoken((0.0, 1.0, "happy"), (1.0, 2.0, "sad"))
    assert together(voice, None, anomalies={"voice": [0.2, 0.4]}).anomaly.flag == "normal"
    strange = together(voice, None, anomalies={"voice": [0.9, 0.4]})
    assert strange.anomaly.flag == "anomaly"
    assert [m.anomaly for m in strange.timeline] == [0.9, 0.9, 0.4, 0.4]
