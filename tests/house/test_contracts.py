"""Imports go up the table of docs/architecture.md, and heavy libraries come late."""

import os
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parents[2]

HEAVY = {
    "alembic", "av", "cv2", "keras", "librosa", "matplotlib", "sklearn", "soundfile", "tensorflow",
}  # fmt: skip


def imported(code):
    """Top-level packages that are loaded after `code` has run in a bare interpreter."""
    tail = "\nimport sys; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    found = subprocess.run(
        [sys.executable, "-c", code + tail],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return set(found.stdout.split())


def test_imports_keep_the_contracts():
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("source", cache_dir=None)
    imports = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        # The error lists who is imported first.
        pytest.fail("These import each other: " + " -> ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    "module",
    [
        "source.analysis",
        "source.cli",
        "source.face",
        "source.fusion",
        "source.jobs",
        "source.media",
        "source.runtime",
        "source.samples",
        "source.store",
        "source.training",
        "source.views",
        "source.voice",
        "source.web",
    ],
)
def test_a_room_opens_without_heavy_libraries(module):
    assert not imported(f"import {module}") & HEAVY


def test_a_web_server_starts_without_heavy_libraries(tmp_path):
    code = f"""
from source.settings import Settings
from source.web import create_app
app = create_app(Settings.load({{"DATA_DIR": {str(tmp_path)!r}}}))
assert app.test_client().get("/").status_code == 200
"""
    assert not imported(code) & (HEAVY | {"ai_edge_litert"})


def test_the_command_line_opens_without_anything_installed():
    found = imported("import run; from source.cli.arguments import parse; parse(['a'])")
    assert not found & (HEAVY | {"numpy", "scipy", "PIL", "flask", "sqlalchemy", "huey"})


def test_core_needs_numpy_alone():
    modules = sorted(p.stem for p in (ROOT / "source/core").glob("[!_]*.py"))
    found = imported("\n".join(f"import source.core.{name}" for name in modules))
    third = {name for name in found if name not in sys.stdlib_module_names}
    allowed = {"numpy", "source", "__main__", "__mp_main__", "sitecustomize", "usercustomize"}
    allowed |= {"coverage", "$coverage"}  # where `make coverage` measures the process
    assert not {n for n in third - allowed if not n.startswith(("_", "distutils"))}


@pytest.mark.slow
def test_an_analysis_imports_no_training_library(samples):
    code = f"""
from pathlib import Path
from source.analysis import analyse, probe_files
from source.settings import Settings
settings = Settings.load({{}})
clip = probe_files([Path({str(samples / "sample.mp4")!r})], settings=settings)
analyse(clip, settings.options(), settings=settings)
"""
    assert not imported(code) & {
        "alembic",
        "tensorflow",
        "keras",
        "librosa",
        "sklearn",
        "matplotlib",
    }


def test_the_tests_multiply_on_as_many_threads_as_the_product():
    """On more, threads that wait for each other burn most of the time of the tests."""
    threads = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
    assert threads and {*threads} == {int(os.environ["OPENBLAS_NUM_THREADS"])}
