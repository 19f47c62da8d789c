"""The commands of training, as a shell sees them."""

import subprocess
import sys

from source.settings import ROOT


def test_who_reads_no_further_sees_no_traceback():
    told = subprocess.Popen(
        [sys.executable, "-m", "source.training.evaluate", "voice"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert told.stdout and told.stderr
    told.stdout.close()
    with told.stderr as said:
        assert "Traceback" not in said.read()
    assert told.wait() == 141  # as if SIGPIPE had ended it
