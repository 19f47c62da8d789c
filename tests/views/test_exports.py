"""The table of exports: every row, with what it holds and what it refuses."""

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from PIL import Image

from source.core.errors import BadRequest, NotFound, UnknownOption
from source.core.options import drawing_options
from source.core.result import Result
from source.views import charts, exports
from source.views.labels import relabel
from tests.views import made

RESULT = made.video()


@pytest.mark.parametrize("row", exports.EXPORTS.values(), ids=lambda row: row.name)
def test_every_row_says_what_it_is(row):
    assert row.name and row.title and row.format.name and row.format.opens
    assert "/" in row.format.media_type
    assert "/" not in row.name + row.suffix and "." in row.suffix


def test_names_files_and_buttons_are_unique():
    rows = exports.EXPORTS.values()
    assert len({row.suffix for row in rows}) == len(rows)
    assert len({(row.format.name, row.title) for row in rows}) == len(rows)
    assert len(exports.by_format(rows)) == len({row.format.name for row in rows})


@pytest.mark.parametrize("name", [name for name in exports.EXPORTS if name != "zip"])
def test_the_same_result_gives_the_same_bytes(name, tmp_path):
    same_twice(name, tmp_path)


@pytest.mark.usefixtures("drawn_once")  # its files are compared one by one above
def test_the_same_files_give_the_same_package(tmp_path):
    same_twice("zip", tmp_path)


def same_twice(name, folder):
    there = made.there(folder)
    content = exports.export(name, RESULT, **there)
    assert content and content == exports.export(name, RESULT, **there)


def test_json_is_the_whole_result_in_every_form():
    written = exports.export("json", RESULT)
    assert written.isascii() and written.endswith(b"}\n") and b"\n " in written
    assert Result.from_dict(json.loads(written)) == RESULT
    line = exports.result_json(RESULT)
    assert "\n" not in line and json.loads(line) == json.loads(written)


def test_json_is_in_the_label_view():
    written = json.loads(exports.export("json", RESULT, view="ekman7"))
    assert written == relabel(RESULT, "ekman7") and written["labels"] == "ekman7"


@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize("chart", charts.CHARTS)
def test_every_chart_is_a_picture_of_fixed_resolution(chart):
    drawing = ET.fromstring(exports.export(f"{chart}.svg", RESULT))
    with Image.open(io.BytesIO(exports.export(f"{chart}.png", RESULT))) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert picture.width == pytest.approx(3 * float(drawing.get("width")), abs=1)
        assert picture.height == pytest.approx(3 * float(drawing.get("height")), abs=3)
        assert picture.info["Description"] == drawing.get("aria-label")


def test_a_picture_has_the_ground_of_its_theme():
    for theme, ground in (("light", (255, 255, 255)), ("dark", (0x1C, 0x1A, 0x22))):
        content = exports.export("bar.png", RESULT, theme=theme)
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.convert("RGB").getpixel((2, 2)) == ground


def test_a_chart_is_in_the_label_view():
    assert exports.export("bar.svg", RESULT, view="five") != exports.export("bar.svg", RESULT)


def test_a_picture_offers_no_chart_over_time():
    names = [row.name for row in exports.available(made.picture())]
    assert names == [
        *("json", "report.pdf", "csv", "frames.csv"),
        *("bar.png", "pie.png", "plane.png", "bar.svg", "pie.svg", "plane.svg"),
        *("annotated", "zip"),
    ]
    with pytest.raises(NotFound, match=r"nothing for the export “trend\.png”"):
        exports.export("trend.png", made.picture())


def test_a_result_of_nothing_offers_itself():
    names = [row.name for row in exports.available(made.nothing())]
    assert names == ["json", "report.pdf", "sound", "zip"]


def test_only_what_was_drawn_is_offered(tmp_path):
    drawings = made.there(tmp_path)["drawings"]
    for drawn in ([], drawings[:1], drawings[1:], drawings):
        names = [row.name for row in exports.available(RESULT, drawn=drawn) if row.needs_drawing]
        assert names == [path.stem.removeprefix("drawing_") for path in drawn]
    with pytest.raises(NotFound, match="subtitled"):
        exports.export("subtitled", RESULT, drawings=drawings[:1])
    assert exports.export("subtitled", RESULT, drawings=drawings) == b"one to read"


def test_each_drawing_can_be_asked_for_by_its_export():
    made_by = {option.makes for option in drawing_options() if option.makes}
    assert made_by == {row.name for row in exports.EXPORTS.values() if row.needs_drawing}


def test_an_unknown_export_names_the_known():
    with pytest.raises(UnknownOption, match=r"“xlsx”") as refused:
        exports.check(["json", "xlsx"])
    assert "bar.png" in refused.value.hint
    asked = exports.check(["bar.png", "json", "bar.png", "sound:1-2.5"])
    assert [(a.name, a.stretch) for a in asked] == [
        ("bar.png", None), ("json", None), ("sound", (1.0, 2.5)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["sound:", "sound:3", "sound:5-5", "sound:9-2", "sound:a-b", "csv:1-2"]
)
def test_what_is_no_stretch_is_refused(name):
    with pytest.raises(BadRequest):
        exports.check([name])


def test_a_row_that_needs_the_recording_gets_it_and_goes_with_it(monkeypatch, tmp_path):
    row = replace(
        exports.EXPORTS["json"],
        name="copy",
        write=lambda subject: b"".join(path.read_bytes() for path in subject.recordings),
        needs_recording=True,
    )
    monkeypatch.setitem(exports.EXPORTS, "copy", row)
    recording = tmp_path / "clip.mp4"
    recording.write_bytes(b"film")
    assert exports.export("copy", RESULT, recordings=[recording]) == b"film"
    assert row not in exports.available(RESULT, recorded=False)
    with pytest.raises(NotFound):
        exports.export("copy", RESULT)
