"""Engagement and tone as files and tables: what stands in them, and that nothing is made up."""

import csv
import io
import time
from dataclasses import replace

import pytest

from source.core.affect import affect
from source.core.engagement import WEIGHTS, score
from source.core.result import Moment
from source.views import affect as tone
from source.views import charts, exports
from source.views import engagement as engaged
from source.views.labels import relabelled
from tests.views import made

TALK = made.video()
OWN = replace(TALK, options={**TALK.options, "engagement_weights": "happy=2"})


def rows(name, result, **values):
    text = exports.export(name, result, **values).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_has_its_twenty_columns_and_two_rows_a_second():
    found = rows("engagement.csv", TALK)
    names = ("classroom", "product_demo", "seminar", "general")
    assert list(found[0]) == [
        *("timestamp", "emotion", "confidence", "base_score"),
        *(f"{name}_score" for name in names),
        *(f"{n}_{mean}" for n in names for mean in ("30s_avg", "1min_avg", "cumulative")),
    ]
    assert [float(row["timestamp"]) for row in found] == [i / 2 for i in range(120)]


def test_every_row_follows_the_formulas():
    spoken = {m.start: m.emotion for m in TALK.timeline}
    measured = [row for row in rows("engagement.csv", TALK) if row["emotion"]]
    assert len(measured) == len(spoken)
    sums = dict.fromkeys(WEIGHTS, 0.0)
    for count, row in enumerate(measured, start=1):
        emotion = spoken[float(row["timestamp"])]
        assert row["emotion"] == emotion.label
        for name, weights in WEIGHTS.items():
            by_hand = score(emotion.label, emotion.score, weights)
            sums[name] += by_hand
            assert float(row[f"{name}_score"]) == pytest.approx(by_hand, abs=1e-9)
            mean = pytest.approx(sums[name] / count, abs=1e-9)
            assert float(row[f"{name}_cumulative"]) == mean


def test_a_gap_has_its_time_and_nothing_else():
    gap = [row for row in rows("engagement.csv", TALK) if 5.0 <= float(row["timestamp"]) < 7.0]
    assert len(gap) == 4
    for row in gap:
        assert not any(value for name, value in row.items() if name != "timestamp")


def test_own_weights_add_four_columns_behind_the_twenty():
    found = rows("engagement.csv", OWN)
    assert list(found[0])[20:] == ["own_score", "own_30s_avg", "own_1min_avg", "own_cumulative"]
    assert float(found[0]["own_score"]) == pytest.approx(min(5.0, 0.62 * 4.5 * 2), abs=1e-9)


def test_engagement_does_not_depend_on_the_words_a_result_is_shown_in():
    for view in ("ekman7", "five", "groups5"):
        shown = relabelled(TALK, view)
        assert engaged.score_table(shown) == engaged.score_table(TALK)
        assert tone.plane_table(shown) == tone.plane_table(TALK)
        assert exports.export("engagement.csv", TALK, view=view) == exports.export(
            "engagement.csv", TALK
        )
        for name in ("tone", "plane", "engagement"):
            assert charts.table(name, shown) == charts.table(name, TALK)


def test_each_person_has_scores_and_curves():
    assert [row[0] for row in engaged.score_table(TALK).rows] == [
        *("Together", "Person 1", "Person 2")
    ]
    found = rows("engagement-people.csv", TALK)
    second = [row for row in found if row["person"] == "2"]
    assert len(second) == 120
    seen = [float(row["timestamp"]) for row in second if row["emotion"]]
    assert min(seen) == 15.0 and max(seen) < 45.1
    assert {row["emotion"] for row in second} == {"neutral", ""}
    assert "engagement-people.csv" not in [row.name for row in exports.available(made.sound())]


def test_people_are_called_as_their_owner_named_them():
    first, second = TALK.face.people
    named = replace(TALK, face=replace(TALK.face, people=(replace(first, name="Ada"), second)))
    assert [trace.name for trace in tone.traces(named)] == ["Together", "Ada", "Person 2"]
    assert [row[0] for row in engaged.score_table(named).rows] == ["Together", "Ada", "Person 2"]
    assert engaged.title(named, engaged.Choice("seminar", 1)) == "Seminar: Ada"


def test_the_path_is_derived_from_the_scores_of_each_moment():
    together, first, second = tone.traces(TALK)
    assert [t.name for t in (together, first, second)] == ["Together", "Person 1", "Person 2"]
    for (start, end, place), moment in zip(together.stretches, TALK.timeline, strict=True):
        assert (start, end) == (moment.start, moment.end)
        assert place == pytest.approx(affect(moment.emotion.scores), abs=1e-6)
    path = [p.valence for p in TALK.affect.path]
    assert [place[0] for *_, place in together.stretches] == pytest.approx(path, abs=1e-6)
    assert second.mean == pytest.approx(affect(TALK.face.people[1].emotion.scores), abs=1e-5)


def test_one_face_alone_has_no_second_path():
    alone = replace(TALK, voice=None, face=replace(TALK.face, people=TALK.face.people[:1]))
    assert [trace.name for trace in tone.traces(alone)] == ["Together"]


def test_a_picture_has_a_place_and_no_path():
    picture = made.picture()
    assert charts.table("plane", picture).rows and not charts.table("tone", picture).rows
    assert "engagement.csv" not in [row.name for row in exports.available(picture)]


@pytest.mark.parametrize("name", ["tone", "engagement"])
def test_a_line_is_broken_where_nothing_was_measured(name):
    """No stretch of a line crosses the gap from 5 to 7 s."""
    import re
    import xml.etree.ElementTree as ET

    root = ET.fromstring(charts.draw(name, TALK, theme="page"))
    left, right = (float(root.get(key)) * 1040 for key in ("data-from", "data-to"))
    gap = [left + (right - left) * t / 60.0 for t in (5.0, 7.0)]
    crossed = 0
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        if path.get("class") != "stroke-accent" or path.get("d", "").count("L") < 20:
            continue
        crossed += 1
        for run in path.get("d").split("M")[1:]:
            xs = [float(n) for n in re.findall(r"-?\d+\.?\d*", run)[::2]]
            assert max(xs) <= gap[0] + 0.1 or min(xs) >= gap[1] - 0.1
    assert crossed >= 3


def test_two_hours_stay_small_and_quick():
    moment = TALK.timeline[0]
    seconds = 7200.0
    long = replace(
        TALK,
        voice=None,
        face=None,
        source=replace(TALK.source, seconds=seconds),
        timeline=tuple(
            Moment(i / 2, i / 2 + 0.5, moment.emotion, ("face",)) for i in range(14_400)
        ),
    )
    before = time.process_time()
    for name in ("tone", "plane", "engagement"):
        assert len(charts.draw(name, long, theme="page")) < 200_000
        assert len(charts.table(name, long).rows) <= 40
    assert len(exports.export("engagement.csv", long).splitlines()) == 14_401
    assert time.process_time() - before < 20.0
