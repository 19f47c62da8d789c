"""Charts: right figures, the same bytes, nothing a strict page would refuse."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from source.core.errors import UnknownOption
from source.core.result import Moment
from source.views import charts
from source.views.charts import data, letters
from source.views.palette import COLOURS
from tests.views import made

RESULTS = {
    "video": made.video(),
    "sound": made.sound(),
    "unsure": made.sound(sure=False),
    "picture": made.picture(),
}
CASES = [(kind, name) for kind, result in RESULTS.items() for name in charts.available(result)]


@cache
def _drawn(kind, name, theme="light"):
    return charts.draw(name, RESULTS[kind], theme=theme)


@pytest.mark.parametrize("theme", ["light", "dark", "page"])
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_chart_carries_no_style_script_or_date(kind, name, theme):
    svg = _drawn(kind, name, theme)
    root = ET.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"style", "script", "metadata", "foreignObject", "image", "a"}
    for element in root.iter():
        assert not [k for k in element.attrib if k == "style" or k.startswith("on")]
    assert "20" + "26-" not in svg
    assert root.get("role") == "img" and root.get("aria-label")
    assert "text" in tags  # words stay words


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_same_result_gives_the_same_bytes(kind, name):
    assert charts.draw(name, RESULTS[kind]) == _drawn(kind, name)


def test_ids_of_several_charts_do_not_meet():
    drawn = [
        charts.draw(n, RESULTS["unsure"], theme="page", wide=w)
        for n in charts.CHARTS
        for w in (True, False)
        if n in ("trend", "lanes") or w
    ]
    ids = [e.get("id") for svg in drawn for e in ET.fromstring(svg).iter() if e.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_every_reference_has_its_target(kind, name):
    root = ET.fromstring(_drawn(kind, name))
    ids = {e.get("id") for e in root.iter()}
    for element in root.iter():
        for value in element.attrib.values():
            if value.startswith("url(#"):
                assert value[5:-1] in ids
        if (element.get("href") or "").startswith("#"):
            assert element.get("href")[1:] in ids


def test_a_page_chart_takes_its_ink_from_the_page():
    svg = charts.draw("trend", RESULTS["video"], theme="page")
    assert 'class="fill-ink"' in svg and "#010203" not in svg


def test_light_and_dark_differ_in_ink_and_not_in_emotions():
    light, dark = charts.bar(RESULTS["video"]), charts.bar(RESULTS["video"], dark=True)
    assert light != dark
    assert COLOURS["happy"] in light and COLOURS["happy"] in dark


def test_uncertain_is_hatched():
    assert "<pattern" in charts.pie(RESULTS["unsure"])
    assert "<pattern" not in charts.pie(made.picture(faces=1))


def test_missing_is_empty():
    columns = data.columns(RESULTS["video"])
    gaps = [
        (a[-1].end, b[0].start)
        for a, b in zip(data.runs(columns), data.runs(columns)[1:], strict=False)
    ]
    assert gaps == [(5.0, 7.0)]


def _words(svg):
    return [e.text for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def _bands(svg):
    """Corners (x, y) of every band of a trend, by its colour."""
    root = ET.fromstring(svg)
    paths = {e.get("id"): e.get("d") for e in root.iter("{http://www.w3.org/2000/svg}path")}
    bands = []
    for use in root.iter("{http://www.w3.org/2000/svg}use"):
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", paths[use.get("href")[1:]])]
        bands.append((use.get("fill"), list(zip(numbers[::2], numbers[1::2], strict=True))))
    assert bands
    return bands


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("kind", ["video", "sound", "unsure"])
def test_a_trend_names_every_emotion_it_draws(kind, wide):
    svg = charts.draw("trend", RESULTS[kind], wide=wide)
    drawn = {colour for colour, _ in _bands(svg)}
    assert drawn == {COLOURS[word] for word in _words(svg) if word in COLOURS}
    assert COLOURS["surprised"] in drawn


def test_lanes_name_every_emotion_they_draw():
    result = RESULTS["video"]
    words = _words(charts.draw("lanes", result))
    assert {e.label for lane in data.lanes(result) for *_, e in lane.spans} <= set(words)


@pytest.mark.parametrize("name", ["trend", "lanes"])
@pytest.mark.parametrize("wide", [True, False])
def test_a_chart_over_time_explains_hatched_and_pale_stretches(name, wide):
    assert {"not sure", "not measured"} <= set(
        _words(charts.draw(name, RESULTS["video"], wide=wide))
    )
    certain = made.emotion("happy", 0.9)
    whole = replace(
        RESULTS["video"],
        voice=None,
        source=replace(RESULTS["video"].source, seconds=2.0),
        timeline=(Moment(0.0, 1.0, certain, ("face",)), Moment(1.0, 2.0, certain, ("face",))),
        face=None,
    )
    if name == "trend":
        assert not {"not sure", "not measured"} & set(_words(charts.draw(name, whole, wide=wide)))


@pytest.mark.parametrize("name", ["bar", "pie"])
def test_bars_and_ring_explain_what_is_hatched(name):
    assert "not sure" in _words(charts.draw(name, RESULTS["unsure"]))
    assert "not sure" not in _words(charts.draw(name, made.picture(faces=1)))


def test_a_trend_draws_nothing_between_its_moments():
    """A slope would show scores that nobody measured; a band over a gap, a whole moment of them."""
    svg = charts.draw("trend", RESULTS["video"])
    root = ET.fromstring(svg)
    left, right = (float(root.get(key)) * 1040 for key in ("data-from", "data-to"))
    gap = [left + (right - left) * t / 60.0 for t in (5.0, 7.0)]
    for _, corners in _bands(svg):
        for (x, y), (to_x, to_y) in pairwise(corners):
            assert x == to_x or y == to_y
        assert not [x for x, _ in corners if gap[0] + 0.1 < x < gap[1] - 0.1]
        before, after = min(corners)[0] < gap[0], max(corners)[0] > gap[1]
        assert before != after  # no band reaches over the gap


def test_the_table_of_a_trend_has_the_scores():
    moments = RESULTS["video"].timeline
    table = charts.table("trend", RESULTS["video"])
    assert table.head == ("From", "To", "Reads as", "Sure", *moments[0].emotion.scores)
    surprised = next(row for row in table.rows if row[:3] == ("0:11.5", "0:13.5", "surprised"))
    said = dict(zip(table.head, surprised, strict=True))
    assert said["surprised"] == "66 %" and said["neutral"] == "20 %"


def test_the_table_of_lanes_has_the_score_of_what_leads():
    head, rows = (t := charts.table("lanes", RESULTS["video"])).head, t.rows
    assert head[-1] == "Score"
    voice = [row for row in rows if row[0] == "Voice"]
    assert [row[-1] for row in voice] == ["61 %"] * 5


def test_a_chart_of_a_picture_speaks_of_no_time_and_no_average_of_it():
    picture = made.picture(faces=1)
    for chart in charts.CHARTS.values():
        if not chart.over_time:
            said = f"{chart.title_of(picture)} {chart.explanation_of(picture)}".lower()
            assert not re.search(r"recording|time|measured|moment", said)
    assert charts.CHARTS["bar"].title_of(RESULTS["video"]) == "Average score of each emotion"


def test_a_result_without_emotion_has_no_chart():
    assert charts.available(made.nothing()) == []
    assert charts.bar(made.nothing()) == ""


def test_a_picture_has_no_chart_over_time():
    assert charts.available(made.picture()) == ["bar", "pie", "plane"]


def test_three_hours_make_a_chart_of_bounded_size():
    moment = RESULTS["video"].timeline[0]
    long = replace(
        RESULTS["video"],
        voice=None,
        face=None,
        source=replace(RESULTS["video"].source, seconds=10_800.0),
        timeline=tuple(
            Moment(i / 2, i / 2 + 0.5, moment.emotion, ("face",)) for i in range(21_600)
        ),
    )
    assert len(data.columns(long)) <= data.COLUMNS
    assert len(charts.trend(long)) < 200_000


def test_shares_and_columns_keep_the_mass():
    assert sum(a + b for _, a, b in data.shares(RESULTS["video"])) == pytest.approx(1)
    moments = RESULTS["video"].timeline * 4
    spread = tuple(replace(m, start=i / 2, end=i / 2 + 0.5) for i, m in enumerate(moments))
    source = replace(RESULTS["video"].source, seconds=len(spread) / 2)
    for column in data.columns(replace(RESULTS["video"], timeline=spread, source=source)):
        assert sum(column.scores.values()) == pytest.approx(1, abs=1e-4)


def test_lanes_name_voice_people_and_all_together():
    assert [lane.name for lane in data.lanes(RESULTS["video"])] == [
        "Voice",
        "Person 1",
        "Person 2",
        "Together",
    ]
    for lane in data.lanes(RESULTS["video"]):
        blocks = lane.blocks(60.0)
        assert all(a.end <= b.start + 1e-6 for a, b in pairwise(blocks))


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_each_chart_has_its_figures_as_a_table(kind, name):
    table = charts.table(name, RESULTS[kind])
    assert table.rows and all(len(row) == len(table.head) for row in table.rows)


def test_an_unknown_chart_is_told():
    with pytest.raises(UnknownOption, match="radar"):
        charts.draw("radar", RESULTS["video"])


def _called(name):
    video = made.video()
    first, *others = video.face.people
    return replace(video, face=replace(video.face, people=(replace(first, name=name), *others)))


@pytest.fixture
def fonts_here(monkeypatch):
    """Say which fonts this machine has, beside the one that matplotlib brings."""

    def say(*names):
        known = [(name, str(letters.fonts() / f"{name}.ttf")) for name in names]
        monkeypatch.setattr(letters, "_of_this_machine", lambda: known)
        letters._others.cache_clear()

    yield say
    letters._others.cache_clear()


@pytest.mark.parametrize("name", ["王小明", "Ann 🙂"])
def test_a_name_that_no_font_can_write_is_a_number_in_a_picture(fonts_here, name):
    fonts_here()
    called = _called(name)
    assert charts.picture("lanes", called) == charts.picture("lanes", made.video())
    assert name in charts.draw("lanes", called)  # what shows an SVG finds its own fonts


@pytest.mark.parametrize("name", ["Zoë", "محمد", "Μαρία"])
def test_a_name_that_the_usual_font_can_write_is_drawn_with_it(fonts_here, name):
    fonts_here()
    assert letters.families(name) == [letters.FONT]
    assert charts.picture("lanes", _called(name)) != charts.picture("lanes", made.video())


def test_another_font_of_the_machine_is_used_where_the_usual_one_lacks_a_letter(fonts_here):
    circled = "\N{CIRCLED LATIN CAPITAL LETTER A}"
    assert letters.missing(f"Ann {circled}") == {circled}
    fonts_here("cmr10", "STIXGeneral")
    assert letters.families(circled) == [letters.FONT, "STIXGeneral"]
    assert charts.picture("lanes", _called(circled)) != charts.picture("lanes", made.video())
