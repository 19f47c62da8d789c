"""The native libraries live together in one process, whoever comes first."""

import subprocess
import sys

from source.settings import ROOT

VOICE_AFTER_TENSORFLOW = """
from source.runtime import load
from source.media import probe
from source.voice import listen

model = load("voice", "ensemble", runtime="tensorflow")
print(len(listen(probe("input_files/sample.wav"), model=model).voice.segments))
"""


def test_a_voice_is_heard_in_a_process_that_runs_tensorflow():
    done = subprocess.run(
        [sys.executable, "-c", VOICE_AFTER_TENSORFLOW],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) >= 3
