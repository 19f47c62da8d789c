"""The program as it is started by hand: its own models, its own samples."""

import json
import re
import subprocess
import sys

import pytest

from source.settings import ROOT

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


@SCRIPT
@pytest.mark.parametrize("sample", ["clip", "sound", "picture"])
def test_a_sample_from_upload_to_result(window, product, request, script, sample):
    here = window(product, script=script)
    here.send(request.getfixturevalue(sample))
    here.result()
    assert re.search("eads as|Closest to|Mixed", here.page.locator("h1").inner_text())
    here.shoot(f"product-{sample}", "light") if script else None


def test_the_example_is_there(window, product):
    here = window(product)
    here.page.goto("/")
    here.page.get_by_role("link", name="See an example").click()
    here.result()
    here.page.get_by_text("This is an example.").wait_for()


def test_the_page_and_the_command_line_give_the_same_values(window, product, clip):
    here = window(product)
    here.send(clip, "/combined-analysis")
    here.result()
    page = here.context.request.get(here.page.url, headers={"Accept": "application/json"}).json()
    done = subprocess.run(
        [sys.executable, "run.py", "-CA", str(clip), "--json", "--purpose", "trying AVER"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(done.stdout)
    for own in ("id", "created", "took"):
        page.pop(own), line.pop(own)
    assert page == line
