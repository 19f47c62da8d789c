"""The naive row beside every voice model: logistic regression on the cepstrum's statistics."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training.voice.spoken import Spoken
from source.voice.features import mfcc

Floats = NDArray[np.floating]


def statistics(items: Sequence[Spoken]) -> NDArray[np.float32]:
    """Mean and spread over time of each utterance's 40 cepstra, ``[n, 80]``."""
    cepstra = [mfcc(i.bands[i.first : i.last]) for i in items]
    return np.stack([np.concatenate([c.mean(axis=0), c.std(axis=0)]) for c in cepstra])


def answers(
    inside: Floats, labels: Sequence[int] | NDArray[np.integer], outside: Floats
) -> NDArray[np.int8]:
    """What logistic regression fitted on `inside` answers to `outside`."""
    return np.asarray(_fitted(inside, labels).predict(outside), np.int8)


def posteriors(
    inside: Floats, labels: Sequence[int] | NDArray[np.integer], outside: Floats
) -> NDArray[np.float64]:
    """Its posteriors [n, classes of the voice]; 0 for a class that `labels` lack."""
    model = _fitted(inside, labels)
    found = np.zeros((len(outside), len(VOICE)))
    found[:, model.classes_] = model.predict_proba(outside)
    return found


def _fitted(inside: Floats, labels: Sequence[int] | NDArray[np.integer]) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scaled = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    return scaled.fit(inside, labels)
