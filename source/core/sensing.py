"""What every sense is to the pipeline: it loads its models, reads a recording, and gives a part.

A room of a sense (`source.voice`, `source.face`) keeps these protocols; the pipeline, the fusion
and the views know no more of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from source.core.options import Options
from source.core.progress import Cancelled
from source.core.result import Face, Note, Voice

Part = Voice | Face
"""The part of a Result that a sense gives."""

OnRead = Callable[[float, int], None]
"""Called with the seconds read so far, and with how many utterances or faces were read."""


class LoadModel(Protocol):
    """Gives a model by its sense and name; `root` is the folder of all models."""

    root: Path

    def __call__(self, sense: str, name: str) -> Any: ...  # noqa: D102


class Reading(Protocol):
    """What a sense read in a whole recording.

    `embeddings` is float32 [n, d], `measures` float32 [n, k]: a row for each of the part's
    `readings`, of what the model made of it and of what it is like as a sound or a picture;
    `notes` say what could not be read.
    """

    @property
    def part(self) -> Part: ...  # noqa: D102
    @property
    def embeddings(self) -> Any: ...  # noqa: D102
    @property
    def measures(self) -> Any: ...  # noqa: D102
    @property
    def notes(self) -> tuple[Note, ...]: ...  # noqa: D102


class Reader(Protocol):
    """A sense at work, made by a `MakeReader`.

    Attributes
    ----------
    counts : str
        What is counted in `Progress` while it reads.
    models : dict
        The models that answer, by the name of their folder.
    remarks : tuple of Note
        What could not be loaded.
    """

    counts: str
    models: dict[str, Any]
    remarks: tuple[Note, ...]

    @property
    def threshold(self) -> float: ...  # noqa: D102

    def read(  # noqa: D102
        self, recording: Any, *, on_read: OnRead, cancelled: Cancelled
    ) -> Reading: ...

    @staticmethod
    def notes(recording: Any, part: Any, options: Options) -> list[Note]: ...  # noqa: D102


class MakeReader(Protocol):
    """The class of a `Reader`.

    Parameters
    ----------
    options : Options
        The options of the analysis.
    load : callable
        Gives the model of a sense and a name.
    moving : bool
        Whether the recording has a length, which a picture does not.
    normal : Recording, optional
        A recording that shows the same person as usual; a sense without baselines ignores it.
    """

    def __call__(  # noqa: D102
        self, options: Options, load: LoadModel, *, moving: bool, normal: Any = None
    ) -> Reader: ...

    @staticmethod
    def notes(recording: Any, part: Any, options: Options) -> list[Note]: ...  # noqa: D102
