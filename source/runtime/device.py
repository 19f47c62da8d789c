"""Which machine this is, and what on it ran a model."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from source.core.result import Device, RanOn

CPUINFO = Path("/proc/cpuinfo")


def numpy_on_cpu() -> RanOn:
    """What runs a model that is computed with NumPy."""
    return RanOn(f"NumPy {version('numpy')}", "cpu")


def used(models: Mapping[str, Any]) -> Device:
    """The machine, and what ran each of these models there (`runtime.Model`, by kind)."""
    ran = {kind: model.ran for kind, model in models.items()}
    on_gpu = any(one.on == "gpu" for one in ran.values())
    return Device(processor(), cores(), ran, gpu_name() if on_gpu else None)


@cache
def version(package: str) -> str:
    """The installed version of a package; empty where it is not installed as one."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


@cache
def processor() -> str:
    """What the maker calls the processor; else its architecture."""
    return _named() or platform.processor() or platform.machine() or "unknown"


def _named() -> str:
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(
                command, capture_output=True, text=True, timeout=5, check=True
            ).stdout.strip()
        lines = CPUINFO.read_text("utf-8", "replace").splitlines()
    except (OSError, subprocess.SubprocessError):
        return ""
    names = [line.partition(":")[2] for line in lines if line.startswith(("model name", "Model"))]
    return " ".join(names[0].split()) if names else ""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def gpu_name() -> str:
    """What the maker calls the graphics card that TensorFlow sees first; “GPU” if it does not say.

    To be called once TensorFlow has run something.
    """
    import tensorflow as tf

    seen = tf.config.list_physical_devices("GPU")
    details = tf.config.experimental.get_device_details(seen[0]) if seen else {}
    return str(details.get("device_name") or "GPU")
