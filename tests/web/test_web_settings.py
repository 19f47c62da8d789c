"""The page of settings: every one with its meaning; a visitor's own; no secrets."""

import html
import re

import pytest

from source.settings import SETTINGS

SECRET = "a-key-nobody-may-see"


def test_every_setting_has_its_meaning_default_and_unit(visitor):
    page = html.unescape(visitor.get("/settings").text)
    for setting in SETTINGS:
        if setting.name == "PURPOSE":
            continue
        assert setting.help in page, setting.name
        if setting.own:
            assert f'name="{setting.name}"' in page
        else:
            assert f"<code>{setting.name}</code>" in page
            assert f'name="{setting.name}"' not in page
    assert "500 MB" in page and "frames per second" in page


def test_secrets_and_folders_are_not_shown(visitor, app, monkeypatch):
    given = {"SECRET_KEY": SECRET, "DATABASE_URL": f"postgresql://me:{SECRET}@host/x"}
    monkeypatch.setitem(app.config, "AVER", app.config["AVER"].with_values(**given))
    page = visitor.get("/settings").text
    assert SECRET not in page and app.config["AVER"].text("DATA_DIR") not in page
    assert page.count("set, not shown") >= 3


def fields(visitor):
    page = visitor.get("/settings").text
    typed = dict(re.findall(r'<input id="set-\w+" type="\w+" name="(\w+)".*?value="([^"]*)"', page))
    chosen = re.findall(r'<select id="set-\w+" name="(\w+)".*?<option selected>(.*?)<', page)
    return {**typed, **dict(chosen)}


def test_a_visitor_chooses_defaults_for_the_next_analyses(visitor, another, jobs):
    before = fields(visitor)
    assert before["FPS"] == "4" and before["LABELS"] == "native"
    answer = visitor.post("/settings", {**before, "FPS": "2", "LABELS": "ekman7"})
    assert answer.status_code == 303
    after = fields(visitor)
    assert after == {**before, "FPS": "2", "LABELS": "ekman7"}
    assert fields(another) == before
    visitor.send()
    assert next(iter(jobs.jobs.values())).options.fps == 2.0
    assert 'placeholder="2"' in visitor.get("/video-analysis").text
    visitor.post("/settings", {**after, "forget": "1"})
    assert fields(visitor) == before


def test_what_is_kept_unchanged_follows_the_server(visitor, app, monkeypatch):
    visitor.post("/settings", {**fields(visitor), "FPS": "2"})
    monkeypatch.setitem(app.config, "AVER", app.config["AVER"].with_values(MIN_FACE=50))
    assert fields(visitor)["MIN_FACE"] == "50" and fields(visitor)["FPS"] == "2"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("FPS", "1000", "0.1 to 60"),
        ("LABELS", "klingon", "Use one of"),
        ("BASELINE", "/etc/hostname", "There is no baseline"),
        ("ENGAGEMENT_WEIGHTS", "joy=2", "“joy=2” is no weight of an emotion"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_changes(visitor, name, value, why):
    before = fields(visitor)
    answer = visitor.post("/settings", {**before, name: value, "MIN_FACE": "99"})
    assert answer.status_code == 400 and "Nothing was changed." in answer.text
    assert why in html.unescape(answer.text)
    assert fields(visitor) == before


def test_what_only_the_operator_sets_cannot_be_sent(visitor, app):
    visitor.post("/settings", {**fields(visitor), "MAX_UPLOAD_MB": "9", "RETENTION_HOURS": "9"})
    assert "1 MB" in visitor.get("/").text  # the limit of this server
    assert app.config["AVER"].number("RETENTION_HOURS") == 24
