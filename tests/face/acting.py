"""Clips in which real faces of the media set go where a test wants them."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from source import media
from source.face.detect import Detector

SIDE = 160
FPS = 12
SIZE = (288, 512)

Places = Sequence[tuple[str, float, float]]
"""Name of an actor, left and top of the face, from back to front."""


class Stage:
    """Cuts people out of recordings, and films them anew in front of a wall."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self._shared = shared
        self._folder = folder
        self._detector = Detector()
        self._people: dict[str, list[np.ndarray]] = {}
        self._oval = np.zeros((SIDE, SIDE), np.uint8)
        half = SIDE // 2
        cv2.ellipse(self._oval, (half, half), (round(0.4 * SIDE), half - 2), 0, 0, 360, 255, -1)

    def film(self, places: Callable[[int], Places | None], frames: int) -> media.Recording:
        """Encode a clip: `places` says for each frame who is where, or None for a cut away."""
        path = self._folder / f"{len(list(self._folder.iterdir()))}.mp4"
        away = media.image(media.probe(self._shared / "media" / "image" / "coffee.png"))
        away = cv2.resize(away, SIZE[::-1])
        with av.open(str(path), "w") as out:
            stream = out.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
            stream.height, stream.width = SIZE
            stream.pix_fmt = "yuv420p"
            for number in range(frames):
                now = places(number)
                image = away if now is None else np.full((*SIZE, 3), 120, np.uint8)
                for name, left, top in now or ():
                    spot = image[int(top) : int(top) + SIDE, int(left) : int(left) + SIDE]
                    spot[self._oval > 0] = self._face(name, number)[self._oval > 0]
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, FPS)
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return media.probe(path)

    def _face(self, name: str, number: int) -> np.ndarray:
        if name not in self._people:
            recording = media.probe(self._shared / name)
            self._people[name] = self._cut(recording)
        return self._people[name][number % len(self._people[name])]

    def _cut(self, recording: media.Recording) -> list[np.ndarray]:
        faces, room, place = [], 400, None
        for picture in media.pictures(recording, fps=FPS, seconds=2):
            if place is None:
                face = max(self._detector.still(picture.image), key=lambda f: f.side)
                middle, half = (face.box[:2] + face.box[2:]) / 2 + room, 0.95 * face.side
                (left, top), (right, bottom) = (
                    (middle - half).astype(int),
                    (middle + half).astype(int),
                )
                place = slice(top, bottom), slice(left, right)
            wide = cv2.copyMakeBorder(picture.image, *[room] * 4, cv2.BORDER_REPLICATE)
            faces.append(cv2.resize(wide[place], (SIDE, SIDE), interpolation=cv2.INTER_AREA))
        return faces
