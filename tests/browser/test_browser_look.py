"""Every page in both themes and at both widths: whole, without barriers, and photographed."""

import re

import pytest

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
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)))"""
"""What axe finds; all else it says would take as long to be sent as to be found."""


def _check(here, name, theme):
    """No fault that axe calls serious or critical, no sideways scrolling; then a photograph."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    here.page.evaluate(axe.axe_script)
    page = here.page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} pixels too wide at {width}"
        assert page.evaluate(FAULTS) == [], f"{name} at {width} in {theme}"
        here.shoot(name, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page(window, site, name, theme):
    here = window(site, theme=theme)
    here.page.goto(PAGES[name])
    _check(here, name, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["clip", "sound", "picture", "nobody"])
def test_a_result(window, site, clip, sound, picture, name, theme):
    here = window(site, theme=theme)
    path = {"clip": clip, "picture": picture}.get(name, sound)
    here.send(path, name="nobody.wav" if name == "nobody" else None)
    here.result()
    _check(here, f"result-{name}", theme)
    here.page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    here.page.wait_for_load_state("networkidle")  # parts are fetched when they are opened
    _check(here, f"result-{name}-open", theme)


@pytest.mark.parametrize("theme", THEMES)
def test_a_job_a_cancelled_job_and_the_history(window, site, clip, picture, theme):
    here = window(site, theme=theme)
    here.send(picture)
    here.result()
    here.send(clip)
    here.result()
    here.send(clip, name="slow interview.mp4")
    here.page.get_by_text(re.compile(r"Reading 0:\d\d of 1:00")).wait_for()
    _check(here, "job", theme)
    job = here.page.url
    here.page.goto("/history")
    _check(here, "history", theme)
    here.page.goto(job)
    here.page.get_by_role("button", name="Cancel").click()
    here.page.get_by_text("The analysis was cancelled.").wait_for()
    _check(here, "job-cancelled", theme)


@pytest.mark.parametrize("theme", THEMES)
def test_an_upload_page_with_files_and_a_fault(window, site, clip, tmp_path, theme):
    here = window(site, theme=theme)
    page = here.page
    page.goto("/combined-analysis")
    for part in page.locator(".options summary").all():
        part.click()
    (tmp_path / "empty.wav").write_bytes(b"")
    page.locator("input[name=files]").set_input_files([clip, tmp_path / "empty.wav"])
    page.locator("[data-files] li").nth(1).wait_for()
    _check(here, "combined-chosen", theme)


@pytest.mark.parametrize("theme", THEMES)
def test_refused_files_and_the_question_before_deleting(window, site, sound, tmp_path, theme):
    here = window(site, theme=theme)
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
    _check(here, "refused-told", theme)
    page.goto("/history")
    page.locator(".row").nth(2).wait_for()
    _check(here, "refused-history", theme)
    page.get_by_role("button", name="Delete sample.wav").click()
    page.locator("dialog").wait_for()
    _check(here, "ask-dialog", theme)
    page.keyboard.press("Escape")
    page.goto(page.locator(".row-refused a").first.get_attribute("href"))
    _check(here, "refused-job", theme)
