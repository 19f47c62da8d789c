"""Tone and engagement of a result: by themselves for a script, on a page without one."""

import re

import pytest

from source.views import use
from tests.views import made

PART = {"X-Aver-Part": "1"}


@pytest.fixture
def talk(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    return f"/results/{sent.id}"


def test_the_result_shows_the_scores_and_where_the_curves_are(visitor, talk):
    page = visitor.get(talk).text
    assert f'href="{talk}/engagement"' in page and f'href="{talk}/tone"' in page
    assert "derived from the emotions" in page
    assert use.PROHIBITED in page
    assert 'aria-labelledby="chart-engagement"' not in page  # it is drawn when asked for


def test_the_environment_is_chosen_without_a_script(visitor, talk):
    page = visitor.get(f"{talk}/engagement").text
    assert '<option value="general" selected>General</option>' in page
    assert use.PROHIBITED in page and "rule of thumb" in page
    form = re.search(r'<form class="choice[^"]*" method="get" action="([^"]+)"', page)
    chosen = visitor.get(f"{form[1]}?environment=classroom&person=2").text
    assert '<h3 id="chart-engagement">Classroom: Person 2</h3>' in chosen
    assert '<option value="classroom" selected>' in chosen
    assert '<option value="2" selected>' in chosen
    assert chosen.count("<svg") > page.count("<html")


def test_own_weights_are_given_in_the_form(visitor, talk):
    page = visitor.get(f"{talk}/engagement?environment=own&own=happy%3D2").text
    assert '<option value="own" selected>Own weights</option>' in page
    assert 'value="happy=2"' in page
    wrong = visitor.get(f"{talk}/engagement?own=joy%3D2")
    assert wrong.status_code == 400 and "“joy=2” is no weight of an emotion" in wrong.text
    assert "happy=1.2" in wrong.text


@pytest.mark.parametrize(
    ("query", "status", "why"),
    [("environment=party", 400, "“party”"), ("person=9", 404, "no person 9")],
)
def test_what_is_not_there_is_told(visitor, talk, query, status, why):
    answer = visitor.get(f"{talk}/engagement?{query}")
    assert answer.status_code == status and why in answer.text


@pytest.mark.parametrize("name", ["tone", "engagement"])
def test_a_script_gets_the_part_alone(visitor, talk, name):
    part = visitor.get(f"{talk}/{name}", headers=PART).text
    assert "<html" not in part and "data-part-here" in part
    assert "Show as table" in part and 'class="chart"' in part


def test_tone_has_the_plane_and_the_path(visitor, talk):
    page = visitor.get(f"{talk}/tone").text
    assert 'id="chart-plane"' in page and 'id="chart-tone"' in page
    assert "Derived from the emotion scores" in page


def test_nobody_else_sees_them(another, talk):
    for name in ("tone", "engagement"):
        assert another.get(f"{talk}/{name}").status_code == 404


def test_a_picture_has_scores_and_a_place(visitor, jobs, sent):
    jobs.finish(sent.id, made.picture())
    page = visitor.get(f"/results/{sent.id}/engagement").text
    assert "Person by person" in page and "data-time-chart" not in page
    assert 'id="chart-plane"' in visitor.get(f"/results/{sent.id}/tone").text


def test_where_nothing_was_read_there_is_neither(visitor, jobs, sent):
    jobs.finish(sent.id, made.nothing())
    for name in ("tone", "engagement"):
        assert visitor.get(f"/results/{sent.id}/{name}").status_code == 404
