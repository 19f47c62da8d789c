"""The machine: processor, memory, graphics card, fonts, and what a model really runs on."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from source.core.figures import number_of
from source.doctor.finding import INSTALL, Finding, doubtful, well, wrong
from source.settings import Settings

NEEDED = 1.5e9
"""Bytes of memory that one worker and one web process take together with a film of 1080 lines."""

MEMINFO = Path("/proc/meminfo")
CARDS = ("/dev/nvidia0", "/dev/kfd", "/proc/driver/nvidia")
"""What a driver of a graphics card leaves on a system."""


def processor(settings: Settings) -> Iterator[Finding]:
    """Which processor it is, and whether it has a core for each thread of the worker."""
    from source.runtime import device

    cores, workers = device.cores(), int(settings.number("WORKERS"))
    text = f"{device.processor()}, {number_of(cores, 'core')}"
    if workers > cores:
        cure = f"Set WORKERS to {cores} or less: more threads make each job slower."
        yield doubtful("processor", f"{text}, but WORKERS is {workers}", cure)
    else:
        yield well("processor", text)


def memory(_: Settings) -> Iterator[Finding]:
    """Whether there is memory for an analysis."""
    free = _available()
    if free is None:
        yield well("memory", "this system does not say how much is free")
    elif free < NEEDED:
        cure = f"AVER needs about {NEEDED / 1e9:.1f} GB: end other programs, or lower WORKERS."
        yield doubtful("memory", f"{free / 1e9:.1f} GB available", cure)
    else:
        yield well("memory", f"{free / 1e9:.1f} GB available")


def _available() -> float | None:
    """Bytes that programs may still take, as far as the system and its limits tell."""
    limits = [value for value in (_of_system(), _of_group()) if value is not None]
    return min(limits, default=None)


def _of_system() -> float | None:
    try:
        lines = MEMINFO.read_text("ascii").splitlines()
        (line,) = [line for line in lines if line.startswith("MemAvailable:")]
        return float(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None


def _of_group() -> float | None:
    """What a container or a service may still take."""
    group = Path("/sys/fs/cgroup")
    try:
        most, now = (float((group / f"memory.{n}").read_text()) for n in ("max", "current"))
    except (OSError, ValueError):  # there is no limit: the file says “max”
        return None
    return most - now


def graphics(settings: Settings) -> Iterator[Finding]:
    """Whether there is a graphics card, and whether TensorFlow can use it."""
    if not any(Path(path).exists() for path in CARDS):
        yield well("graphics card", "none; the processor is fast enough")
        return
    if settings.text("RUNTIME") == "litert":
        yield well("graphics card", "there is one; RUNTIME=litert does without it")
        return
    from source.runtime.device import gpu_name
    from source.runtime.tensorflow import sees_gpu

    if sees_gpu():
        yield well("graphics card", f"{gpu_name()}, and TensorFlow sees it")
    else:
        yield doubtful(
            "graphics card",
            "there is a driver, but TensorFlow sees no card; the processor does the work",
            "Install its libraries: .venv/bin/python -m pip install 'tensorflow[and-cuda]' "
            "(docs/running.md).",
        )


def runs(settings: Settings) -> Iterator[Finding]:
    """What really runs a network here: the default face model is given an empty picture."""
    import numpy as np

    from source.core.result import RanOn
    from source.runtime import load

    model: Any = load(
        "face", "default", root=settings.path("MODELS_DIR"), runtime=settings.text("RUNTIME")
    )
    model.run(np.zeros((1, *model.card.input["shape"]), np.float32))
    ran: RanOn = model.ran
    place = "the graphics card" if ran.on == "gpu" else "the processor"
    yield well("what runs", f"{model.card.name} was run by {ran.library} on {place}")


def fonts(_: Settings) -> Iterator[Finding]:
    """Whether the font of charts and reports is there, and a report can be set in it."""
    import matplotlib
    import typst

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    if not os.access(folder / "DejaVuSans.ttf", os.R_OK):
        yield wrong("fonts", f"DejaVu Sans is not in {folder}", f"Matplotlib is damaged. {INSTALL}")
        return
    page: Any = b'#set text(font: "DejaVu Sans", fallback: false)\nAVER'
    written = typst.compile(page, format="pdf", font_paths=[folder], ignore_system_fonts=True)
    if isinstance(written, bytes) and written.startswith(b"%PDF"):
        yield well("fonts", "DejaVu Sans for charts and reports")
    else:
        yield wrong("fonts", "no report could be set", INSTALL)
