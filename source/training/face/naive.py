"""The naive row beside a face model: logistic regression on a coarse picture."""

import numpy as np

from source.face.expression import prepare

SIDE = 12
"""Side of the coarse picture, in pixels."""


def answers(inside: np.ndarray, labels: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """What logistic regression fitted on the crops `inside` answers to those `outside`.

    Parameters
    ----------
    inside, outside : np.ndarray [shape=(n, 48, 48), uint8]
        Aligned crops.
    labels : np.ndarray [shape=(n,), int]
        Of those inside.

    Returns
    -------
    np.ndarray [shape=(n,), int8]
    """
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=0.1, max_iter=200).fit(_coarse(inside), labels)
    return np.asarray(fitted.predict(_coarse(outside)), np.int8)


def _coarse(crops: np.ndarray) -> np.ndarray:
    import cv2

    small = np.stack([cv2.resize(c, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for c in crops])
    return prepare(small).reshape(len(crops), -1)
