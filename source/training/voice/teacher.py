"""The voice behind the speech encoder as the teacher of a smaller one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from source.runtime.card import Card
from source.runtime.head import Head
from source.runtime.model import softmax
from source.training.protocols import Split
from source.training.voice import encoder_head, heads
from source.training.voice.baselines import Reader
from source.training.voice.runs import Training
from source.training.voice.utterances import Utterances

Floats = NDArray[np.float32]


class Teacher:
    """What the large voice says of the clips that it is trained on.

    The model of a split teaches the network of the same split, so that neither hears a speaker
    or a corpus that the split is tested by. A model that is not there yet is trained.
    """

    def __init__(self, run: Training) -> None:
        own = replace(run, model=heads.NAME, epochs=None)
        self._work = heads.Work(encoder_head.load(own), own)

    def posteriors(self, split: Split, pupils: Utterances) -> Floats:
        """Posteriors [n, classes] of the clips in the table `pupils`, in their order.

        Raises
        ------
        KeyError
            If one of them is not among those that the model of the split is trained on.
        """
        work = self._work
        everything = (*work.splits, work.final)
        (same,) = (one for one in everything if one.name == split.name)
        folder = work.model(same)
        known = work.utterances.only(same.train)
        scores = softmax(Reader(Head(Card.read(folder), folder), known).read("none"))
        place = {key: row for row, key in enumerate(_keys(known))}
        return np.asarray(scores[[place[key] for key in _keys(pupils)]], np.float32)


def _keys(utterances: Utterances) -> list[tuple[str, str]]:
    return list(zip(utterances.corpora.tolist(), utterances.names.tolist(), strict=True))
