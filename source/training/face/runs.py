"""What the commands of the face network can be given."""

from dataclasses import dataclass
from pathlib import Path

from source.training.run import Run, numbers, option

PEAK = 2e-3
"""Largest learning rate."""


@dataclass(frozen=True, kw_only=True)
class Training(Run):
    """Options of ``train face``."""

    epochs: int = option(20, "rounds through all faces (default: %(default)s)")
    batch: int = option(64, "faces per step (default: %(default)s)")
    widths: tuple[int, ...] = option((32, 64, 128), "channels of the stages", type=numbers)
    depths: tuple[int, ...] = option((1, 2, 2), "blocks of the stages", type=numbers)
    peak: float = option(PEAK, "largest learning rate (default: %(default)s)")
    begin: Path | None = option(
        None, "weights to begin with: the checkpoint.keras of another run", metavar="FILE"
    )
    restart: bool = option(False, "forget the checkpoint")
    export_only: bool = option(False, "write the model of the last checkpoint")
