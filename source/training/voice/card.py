"""The card of a voice model."""

from pathlib import Path
from typing import Any

from source.core.emotions import VOICE
from source.runtime.card import Card
from source.training.report.answers import Rows
from source.training.report.voice import figures

LICENCE = "CC BY-NC-SA 4.0, like the data: no commercial use"


def card(
    folder: Path,
    rows: Rows,
    *,
    architecture: dict[str, Any],
    recipe: dict[str, Any],
    seed: int,
    preprocessing: int,
    taken: dict[str, Any],
) -> Card:
    """The card of the model in `folder`; temperature and threshold are 1 where none is measured.

    Parameters
    ----------
    rows : dict of str to np.ndarray
        Its out-of-fold posteriors; empty where there are none.
    taken : dict
        The input: its shape, its features and what it is, in words.
    """
    measured = figures(rows) if rows else {}
    shipped = measured.get("by_speaker", {"temperature": 1.0, "threshold": 1.0})
    return Card(
        name=folder.name,
        sense="voice",
        architecture=architecture,
        labels=VOICE,
        input=taken,
        preprocessing=preprocessing,
        temperature=shipped["temperature"],
        threshold=shipped["threshold"],
        sha256={},
        data="RAVDESS speech, actors 1 to 20, 1,199 acted clips in North American English; "
        "Livingstone & Russo (2018), doi:10.5281/zenodo.1188976",
        licence=LICENCE,
        protocol="Five folds by actor; the figures pool the unseen actors of all folds. The "
        "temperature of each fold is fitted on the other folds. The shipped temperature and "
        "threshold are fitted on all folds, and the shipped network is trained on all twenty "
        "actors.",
        figures=measured,
        limits="Trained on two acted sentences, 20 actors and studio sound. Expect worse results "
        "for spontaneous speech, other languages, children, noise and telephones. It reads how "
        "something is said, not what is felt.",
        extra={"recipe": recipe, "seed": seed},
    )
