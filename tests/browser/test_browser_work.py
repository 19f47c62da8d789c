"""A person's own work on a result by the keyboard alone, and without a script."""

import re

import pytest

READY = "(v) => v.readyState || new Promise((r) => v.addEventListener('loadedmetadata', r))"
SEEK = "(v, at) => new Promise((r) => { v.addEventListener('seeked', r); v.currentTime = at; })"
STANDS = """(v, at) => new Promise((r) => {
  const look = () => (Math.abs(v.currentTime - at) < 0.01 ? r() : setTimeout(look, 20));
  look();
})"""


@pytest.fixture
def work(window, site, clip):
    here = window(site)
    here.send(clip)
    here.result()
    here.page.locator("[data-player]").evaluate(READY)
    return here


def seek(page, at):
    page.locator("[data-player]").evaluate(SEEK, at)


def said(page, text):
    page.locator("[data-work-said]", has_text=text).wait_for(state="attached")


def test_a_marker_is_set_where_the_player_stands_and_the_page_stays(work):
    page = work.page
    seek(page, 2.5)
    page.keyboard.press("m")
    said(page, "Marker at 0:02.5")
    row = page.locator(".work-list li")
    assert row.locator("a").inner_text() == "0:02.5"
    seek(page, 7)
    row.locator("a").focus()
    page.keyboard.press("Enter")
    page.locator("[data-player]").evaluate(STANDS, 2.5)
    page.reload()
    assert page.locator(".work-list li").count() == 1


WHERE = """(lane) => {
  const track = document.querySelector("[data-track]").getBoundingClientRect();
  return (lane.getBoundingClientRect().left - track.left) / track.width;
}"""


def test_a_marker_is_in_the_lanes_at_once_and_stays_at_its_time_in_a_narrower_window(work):
    page = work.page
    page.set_viewport_size({"width": 1280, "height": 800})
    seek(page, 2.5)
    page.keyboard.press("m")
    said(page, "Marker at 0:02.5")
    marker = page.locator(".lane-marker")
    marker.wait_for(state="attached", timeout=2000)
    share = marker.evaluate(WHERE)
    page.set_viewport_size({"width": 640, "height": 800})
    page.wait_for_function(
        f"() => Math.abs(({WHERE})(document.querySelector('.lane-marker')) - {share}) < 0.01"
    )
    page.locator(".work-list").get_by_role("button", name="Remove").click()
    marker.wait_for(state="detached")


def test_a_person_is_renamed_by_keys_and_every_chart_says_so(work):
    page = work.page
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.dataset.person") == "1"
    page.keyboard.type("Mum x m u")  # keys are letters there
    page.keyboard.press("Enter")
    page.locator(".chart-lanes, .lanes", has_text="Mum x m u").first.wait_for(state="attached")
    assert page.locator(".work-list li").count() == 0


def test_a_stretch_is_excluded_between_two_keys_and_undone_by_one(work):
    page = work.page
    seek(page, 4)
    page.keyboard.press("x")
    said(page, "Excluding from 0:04")
    seek(page, 6)
    page.keyboard.press("x")
    told = page.get_by_text("2.0 s in one stretch were excluded by hand").first
    told.wait_for(state="attached")  # among the notes that the headline folds
    page.locator("[data-player]").evaluate(READY)
    page.locator("[data-player]").evaluate(STANDS, 6)
    page.keyboard.press("u")
    page.get_by_role("button", name="Redo").wait_for()
    assert page.get_by_text("were excluded by hand").count() == 0


def test_an_exclusion_that_was_begun_can_be_given_up(work):
    page = work.page
    page.keyboard.press("x")
    said(page, "Excluding from")
    page.keyboard.press("Escape")
    said(page, "Nothing is excluded.")


def test_a_question_mark_lists_the_keys(work):
    work.page.keyboard.press("?")
    work.page.get_by_text("set a marker at the time of the player").wait_for()


def test_what_makes_no_sense_is_said_beside_the_form(work):
    page = work.page
    page.locator("[data-part=markers] summary").first.click()
    page.locator("#mark-at").fill("9:59")
    page.get_by_role("button", name="Add marker").click()
    page.locator("[data-work-trouble]", has_text="behind the end").wait_for()


def test_without_a_script_the_forms_do_all_of_it(window, site, clip):
    here = window(site, script=False)
    here.send(clip)
    here.result()
    page = here.page
    page.locator("[data-part=markers] summary").first.click()
    page.locator("#mark-at").fill("0:05")
    page.locator("#mark-note").fill("laughs")
    page.get_by_role("button", name="Add marker").click()
    page.wait_for_url(re.compile("#work$"))
    assert "laughs" in page.locator(".work-list").inner_text()
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.get_by_role("button", name=re.compile("Redo")).wait_for()
    assert page.locator(".work-list").count() == 0


def test_all_of_it_is_done_with_the_keyboard_alone(window, site, clip):
    """Upload, seek along a lane, set a marker, rename a person, export: no pointer is moved."""
    here = window(site)
    page = here.page
    page.goto("/")
    _tab_to(page, "type", "file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(clip)
    page.locator("[data-files] li").wait_for()
    _tab_to(page, "textContent", "Analyse")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(jobs|results)/"))
    here.result()
    page.locator("[data-player]").evaluate(READY)
    page.locator("[data-moment-bars] .leads").wait_for()
    _tab_to(page, "ariaLabel", "Time line, Together")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaValueNow") == "1.8"
    page.locator("[data-player]").evaluate(STANDS, 1.8)
    page.keyboard.press("m")
    said(page, "Marker at 0:01.8")
    page.keyboard.press("r")
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    page.locator(".lane-name", has_text="Ann").first.wait_for()
    _tab_to(page, "ariaLabel", "Save Everything as JSON")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    written = download.value.path().read_text("utf-8")
    assert '"Ann"' in written and '"markers"' in written


def _tab_to(page, property_, value):
    """Press Tab until what has the focus is this."""
    for _ in range(150):
        if (page.evaluate(f"document.activeElement.{property_}") or "").strip() == value:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key never leads to {value}.")
