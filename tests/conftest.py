"""What every test may ask for."""

# Before numpy: it says on how many threads numpy is to compute, which cannot be changed later.
import source  # noqa: F401

# isort: split

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from source.runtime.natives import before_tensorflow
from source.settings import Settings
from tests.making import drawn, encoders

# Tests share one process and come in any order, so this is done before the first of them.
before_tensorflow()

ROOT = Path(__file__).resolve().parents[1]


NEEDS_REAL = (
    "needs recordings of real people, which the repository does not hold; CONTRIBUTING.md, "
    "“Real recordings”, says what they are and how to get them"
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recordings, `AVER_DATA`; what needs them is skipped without them."""
    folder = Path(os.environ.get("AVER_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "media" / "expect.csv").is_file():
        pytest.skip(NEEDS_REAL)
    return folder


@pytest.fixture(scope="session")
def speech() -> np.ndarray:
    """Nine seconds of made speech with pauses, by nobody: float32 at 16 kHz."""
    from source.media import probe, sound

    recording = probe(ROOT / "models" / "samples" / "voice.flac")
    return np.concatenate([block.samples for block in sound(recording, rate=16_000)])


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


@pytest.fixture(scope="session")
def made_package(tmp_path_factory) -> encoders.Package:
    """A package of made encoder weights."""
    return encoders.package(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def with_encoder(made_package) -> Iterator[None]:
    """The encoder is installed, with made weights."""
    with encoders.used(made_package):
        yield


@pytest.fixture
def without_encoder() -> Iterator[None]:
    """The encoder is not installed."""
    with encoders.used(None):
        yield


@pytest.fixture(scope="session")
def preferring(made_package, speech, tmp_path_factory) -> Path:
    """A folder of models whose preferred voice stands behind the encoder; the next is ours."""
    root = tmp_path_factory.mktemp("models")
    with encoders.used(made_package):
        encoders.models(root, speech)
    return root


@pytest.fixture
def drawn_once() -> Iterator[None]:
    """A chart is drawn once for all tests that ask for this."""
    with drawn.once():
        yield
