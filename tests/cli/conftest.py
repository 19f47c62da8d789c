import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from source.core.analyses import suited
from source.core.emotions import FUSED, Emotion
from source.core.progress import Progress
from source.core.result import Moment, Note, Result, Source

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that is the current one, with settings that lead into it."""
    for name in ("DATA_DIR", "RESULTS_DIR", "INPUT_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    (tmp_path / "input_dir").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here, capsys):
    """Call the command line in this process: (exit status, stdout, stderr)."""
    from source.cli import main

    def run(*words):
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def command(here):
    """Call `run.py` as its own process, as a person does."""

    def command(*words, **environment):
        return subprocess.run(
            [sys.executable, str(ROOT / "run.py"), *map(str, words)],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            timeout=300,
        )

    return command


@pytest.fixture
def quick(monkeypatch):
    """An analysis that reads nothing but names; what the command line asked of it is kept."""
    from source.core.errors import Damaged, NoFile, WrongKind

    asked = []

    def analyse(paths, options, *, settings, on_progress, cancelled, **_):
        asked.append((tuple(p.name for p in paths), options))
        if options.voice_model == "nobody":
            from source.core.errors import UnknownOption

            raise UnknownOption("voice model", "nobody", ["default"])
        for path in paths:
            if not path.exists():
                raise NoFile(path.name)
            if path.stem == "damaged":
                raise Damaged(path.name, "it ends in the middle")
            if path.stem == "fault":
                raise ZeroDivisionError("by nothing")
        if len(paths) == 2 and {p.suffix for p in paths} != {".jpg", ".wav"}:
            raise WrongKind(paths[0].name, "a video", "one picture and one audio file")
        on_progress(Progress("reading", seconds=1.0, total=2.0, faces=3))
        return made(paths, options)

    monkeypatch.setattr("source.analysis.check_models", lambda *_: None)
    monkeypatch.setattr("source.analysis.probe_files", lambda paths, **_: list(paths))
    monkeypatch.setattr("source.analysis.analyse", analyse)
    return asked


def made(paths, options):
    emotion = Emotion.from_scores({e: 0.4 if e == "happy" else 0.1 for e in FUSED}, threshold=0.3)
    sources = tuple(
        Source(p.name, "video", p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest(), 2.0)
        for p in paths
    )
    return Result(
        id="01",
        analysis=suited("video").name if options.analysis == "auto" else options.analysis,
        created="2026-01-01T00:00:00Z",
        took=0.1,
        app="0.1.0",
        source=sources[0],
        sources=sources if len(sources) > 1 else (),
        models={},
        options=options.to_dict(),
        emotion=emotion,
        timeline=(Moment(0.0, 1.0, emotion, ("face",)), Moment(1.0, 2.0, emotion, ("face",))),
        notes=(Note("no_sound", "The recording has no audio track, so the voice was not read."),),
    )


@pytest.fixture
def clip(here):
    """Make a file of some bytes."""

    def clip(name="clip.mp4", content=b"clip"):
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return clip


@pytest.fixture
def lines():
    """The JSON objects that stand on stdout, one a line."""
    return lambda out: [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def no_escapes():
    """Assert that a text has nothing that steers a terminal."""

    def no_escapes(text):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), text

    return no_escapes
