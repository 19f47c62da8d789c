"""A stand-in for the trained network, and pictures to look at."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from source import media
from source.analysis import analyse, probe_files
from source.core.emotions import FACE
from source.face.blaze import Found
from source.settings import ROOT, Settings
from tests.making.films import film as encoded


class Reader:
    """Answers by the crop alone, like a network: scores from a fixed random projection."""

    def __init__(self) -> None:
        self.card = SimpleNamespace(
            name="stand-in", labels=FACE, threshold=0.5, input={"shape": [48, 48, 1]}
        )
        self._weights = np.random.default_rng(1).normal(size=(48 * 48, len(FACE))) / 48.0

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # one row at a time, since the sum of a batch may be rounded differently
        flat = batch.reshape(len(batch), 1, -1).astype(np.float64)
        logits = np.concatenate([row @ self._weights for row in flat])
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        posteriors = powers / powers.sum(axis=1, keepdims=True)
        return posteriors.astype(np.float32), logits.astype(np.float32)


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="session")
def photo(shared: Path) -> Callable[[str], np.ndarray]:
    """Load a picture of the real media by its name."""

    def load(name: str) -> np.ndarray:
        return media.image(media.probe(shared / "media" / "image" / name))

    return load


@pytest.fixture(scope="session")
def detector():
    from source.face.detect import Detector

    return Detector()


@pytest.fixture(scope="session")
def at():
    """Make a find: a square face of a side, at a place."""

    def make(left: float, top: float, side: float, score: float = 0.9) -> Found:
        box = np.array([left, top, left + side, top + side], float)
        marks = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.5, 0.8], [0, 0.4], [1, 0.4]])
        return Found(box, marks * side + (left, top), score)

    return make


@pytest.fixture
def film(tmp_path: Path):
    """Make a video in which each picture is shown for some seconds."""

    def make(images: list[np.ndarray], *, seconds: int, fps: int = 8) -> media.Recording:
        shown = (image for image in images for _ in range(seconds * fps))
        return media.probe(encoded(tmp_path / "film.mp4", shown, fps=fps))

    return make


@pytest.fixture(scope="session")
def answer(tmp_path_factory):
    """Analyse a picture (RGB) or a file with the real models, through the one pipeline."""
    settings = Settings.load({}, root=ROOT)
    folder = tmp_path_factory.mktemp("asked")

    def answer(what: np.ndarray | Path, **asked):
        path = what
        if isinstance(what, np.ndarray):
            path = folder / f"{len(list(folder.iterdir()))}.png"
            cv2.imwrite(str(path), cv2.cvtColor(what, cv2.COLOR_RGB2BGR))
        return analyse(
            probe_files([path], settings=settings),
            settings.options(**asked),
            settings=settings,
        )

    return answer


@pytest.fixture(scope="session")
def turned():
    """A picture turned clockwise by some degrees, on a larger grey ground; where points go."""

    def make(image: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
        height, width = image.shape[:2]
        side = int(np.hypot(height, width)) + 2
        place = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
        place[:, 2] += np.array([side - width, side - height]) / 2
        return cv2.warpAffine(image, place, (side, side), borderValue=(110, 110, 110)), place

    return make
