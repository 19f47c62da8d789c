"""Encoders with random weights, in packages of their own, and models that stand behind them."""

import hashlib
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.runtime import head
from source.runtime.card import Card, digest
from source.runtime.foreign import FOREIGN, Foreign
from source.runtime.head import Layers, Space
from source.runtime.registry import ROOT
from source.voice import encoder
from source.voice.encoder import BANDS, WIDTH
from source.voice.inputs import encoder_statistics

LAYERS = 3
STATISTICS = LAYERS * 2 * WIDTH
NUMBERS = {"<f4": 0, "<i2": 2, "<f2": 4}
"""The number of each type in a file of CTranslate2."""

MODULE = "made_encoder"
"""What Python imports of the package that `package` makes."""

NAME, NEXT = "behind-encoder", "ensemble"
"""The voice that is preferred, and the one that needs no encoder."""

CERTAINTY = {"least_seconds": 1.0, "at_one_second": 2.2, "per_doubling": 0.5}


def weights(layers: int = LAYERS) -> dict[str, np.ndarray]:
    """Random weights of the size that trained ones have."""
    rng = np.random.default_rng(0)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.05, shape).astype(np.float16)

    made = {
        "conv1/weight": some(WIDTH, BANDS, 3), "conv1/bias": some(WIDTH),
        "conv2/weight": some(WIDTH, WIDTH, 3), "conv2/bias": some(WIDTH),
        "position_encodings/encodings": some(1500, WIDTH),
    }  # fmt: skip
    for part, inner, outer in (("self_attention", 3, 1), ("ffn", 4, 4)):
        for name in (f"layer_{i}/{part}" for i in range(layers)):
            made |= {
                f"{name}/layer_norm/gamma": 1 + some(WIDTH),
                f"{name}/layer_norm/beta": some(WIDTH),
                f"{name}/linear_0/weight": some(inner * WIDTH, WIDTH),
                f"{name}/linear_0/bias": some(inner * WIDTH),
                f"{name}/linear_1/weight": some(WIDTH, outer * WIDTH),
                f"{name}/linear_1/bias": some(WIDTH),
            }
    return {f"encoder/{name}": array for name, array in made.items()}


def text(word: str) -> bytes:
    return struct.pack("<H", len(word) + 1) + word.encode() + b"\0"


def entry(name: str, array: np.ndarray, kind: int | None = None, size: int | None = None) -> bytes:
    """One array in a file of CTranslate2."""
    kind = NUMBERS[array.dtype.str] if kind is None else kind
    size = array.nbytes if size is None else size
    shape = struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
    return text(name) + shape + struct.pack("<BI", kind, size) + array.tobytes()


def written(*entries: bytes, version: int = 6) -> bytes:
    """A file of CTranslate2."""
    start = struct.pack("<I", version) + text("WhisperSpec") + struct.pack("<I", 3)
    return start + struct.pack("<I", len(entries)) + b"".join(entries) + struct.pack("<I", 0)


@dataclass(frozen=True)
class Package:
    """Where a package lies, and what its weights are known by."""

    folder: Path
    known: Foreign


def package(folder: Path) -> Package:
    """A package in a folder with random weights of the encoder."""
    content = written(*(entry(name, array) for name, array in weights().items()))
    inside = folder / MODULE
    inside.mkdir()
    (inside / "__init__.py").touch()
    (inside / "model.bin").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    known = replace(FOREIGN["encoder"], module=MODULE, file="model.bin", sha256=sha256)
    return Package(folder, known)


@contextmanager
def used(made: Package | None) -> Iterator[None]:
    """The encoder is this package's, whatever is installed; None for no encoder."""
    known = replace(FOREIGN["encoder"], module="no_such_encoder") if made is None else made.known
    with pytest.MonkeyPatch.context() as patch:
        if made is not None:
            patch.syspath_prepend(str(made.folder))
        patch.setitem(FOREIGN, "encoder", known)
        encoder._load.cache_clear()
        try:
            yield
        finally:
            encoder._load.cache_clear()


def models(root: Path, speech: np.ndarray) -> None:
    """A folder of models: `NAME` is preferred, all others are those of the repository."""
    rows = encoder_statistics(speech)[0]
    for folder in [*ROOT.iterdir(), *(ROOT / "voice").iterdir()]:
        link = root / folder.relative_to(ROOT)
        if folder.is_dir() and folder.name != "voice":
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(folder)
    model(root / "voice" / NAME, mean=rows.mean(axis=0), deviation=rows.std(axis=0) + 1e-3)
    index = json.loads((ROOT / "index.json").read_text("utf-8"))
    (root / "index.json").write_text(json.dumps({**index, "voice": [NAME, NEXT]}), "utf-8")


def model(
    folder: Path, *, mean: np.ndarray, deviation: np.ndarray, temperature: float = 1.0, **extra
) -> Path:
    """The folder of a model behind the encoder, random but always the same.

    `mean` and `deviation` are those of the statistics it will be given, [STATISTICS].
    """
    rng = np.random.default_rng(12)  # of the sample each utterance is read as something else
    width, classes = 12, len(VOICE)

    def floats(*shape: int, scale: float = 1.0) -> np.ndarray:
        return rng.normal(0, scale, shape).astype(np.float32)

    space = Space(
        mean=mean.astype(np.float32), deviation=deviation.astype(np.float32),
        directions=floats(STATISTICS, width, scale=STATISTICS**-0.5), centre=floats(width),
        classes=floats(classes, width), within=np.ones(width, np.float32),
        between=np.ones(width, np.float32),
        plane=np.linalg.qr(floats(width, 7))[0].astype(np.float32), usual=np.float32(7.0),
    )  # fmt: skip
    given = 2 * width + head.FACTS
    dense = ((floats(given, 16), floats(16), np.ones(16, np.float32), floats(16)),)
    content = head.write(space, [Layers(dense, floats(16, classes), floats(classes, scale=0.1))])
    folder.mkdir(parents=True)
    (folder / head.FILE).write_bytes(content)
    Card(
        name=folder.name, sense="voice", architecture={"name": head.KIND, "args": {}},
        labels=VOICE, preprocessing=1, temperature=temperature, threshold=0.6,
        input={"shape": [STATISTICS], "features": "encoder-statistics", "needs": "encoder"},
        sha256={head.FILE: digest(content)}, extra={"certainty": CERTAINTY, **extra},
    ).write(folder)  # fmt: skip
    return folder
