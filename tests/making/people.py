"""Made people, who are nobody: busts with mean faces, each with features of their own."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from source.samples.mean_faces import SIZE, MeanFaces
from source.samples.portrait import Portrait, Pose
from source.settings import ROOT

WIDTH, HEIGHT = 320, 240
FPS = 4

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Features:
    """What is somebody's own: tone of the skin, colours, build, and what they wear."""

    skin: float = 1.0
    hair: Colour = (46, 35, 36)
    coat: Colour = (47, 84, 101)
    broad: float = 1.0
    eyes: float = 0.0
    long: float = 0.0
    brows: float = 0.0
    beard: bool = False
    glasses: bool = False


CAST = {
    "anna": Features(hair=(120, 72, 40), coat=(130, 40, 60), broad=0.93, eyes=2.0, long=-3.0),
    "ben": Features(skin=0.55, hair=(24, 20, 20), coat=(60, 90, 60), broad=1.1, beard=True),
    "cara": Features(
        skin=0.9,
        hair=(150, 145, 140),
        coat=(90, 90, 140),
        broad=0.9,
        eyes=3.0,
        long=8.0,
        glasses=True,
    ),
    "dan": Features(hair=(170, 140, 90), coat=(50, 50, 55), broad=1.06, brows=1.0, eyes=-3.0),
}


class _Bust(Portrait):
    """A portrait with features."""

    def __init__(self, features: Features, *, width: int = WIDTH, height: int = HEIGHT) -> None:
        faces = MeanFaces.load(ROOT / "models" / "samples")
        textures = {e: _worn(t, faces.common, features) for e, t in faces.textures.items()}
        shapes = {e: _built(s, features) for e, s in faces.shapes.items()}
        super().__init__(
            replace(faces, textures=textures, shapes=shapes), width=width, height=height
        )
        self._features = features
        self._skin = np.clip(
            self._skin * (features.skin, features.skin**1.15, features.skin**1.3), 0, 255
        )

    def _fill(self, canvas, outline, place, colour, soft=0.0, strength=1.0) -> None:
        """Paint hair and coat in colours of their own, and the neck in the tone of the face."""
        own = {
            (46, 35, 36): self._features.hair,
            (47, 84, 101): self._features.coat,
            (36, 67, 83): tuple(round(0.8 * c) for c in self._features.coat),
            (88, 68, 64): tuple(min(255, round(1.3 * c) + 12) for c in self._features.hair),
        }
        if colour in {(186, 134, 112), (118, 77, 65)}:
            colour = tuple(round(c * self._features.skin) for c in colour)
        super()._fill(canvas, outline, place, own.get(colour, colour), soft, strength)


def _built(points: np.ndarray, features: Features) -> np.ndarray:
    """The shape of a face made broad or long, with eyes set wide or close."""
    points = points.copy()
    across, down = (points - SIZE / 2.0).T / 60.0
    points[:, 0] = SIZE / 2.0 + (points[:, 0] - SIZE / 2.0) * features.broad
    points[:, 1] += features.long * np.maximum(down, 0.0)
    upper = np.exp(-((down + 0.25) ** 2) / 0.08)
    points[:, 0] += features.eyes * upper * np.sign(across)
    return points


def _worn(texture: np.ndarray, common: np.ndarray, features: Features) -> np.ndarray:
    """Beard, brows and glasses drawn on a mean face."""
    grey = texture.astype(np.float32)
    eyes = [common[list(pair)].mean(axis=0) for pair in ((33, 133), (362, 263))]
    chin, mouth = common[152], common[[13, 14]].mean(axis=0)
    shade = np.zeros_like(grey)
    if features.beard:
        cv2.ellipse(shade, tuple(((chin + mouth) / 2).astype(int)), (38, 26), 0, 0, 360, 55, -1)
        cv2.ellipse(shade, tuple((mouth - (0, 14)).astype(int)), (26, 6), 0, 0, 360, 60, -1)
        cv2.ellipse(shade, tuple(mouth.astype(int)), (18, 7), 0, 0, 360, 0, -1)
    for eye in eyes:
        if features.brows:
            cv2.ellipse(shade, tuple((eye - (0, 17)).astype(int)), (20, 5), 0, 0, 360, 60, -1)
        if features.glasses:
            cv2.ellipse(shade, tuple(eye.astype(int)), (21, 15), 0, 0, 360, 85, 3)
    if features.glasses:
        ends = [tuple(e.astype(int)) for e in (eyes[0] + (21, 0), eyes[1] - (21, 0))]
        cv2.line(shade, *ends, 85, 3)
    return np.clip(grey - cv2.GaussianBlur(shade, (0, 0), 1.2), 0, 255).astype(np.uint8)


@cache
def acted(
    name: str, frames: int = 8, *, start: int = 0, turn: float = 0.3
) -> tuple[np.ndarray, ...]:
    """Pictures of somebody who talks and moves a little, `FPS` a second."""
    bust, pictures = _Bust(CAST[name]), []
    for n in range(start, start + frames):
        happy = 0.5 + 0.5 * np.sin(0.5 * n)
        pose = Pose(
            {"neutral": 1 - 0.6 * happy, "happy": 0.6 * happy},
            mouth=0.5 + 0.5 * np.sin(1.7 * n),
            shift=(2.0 * np.sin(0.9 * n), 1.5 * np.cos(0.7 * n)),
            tilt=2.0 * np.sin(0.6 * n),
            turn=turn * np.sin(0.4 * n),
        )
        pictures.append(bust.draw(pose))
    return tuple(pictures)


@cache
def portrait(who: str, side: int = 480) -> np.ndarray:
    """A square picture of somebody with an expression: ``portrait("anna happy")``."""
    name, emotion = who.split()
    return _Bust(CAST[name], width=side, height=side).draw(Pose({emotion: 1.0}))
