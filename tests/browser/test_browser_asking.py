"""What pages ask, offer and take back, with a script and without."""

import base64
import re

import pytest

from tests.browser.conftest import served
from tests.browser.test_browser_flow import SCRIPT

DROP = """([text, name, type]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  document.querySelector("footer").dispatchEvent(
    new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """The pages of a server that has no purpose of its own."""
    folder = tmp_path_factory.mktemp("asking")
    with served(folder, "-m", "tests.browser.site", WORKERS=2, PURPOSE="") as address:
        yield address


@SCRIPT
def test_the_purpose_is_asked_once_before_the_first_job(window, asking, sound, script):
    here = window(asking, script=script)
    page = here.page
    page.goto("/")
    question = page.get_by_role("group", name="What is this for?")
    assert question.is_visible() != script  # with a script, once there is a file
    page.locator("input[name=files]").set_input_files(sound)
    question.wait_for()
    page.get_by_role("button", name="Analyse").click()
    assert page.url.rstrip("/") == asking.rstrip("/")  # it waits for an answer
    page.get_by_label("Research, with people who know and agree").check()
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url(re.compile("/(jobs|results)/"))
    here.result()
    page.goto("/")
    assert question.count() == 0 and page.get_by_text("Purpose: research").is_visible()


def test_own_words_choose_themselves(window, asking, sound):
    here = window(asking)
    page = here.page
    page.goto("/audio-analysis")
    page.locator("input[name=files]").set_input_files(sound)
    page.get_by_label("In your own words").fill("a study of laughter")
    assert page.get_by_label("Something else:").is_checked()
    page.get_by_role("button", name="Analyse").click()
    here.result()
    page.goto("/purpose")
    assert page.get_by_label("In your own words").input_value() == "a study of laughter"


def test_a_file_dropped_anywhere_is_chosen(window, site, sound):
    page = window(site).page
    page.goto("/audio-analysis")
    text = base64.b64encode(sound.read_bytes()).decode()
    page.evaluate(DROP, [text, "dropped.wav", "audio/wav"])
    page.get_by_text("dropped.wav").wait_for()
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url(re.compile("/(jobs|results)/"))


@pytest.mark.parametrize("pair", [True, False])
def test_a_picture_and_a_sound_ask_whether_they_are_a_pair(window, site, sound, picture, pair):
    page = window(site).page
    page.goto("/")
    question = page.get_by_role("group", name="Do the picture and the audio file belong together?")
    files = page.locator("input[name=files]")
    files.set_input_files([sound])
    assert not question.is_visible()
    files.set_input_files([picture])
    question.wait_for()
    around = question.bounding_box()
    for words in question.locator("label span").all():
        box = words.bounding_box()
        assert box["x"] + box["width"] <= around["x"] + around["width"]
    page.get_by_label(re.compile("^Yes" if pair else "^No")).check()
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url(re.compile("/(jobs|results)/" if pair else "/history"))


@SCRIPT
def test_a_deletion_is_undone(window, site, sound, script):
    here = window(site, script=script)
    here.send(sound)
    here.result()
    address = here.page.url
    here.page.get_by_role("button", name="Delete recording").click()
    here.page.get_by_role("button", name="Delete", exact=True).click()
    here.page.wait_for_url(re.compile("/history"))
    assert here.page.goto(address).status == 404
    here.page.goto("/history")
    here.page.get_by_role("button", name="Undo").click()
    here.page.get_by_text("It is back.").wait_for()
    assert here.page.goto(address).status == 200


def unfold(page, part):
    """Open a part of the result that is folded."""
    folded = page.locator(f"details:has([data-part-link][href$='/{part}'])")
    if folded.count() and folded.first.get_attribute("open") is None:
        folded.first.locator("summary").first.click()


@SCRIPT
def test_engagement_is_looked_at_in_another_environment(window, site, clip, script):
    here = window(site, script=script)
    here.send(clip)
    here.result()
    page = here.page
    result = page.url
    unfold(page, "engagement")
    page.get_by_role("link", name="Curves, people and formula").click()
    page.get_by_role("heading", name="General: everything together").wait_for()
    assert (page.url == result) == script  # in the page itself, or on one of its own
    page.get_by_label("Environment", exact=True).select_option("classroom")
    if not script:
        page.get_by_role("button", name="Show", exact=True).last.click()
    page.get_by_role("heading", name="Classroom: everything together").wait_for()
    page.get_by_text("How is this worked out?").last.click()
    assert page.get_by_text("rule of thumb on a scale of 1 to 5").first.is_visible()


@SCRIPT
def test_tone_is_drawn_when_asked_for(window, site, clip, script):
    here = window(site, script=script)
    here.send(clip)
    here.result()
    unfold(here.page, "tone")
    here.page.get_by_role("link", name="Path over time and in the plane").click()
    here.page.get_by_role("img", name=re.compile("^Path in the plane")).wait_for()


def test_a_file_on_the_wrong_page_leads_to_the_right_one(window, site, sound):
    page = window(site).page
    page.goto("/image-analysis")
    page.locator("input[name=files]").set_input_files(sound)
    page.get_by_role("button", name="Analyse").click()
    page.get_by_role("link", name="The page “Audio” takes it.").click()
    page.wait_for_url(re.compile("/audio-analysis"))
