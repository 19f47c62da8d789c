"""SIGKILL at each step of a job's life: it is neither lost nor done twice, and nothing is left."""

import json
import subprocess
import sys

import pytest

from tests.jobs import dying
from tests.jobs.fakes import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@pytest.fixture(scope="module")
def reports():
    told = subprocess.run(
        [sys.executable, dying.__file__], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert told.returncode == 0, told.stderr[-3000:]
    return json.loads(told.stdout.splitlines()[-1])


@pytest.mark.parametrize("step", dying.STEPS)
def test_a_process_killed_at_any_step_loses_and_doubles_nothing(reports, step):
    report = reports[step]
    assert (report["died"], report["went_on"]) == (-9, 0)
    assert report["doubled"] == 0 and report["half"] == []
    before_it_was_one = step in ("the upload is half copied", "the upload is stored")
    assert report["states"] == ([] if before_it_was_one else ["done"])
    again = dying.STEPS[step][0] == "work" and step != "the job is over"
    assert report["attempts"] == ([] if before_it_was_one else [2 if again else 1])
