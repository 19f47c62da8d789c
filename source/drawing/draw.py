"""Everything that was asked to be drawn beside a Result, in one call."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from source.core.errors import AverError, Cancelled
from source.core.options import NO_FACES_READ, NO_SUBTITLES, Options
from source.core.progress import OnProgress, Progress, ignore, never
from source.core.result import Result
from source.drawing.annotate import annotate
from source.drawing.explain import explain
from source.drawing.picture import pictured
from source.views.labels import relabelled

if TYPE_CHECKING:
    from source.media import Recording

log = logging.getLogger(__name__)

NOTHING = "No face was found, so nothing was drawn."


@dataclass(frozen=True)
class Drawn:
    """The files that were written; sentences on what was not drawn, and on what failed."""

    files: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def draw(
    recordings: "Sequence[Recording]",
    result: Result,
    options: Options,
    place: Path,
    *,
    models: Path,
    labels: str = "native",
    on_progress: OnProgress = ignore,
    cancelled: Callable[[], bool] = never,
) -> Drawn:
    """Write the drawings that `options` ask for.

    Parameters
    ----------
    recordings : sequence of Recording
        Those of the Result.
    result : Result
        In the native labels.
    options : Options
        `annotate`, `blur_faces`, `subtitles` and `explain` count here.
    place : Path
        Where to write: ``_annotated.mp4`` (.jpg, .png, .webm), ``_subtitled.mp4``,
        ``_explain.png`` and ``_explain_1.25.png`` are added to its name.
    models : Path
        Folder of all models.
    labels : str
        The label view that is drawn.
    on_progress, cancelled : callable
        Called with the progress (stage ``drawing``); asked whether to stop.

    Raises
    ------
    Cancelled
        If `cancelled` says so. Nothing else: what cannot be drawn costs no Result.
    """
    files: list[Path] = []
    missing: list[str] = []
    failed: list[str] = []
    now = Progress("drawing", total=result.source.seconds)

    on_progress(now)

    def report(seconds: float, total: float | None) -> None:
        on_progress(replace(now, seconds=seconds, total=total))

    recording = pictured(recordings, result)
    if recording is None:
        return Drawn(missing=(NO_FACES_READ,))

    def copied(name: str, *, subtitles: bool) -> None:
        made = annotate(
            recording,
            relabelled(result, labels),
            place.with_name(f"{place.name}_{name}"),
            blur_faces=options.blur_faces,
            subtitles=subtitles,
            on_progress=report,
            cancelled=cancelled,
        )
        files.append(made)

    def looking() -> None:
        made = explain(
            recording,
            result,
            place.with_name(f"{place.name}_explain"),
            times=options.explain or (),
            blur_faces=options.blur_faces,
            models=models,
            say=missing.append,
            cancelled=cancelled,
        )
        files.extend(made)
        missing.extend([] if made or missing else [NOTHING])

    wanted: list[tuple[str, Callable[[], None]]] = []
    if options.explain is not None:
        wanted.append(("The drawing of where the network looked", looking))
    spoken = options.subtitles and recording.kind == "video"
    if options.subtitles and not spoken:
        missing.append(NO_SUBTITLES)
    if options.annotate or (options.blur_faces and not spoken):
        wanted.append(("The annotated recording", partial(copied, "annotated", subtitles=False)))
    if spoken:
        wanted.append(("The video with subtitles", partial(copied, "subtitled", subtitles=True)))
    for what, work in wanted:
        if cancelled():
            raise Cancelled
        try:
            work()
        except Cancelled:
            raise
        except AverError as error:
            failed.append(f"{what} could not be made. {error}")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            failed.append(f"{what} could not be written: {why}.")
        except Exception as error:  # the Result itself is good
            log.error("Drawing failed.", exc_info=error)
            failed.append(f"{what} could not be made because of a server error.")
    return Drawn(tuple(files), tuple(missing), tuple(failed))
