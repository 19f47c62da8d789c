"""From a recording to its result, as a person goes there."""

import re

import pytest

from source.views import words

READY = "(v) => v.readyState || new Promise((r) => v.addEventListener('loadedmetadata', r))"
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
ANSWERS = {
    "sample.mp4": "Mostly reads as happy",
    "sample.wav": "Mostly reads as angry",
    "sample.jpg": "Mixed: happy and contempt",
}


@SCRIPT
@pytest.mark.parametrize(
    ("sample", "address"),
    [
        ("clip", "/"),
        ("clip", "/combined-analysis"),
        ("clip", "/video-analysis"),
        ("sound", "/audio-analysis"),
        ("picture", "/image-analysis"),
    ],
)
def test_upload_progress_result(window, site, request, script, sample, address):
    path = request.getfixturevalue(sample)
    here = window(site, script=script)
    here.send(path, address)
    here.result()
    page = here.page
    assert page.locator("h1").inner_text().replace("\n", " ") == ANSWERS[path.name]
    assert page.locator(".lane-track, .ranking").first.is_visible()
    page.goto("/history")
    assert page.locator(".row").count() == 1


@SCRIPT
def test_progress_is_seen_and_cancelled(window, site, clip, script):
    here = window(site, script=script)
    here.send(clip, name="slow.mp4")
    page = here.page
    page.get_by_text(re.compile(r"Reading 0:\d\d of 1:00")).wait_for()
    page.get_by_text("faces read").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("The analysis was cancelled.").wait_for()
    assert page.get_by_role("button", name="Try again").is_visible()


@pytest.mark.parametrize("broken", ["**/events", "**/live.js*"])
def test_a_job_page_does_not_stand_still_when_answers_stay_out(window, site, picture, broken):
    here = window(site)
    here.page.clock.install()
    here.page.route(broken, lambda route: None)  # asked for, and never answered
    here.page.goto("/image-analysis")
    file = {"name": "a while.jpg", "mimeType": "", "buffer": picture.read_bytes()}
    here.page.locator("input[name=files]").set_input_files(file)
    here.page.get_by_role("button", name="Analyse").click()
    here.page.locator("#job").wait_for()
    here.page.unroute(broken)
    here.page.clock.run_for(20_000)
    here.result()


def test_a_job_page_survives_a_reload_and_can_be_left(window, site, clip):
    here = window(site)
    here.send(clip, name="slow talk.mp4")
    here.page.reload()
    here.page.get_by_text("slow talk.mp4").first.wait_for()
    here.page.goto("/history")
    here.page.get_by_role("link", name=re.compile("slow talk.mp4")).click()
    here.page.get_by_role("button", name="Cancel").click()
    here.page.get_by_text("The analysis was cancelled.").wait_for()


@SCRIPT
def test_delete_is_final_and_for_nobody_else(window, site, sound, script):
    here, other = window(site, script=script), window(site)
    here.send(sound)
    here.result()
    address = here.page.url
    assert other.page.goto(address).status == 404
    here.page.get_by_role("button", name="Delete recording").click()
    here.page.get_by_role("heading", name=re.compile("Delete .sample.wav.")).wait_for()
    here.page.get_by_role("link", name="Keep it").click()
    here.page.wait_for_url(address)
    here.page.locator("#ask").wait_for(state="detached")
    here.page.get_by_role("button", name="Delete recording").click()
    here.page.get_by_role("button", name="Erase now").click()
    here.page.get_by_text("and its results were deleted").wait_for()
    assert here.page.goto(address).status == 404


@SCRIPT
def test_everything_can_be_deleted_from_the_history(window, site, sound, script):
    here = window(site, script=script)
    here.send(sound)
    here.result()
    here.page.goto("/history")
    here.page.get_by_role("button", name="Delete everything").click()
    here.page.get_by_role("button", name="Erase now").click()
    here.page.get_by_text("All your recordings").wait_for()
    assert here.page.locator(".row").count() == 0


@SCRIPT
def test_a_bad_file_among_good_ones_is_told_until_it_is_read(window, site, sound, tmp_path, script):
    here = window(site, script=script)
    page = here.page
    (tmp_path / "letter.wav").write_bytes(b"This is a letter and no sound. " * 40)
    (tmp_path / "empty.wav").write_bytes(b"")
    page.goto("/")
    page.locator("input[name=files]").set_input_files(
        [sound, tmp_path / "letter.wav", tmp_path / "empty.wav"]
    )
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url(re.compile("/(jobs|results|history)"))
    if script:
        here.result()  # the way there takes the page with it, and leaves the reason
    told = page.locator("[data-refused]")
    assert "2 files were not accepted" in told.inner_text()
    for name in ("letter.wav", "empty.wav"):
        assert f"“{name}” is" in told.inner_text()
    page.goto("/about")
    told.get_by_role("button", name="Dismiss").click()
    told.wait_for(state="detached")
    page.goto("/history")
    assert page.locator(".row-refused").count() == 2 and told.count() == 0
    page.get_by_role("button", name="Remove letter.wav from the list").click()
    page.get_by_text("was removed from the list").wait_for()
    assert page.locator(".row-refused").count() == 1


@pytest.mark.parametrize("streams", [True, False], ids=["events", "asking"])
def test_work_is_followed_by_events_or_by_asking(window, site, clip, streams):
    here = window(site)
    if not streams:  # as a server answers that has no place for another stream
        here.page.route("**/events*", lambda route: route.fulfill(status=204))
    here.send(clip, name="while talk.mp4")
    here.page.get_by_text(re.compile(r"Reading 0:\d\d of 1:00")).wait_for()
    here.result()
    assert any("/events" in url for url in here.asked)
    assert any("/progress" in url for url in here.asked) is not streams


def test_four_tabs_of_one_browser_all_follow_their_jobs(window, site, clip):
    here = window(site)
    pages = [here.page] + [here.context.new_page() for _ in range(3)]
    for number, page in enumerate(pages):
        page.goto("/video-analysis")
        file = {"name": f"talk {number}.mp4", "mimeType": "", "buffer": clip.read_bytes()}
        page.locator("input[name=files]").set_input_files(file)
    for page in pages:
        page.get_by_role("button", name="Analyse").click()
    for page in pages:
        page.wait_for_url(re.compile("/results/"))
    here.page.goto("/history")
    assert here.page.locator(".row").count() == 4


def test_the_history_follows_its_jobs(window, site, clip):
    here = window(site)
    here.page.goto("/")
    files = [
        {"name": f"talk {i}.mp4", "mimeType": "video/mp4", "buffer": clip.read_bytes()}
        for i in range(3)
    ]
    here.page.locator("input[name=files]").set_input_files(files)
    assert here.page.locator("[data-files] li").count() == 3
    here.page.get_by_role("button", name="Analyse").click()
    here.page.wait_for_url(re.compile("/history"))
    here.page.get_by_text("3 recordings were received.").wait_for()
    here.page.locator(".row .emotion").nth(2).wait_for()


def test_drag_and_drop(window, site, picture):
    here = window(site)
    page = here.page
    page.goto("/")
    held = page.evaluate_handle(
        """(bytes) => { const held = new DataTransfer();
        held.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", {type: "image/jpeg"}));
        return held; }""",
        list(picture.read_bytes()),
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("[data-drop]", event, {"dataTransfer": held})
    row = page.locator("[data-files] li")
    row.get_by_text("dropped.jpg").wait_for()
    assert row.locator("img").evaluate("(i) => i.decode().then(() => i.naturalWidth)") > 0
    page.get_by_role("button", name="Analyse").click()
    here.result()


def test_a_file_is_refused_before_it_is_sent(window, site, tmp_path, clip):
    here = window(site)
    page = here.page
    page.goto("/")
    files = [
        ("empty.mp4", "video/mp4", b""),
        ("large.mp4", "video/mp4", bytes(8_100_000)),
        ("letter.pdf", "application/pdf", b"%PDF"),
        ("good.mp4", "", clip.read_bytes()),
    ]
    for name, _, content in files:
        (tmp_path / name).write_bytes(content)
    page.locator("input[name=files]").set_input_files([tmp_path / name for name, _, _ in files])
    rows = page.locator("[data-files] li")
    assert "It is empty (0 bytes)" in rows.nth(0).inner_text()
    assert "the limit is 8.0 MB" in rows.nth(1).inner_text()
    assert "not be sent" not in rows.nth(2).inner_text()  # a name proves nothing
    page.get_by_role("button", name="Remove letter.pdf").click()
    assert rows.count() == 3
    page.get_by_role("button", name="Analyse").click()
    here.result()  # the good one alone was sent


def test_too_large_without_a_script_gets_its_page(window, site, tmp_path):
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(12_000_000))
    here = window(site, script=False)
    here.page.goto("/video-analysis")
    here.page.locator("input[name=files]").set_input_files(large)
    here.page.get_by_role("button", name="Analyse").click()
    here.page.get_by_text("exceeds the limit of 8 MB").first.wait_for()


@SCRIPT
def test_what_is_no_recording_is_told_on_the_page(window, site, tmp_path, script):
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"This is a letter and no film. " * 40)
    here = window(site, script=script)
    here.page.goto("/video-analysis")
    here.page.locator("input[name=files]").set_input_files(fake)
    here.page.get_by_role("button", name="Analyse").click()
    here.page.get_by_role("alert").filter(has_text="is not a recording").first.wait_for()


def test_upload_progress_is_shown(window, site, clip):
    here = window(site)
    page = here.page
    page.goto("/")
    line = here.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": clip.stat().st_size / 2,
        },
    )
    page.locator("input[name=files]").set_input_files(clip)
    page.get_by_role("button", name="Analyse").click()
    page.get_by_text(re.compile(r"Sending, \d+ %")).wait_for()
    here.result()


def test_a_still_from_the_camera(window, site):
    here = window(site)
    page = here.page
    page.goto("/image-analysis")
    page.get_by_role("button", name="Take a picture").click()
    page.get_by_role("button", name="Take it").click()
    page.locator("[data-files] li").get_by_text(re.compile(r"camera .*\.jpg")).wait_for()
    page.get_by_role("button", name="Analyse").click()
    here.result()


def _lane(page, name):
    return page.get_by_role("slider", name=f"Time line, {name}")


def test_the_time_line_follows_the_player_and_seeks_it(window, site, clip):
    here = window(site)
    here.send(clip)
    here.result()
    page = here.page
    page.locator("video").evaluate(READY)
    page.get_by_text("Reads as happy, sure").wait_for()
    page.get_by_role("link", name=re.compile("0:11")).first.click()
    assert page.locator("[data-moment-time]").inner_text() in ("0:09.2", "0:11.5")
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    assert page.locator(".lane-head").is_visible()


def test_a_lane_is_sought_by_the_keyboard_alone_and_says_in_words_where_it_is(window, site, sound):
    here = window(site)
    here.send(sound)
    here.result()
    lane = _lane(here.page, "Voice")
    here.page.locator("[data-moment-bars] .leads").wait_for()
    lane.focus()
    here.page.keyboard.press("Home")
    assert lane.get_attribute("aria-valuetext") == "0:00.0, nothing was measured"
    for _ in range(2):
        here.page.keyboard.press("PageUp")
    assert lane.get_attribute("aria-valuenow") == "2.4"
    assert lane.get_attribute("aria-valuetext") == "0:02.4, reads as angry 71 %, sure"
    here.page.keyboard.press("ArrowLeft")
    assert float(lane.get_attribute("aria-valuenow")) < 2.4
    assert "Voice: reads as angry" in here.page.locator(".lane-bubble").inner_text()


def test_a_lane_is_sought_by_a_click_and_by_dragging_and_read_under_the_pointer(
    window, site, sound
):
    here = window(site)
    here.send(sound)
    here.result()
    page = here.page
    lane = _lane(page, "Voice")
    page.locator("[data-moment-bars] .leads").wait_for()
    place = lane.bounding_box()
    y = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] * 0.2, y)
    assert "Voice: reads as angry" in page.locator(".lane-bubble").inner_text()
    page.mouse.down()
    assert lane.get_attribute("aria-valuenow") == "2.4"
    page.mouse.move(place["x"] + place["width"] * 0.65, y)
    page.mouse.up()
    assert lane.get_attribute("aria-valuetext").startswith("0:07.8, reads as angry")


def test_a_long_time_line_is_zoomed_and_moved_by_the_keyboard(window, site, clip):
    here = window(site)
    here.send(clip)
    here.result()
    page = here.page
    lane = _lane(page, "Together")
    page.locator("[data-moment-bars] .leads").wait_for()
    lane.focus()
    page.keyboard.press("Home")
    page.keyboard.press("+")
    page.locator(".lanes-rows[data-to='30.0']").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("Together")
    part = page.get_by_role("slider", name="Part of the recording that is shown")
    assert part.get_attribute("aria-valuetext") == "0:00 to 0:30"
    part.focus()
    page.keyboard.press("End")
    page.locator(".lanes-rows[data-from='30.0']").wait_for()
    assert part.get_attribute("aria-valuetext") == "0:30 to 1:00"
    page.get_by_role("button", name="All").click()
    page.locator(".lanes-rows[data-from='0.0'][data-to='60.0']").wait_for()
    assert not part.is_visible()


def test_the_time_line_is_zoomed_by_links_without_a_script(window, site, clip):
    here = window(site, script=False)
    here.send(clip)
    here.result()
    here.page.get_by_role("link", name="Zoom in").click()
    rows = here.page.locator(".lanes-rows")
    assert (rows.get_attribute("data-from"), rows.get_attribute("data-to")) == ("15.0", "45.0")
    here.page.get_by_role("link", name="All", exact=True).click()
    assert rows.get_attribute("data-to") == "60.0"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("sample", ["clip", "sound", "picture"])
def test_who_what_when_and_how_sure_stand_above_the_fold(window, site, request, sample, width):
    here = window(site, width=width)
    here.page.set_viewport_size({"width": width, "height": 800 if width > 800 else 844})
    here.send(request.getfixturevalue(sample))
    here.result()
    page = here.page
    wanted = ["h1", ".answer-facts", ".sure", ".player, .picture"]
    wanted += [] if sample == "picture" else [".lane-main .lane-track"]
    for part in wanted:
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= page.viewport_size["height"], part


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_lanes_of_four_people_stand_above_the_fold(window, site, clip, width, height):
    here = window(site, width=width)
    here.page.set_viewport_size({"width": width, "height": height})
    here.send(clip, name="crowd.mp4")
    here.result()
    here.page.locator("[data-moment-bars] .leads").wait_for()
    tracks = here.page.locator(".lane-track")
    assert tracks.count() == 6  # all together, the voice, four people
    box = tracks.last.bounding_box()
    assert box["y"] + box["height"] <= height


def test_player_and_first_lane_stay_in_sight_on_a_phone(window, site, clip):
    here = window(site, width=390)
    here.send(clip)
    here.result()
    page = here.page
    page.locator("[data-moment-bars]").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('[data-moment]').scrollIntoView()")
    for part in ("video", ".lane-main .lane-track"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"], part


SCROLLED = """least => new Promise(done => {
    const look = () => scrollY > least ? done() : requestAnimationFrame(look);
    look();
})"""
"""Waits until the page is scrolled; what Playwright waits with is barred by the page's policy."""


@pytest.mark.parametrize("name", ["sample.mp4", "crowd.mp4"])
def test_player_and_lanes_stay_where_they_are_while_a_phone_scrolls(window, site, clip, name):
    here = window(site, width=390)
    here.page.set_viewport_size({"width": 390, "height": 844})
    here.send(clip, name=name)
    here.result()
    page = here.page
    page.locator("[data-moment-bars] .leads").wait_for()
    page.evaluate("document.querySelector('.moment-bars').scrollIntoView({block: 'end'})")
    below = page.evaluate("document.querySelector('.pin').getBoundingClientRect().top")
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    page.evaluate(SCROLLED, before + 100)
    assert page.evaluate("document.querySelector('.pin').getBoundingClientRect().top") == below == 0
    player, lane = (page.locator(s).bounding_box() for s in ("video", ".lane-main .lane-track"))
    assert 0 <= player["y"] < player["y"] + player["height"] <= lane["y"] < 500
    lane = page.get_by_role("slider", name="Time line, Together")
    lane.click(position={"x": 100, "y": 10})  # it is not under anything, and still seeks
    assert float(lane.get_attribute("aria-valuenow")) > 5


def test_a_phone_shows_persons_whole_and_buttons_on_one_line(window, site, clip):
    here = window(site, width=390)
    page = here.page
    page.goto("/")
    assert page.get_by_role("link", name="See an example").bounding_box()["height"] <= 52
    here.send(clip)
    here.result()
    people = page.locator(".people")
    for side in ("Width", "Height"):
        assert people.evaluate(f"(p) => p.scroll{side} <= p.client{side}")
    assert people.get_by_text("Person 2").is_visible()
    keys = page.locator(".legend li").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert max(keys) < 30  # a word is not broken into lines


def test_a_moment_spells_its_scores_as_charts_and_tables_do(window, site, clip):
    here = window(site)
    here.send(clip)
    here.result()
    page = here.page
    shares = [0.0004, 0.0, 0.125, 0.4976, 0.9996, 1.0, 0.0051]

    def change(route):
        read = route.fetch().json()
        for moment in read["moments"]:
            moment[4] = shares
        route.fulfill(json=read)

    page.route(lambda url: "/moments" in url, change)
    page.reload()
    page.locator("[data-moment-bars] .leads").wait_for()
    figures = page.locator("[data-moment-bars] li")
    said = dict(text.split("\n") for text in figures.all_inner_texts())
    labels = page.evaluate(
        "fetch(document.querySelector('[data-result]').dataset.result).then(a => a.json())"
    )["labels"]
    assert [said[label] for label in labels] == [words.percent(share) for share in shares]


@SCRIPT
def test_the_theme_can_be_chosen(window, site, script):
    here = window(site, script=script)
    page = here.page
    page.goto("/about")
    page.locator("summary[aria-label=Theme]").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_url(re.compile("/about"))
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    ground = page.locator("body").evaluate("(b) => getComputedStyle(b).backgroundColor")
    assert ground == "rgb(19, 17, 23)"


def test_the_keyboard_reaches_everything(window, site):
    here = window(site)
    page = here.page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file"
    ring = "getComputedStyle(document.querySelector('.drop-face')).outlineStyle"
    assert page.evaluate(ring) == "solid"


@pytest.mark.parametrize("name", ["sample.mp4", "crowd.mp4"])
def test_a_result_prints_on_two_pages_or_so(window, site, clip, name):
    here = window(site)
    here.send(clip, name=name)
    here.result()
    here.page.emulate_media(media="print")
    for shown in (".player", ".lane-main .lane-track", ".ranking", ".people"):
        assert here.page.locator(shown).first.is_visible(), shown
    pdf = here.page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
