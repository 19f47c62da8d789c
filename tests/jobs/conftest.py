"""Jobs on a folder of their own, recordings made on the spot, workers that only pretend."""

import io
import os
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from source.jobs import Jobs
from source.jobs.runner import Runner
from source.settings import Settings
from source.store.database import Database
from source.store.table import JobTable
from tests.jobs import fakes
from tests.jobs.fakes import ROOT, SCRIPT


@pytest.fixture
def jobs(settings: Settings) -> Iterator[Jobs]:
    jobs = Jobs(settings)
    yield jobs
    jobs.close()


@pytest.fixture
def data(settings: Settings) -> Path:
    return settings.path("DATA_DIR")


@pytest.fixture
def table(settings: Settings, data: Path) -> Iterator[JobTable]:
    """The table as a worker sees it."""
    data.mkdir(parents=True, exist_ok=True)
    database = Database("", folder=data)
    yield JobTable(database)
    database.close()


@pytest.fixture
def runner(settings: Settings, table: JobTable) -> Callable[..., Runner]:
    """Makes what a worker does its jobs with, around a given analysis."""

    def make(
        analyse: Any, *, over: Callable[[], bool] = lambda: False, draw: Any = None, **values: Any
    ) -> Runner:
        return fakes.runner(
            settings.with_values(**values), table, analyse, draw=draw, shutting_down=over
        )

    return make


@pytest.fixture(scope="session")
def tone() -> bytes:
    """A second of 440 Hz as a WAV file."""
    samples = np.sin(np.arange(16000) * 2 * np.pi * 440 / 16000) * 8000
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


@pytest.fixture(scope="session")
def picture() -> bytes:
    """A grey picture as a PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 48), (128, 128, 128)).save(file, "png")
    return file.getvalue()


@pytest.fixture
def worker(settings: Settings) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts real worker processes with a pretended analysis; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **values: Any) -> subprocess.Popen[bytes]:
        used = settings.with_values(**values)
        environment = {**os.environ, **{name: str(value) for name, value in used.values.items()}}
        command = [sys.executable, str(SCRIPT), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


@pytest.fixture
def until() -> Callable[..., Any]:
    """Waits for something another process does, and fails the test when it does not."""

    def wait(what: Callable[[], Any], *, seconds: float = 30.0) -> Any:
        deadline = time.monotonic() + seconds
        pause = threading.Event()
        while not (found := what()):
            assert time.monotonic() < deadline, "It did not happen in time."
            pause.wait(0.05)
        return found

    return wait


@pytest.fixture
def probes(monkeypatch) -> list[str]:
    """The names of the files that are probed."""
    from source import media

    names: list[str] = []
    probe = media.probe

    def count(path: Path, *, name: str, **values: Any) -> Any:
        names.append(name)
        return probe(path, name=name, **values)

    monkeypatch.setattr(media, "probe", count)
    return names
