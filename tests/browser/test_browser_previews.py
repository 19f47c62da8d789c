"""What a browser does not show by itself is shown as a copy, and the page waits for it."""

import io

import av
import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def avi(tmp_path):
    path = tmp_path / "clip.avi"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for value in range(20):
            pixels = np.full((64, 96, 3), 10 * value, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
    return path


@pytest.fixture
def tiff(tmp_path):
    path = tmp_path / "scan.tif"
    out = io.BytesIO()
    Image.new("RGB", (60, 90), (200, 30, 30)).save(out, "TIFF", tiffinfo={274: 6})
    path.write_bytes(out.getvalue())
    return path


def test_film_of_another_kind_plays_as_a_copy(window, site, avi):
    shown = window(site, width=390)
    shown.send(avi)
    shown.result()
    player = shown.page.locator("video[data-player]")
    player.wait_for()
    assert (
        player.evaluate(
            "p => new Promise(r => p.readyState ? r(p.videoWidth) :"
            " p.addEventListener('loadedmetadata', () => r(p.videoWidth)))"
        )
        == 96
    )


def test_without_script_the_copy_is_a_button_away(window, site, avi):
    shown = window(site, script=False)
    shown.send(avi)
    shown.result()
    shown.page.get_by_role("button", name="Make a preview").click()
    for _ in range(200):
        if shown.page.locator("video[data-player]").count():
            return
        shown.page.reload()
    raise AssertionError("There is no player.")


def test_turned_tiff_stands_upright(window, site, tiff):
    shown = window(site)
    shown.send(tiff)
    shown.result()
    picture = shown.page.locator(".stage img")
    picture.wait_for()
    assert picture.evaluate("p => p.decode().then(() => [p.naturalWidth, p.naturalHeight])") == [
        90,
        60,
    ]
