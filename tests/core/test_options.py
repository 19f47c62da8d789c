"""One table of options: every door knows each, by the same name and with the same values."""

import json
import re
from dataclasses import fields

import pytest

from source.cli.arguments import given_options, parse
from source.core.analyses import ANALYSES
from source.core.errors import AverError
from source.core.options import OPTIONS, Options, form_fields, read_form, schema
from source.settings import ROOT, SETTINGS, Settings

HINT = "Leave it empty."

ASKED = {
    "analysis": ("-IA", "image"),
    "fps": ("2", 2.0),
    "max_frames": ("7", 7),
    "seconds": ("1.5", 1.5),
    "start": ("0:12,5", 12.5),
    "end": ("1:05", 65.0),
    "voice_model": ("classic", "classic"),
    "face_model": ("residual", "residual"),
    "video_model": ("lrcn", "lrcn"),
    "denoise": ("", True),
    "baseline": ("0:12.5-30", "12.5-30"),
    "min_face": ("40", 40),
    "max_blur": ("0.7", 0.7),
    "min_light": ("0.2", 0.2),
    "engagement_weights": ("happy=1.20 sad=.5", "happy=1.2,sad=0.5"),
    "purpose": (" a study of  laughter ", "a study of laughter"),
    "annotate": ("", True),
    "blur_faces": ("", True),
    "subtitles": ("", True),
    "explain": ("1.2,3", (1.2, 3.0)),
}
"""What is written for each option, and what is meant."""


def test_every_option_has_its_case_here():
    assert list(ASKED) == list(OPTIONS) == [field.name for field in fields(Options)]


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_read_by_what_it_changes(name):
    """As an attribute of the options; doors that walk the table read none by its name."""
    table = ROOT / "source" / "core" / "options.py"
    texts = (p.read_text("utf-8") for p in (ROOT / "source").rglob("*.py") if p != table)
    assert any(re.search(rf"options\.{name}\b", text) for text in texts)


@pytest.mark.parametrize("name", OPTIONS)
def test_the_command_line_takes_every_option(name):
    written, meant = ASKED[name]
    flag = [] if name == "analysis" else [OPTIONS[name].flag]
    given = given_options(parse([*flag, *([written] if written else []), "--", "clip.mp4"]))
    assert given.pop(name) == meant
    assert set(given.values()) == {None}


@pytest.mark.parametrize("name", [n for n, o in OPTIONS.items() if o.setting])
def test_a_setting_changes_the_default(name, tmp_path):
    written, meant = ASKED[name]
    settings = Settings.load({name.upper(): written or "yes"}, root=tmp_path)
    assert getattr(settings.options(), name) == meant
    assert getattr(Settings.load({}, root=tmp_path).options(), name) == OPTIONS[name].default


def test_what_is_asked_for_goes_before_the_setting(tmp_path):
    settings = Settings.load({"FPS": "9", "MAX_FRAMES": "0"}, root=tmp_path)
    assert settings.options(fps=2).fps == 2
    assert settings.options(max_frames=None).max_frames is None


@pytest.mark.parametrize("name", [n for n, o in OPTIONS.items() if o.form])
@pytest.mark.parametrize("analysis", ANALYSES)
def test_a_form_takes_the_options_that_its_analysis_can_use(name, analysis):
    option, (written, meant) = OPTIONS[name], ASKED[name]
    read = read_form({name: "on" if option.switch else written}, ANALYSES[analysis], hint=HINT)
    assert read == ({name: meant} if option in form_fields(ANALYSES[analysis]) else {})


@pytest.mark.parametrize("name", [n for n, o in OPTIONS.items() if o.range and o.form])
def test_a_field_that_is_out_of_range_is_refused_with_the_range(name):
    for text in ("-1", "nan", "many"):
        with pytest.raises(AverError) as refused:
            read_form({name: text}, ANALYSES["auto"], hint=HINT)
        assert refused.value.status == 400
        assert str(OPTIONS[name].range.name) in refused.value.message
        assert refused.value.hint == HINT


def test_an_empty_field_asks_for_nothing_and_a_comma_is_a_point():
    assert read_form({"fps": " "}, ANALYSES["video"], hint=HINT) == {"fps": None}
    assert read_form({"fps": "2,5"}, ANALYSES["video"], hint=HINT) == {"fps": 2.5}


def test_options_are_written_and_read_back_as_they_were():
    options = Options(**{name: meant for name, (_, meant) in ASKED.items()})
    assert Options(**json.loads(json.dumps(options.to_dict()))) == options


def test_the_schema_and_the_docs_name_every_option_with_its_range():
    page = (ROOT / "docs/options.md").read_text("utf-8")
    (written,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(written) == schema()
    for name, option in OPTIONS.items():
        row = schema()["properties"][name]
        assert f"| `{name}` |" in page and row["description"] in page
        if option.range:
            number = row.get("items", row)
            assert (number["minimum"], number["maximum"]) == (option.range.low, option.range.high)


def test_no_setting_stands_twice():
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
