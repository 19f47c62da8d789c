"""Things drawn before a face: masks, hands, scarves, glasses."""

import cv2
import numpy as np


def covers(image: np.ndarray, face, kind: str) -> np.ndarray:
    """Something before a face: its places are told in distances of the eyes from between them."""
    one, other = face.landmarks[:2]
    across = other - one
    down = np.array([-across[1], across[0]])
    middle = (one + other) / 2

    def drawn(points, colour) -> None:
        places = [middle + x * across + y * down for x, y in points]
        cv2.fillPoly(image, [np.round(places).astype(np.int32)], colour, cv2.LINE_AA)

    image = image.copy()
    mask = ((-1.05, 0.45), (0, 0.3), (1.05, 0.45), (1, 1.3), (0.5, 1.9), (-0.5, 1.9), (-1, 1.3))
    if kind == "mask":
        drawn(mask, (150, 190, 215))
    elif kind == "black mask":
        drawn(mask, (25, 25, 28))
    elif kind == "scarf":
        drawn(((-1.6, 0.7), (0, 0.6), (1.6, 0.7), (1.6, 2.6), (-1.6, 2.6)), (140, 40, 40))
        for y in np.arange(0.8, 2.5, 0.3):
            drawn(((-1.6, y), (1.6, y), (1.6, y + 0.12), (-1.6, y + 0.12)), (190, 120, 60))
    elif kind == "hand":
        x, y = (middle + 0.45 * down).astype(int)
        skin = image[y, x].astype(float)
        palm = ((-0.9, 0.8), (0.7, 0.7), (0.95, 1.2), (0.7, 1.8), (-0.5, 1.8), (-1, 1.3))
        drawn(palm, tuple(0.9 * skin))
        for at in (0.95, 1.2, 1.45):  # between the fingers
            drawn(((-0.9, at), (0.8, at - 0.05), (0.8, at), (-0.9, at + 0.05)), tuple(0.7 * skin))
    elif kind == "dark glasses":
        for x in (-0.5, 0.5):
            turn = np.linspace(0, 2 * np.pi, 24)
            drawn([(x + 0.42 * np.cos(t), 0.08 + 0.32 * np.sin(t)) for t in turn], (20, 20, 22))
        drawn(((-1.1, -0.05), (1.1, -0.05), (1.1, 0.05), (-1.1, 0.05)), (20, 20, 22))
    elif kind == "bar":
        drawn(((-1.3, -0.35), (1.3, -0.35), (1.3, 0.35), (-1.3, 0.35)), (0, 0, 0))
    elif kind == "one half":
        drawn(((0, -1.6), (1.6, -1.6), (1.6, 2.4), (0, 2.4)), (120, 110, 90))
    return image
