"""Loads the fusion that serves."""

from pathlib import Path

from source.core.errors import ModelChanged
from source.fusion.late import Fusion, LateFusion
from source.fusion.network import NetworkFusion
from source.runtime import Card, default_name

KINDS = {kind.NAME: kind for kind in (LateFusion, NetworkFusion)}
"""Every way to fuse, by the name of its architecture on the card."""


def load_fusion(*, root: Path, name: str | None = None) -> Fusion:
    """The fusion of that name; by default the one that `index.json` names.

    Raises
    ------
    ModelMissing, ModelChanged
        If there is none, or if its card names no architecture that is known, with all it needs.
    """
    folder = root / "fusion" / (name or default_name("fusion", root=root))
    card = Card.read(folder)
    try:
        return KINDS[card.architecture["name"]](card, folder)
    except (KeyError, TypeError, ValueError):
        raise ModelChanged(card.name, folder / "card.json", expected="that AVER wrote") from None
