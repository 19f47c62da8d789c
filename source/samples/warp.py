"""Move a picture's points to other places and let everything between them follow."""

import numpy as np


class Onto:
    """Draws pictures so that their points come to lie at `target`.

    Parameters
    ----------
    target : np.ndarray [shape=(n, 2)]
        Where the points shall be, x and y in pixels. The corners and the middles of the
        sides are added as further points.
    triangles : np.ndarray [shape=(t, 3), int]
        As `triangles` gives them.
    size : int > 0
        Side of the square picture in pixels.
    """

    def __init__(self, target: np.ndarray, triangles: np.ndarray, *, size: int) -> None:
        import cv2

        points = with_border(target, size=size)
        self.size, self._triangles = size, triangles
        # Which triangle a pixel lies in; later ones win where a fold makes them overlap.
        self._index = np.zeros((size, size), np.int32)
        corners = np.round(points[triangles] * 16).astype(np.int32)
        for number, corner in enumerate(corners):
            cv2.fillConvexPoly(self._index, corner, number, shift=4)
        ones = np.ones((len(triangles), 3, 1))
        # pinv: a triangle that was squeezed flat covers no pixel and must only not fail.
        self._inverse = np.linalg.pinv(np.concatenate([points[triangles], ones], axis=2))
        y, x = np.mgrid[:size, :size]
        self._here = np.stack([x, y, np.ones_like(x)], axis=-1).astype(np.float64)

    def places(self, source: np.ndarray) -> np.ndarray:
        """Where each pixel comes from, if the points were at `source` (border included).

        Returns
        -------
        np.ndarray [shape=(size, size, 2), float32]
            x and y in the given picture.
        """
        affine = self._inverse @ source[self._triangles]
        places = np.einsum("yxi,yxij->yxj", self._here, affine[self._index])
        return np.asarray(places, np.float32)

    def draw(self, image: np.ndarray, source: np.ndarray) -> np.ndarray:
        """`image`, whose points are at `source` (border included), with them at the target."""
        return sample(image, self.places(source))


def triangles(points: np.ndarray, *, size: int) -> np.ndarray:
    """Delaunay triangles over `points` ``[n, 2]`` and a picture's border ``[t, 3]``."""
    from scipy.spatial import Delaunay

    return np.asarray(Delaunay(with_border(points, size=size)).simplices)


def with_border(points: np.ndarray, *, size: int) -> np.ndarray:
    """Points, then corners and middles of the sides of a square picture ``[n + 8, 2]``."""
    mid, far = size / 2.0, size - 1.0
    frame = [(0, 0), (mid, 0), (far, 0), (far, mid), (far, far), (mid, far), (0, far), (0, mid)]
    return np.concatenate([np.asarray(points, np.float64), np.array(frame, np.float64)])


def linear(image: np.ndarray, places: np.ndarray, *, repeated: bool = True) -> np.ndarray:
    """Read a picture at real-valued places ``[h, w, 2]`` (linear; beyond its edges they are
    repeated, or there is 0)."""
    import cv2

    edge = cv2.BORDER_REPLICATE if repeated else cv2.BORDER_CONSTANT
    x, y = (np.asarray(places[..., n], np.float32) for n in (0, 1))
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=edge))


def sample(image: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Read a picture at real-valued places ``[h, w, 2]`` (cubic, edges repeated)."""
    import cv2

    x, y = places[..., 0], places[..., 1]
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
