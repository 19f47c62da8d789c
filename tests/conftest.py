"""What every test may ask for."""

import os
from pathlib import Path

import pytest

from source.runtime.natives import before_tensorflow
from source.settings import Settings

# Tests share one process and come in any order, so this is done before the first of them.
before_tensorflow()

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of research data and real media; tests of it are skipped without it."""
    folder = Path(os.environ.get("AVER_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "media" / "expect.csv").is_file():
        pytest.skip(f"The real media are not at {folder}; set AVER_DATA to where they are.")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the sample media, which show nobody."""
    return ROOT / "input_files"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose folders lie in the test's own folder."""
    return Settings.load({}, root=tmp_path).with_values(
        DATA_DIR=str(tmp_path / "data"), RESULTS_DIR=str(tmp_path / "results")
    )
