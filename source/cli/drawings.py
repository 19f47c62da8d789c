"""Drawings beside a result: `<stem>_annotated.mp4`, `<stem>_explain.png`."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from source.cli.save import NotSaved, Saved, put_beside
from source.core.names import short_stem
from source.core.options import Options
from source.core.progress import OnProgress
from source.core.result import Result
from source.settings import Settings

if TYPE_CHECKING:
    from source.analysis import Recording


@dataclass(frozen=True)
class Drawings:
    """Drawings on their way: where they lie; what there was not to draw, and what failed."""

    folder: Path | None
    files: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def place(self, saved: Saved) -> list[Path]:
        """Put them beside the result in `saved`, under the number it got; gives their places.

        A file of another's that has such a name stays (`save.put_beside`).

        Raises
        ------
        NotSaved
            If they cannot be put there.
        """
        placed = []
        try:
            for file in self.files:
                placed.append(put_beside(saved, file, file.name))
        except OSError as error:
            raise NotSaved.because(saved.path.parent, error) from None
        finally:
            self.discard()
        return placed

    def discard(self) -> None:
        """Delete what was not put anywhere."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def drawings(
    recordings: "Sequence[Recording]",
    result: Result,
    options: Options,
    *,
    folder: Path,
    labels: str,
    settings: Settings,
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
) -> Drawings:
    """Draw what `options` ask for, in a hidden folder inside `folder`.

    Where that cannot be made nothing is drawn, and `failed` says so: the Result is as good.

    Raises
    ------
    Cancelled
        If `cancelled` says so; then nothing is left.
    """
    from source.drawing import draw

    try:
        folder.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix=".drawing-", dir=folder))
    except OSError as error:
        return Drawings(None, failed=(str(NotSaved.because(folder, error)),))
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, own, ignore_errors=True)
        drawn = draw(
            recordings,
            result,
            options,
            own / short_stem(recordings[0].path.stem),
            models=settings.path("MODELS_DIR"),
            labels=labels,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        undo.pop_all()
    return Drawings(own, drawn.files, drawn.missing, drawn.failed)
