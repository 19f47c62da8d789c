"""Python, and the packages that requirements.txt pins."""

import sys
from collections.abc import Iterator
from importlib import metadata

from source import __version__
from source.doctor.finding import INSTALL, Finding, doubtful, well, wrong
from source.settings import ROOT, Settings

VERSIONS = ((3, 11), (3, 12), (3, 13))
"""Pythons that AVER is made for, as setup.py has them."""

PINS = "requirements.txt"

SHOWN = 4
"""Packages that are named; of more, the number is told."""


def python(_: Settings) -> Iterator[Finding]:
    """Whether AVER is made for this Python."""
    version = "{}.{}.{}".format(*sys.version_info[:3])
    if sys.version_info[:2] in VERSIONS:
        yield well("Python", f"{version}, AVER {__version__}")
    else:
        cure = "Install Python 3.11, 3.12 or 3.13, and set AVER up with it."
        yield wrong("Python", f"{version}, which AVER was not made for", cure)


def packages(_: Settings) -> Iterator[Finding]:
    """Whether every package is there, in the version that is pinned."""
    from packaging.requirements import Requirement

    lines = (ROOT / PINS).read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pins = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    absent, other = [], []
    for pin in pins:
        try:
            there = metadata.version(pin.name)
        except metadata.PackageNotFoundError:
            absent.append(pin.name)
            continue
        if not pin.specifier.contains(there, prereleases=True):
            other.append(f"{pin.name} {there}")
    if absent:
        yield wrong("packages", f"missing: {_some(absent)}", INSTALL)
    if other:
        yield doubtful("packages", f"not as pinned: {_some(other)}", INSTALL)
    if not absent and not other:
        yield well("packages", f"all {len(pins)} as pinned")


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
