"""Mean faces: what hundreds of people have in common when they feel the same.

Each picture is moved point by point (468 points of a face mesh) to the mean shape of its
emotion before it is averaged, so that the mean is sharp and yet shows nobody. They are kept
in ``models/samples`` and drawn by `source.samples.portrait`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.face.blaze import Blaze, Found, interpreter
from source.samples.warp import Onto, triangles, with_border

SIZE = 192
"""Side of a mean face in pixels."""

EYES = (0.27, 0.44)
"""Distance of the eyes and their height, as fractions of the side."""

RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)
_AGREEMENT = {
    "neutral": 0.85,
    "happy": 0.95,
    "surprised": 0.8,
    "sad": 0.7,
    "angry": 0.8,
    "disgust": 0.42,
    "fearful": 0.55,
    "contempt": 0.4,
}
_LEAST, _MOST = 100, 1800


@dataclass(frozen=True)
class MeanFaces:
    """Grey pictures in one common shape, and the shape each emotion has.

    Attributes
    ----------
    textures : dict of str to np.ndarray [shape=(SIZE, SIZE), uint8]
        By emotion, all in the shape `common`.
    shapes : dict of str to np.ndarray [shape=(468, 2)]
        Mesh points in pixels.
    counts : dict of str to int
        Faces in each mean.
    common : np.ndarray [shape=(468, 2)]
        The shape all textures have.
    """

    textures: dict[str, np.ndarray]
    shapes: dict[str, np.ndarray]
    counts: dict[str, int]
    common: np.ndarray

    @classmethod
    def load(cls, folder: Path) -> "MeanFaces":
        """Read ``mean_faces.png`` and ``mean_faces.json``."""
        import cv2

        sheet = np.asarray(cv2.imread(str(folder / "mean_faces.png"), cv2.IMREAD_GRAYSCALE))
        about = json.loads((folder / "mean_faces.json").read_text("utf-8"))
        places = {e: np.divmod(i, 4) for i, e in enumerate(FACE)}
        textures = {
            e: sheet[SIZE * r : SIZE * (r + 1), SIZE * c : SIZE * (c + 1)]
            for e, (r, c) in places.items()
        }
        points = {e: np.array(p).reshape(-1, 2) / 10.0 for e, p in about["shapes"].items()}
        common = points.pop("common")
        return cls(textures, points, about["counts"], common)

    def save(self, folder: Path) -> None:
        """Write both files; points are kept to a tenth of a pixel."""
        import cv2

        folder.mkdir(parents=True, exist_ok=True)
        rows = [np.hstack([self.textures[e] for e in FACE[i : i + 4]]) for i in (0, 4)]
        best = [cv2.IMWRITE_PNG_COMPRESSION, 9]
        cv2.imwrite(str(folder / "mean_faces.png"), np.vstack(rows), best)
        about = {
            "data": "FER2013, training part, with FER+ votes",
            "counts": self.counts,
            "shapes": {
                e: np.round(points * 10).astype(int).ravel().tolist()
                for e, points in {**self.shapes, "common": self.common}.items()
            },
        }
        (folder / "mean_faces.json").write_text(json.dumps(about) + "\n", "utf-8")


def build(
    pictures: np.ndarray, votes: np.ndarray, emotions: Sequence[str], *, seed: int = 0
) -> MeanFaces:
    """Average the faces on whose emotion people agree most.

    Parameters
    ----------
    pictures : np.ndarray [shape=(n, 48, 48), uint8]
        FER2013.
    votes : np.ndarray [shape=(n, >=8)]
        FER+ votes.
    emotions : sequence of str
        The emotion of each of the first columns of `votes`.
    """
    share = votes / np.maximum(1, votes.sum(axis=1, keepdims=True))
    answer = share.argmax(axis=1)
    rng = np.random.default_rng(seed)
    faces_of: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for number, emotion in enumerate(emotions):
        agreed = (answer == number) & (share[:, number] >= _AGREEMENT[emotion])
        rows = rng.permutation(np.flatnonzero(agreed))[:_MOST]
        faces_of[emotion] = _frontal(pictures[rows])
    middle = np.mean([_levelled(points)[0].mean(axis=0) for _, points in faces_of.values()], axis=0)
    onto = Onto(middle, triangles(middle, size=SIZE), size=SIZE)
    parts = {e: _mean(faces, points, onto, middle) for e, (faces, points) in faces_of.items()}
    return MeanFaces(
        {e: _grey(texture) for e, (texture, _, _) in parts.items()},
        {e: shape for e, (_, shape, _) in parts.items()},
        {e: count for e, (_, _, count) in parts.items()},
        middle,
    )


def mesh_points(image: np.ndarray, face: Found, net: Any) -> tuple[np.ndarray, float]:
    """The 468 points of a face mesh in pixels of the picture, and how far it looks aside.

    `net` is ``face_landmark.tflite`` (Kartynnik Y et al., "Real-time Facial Surface Geometry
    from Monocular Video on Mobile GPUs", 2019) as `source.face.blaze.interpreter` gives it.
    """
    import cv2

    side = 1.5 * float((face.box[2:] - face.box[:2]).max())
    across = face.landmarks[1] - face.landmarks[0]
    cos, sin = across / np.hypot(*across) * 192.0 / side
    turn = np.array([[cos, sin], [-sin, cos]])
    centre = (face.box[:2] + face.box[2:]) / 2.0
    place = np.hstack([turn, (96.0 - turn @ centre)[:, None]])
    crop = cv2.warpAffine(image, place, (192, 192), borderMode=cv2.BORDER_REPLICATE)
    net.set_tensor(net.get_input_details()[0]["index"], crop[None].astype(np.float32) / 255.0)
    net.invoke()
    outputs = [net.get_tensor(o["index"]) for o in net.get_output_details()]
    points = next(o for o in outputs if o.size == 468 * 3).reshape(468, 3)
    aside = float((points[454, 2] - points[234, 2]) / (points[454, 0] - points[234, 0]))
    back = cv2.invertAffineTransform(place)
    return points[:, :2] @ back[:, :2].T + back[:, 2], aside


def _frontal(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those that look ahead, and their points in pixels of the 48 x 48 picture."""
    import cv2

    detect, net = Blaze("short"), interpreter("mesh")
    frontal, points = [], []
    for picture in pictures:
        large = cv2.resize(picture, (192, 192), interpolation=cv2.INTER_CUBIC)
        large = cv2.copyMakeBorder(large, 40, 40, 40, 40, cv2.BORDER_REPLICATE)
        large = cv2.cvtColor(large, cv2.COLOR_GRAY2RGB)
        faces = detect(large)
        if not faces:
            continue
        place, aside = mesh_points(large, faces[0], net)
        if abs(aside) < 0.22:
            frontal.append(picture)
            points.append((place - 40.0) / 4.0)
    return np.array(frontal), np.array(points)


def _levelled(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points with the eyes at their places, and the turn and shift that put them there."""
    right, left = points[:, RIGHT_EYE].mean(axis=1), points[:, LEFT_EYE].mean(axis=1)
    across = left - right
    distance = np.hypot(across[:, 0], across[:, 1])
    cos, sin = across.T / distance * EYES[0] * SIZE / distance
    turn = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], axis=1)
    middle = np.einsum("nij,nj->ni", turn, (right + left) / 2.0)
    shift = np.array([0.5, EYES[1]]) * SIZE - middle
    return np.einsum("nij,npj->npi", turn, points) + shift[:, None], turn, shift


def _grey(texture: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(128 + 52 * texture, 0, 255).astype(np.uint8))


def _mean(
    faces: np.ndarray, points: np.ndarray, onto: Onto, middle: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Mean picture (mean 0, spread about 1), shape and count of the most typical half."""
    import cv2

    level, turn, shift = _levelled(points)
    odd = np.sqrt(((level - level.mean(axis=0)) ** 2).sum(axis=2)).mean(axis=1)
    typical = np.argsort(odd, kind="stable")[: max(_LEAST, len(odd) // 2)]
    inside = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillConvexPoly(inside, cv2.convexHull(np.round(middle).astype(np.int32)), 1)
    frame = with_border(points[0][:0], size=SIZE)
    total = np.zeros((SIZE, SIZE))
    for row in typical:
        edge = (frame - shift[row]) @ np.linalg.inv(turn[row]).T
        moved = onto.draw(faces[row], np.concatenate([points[row], edge])).astype(np.float64)
        values = moved[inside > 0]
        # Light and contrast of each picture are taken out, so that each counts the same.
        total += np.clip((moved - values.mean()) / (values.std() + 1e-3), -3, 3)
    return total / len(typical), level[typical].mean(axis=0), len(typical)
