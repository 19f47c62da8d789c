"""A real browser before a real server with a real worker.

`product` is the program as it is started by hand, with the models; `site` is the same with a
worker whose analyses are made by hand, so that a test can hold them.
"""

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from source.settings import ROOT
from tests.listening import free_port

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""The folder for photographs of the pages, taken only where it is named: nothing reads them."""

WIDTHS = (1280, 390)
PATIENCE = 60_000  # milliseconds; machines that test are often busy


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    """The browser of the system, without a window, with a camera that shows a test picture."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright."
    )
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("There is no Chromium on this machine; set CHROMIUM to where it is.")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
            ],
        )
        yield browser
        browser.close()


@contextmanager
def served(folder: Path, *command: str, **settings: object) -> Iterator[str]:
    """The address of a server process that says where it is, on a data folder of its own."""
    port = free_port()
    stated = {"PURPOSE": "trying AVER"}  # asked for only where a test wants to be asked
    chosen = {"DATA_DIR": folder, "PORT": port, "MAX_UPLOAD_MB": 8, **stated, **settings}
    environment = {**os.environ, **{name: str(value) for name, value in chosen.items()}}
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    with server.stdout:
        ready, _, _ = select.select([server.stdout], [], [], PATIENCE / 1000)
        address = re.search(r"http://\S+", server.stdout.readline() if ready else "")
        try:
            assert address, "The server did not say where it is."
            yield address[0]
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Address of the pages, over jobs that a worker does by hand."""
    with served(tmp_path_factory.mktemp("site"), "-m", "tests.browser.site", WORKERS=2) as address:
        yield address


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """Address of the program as ``python app.py`` serves it, with the models."""
    if not (ROOT / "models" / "index.json").is_file():
        pytest.skip("There are no models; restore them, or train them as the README says.")
    with served(tmp_path_factory.mktemp("product"), "app.py") as address:
        yield address


class Window:
    """A page of a fresh session that remembers what it asked for and complained about."""

    def __init__(self, browser, site, *, width=1280, script=True, theme="light"):
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            color_scheme=theme,
            base_url=site,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.script = script
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message):
        expected = "Failed to load resource" in message.text  # the browser's word for any 4xx
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    def send(self, path, address="/", name=None):
        """Choose a file and send it; leaves us on the page of its job, or further."""
        self.page.goto(address)
        payload = {"name": name or path.name, "mimeType": "", "buffer": path.read_bytes()}
        self.page.locator("input[name=files]").set_input_files(payload)
        self.page.get_by_role("button", name="Analyse").click()
        self.page.wait_for_url(re.compile("/(jobs|results)/"))

    def result(self):
        """Wait for the result of the job we are at; tell what stands there if none comes."""
        try:
            self.page.wait_for_url(re.compile("/results/"))
        except Exception as error:
            main = self.page.locator("main").inner_text()
            asked = "\n".join(self.asked[-12:])
            error.add_note(f"At {self.page.url}:\n{main}\nAsked last:\n{asked}")
            raise

    def outside(self):
        """What was asked for at any other server."""
        ours = urlsplit(self.site).netloc
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme in ("http", "https", "ws", "wss")
            and urlsplit(url).netloc != ours
        ]

    def shoot(self, name, theme):
        """Photograph the page, where photographs are wanted."""
        if not SCREENSHOTS:
            return
        folder = Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)


@pytest.fixture
def window(chromium):
    """Open windows; each is closed, and must have kept to its own server without complaint."""
    opened = []

    def open_(site, **values):
        opened.append(Window(chromium, site, **values))
        return opened[-1]

    yield open_
    for one in opened:
        one.context.close()
    for one in opened:
        assert one.outside() == []
        assert one.complaints == []


@pytest.fixture(scope="session")
def clip(samples):
    return _sample(samples / "sample.mp4")


@pytest.fixture(scope="session")
def sound(samples):
    return _sample(samples / "sample.wav")


@pytest.fixture(scope="session")
def picture(samples):
    return _sample(samples / "sample.jpg")


def _sample(path):
    if not path.is_file():
        pytest.skip(f"There is no {path.name}; make it with: make samples.")
    return path
