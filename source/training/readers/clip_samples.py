"""The few real clips of acted emotion that are at hand: faces of RAVDESS, and MEAD samples.

They are too few to train on and nearly all of one person: they are for evaluation alone.
"""

from pathlib import Path

import numpy as np

from source.core.errors import NotFound
from source.training.clip.films import Film, film, of_pictures
from source.training.readers import ravdess_video
from source.training.readers.ravdess import EMOTIONS

MEAD = {
    "contempt": "contempt",
    "disgusted": "disgust",
    "fear": "fearful",
    "happy": "happy",
    "surprised": "surprised",
    "M030_sad_3_001": "sad",
}
"""File name, then emotion."""

_TILE, _PER_LINE = 160, 40


def films(folder: Path, *, fps: float = 4.0, cache: Path | None = None) -> dict[str, list[Film]]:
    """The films of each source below `folder`, empty sources left out.

    Raises
    ------
    NotFound
        If there are none.
    """
    found = {
        "RAVDESS faces": _faces(folder / "ravdess_faces", cache),
        "RAVDESS video": _video(folder / "ravdess_video", fps, cache),
        "MEAD samples": _mead(folder / "mead", fps, cache),
    }
    found = {name: some for name, some in found.items() if some}
    if not found:
        raise NotFound(
            f"There are no real clips in “{folder}”.",
            hint="Name the folder that holds ravdess_faces, ravdess_video or mead.",
        )
    return found


def _faces(folder: Path, cache: Path | None) -> list[Film]:
    import cv2

    if not (folder / "index.npz").is_file():
        return []
    with np.load(folder / "index.npz") as stored:
        index = {key: stored[key] for key in stored.files}
    sheet = np.asarray(cv2.imread(str(folder / "faces.webp")))
    some = []
    for name in np.unique(index["clip"]):
        rows = np.flatnonzero(index["clip"] == name)
        rows = rows[np.argsort(index["frame"][rows], kind="stable")]
        emotion = EMOTIONS[f"{int(index['emotion'][rows[0]]):02d}"]
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


def _video(folder: Path, fps: float, cache: Path | None) -> list[Film]:
    if not folder.is_dir():
        return []
    return [
        film(r.path, name=r.take, person=f"RAVDESS {r.actor}", emotion=r.emotion, fps=fps,
             cache=cache)
        for r in ravdess_video.recordings(folder)
    ]  # fmt: skip


def _mead(folder: Path, fps: float, cache: Path | None) -> list[Film]:
    return [
        film(path, name=path.stem, person=f"MEAD {path.stem}", emotion=MEAD[path.stem], fps=fps,
             cache=cache)
        for path in sorted(folder.glob("*.mp4"))
        if path.stem in MEAD
    ]  # fmt: skip
