"""Write the golden results: ``python -m tests.golden.generate``.

Run it after a change that is meant to change results (another model, another threshold) and read
the difference before committing it.
"""

import json
import sys
from pathlib import Path

from source.analysis import analyse, probe_files
from source.settings import ROOT, Settings

FOLDER = Path(__file__).parent
SAMPLES = ("sample.mp4", "sample.jpg", "sample.wav")
PASSING = ("id", "created", "took", "app", "device")


def golden(name: str) -> dict:
    """The lasting part of a sample's Result, by models that serve on every machine."""
    settings = Settings.load({"VOICE_MODEL": "small"}, root=FOLDER)
    path = ROOT / "input_files" / name
    written = analyse(
        probe_files([path], settings=settings), settings.options(), settings=settings
    ).to_dict()
    return {key: value for key, value in written.items() if key not in PASSING}


def main() -> int:
    """Write one file for each sample."""
    for name in SAMPLES:
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps(golden(name), indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
