"""A video drawn over by the real worker, played by a real browser."""


def test_an_annotated_video_plays(window, product, clip):
    here = window(product)
    here.page.goto("/combined-analysis")
    payload = {"name": clip.name, "mimeType": "", "buffer": clip.read_bytes()}
    here.page.locator("input[name=files]").set_input_files(payload)
    here.page.get_by_text("Options").click()
    here.page.locator("input[name=seconds]").fill("3")
    here.page.locator("summary", has_text="Drawings").click()
    here.page.get_by_label("with the result drawn on it").check()
    here.page.get_by_label("Where the face network looked").check()
    here.page.get_by_role("button", name="Analyse").click()
    here.result()
    film = here.page.get_by_label("The video with the result drawn over it")
    film.scroll_into_view_if_needed()
    found = film.evaluate("""async film => {
        film.muted = true;
        await film.play();
        while (film.currentTime < 0.5) await new Promise(wait => setTimeout(wait, 50));
        film.pause();
        return [film.videoWidth, film.videoHeight, film.duration, film.error];
    }""")
    width, height, seconds, error = found
    assert (width, height, error) == (640, 360, None)
    assert abs(seconds - 3.0) < 0.1
    film.evaluate("""async film => {
        const sought = new Promise(done => film.addEventListener("seeked", done));
        film.currentTime = 2.5;
        await sought;
    }""")
    picture = here.page.get_by_alt_text("Where the network looked").first
    picture.scroll_into_view_if_needed()
    here.page.wait_for_function(
        "() => [...document.querySelectorAll('.drawing img')]"
        ".every(image => image.complete && image.naturalWidth > 900)"
    )
    here.shoot("drawings", "light")


def test_drawings_are_shown_on_a_phone_without_a_script(window, product, picture):
    here = window(product, width=390, script=False, theme="dark")
    here.page.goto("/image-analysis")
    payload = {"name": picture.name, "mimeType": "", "buffer": picture.read_bytes()}
    here.page.locator("input[name=files]").set_input_files(payload)
    here.page.locator("summary", has_text="Drawings").click()
    here.page.get_by_label("with every face hidden").check()
    here.page.get_by_label("Where the face network looked").check()
    here.shoot("drawings-form", "dark")
    here.page.get_by_role("button", name="Analyse").click()
    here.result()
    here.page.get_by_alt_text("The picture with the result drawn over it").wait_for()
    assert here.page.evaluate("document.documentElement.scrollWidth") <= 390
    here.shoot("drawings", "dark")


def test_a_video_with_subtitles_is_made_and_offered(window, product, clip):
    here = window(product)
    here.page.goto("/video-analysis")
    payload = {"name": clip.name, "mimeType": "", "buffer": clip.read_bytes()}
    here.page.locator("input[name=files]").set_input_files(payload)
    here.page.get_by_text("Options").click()
    here.page.locator("input[name=seconds]").fill("1")
    here.page.locator("summary", has_text="Drawings").click()
    here.page.get_by_label("result and subtitles burned in").check()
    here.shoot("subtitles-form", "light")
    here.page.get_by_role("button", name="Analyse").click()
    here.result()
    film = here.page.get_by_label("The video with the result drawn over it and subtitles")
    film.scroll_into_view_if_needed()
    here.page.wait_for_function("() => document.querySelector('.drawing video').readyState >= 2")
    assert film.evaluate("film => film.error") is None
    names = here.page.locator("a[href*='/exports/']").evaluate_all(
        "links => links.map(a => a.href.split('/exports/')[1])"
    )
    assert "subtitled" in names and "annotated" not in names
    here.shoot("subtitles", "light")
    here.page.set_viewport_size({"width": 390, "height": 844})
    assert here.page.evaluate("document.documentElement.scrollWidth") <= 390
    here.shoot("subtitles", "light")
