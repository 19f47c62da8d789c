"""A time line with little room: what is drawn and listed is what was measured."""

import io
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from source.cli.table import MOST_ROWS, table
from source.cli.terminal import Style
from source.core.emotions import FUSED
from source.core.result import Moment
from source.views import charts, lanes, spans, words
from source.views.charts import data
from source.views.palette import COLOURS
from tests.views import made


@st.composite
def time_lines(draw):
    """A length, and stretches in it with gaps between some."""
    found, at = [], draw(st.floats(0.0, 5.0))
    for _ in range(draw(st.integers(1, 60))):
        length = draw(st.sampled_from([0.05, 0.25, 0.5, 1.4, 30.0]))
        label = draw(st.sampled_from(FUSED))
        score = draw(st.sampled_from([0.4, 0.9]))
        found.append((at, at + length, made.emotion(label, score)))
        at += length + draw(st.sampled_from([0.0, 0.0, 0.0, 0.3, 100.0]))
    return found, found[-1][1] + draw(st.sampled_from([0.0, 1.0, 1000.0]))


def measured(found):
    """Seconds of each emotion, sure and not sure."""
    total = Counter()
    for start, end, emotion in found:
        total[emotion.label, emotion.certain] += end - start
    return total


def shown(blocks):
    total = Counter()
    for block in blocks:
        for part in block.parts:
            total[part.label, part.certain] += part.share * (block.end - block.start)
    return total


@settings(max_examples=150, deadline=None)
@given(time_lines(), st.sampled_from([7, 40, 230, 460]))
def test_shares_drawn_are_shares_measured_at_every_width_and_length(line, most):
    found, seconds = line
    expected = measured(found)
    for blocks in (spans.blocks(found, seconds, most=most), spans.rows(found, seconds, most=most)):
        total = shown(blocks)
        assert set(total) == set(expected)
        for key, time in expected.items():
            assert total[key] == pytest.approx(time, rel=1e-6, abs=0.021)


@settings(max_examples=100, deadline=None)
@given(time_lines(), st.sampled_from([7, 40, 460]))
def test_nothing_is_shown_outside_of_the_recording_or_of_a_gap(line, most):
    found, seconds = line
    for blocks in (spans.blocks(found, seconds, most=most), spans.rows(found, seconds, most=most)):
        assert len(blocks) <= max(most, len(spans.joined(found)) if most == 460 else most)
        for block in blocks:
            assert 0.0 <= block.start < block.end <= seconds + 1e-6
            assert block.measured <= 1.0 + 1e-9
            inside = sum(max(0.0, min(b, block.end) - max(a, block.start)) for a, b, _ in found)
            time = block.measured * (block.end - block.start)
            assert time == pytest.approx(inside, abs=0.021 * len(found))
    for mean in spans.means(found, seconds, most=most):
        assert any(a < mean.end and mean.start < b for a, b, _ in found)
        assert sum(mean.scores.values()) == pytest.approx(1.0, abs=1e-4)


def film(seconds):
    """A film whose emotions change every half second: 53 % happy, 42 % sad, 5 % neutral."""
    scene = ["happy", "sad"] * 42 + ["happy"] * 11 + ["neutral"] * 5
    moments = tuple(
        Moment(i / 2, i / 2 + 0.5, made.emotion(scene[i % 100], 0.9), ("face",))
        for i in range(2 * seconds)
    )
    read = made.overall([made.Reading(0.5, m.emotion, made.THRESHOLD) for m in moments])
    source = replace(made.video().source, seconds=float(seconds))
    return replace(made.video(), source=source, emotion=read, timeline=moments, notes=())


def drawn_areas(svg):
    """Area filled with each emotion's colour, and of all of them, in square units."""
    areas = Counter()
    names = {colour.lower(): label for label, colour in COLOURS.items()}
    for path in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
        label = names.get((path.get("fill") or "").lower())
        if label is None or not path.get("clip-path"):  # what is not clipped is the legend
            continue
        for part in re.findall(r"M([^M]*)", path.get("d")):
            numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", part)]
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            turned = [*points[1:], points[0]]
            corners = zip(points, turned, strict=True)
            areas[label] += abs(sum(a * d - b * c for (a, b), (c, d) in corners)) / 2
    return areas


@pytest.mark.parametrize("seconds", [50, 600, 3950, 10_800])
def test_a_chart_is_filled_in_the_shares_of_the_film(seconds):
    people = made.video().face.people
    long = film(seconds)
    faces = tuple(
        replace(people[0].segments[0], time=m.start, end=m.end, emotion=m.emotion)
        for m in long.timeline
    )
    person = replace(people[0], segments=faces)
    result = replace(long, voice=None, face=replace(long.face, people=(person,)))
    for wide in (True, False):
        areas = drawn_areas(charts.draw("lanes", result, wide=wide))
        whole = sum(areas.values())
        assert areas["happy"] / whole == pytest.approx(0.53, abs=0.01)
        assert areas["sad"] / whole == pytest.approx(0.42, abs=0.01)


def test_the_table_of_a_long_film_gives_the_shares_of_each_row():
    rows = charts.table("trend", film(600)).rows
    assert 5 <= len(rows) <= data.ROWS
    assert rows[0][:4] == ("0:00", "0:15", "happy 50 %, sad 50 %", "sure")
    assert rows[3][2] == "happy 50 %, sad 33 %, neutral 17 %"


def test_the_terminal_sums_up_a_long_film_in_its_proportions():
    text = table(film(600), "", Style(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")))
    over = text.partition("Over time")[2].partition("Voice")[0]
    listed = [line for line in over.splitlines() if " – " in line]
    assert 5 <= len(listed) <= MOST_ROWS
    assert "happy 50 %, sad 50 %  sure" in listed[0]
    assert "more" not in over


def test_what_is_sure_of_nothing_is_told_for_each_row():
    block = spans.Block(0.0, 10.0, (spans.Part("sad", False, 0.5),))
    assert words.how_sure(block) == "not sure; 50 % not measured"


def test_times_under_an_axis_have_room_on_a_phone():
    """A time with hours is eight letters wide; of a minute there is room for more."""
    for seconds, most in ((60.0, 6), (600.0, 6), (7200.0, 3)):
        main = [tick.text for tick in lanes.ticks(0.0, seconds) if tick.main]
        assert 2 <= len(main) <= most, (seconds, main)
