"""Every page in both themes and at both widths: whole and without barriers.

With `SCREENSHOTS` naming a folder, each is photographed there, too.
"""

import re

import pytest

from source.settings import ROOT
from tests.browser.conftest import WIDTHS

THEMES = ("light", "dark")
PAGES = {
    "home": "/",
    "about": "/about",
    "contact": "/contact",
    "models": "/models",
    "privacy": "/privacy",
    "settings": "/settings",
    "notice": "/notice",
    "docs": "/docs",
    "purpose": "/purpose",
    "image": "/image-analysis",
    "audio": "/audio-analysis",
    "video": "/video-analysis",
    "combined": "/combined-analysis",
    "history-empty": "/history",
    "missing": "/nothing-here",
}
FAULTS = """axe.run({resultTypes: ["violations"]}).then(found => found.violations
    .filter(one => ["serious", "critical"].includes(one.impact) || one.id === "landmark-unique")
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)))"""
"""What axe finds; all else it says would take as long to be sent as to be found."""


GROUND = "getComputedStyle(document.body).backgroundColor"


def _check(here, name):
    """No fault that axe calls serious or critical, and no sideways scrolling.

    The page is loaded once and looked at as it stands in both themes: a theme is nothing but
    colours that the stylesheet chooses (`light-dark`), so a page that is loaded in it is the same
    (`test_a_theme_is_nothing_but_colours_of_the_stylesheet`).
    All of axe's rules run each time; nearly all of their time goes to contrast, which depends on
    width and theme.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = here.page
    page.evaluate(axe.axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        grounds = set()
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            grounds.add(page.evaluate(GROUND))
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} is {wide} pixels too wide at {width}"
            assert page.evaluate(FAULTS) == [], f"{name} at {width} in {theme}"
            here.shoot(name, theme)
        assert len(grounds) == len(THEMES)  # it was another theme each time
    page.wait_for_load_state("networkidle")  # a script that fails late is heard


OWN = {"docs.js": "docs_try.html"}
"""The scripts that ask for the theme themselves, each with the one page that loads it.

That page is loaded in each theme where it is tested (`test_browser_docs`), and not looked at here.
"""


def test_a_theme_is_nothing_but_colours_of_the_stylesheet():
    pages = [*(ROOT / "templates").rglob("*.html")]
    files = [*(ROOT / "static").glob("*.[cj]s*"), *pages]
    assert len(files) > 20
    asking = {
        file.name
        for file in files
        if re.search("prefers-color-scheme|matchMedia", file.read_text("utf-8"))
    }
    assert asking == OWN.keys()
    for script, page in OWN.items():
        assert [p.name for p in pages if script in p.read_text("utf-8")] == [page]


@pytest.mark.parametrize("name", PAGES)
def test_a_page(window, site, name):
    here = window(site)
    here.page.goto(PAGES[name])
    _check(here, name)


@pytest.mark.parametrize("name", ["clip", "sound", "picture", "nobody"])
def test_a_result(window, site, clip, sound, picture, name):
    here = window(site)
    path = {"clip": clip, "picture": picture}.get(name, sound)
    here.send(path, name="nobody.wav" if name == "nobody" else None)
    here.result()
    _check(here, f"result-{name}")
    here.page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    _check(here, f"result-{name}-open")


def test_a_job_a_cancelled_job_and_the_history(window, site, clip, picture):
    here = window(site)
    here.send(picture)
    here.result()
    here.send(clip)
    here.result()
    here.send(clip, name="slow interview.mp4")
    here.page.get_by_text(re.compile(r"Reading 0:\d\d of 1:00")).wait_for()
    _check(here, "job")
    job = here.page.url
    here.page.goto("/history")
    _check(here, "history")
    here.page.goto(job)
    here.page.get_by_role("button", name="Cancel").click()
    here.page.get_by_text("The analysis was cancelled.").wait_for()
    _check(here, "job-cancelled")


def test_a_crowd_a_batch_and_a_comparison(window, site, clip, sound):
    here = window(site)
    here.send(sound)
    here.result()
    here.send(clip, name="crowd.mp4")
    here.result()
    _check(here, "result-crowd")
    here.page.goto("/history")
    meters = here.page.locator(".row-answer .meter").evaluate_all(
        "all => all.map(m => m.clientWidth)"
    )
    assert len(set(meters)) == 1 and len(meters) == 2
    for box in here.page.get_by_role("checkbox").all():
        box.check()
    here.page.get_by_role("button", name="Compare two").click()
    here.page.wait_for_url(re.compile("/compare"))
    _check(here, "compare")
    here.page.get_by_role("link", name="Both as a table").click()
    here.page.wait_for_url(re.compile("/batch"))
    here.page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    _check(here, "batch")


def test_an_upload_page_with_files_and_a_fault(window, site, clip, tmp_path):
    here = window(site)
    page = here.page
    page.goto("/combined-analysis")
    for part in page.locator(".options summary").all():
        part.click()
    (tmp_path / "empty.wav").write_bytes(b"")
    page.locator("input[name=files]").set_input_files([clip, tmp_path / "empty.wav"])
    page.locator("[data-files] li").nth(1).wait_for()
    _check(here, "combined-chosen")


def test_refused_files_and_the_question_before_deleting(window, site, sound, tmp_path):
    here = window(site)
    page = here.page
    long = "A very long name of a letter that is no recording at all, whatever it says.wav"
    (tmp_path / long).write_bytes(b"This is a letter and no sound. " * 40)
    (tmp_path / "empty.wav").write_bytes(b"")
    page.goto("/")
    page.locator("input[name=files]").set_input_files(
        [sound, tmp_path / long, tmp_path / "empty.wav"]
    )
    page.get_by_role("button", name="Analyse").click()
    here.result()
    _check(here, "refused-told")
    page.goto("/history")
    page.locator(".row").nth(2).wait_for()
    _check(here, "refused-history")
    page.get_by_role("button", name="Delete sample.wav").click()
    page.locator("dialog").wait_for()
    _check(here, "ask-dialog")
    page.keyboard.press("Escape")
    page.goto(page.locator(".row-refused a").first.get_attribute("href"))
    _check(here, "refused-job")
