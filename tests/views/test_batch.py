"""Many results as a table, in groups and over time; two on one time axis."""

import csv
import io
from dataclasses import replace

import pytest

from source.core.affect import affect
from source.core.emotions import FUSED, Emotion
from source.core.errors import BadRequest, UnknownOption
from source.core.result import Affect, Moment
from source.views import compare, curves
from source.views.batch import Row, arranged, check_names, columns, table_csv
from source.views.groups import grouped, groups_csv
from source.views.response import response_csv, responses
from tests.views import made


def said(label, score=0.8, *, certain=True):
    scores = {e: (1 - score) / (len(FUSED) - 1) for e in FUSED} | {label: score}
    return Emotion.from_scores(scores, threshold=0.0, trusted=certain)


def result(*spans, seconds=4.0, label="happy"):
    """A sound that reads as what `spans` say: (start, end, label[, certain])."""
    moments = tuple(
        Moment(a, b, said(e, certain=all(rest)), ("voice",)) for a, b, e, *rest in spans
    )
    whole = said(label)
    valence, arousal, dominance = affect(whole.scores)
    plain = made.sound()
    return replace(
        plain,
        source=replace(plain.source, seconds=seconds),
        emotion=whole,
        basis=None,
        timeline=moments,
        affect=Affect(valence, arousal, dominance),
    )


@pytest.fixture
def rows():
    return [
        Row("1", "b.wav", result((0, 4, "happy")), variables={"condition": "loud", "take": "10"}),
        Row("2", "a.wav", result((0, 2, "sad"), label="sad"), variables={"condition": "quiet"}),
        Row("3", "c.wav", result((0, 4, "sad"), label="sad"), variables={"condition": "loud"}),
        Row("4", "=cmd.wav", replace(result(), emotion=None, timeline=(), affect=None)),
    ]


def names(rows):
    return [row.name for row in rows]


def parsed(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("file", ["=cmd.wav", "a.wav", "b.wav", "c.wav"]),
        ("-file", ["c.wav", "b.wav", "a.wav", "=cmd.wav"]),
        ("-valence", ["b.wav", "a.wav", "c.wav", "=cmd.wav"]),
        ("valence", ["a.wav", "c.wav", "b.wav", "=cmd.wav"]),
        ("take", ["b.wav", "a.wav", "c.wav", "=cmd.wav"]),
    ],
)
def test_a_table_is_sorted_and_what_has_no_value_comes_last(rows, sort, order):
    assert names(arranged(rows, sort=sort)) == order


def test_it_is_filtered_by_words_and_by_values(rows):
    assert names(arranged(rows, find="SAD")) == ["a.wav", "c.wav"]
    assert names(arranged(rows, find="b.w")) == ["b.wav"]
    loud = {"condition": "loud", "emotion": ""}
    assert names(arranged(rows, where=loud)) == ["b.wav", "c.wav"]
    assert names(arranged(rows, where={"sure": "yes", "emotion": "happy"})) == ["b.wav"]
    for wrong in ({"sort": "nothing"}, {"where": {"nothing": "x"}}):
        with pytest.raises(UnknownOption, match="There is no column “nothing”"):
            arranged(rows, **wrong)


def test_its_csv_has_every_score_and_no_formula(rows):
    lines = parsed(table_csv(rows))
    assert [line["file"] for line in lines] == ["b.wav", "a.wav", "c.wav", "'=cmd.wav"]
    assert list(lines[0]) == list(columns(rows))
    assert lines[0]["emotion"] == "happy" and lines[0]["sure"] == "true"
    assert float(lines[0]["happy"]) == pytest.approx(0.8)
    assert float(lines[1]["valence"]) == pytest.approx(affect(said("sad").scores)[0], abs=1e-6)
    assert {lines[3][key] for key in ("emotion", "sure", "valence", "happy", "condition")} == {""}


def test_a_variable_is_not_called_like_a_column():
    check_names(["condition", "age"])
    for name in ("emotion", "valence", "happy"):
        with pytest.raises(BadRequest, match=f"cannot be called “{name}”"):
            check_names([name])


def test_groups_have_mean_spread_and_number(rows):
    loud, quiet, rest = grouped(rows, "condition")
    assert [group.value for group in (loud, quiet, rest)] == ["loud", "quiet", "(no value)"]
    pleasant, not_so = (affect(said(e).scores)[0] for e in ("happy", "sad"))
    found = loud.means()["valence"]
    assert found.n == 2 and found.mean == pytest.approx((pleasant + not_so) / 2)
    assert found.spread == pytest.approx(abs(pleasant - not_so) / 2**0.5)
    assert quiet.means()["valence"].spread is None
    assert rest.means()["valence"] is None
    lines = {
        (line["condition"], line["measure"]): line for line in parsed(groups_csv(rows, "condition"))
    }
    assert lines["quiet", "happy"]["n"] == "1" and lines["quiet", "happy"]["spread"] == ""
    assert lines["(no value)", "valence"] == {
        "condition": "(no value)", "measure": "valence", "mean": "", "spread": "", "n": "0"
    }  # fmt: skip
    with pytest.raises(UnknownOption, match="There is no variable “age”"):
        grouped(rows, "age")


def test_the_mean_response_counts_who_was_measured_at_that_time(rows):
    (all_of_them,) = responses(rows, measure="happy")
    steps = all_of_them.steps
    assert [(s.start, s.end) for s in steps] == [(i / 2, i / 2 + 0.5) for i in range(8)]
    rest = 0.2 / (len(FUSED) - 1)
    assert [s.found.n for s in steps] == [3] * 4 + [2] * 4
    assert steps[0].found.mean == pytest.approx((0.8 + 2 * rest) / 3)
    assert steps[7].found.mean == pytest.approx((0.8 + rest) / 2)
    lines = parsed(response_csv(rows, measure="happy", by="condition"))
    assert [line["end"] for line in lines if line["condition"] == "quiet"] == [
        "0.5", "1.0", "1.5", "2.0"
    ]  # fmt: skip


def test_a_step_is_the_mean_over_what_was_measured_in_it_and_gaps_stay_gaps():
    row = Row("1", "a.wav", result((0.0, 0.2, "happy"), (0.4, 0.5, "sad"), (2.0, 3.0, "happy")))
    (response,) = responses([row], measure="happy")
    rest = 0.2 / (len(FUSED) - 1)
    assert [s.start for s in response.steps] == [0.0, 2.0, 2.5]
    assert response.steps[0].found.mean == pytest.approx((0.2 * 0.8 + 0.1 * rest) / 0.3)
    drawn = curves.drawn([response])
    assert drawn.curves[0].line.count("M") == 2 and drawn.curves[0].band == ""


def test_the_middle_of_the_scale_is_written_as_zero():
    row = Row("1", "a.wav", result((0.0, 2.0, "sad"), (2.0, 4.0, "neutral")))
    drawn = curves.drawn(responses([row], measure="arousal"))
    assert "0" in [text for _, text in drawn.heights]


def test_pictures_have_no_response():
    assert responses([Row("1", "a.jpg", replace(result(), timeline=()))]) == []
    assert curves.drawn([]) is None
    with pytest.raises(UnknownOption, match="There is no measure “speed”"):
        responses([Row("1", "a.wav", result((0, 1, "sad")))], measure="speed")


def test_differences_are_where_both_are_sure():
    first = result((0, 2, "happy"), (2, 4, "sad"), (4, 6, "neutral"), seconds=6)
    second = result(
        (0, 1, "happy"), (1, 2, "sad"), (2, 3, "angry", False), (4, 6, "sad"), seconds=6
    )
    found = [(d.start, d.end, d.first, d.second) for d in compare.differences(first, second)]
    assert found == [(1, 2, "happy", "sad"), (4, 6, "neutral", "sad")]
    common = compare.together(first, second)
    assert (common.seconds, common.alike) == (5, 1)


def test_they_are_named_in_words_the_longest_first_in_order_of_time():
    first = result(*[(i, i + 1, "happy") for i in range(8)], seconds=8)
    second = result(
        (0, 1, "sad"), (1, 2, "happy"), (2, 4, "sad"), (4, 5, "happy"), (5, 6, "angry"),
        (6, 7, "happy"), (7, 7.5, "sad"), seconds=8, label="sad",
    )  # fmt: skip
    told = compare.sentences(first, second)
    assert "B sounds or looks less pleasant (valence -0." in " ".join(told)
    assert told[0].startswith("A reads as happy") and "B " in told[0]
    assert "They read alike for 40 % of the 7.5 s measured in both." in told
    assert told[3:6] == [
        "From 0:00 to 0:01, A reads as happy and B as sad.",
        "From 0:02 to 0:04, A reads as happy and B as sad.",
        "From 0:05 to 0:06, A reads as happy and B as angry.",
    ]
    assert "1 shorter stretch differs, too." in told


def test_two_alike_have_nothing_that_differs():
    one = result((0, 4, "happy"))
    told = compare.sentences(one, one)
    assert compare.differences(one, one) == []
    assert "They read alike for 100 % of the 4 s measured in both." in told
    nothing = replace(one, emotion=None, timeline=(), affect=None)
    assert compare.sentences(nothing, nothing) == ["Nothing could be read in either."]
    assert "in B nothing could be read" in compare.sentences(one, nothing)[0]


def test_groups_stand_in_the_order_of_their_numbers():
    takes = ("10", "2", "nan", "1", "b", "A")
    rows = [
        Row(str(n), f"{n}.wav", result((0, 1, "sad")), variables={"take": take})
        for n, take in enumerate(takes)
    ]
    order = ["1", "2", "10", "A", "b", "nan"]
    assert [group.value for group in grouped(rows, "take")] == order
    assert [row.variables["take"] for row in arranged(rows, sort="take")] == order


def test_the_response_of_a_pair_lasts_as_long_as_its_sound():
    sound = result((0, 4, "happy"))
    picture = made.picture().source
    pair = replace(sound, source=picture, sources=(picture, sound.source))
    (response,) = responses([Row("1", "pair", pair)], measure="happy")
    assert response.steps[-1].end == 4.0


def test_a_response_by_an_unknown_variable_is_refused(rows):
    with pytest.raises(UnknownOption, match="age"):
        responses(rows, by="age")


def test_a_group_of_one_has_no_spread_and_each_length_counts_while_it_lasts():
    rows = [
        Row("1", "a", result((0, 4, "sad"), seconds=4.0), variables={"who": "x"}),
        Row("2", "b", result((0, 60, "sad"), seconds=60.0), variables={"who": "x"}),
        Row("3", "c", made.picture(), variables={"who": "y"}),
        Row("4", "d", made.nothing(), variables={"who": "z"}),
    ]
    means = {(m["who"], m["measure"]): m for m in parsed(groups_csv(rows, "who"))}
    assert means["y", "valence"]["n"] == "1" and means["y", "valence"]["spread"] == ""
    assert means["z", "valence"]["n"] == "0" and means["z", "valence"]["mean"] == ""
    (response,) = responses(rows, by="who")
    assert [s.found.n for s in response.steps] == [2] * 8 + [1] * 112
    assert [s.found.spread is None for s in response.steps] == [False] * 8 + [True] * 112
    assert len(parsed(table_csv(rows))) == 4


def test_recordings_of_different_lengths_are_said_to_be_so():
    told = compare.sentences(result((0, 4, "sad")), result((0, 4, "sad"), seconds=60.0))
    assert "A lasts 4 s, B 1 min; they are compared from the beginning of each." in told
    alike = compare.sentences(result((0, 4, "sad")), result((0, 4, "sad"), seconds=4.04))
    assert not any("lasts" in text for text in alike)
