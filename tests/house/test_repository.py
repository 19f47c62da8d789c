"""What may lie in the repository, and what the pins promise."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]

PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ("linux", "darwin", "win32")


@pytest.fixture(scope="module")
def tracked():
    """Every file that is in the repository."""
    found = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip("This is no git checkout, so there is nothing to look through.")
    return [ROOT / name for name in found.stdout.split("\0") if name]


def test_no_data_caches_or_secrets_are_kept(tracked):
    wrong = re.compile(
        r"(^|/)(\.env|__pycache__|instance|work|\.venv|data)(/|$)|\.(pyc|pkl|pickle|log)$"
        r"|^(?!models/).*\.(npz|npy)$"
    )
    names = [str(path.relative_to(ROOT).as_posix()) for path in tracked]
    assert [name for name in names if wrong.search(name)] == []


def test_no_file_is_large(tracked):
    """Models have a few MB at most; anything larger is data that strayed in."""
    sizes = {path: path.stat().st_size for path in tracked if path.is_file()}
    assert [p for p, size in sizes.items() if size > 12e6] == []


def test_pictures_of_reports_are_drawn_not_kept(tracked):
    names = [path.relative_to(ROOT).as_posix() for path in tracked]
    pictures = [name for name in names if name.startswith("models/") and name.endswith(".png")]
    assert pictures == ["models/samples/mean_faces.png"]


def test_results_of_a_run_are_not_kept(tracked):
    kept = [p.name for p in tracked if p.parent.name == "AnalysisResults"]
    assert kept in ([], [".gitkeep"])


def test_product_code_silences_no_type_checker():
    """Training may, where a library has no types; what serves users may not."""
    product = (p for p in (ROOT / "source").rglob("*.py") if "training" not in p.parts)
    files = [*product, *ROOT.glob("*.py")]
    assert len(files) > 100
    assert [p.name for p in files if re.search(r"#\s*type:\s*ignore", p.read_text("utf-8"))] == []


def pins(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


PINNED = ["requirements", "requirements-dev", "requirements-scale", "requirements-scale-dev"]


@pytest.mark.parametrize("name", PINNED)
def test_everything_is_pinned_exactly(name):
    loose = [r for r in pins(f"{name}.txt") if [s.operator for s in r.specifier] != ["=="]]
    assert not loose


@pytest.mark.parametrize("name", PINNED)
def test_what_is_asked_for_is_pinned_as_asked(name):
    there = {r.name: r for r in pins(f"{name}.txt")}
    text = (ROOT / f"{name}.in").read_text("utf-8")
    lines = [line.partition("  #")[0] for line in text.splitlines()]
    asked = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    assert [r.name for r in asked if r.name not in there] == []
    versions = {r.name: next(iter(r.specifier)).version for r in there.values()}
    assert [r for r in asked if not r.specifier.contains(versions[r.name])] == []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_one_version_of_each_on_every_system(python, system):
    environment = {"python_version": python, "python_full_version": f"{python}.0",
                   "sys_platform": system, "implementation_name": "cpython",
                   "platform_python_implementation": "CPython"}  # fmt: skip
    names = [
        r.name
        for r in pins("requirements.txt")
        if r.marker is None or r.marker.evaluate(environment)
    ]
    assert len(set(names)) == len(names)
    assert {"flask", "tensorflow", "librosa", "av", "ai-edge-litert"} <= set(names)
    assert ("gunicorn" in names) is (system != "win32")
    assert ("waitress" in names) is (system == "win32")


def test_pins_allow_every_python_we_promise():
    """As far as the installed packages tell: none of them refuses 3.11, 3.12 or 3.13."""
    refused = []
    for pin in pins("requirements.txt"):
        try:
            wanted = distribution(pin.name).metadata["Requires-Python"]
        except PackageNotFoundError:  # of another system or Python
            continue
        for python in PYTHONS if wanted else ():
            environment = {"python_version": python, "python_full_version": f"{python}.0"}
            applies = pin.marker is None or pin.marker.evaluate(environment)
            if applies and not Requirement(f"python{wanted}").specifier.contains(f"{python}.9"):
                refused.append((pin.name, wanted, python))
    assert not refused


def test_what_runs_here_is_what_is_pinned():
    differ = []
    for pin in pins("requirements.txt"):
        if pin.name == "setuptools" or (pin.marker is not None and not pin.marker.evaluate()):
            continue
        there = Version(distribution(pin.name).version)
        if not pin.specifier.contains(there):
            differ.append(f"{pin} is {there}")
    assert not differ
