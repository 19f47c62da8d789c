"""The clip networks that can be trained: what each is built of, given and trained by."""

from dataclasses import dataclass, field
from typing import Any

from source.core.emotions import FACE
from source.face import motion

PICTURES = "aligned face crops over about 4 s, with the eyes level and at fixed positions"
BOXES = "the face detector's square over about 4 s, not rotated and not centred on the eyes"
ROWS = "embeddings and log posteriors of the face network for the pictures of about 4 s"


@dataclass(frozen=True)
class Stage:
    """So many clips of so many steps, in batches, at a peak learning rate."""

    steps: int
    clips: int
    batch: int
    rate: float

    @property
    def epochs(self) -> int:
        """Parts after each of which the state is kept: about a hundred batches each."""
        return max(1, self.clips // self.batch // 100)

    @property
    def batches(self) -> int:
        """Batches of an epoch."""
        return max(1, self.clips // self.batch // self.epochs)


@dataclass(frozen=True)
class ClipNetwork:
    """One clip network that can be trained.

    Attributes
    ----------
    architecture : str
        Key of `runtime.networks.BUILDERS`.
    stages : tuple of Stage
        What it is trained on, in this order.
    tiny : dict
        Arguments that make it small, for ``--tiny``.
    reads : str
        What it is fed: one of `face.motion.READS`.
    what : str
        The input in words, for the card.
    note : str
        Further limits, for the card.
    """

    architecture: str
    stages: tuple[Stage, ...]
    tiny: dict[str, Any]
    reads: str = motion.CROPS
    what: str = PICTURES
    note: str = ""
    args: dict[str, Any] = field(default_factory=dict)

    def options(self, *, tiny: bool) -> dict[str, Any]:
        """Arguments of the network, for the card."""
        return {"classes": len(FACE), **self.args, **(self.tiny if tiny else {})}

    def build(self, **options: Any) -> Any:
        """An untrained Keras model."""
        from source.runtime import networks

        return networks.build(self.architecture, **options)


_SLOW = (
    Stage(1, 48_000, 64, 2e-3),
    Stage(8, 3_200, 16, 1e-3),
    Stage(motion.STEPS, 640, 8, 5e-4),
)
"""Half as many as the others: a picture costs the most where every layer is recurrent. Without
batch normalisation hardly anything of a single picture reaches the last of four such layers, so
there short clips come first."""

_PUBLISHED = "Built as widely published, for comparison. "
_UNALIGNED = _PUBLISHED + (
    "It reads the detector's square, as published, in which heads turn and shift. "
)
_ALIGNED = _PUBLISHED + (
    "Landmark-normalised: the same network as conv-lstm-norm, with crops that are rotated, "
    "scaled and shifted so that the eyes are at fixed positions. It uses no face mesh. "
)

_SMALL = {"filters": [2, 2], "steps": 6}

KINDS = {
    "conv-lstm": ClipNetwork(
        "clip/conv-lstm",
        (
            Stage(1, 100_000, 64, 2e-3),
            Stage(8, 9_600, 16, 1e-3),
            Stage(motion.STEPS, 1_920, 16, 4e-4),
        ),
        {"stem": [[4, 4]], "filters": [4], "embedding": 8, "steps": 6},
    ),
    "lrcn": ClipNetwork(
        "clip/lrcn",
        (
            Stage(1, 192_000, 64, 2e-3),
            Stage(8, 9_600, 16, 1e-3),
            Stage(motion.STEPS, 1_920, 16, 5e-4),
        ),
        {"stem": [[4, 4], [4, 4]], "units": 4, "steps": 6},
        note=_PUBLISHED,
    ),
    "conv-lstm-plain": ClipNetwork(
        "clip/conv-lstm-published", (Stage(8, 9_600, 16, 2e-3), *_SLOW[2:]), _SMALL,
        reads=motion.BOXES, what=BOXES, note=_UNALIGNED,
    ),
    "conv-lstm-norm": ClipNetwork(
        "clip/conv-lstm-published", _SLOW, _SMALL, reads=motion.BOXES, what=BOXES,
        args={"norm": True}, note=_UNALIGNED,
    ),
    "conv-lstm-landmarks": ClipNetwork(
        "clip/conv-lstm-published", _SLOW, _SMALL, args={"norm": True}, note=_ALIGNED,
    ),
    "temporal-head": ClipNetwork(
        "clip/temporal-head", (Stage(motion.STEPS, 40_000, 64, 2e-3),),
        {"units": 4, "steps": 6}, reads=motion.ROWS, what=ROWS,
        note="It treats all emotions as equally likely and works with one face network only. ",
    ),
}  # fmt: skip
"""Name of the model's folder, then what it is."""

NAME = "conv-lstm"


def tiny(kind: ClipNetwork) -> tuple[Stage, ...]:
    """Stages that show within a minute that everything runs."""
    if kind.reads == motion.ROWS:
        return (Stage(6, 16, 4, 1e-3),)
    return (Stage(1, 16, 8, 1e-3), Stage(6, 8, 4, 1e-3))
