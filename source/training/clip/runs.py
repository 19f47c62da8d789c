"""What the commands of the clip networks can be given."""

from dataclasses import dataclass
from pathlib import Path

from source.training.clip.kinds import KINDS, NAME
from source.training.protocols import RAVDESS_FOLDS
from source.training.run import Run, option


@dataclass(frozen=True, kw_only=True)
class ClipRun(Run):
    """Options of ``evaluate clip``, and of ``train clip`` too."""

    ravdess_video: Path | None = option(
        None, "folder of the full RAVDESS video set (Actor_01/01-01-…mp4)", metavar="DIR"
    )
    fold: int = option(
        0, "which actors of RAVDESS are tested (default: 0)", choices=range(len(RAVDESS_FOLDS))
    )


@dataclass(frozen=True, kw_only=True)
class Training(ClipRun):
    """Options of ``train clip``."""

    model: str = option(
        NAME, "which of the clip networks (default: %(default)s)", choices=tuple(KINDS)
    )
    restart: bool = option(False, "forget the checkpoint")
    scale: float = option(1.0, "times as many clips")
