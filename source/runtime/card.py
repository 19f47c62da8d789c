"""Model cards: what stands in `card.json` beside every model."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from source.core.errors import ModelChanged, ModelMissing


@dataclass(frozen=True)
class Card:
    """What is known about one model.

    Attributes
    ----------
    name, sense : str
        Name of the folder and of the folder above it (voice, face, clip).
    architecture : dict
        ``{"name": key of networks.BUILDERS, "args": keyword arguments}``.
    labels : tuple of str
        The classes, in the order of the network's outputs.
    input : dict
        Shape and meaning of the input; `shape` is without the batch axis.
    preprocessing : int
        Version of the code that makes the input; raised when that changes.
    temperature : float
        The logits are divided by it before the softmax.
    threshold : float
        Smallest score that is called certain.
    sha256 : dict
        File name to hexadecimal digest.
    """

    name: str
    sense: str
    architecture: dict[str, Any]
    labels: tuple[str, ...]
    input: dict[str, Any]
    preprocessing: int
    temperature: float
    threshold: float
    sha256: dict[str, str]
    data: Any = ""
    licence: str = ""
    protocol: Any = ""
    figures: dict[str, Any] = field(default_factory=dict)
    limits: Any = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Card":
        """Read the card of a model folder.

        Raises
        ------
        ModelMissing, ModelChanged
            If there is no card, or if it is damaged.
        """
        path = folder / "card.json"
        if not path.is_file():
            raise ModelMissing(folder.name, path)
        try:
            data = json.loads(path.read_text("utf-8"))
            known = {key: data.pop(key) for key in list(data) if key in cls.__dataclass_fields__}
            known["labels"] = tuple(known["labels"])
            return cls(**known, extra=data)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ModelChanged(folder.name, path, expected="that AVER wrote") from None

    def write(self, folder: Path) -> None:
        """Write the file that `read` reads."""
        fields = {**vars(self), "labels": list(self.labels)}
        extra = fields.pop("extra")
        text = json.dumps({**fields, **extra}, indent=1, ensure_ascii=False) + "\n"
        (folder / "card.json").write_text(text, "utf-8")

    def verified(self, folder: Path, file_name: str) -> bytes:
        """The bytes of a model file, after its SHA-256 was found to be the card's.

        The bytes that were checked are the bytes that are used, so that nothing can be
        swapped in between.

        Raises
        ------
        ModelMissing, ModelChanged
            If the file is not there, or is another one.
        """
        path = folder / file_name
        if not path.is_file():
            raise ModelMissing(self.name, path)
        content = path.read_bytes()
        if digest(content) != self.sha256.get(file_name):
            raise ModelChanged(self.name, path)
        return content


def digest(content: bytes) -> str:
    """SHA-256 of a model file, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
