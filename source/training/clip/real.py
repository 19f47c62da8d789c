"""The few real clips of acted emotion that are at hand: faces of RAVDESS, and MEAD samples.

They are too few to train on and nearly all of one person: they are for evaluation alone.
"""

from pathlib import Path

import numpy as np

from source.core.errors import NotFound
from source.training.clip.films import Film, film, of_pictures
from source.training.corpora import CORPORA

_TILE, _PER_LINE = 160, 40


def films(folder: Path, *, fps: float = 4.0, cache: Path | None = None) -> dict[str, list[Film]]:
    """The films of each source below `folder`, empty sources left out.

    Raises
    ------
    NotFound
        If there are none.
    """
    sources = {
        "RAVDESS faces": _faces(folder / "ravdess_faces", cache),
        "RAVDESS video": _films(folder / "ravdess_video", "ravdess-video", "RAVDESS", fps, cache),
        "MEAD samples": _films(folder / "mead", "mead", "MEAD", fps, cache),
    }
    sources = {name: some for name, some in sources.items() if some}
    if not sources:
        raise NotFound(
            f"There are no real clips in “{folder}”.",
            hint="Name the folder that holds ravdess_faces, ravdess_video or mead.",
        )
    return sources


def _films(folder: Path, corpus: str, cast: str, fps: float, cache: Path | None) -> list[Film]:
    if not folder.is_dir():
        return []
    return [
        film(clip.path, name=clip.name, person=f"{cast} {clip.speaker}", emotion=clip.emotion,
             fps=fps, cache=cache)
        for clip in CORPORA[corpus].read(folder)
    ]  # fmt: skip


def _faces(folder: Path, cache: Path | None) -> list[Film]:
    import cv2

    if not (folder / "index.npz").is_file():
        return []
    with np.load(folder / "index.npz") as stored:
        index = {key: stored[key] for key in stored.files}
    emotions = CORPORA["ravdess"].emotions
    sheet = np.asarray(cv2.imread(str(folder / "faces.webp")))
    some = []
    for name in np.unique(index["clip"]):
        rows = np.flatnonzero(index["clip"] == name)
        rows = rows[np.argsort(index["frame"][rows], kind="stable")]
        emotion = emotions[f"{int(index['emotion'][rows[0]]):02d}"]
        emotion = "neutral" if emotion == "calm" else emotion
        person = f"RAVDESS {int(index['actor'][rows[0]])}"
        # The faces fill their tiles: a frame gives the detector some room.
        tiles = [
            cv2.copyMakeBorder(_tile(sheet, int(row)), 40, 40, 40, 40, cv2.BORDER_REPLICATE)
            for row in rows
        ]
        one = of_pictures(tiles, name=str(name)[3:], person=person, emotion=emotion, cache=cache)
        if one is not None:
            some.append(one)
    return some


def _tile(sheet: np.ndarray, row: int) -> np.ndarray:
    top, left = (_TILE * n for n in divmod(row, _PER_LINE))
    return sheet[top : top + _TILE, left : left + _TILE, ::-1]
