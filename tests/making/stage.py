"""Clips in which faces go where a test wants them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from source import media
from source.face.detect import Detector
from tests.making.films import film

SIDE = 160
FPS = 12
SIZE = (288, 512)

Places = Sequence[tuple[str, float, float]]
"""Name of an actor, left and top of the face, from back to front."""

Actor = Callable[[str], Sequence[np.ndarray]]
"""Pictures of somebody of that name who talks, `FPS` a second."""


class Stage:
    """Cuts people out of their pictures, and films them anew in front of a wall."""

    def __init__(self, actor: Actor, folder: Path) -> None:
        self._actor, self._folder = actor, folder
        self._detector = Detector()
        self._people: dict[str, list[np.ndarray]] = {}
        self._oval = np.zeros((SIDE, SIDE), np.uint8)
        half = SIDE // 2
        cv2.ellipse(self._oval, (half, half), (round(0.4 * SIDE), half - 2), 0, 0, 360, 255, -1)
        self._away = np.full((*SIZE, 3), (90, 120, 140), np.uint8)
        cv2.rectangle(self._away, (60, 90), (300, 250), (200, 190, 170), -1)

    def film(self, places: Callable[[int], Places | None], frames: int) -> media.Recording:
        """Encode a clip: `places` says for each frame who is where, or None for a cut away."""
        path = self._folder / f"{len(list(self._folder.iterdir()))}.mp4"
        pictures = (self._picture(places(number), number) for number in range(frames))
        return media.probe(film(path, pictures, fps=FPS))

    def _picture(self, places: Places | None, number: int) -> np.ndarray:
        if places is None:
            return self._away
        image = np.full((*SIZE, 3), 120, np.uint8)
        for name, left, top in places:
            spot = image[int(top) : int(top) + SIDE, int(left) : int(left) + SIDE]
            spot[self._oval > 0] = self._face(name, number)[self._oval > 0]
        return image

    def _face(self, name: str, number: int) -> np.ndarray:
        if name not in self._people:
            self._people[name] = self._cut(self._actor(name))
        return self._people[name][number % len(self._people[name])]

    def _cut(self, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
        """A square around the face of the first picture, out of each."""
        face = max(self._detector.still(pictures[0]), key=lambda f: f.side)
        room = 400
        middle, half = (face.box[:2] + face.box[2:]) / 2 + room, 0.95 * face.side
        (left, top), (right, bottom) = (middle - half).astype(int), (middle + half).astype(int)
        faces = []
        for picture in pictures:
            wide = cv2.copyMakeBorder(picture, *[room] * 4, cv2.BORDER_REPLICATE)
            square = wide[top:bottom, left:right]
            faces.append(cv2.resize(square, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
        return faces
