"""Where the face network looked: what in a face spoke for an emotion.

Grad-CAM (Selvaraju RR et al., "Grad-CAM: Visual Explanations from Deep Networks via
Gradient-based Localization", ICCV 2017) weighs the last feature map with the mean gradient of
an answer. Our face networks end in global average pooling and one dense layer: there that
gradient is the dense layer's row over the number of cells, so the class activation map (Zhou B
et al., CVPR 2016) is Grad-CAM up to a factor, exactly, without computing any gradient.
"""

from pathlib import Path

import numpy as np

from source.face.expression import SIDE, prepare, views
from source.runtime.features import Features


class Looked:
    """Tells where one face model looked.

    Parameters
    ----------
    folder : Path
        The model's folder.
    several : bool
        As `expression.read` takes it: what is explained is what was read.

    Raises
    ------
    ModelMissing, ModelChanged
        If its file is not there, or not the one on its card.
    """

    def __init__(self, folder: Path, *, several: bool = True) -> None:
        self._features = Features(folder)
        self._views = views(self._features.card, several=several)
        self.labels = self._features.card.labels

    def __call__(self, crop: np.ndarray, label: str) -> np.ndarray:
        """What of a face spoke for an emotion.

        Parameters
        ----------
        crop : np.ndarray [shape=(48, 48), uint8]
            From `source.face.expression.crop`.
        label : str
            One of the model's labels.

        Returns
        -------
        np.ndarray [shape=(h, w), float32]
            0 (nothing spoke for it) to 1 (this most); as fine as the network's last map. All 0
            where nothing did. Where the face is read in several views, the mean of all.

        Raises
        ------
        Unexplained
            If the network is not built so that one can tell.
        """
        row = self.labels.index(label)
        whole = np.asarray(crop).reshape(1, SIDE, SIDE)
        maps = [view.undone(self._map(view.of(whole), row)[None])[0] for view in self._views]
        return normalised(np.mean(maps, axis=0))

    def _map(self, crops: np.ndarray, row: int) -> np.ndarray:
        _, features, weights = self._features(prepare(crops)[0])
        return np.asarray(features @ weights[row])


def normalised(raw: np.ndarray) -> np.ndarray:
    """What speaks against is left out; the rest is scaled so that its top is 1."""
    kept = np.maximum(raw, 0.0)
    top = float(kept.max())
    return np.asarray(kept / top if top > 0.0 else kept, np.float32)
