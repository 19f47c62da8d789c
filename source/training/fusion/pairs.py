"""Real pairs: what was answered to the voice and to the face of the same recordings.

The answers of two published systems to RAVDESS (Luna-Jiménez et al. 2022) and, of the same
recordings, those of our own voice by models that had not heard the actor.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE, FUSED, VOICE
from source.core.errors import NoFile, NotFound
from source.runtime import Card
from source.training.calibration import posteriors
from source.training.report import answers, judged
from source.training.report.clip import STILLS, Clips

Floats = NDArray[np.float64]

FILE = Path("fusion") / "ravdess_posteriors.csv"

READERS = ("voice", "face_sequence", "face_average", "published_fusion")
"""The published systems, by the first part of their columns."""

NEUTRAL_CODE = "01"
"""Emotion in the name of a neutral RAVDESS recording."""

BASELINE = "neutral 3"
"""Our voice shown three neutral utterances of the speaker, among the kinds of its answers."""

HOW_TO_GET = "docs/training.md says what the file of published answers holds."

CITATION = (
    "Luna-Jiménez C, Kleinlein R, Griol D, Callejas Z, Montero JM, Fernández-Martínez F (2022). "
    "A Proposal for Multimodal Emotion Recognition Using Aural Transformers and Action Units on "
    "RAVDESS Dataset. Applied Sciences 12, 327"
)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Recordings with what each reader answered to them.

    Attributes
    ----------
    names : np.ndarray [shape=(n,), str]
        Name of each recording, without its modality: ``01-05-01-01-01-12``.
    actors, folds, labels : np.ndarray [shape=(n,), int]
        Of each recording; labels are places in `classes`.
    classes : tuple of str
    readers : dict of str to np.ndarray [shape=(n, c)]
        Posteriors of each reader.
    """

    names: NDArray[Any]
    actors: NDArray[np.integer]
    folds: NDArray[np.integer]
    labels: NDArray[np.integer]
    classes: tuple[str, ...]
    readers: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.labels)

    def stacked(self, *readers: str) -> Floats:
        """Posteriors [n, s, c] of some readers."""
        return np.stack([self.readers[name] for name in readers], axis=1)

    @property
    def neutrals(self) -> NDArray[np.bool_]:
        """Which recordings are acted neutral: calm ones, neutral among `FUSED`, are not."""
        return np.array([str(name).split("-")[1] == NEUTRAL_CODE for name in self.names])

    def where(self, rows: NDArray[Any]) -> "Pairs":
        """Some of the recordings."""
        readers = {name: p[rows] for name, p in self.readers.items()}
        return Pairs(
            self.names[rows],
            self.actors[rows],
            self.folds[rows],
            self.labels[rows],
            self.classes,
            readers,
        )

    def fused(self) -> "Pairs":
        """The same in the seven classes of both senses: calm counts with neutral."""
        labels = [fused_place(self.classes[label]) for label in self.labels]
        readers = {name: in_fused(p, self.classes) for name, p in self.readers.items()}
        return Pairs(self.names, self.actors, self.folds, np.array(labels), FUSED, readers)


def read(data: Path) -> Pairs:
    """The published answers to all 1,440 recordings, in the eight classes of the voice.

    Raises
    ------
    NoFile
        If they are not there.
    """
    path = data / FILE
    if not path.is_file():
        raise NoFile(str(path), hint=HOW_TO_GET)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    readers = {
        reader: np.array([[float(row[f"{reader}_{e}"]) for e in VOICE] for row in rows])
        for reader in READERS
    }
    return Pairs(
        np.array([row["recording"].partition("-")[2] for row in rows]),
        np.array([int(row["actor"]) for row in rows]),
        np.array([int(row["fold"]) for row in rows]),
        np.array([VOICE.index(row["emotion"]) for row in rows]),
        VOICE,
        {name: p / p.sum(axis=1, keepdims=True) for name, p in readers.items()},
    )


def with_ours(pairs: Pairs, voice: Path) -> Pairs:
    """The recordings that our own voice was judged by, with its out-of-fold posteriors as ``ours``.

    As ``ours_neutral``, those it gives when it is shown other, neutral utterances of the speaker,
    if it can be shown any.

    Parameters
    ----------
    voice : Path
        Folder of a voice model that is trained on all corpora.

    Raises
    ------
    NotFound
        If it has no out-of-fold answers to RAVDESS.
    """
    rows = answers.load(voice, "voice")
    if not judged.is_of_corpora(rows):
        raise NotFound(
            f"The voice model “{voice.name}” has no answers to RAVDESS by speaker.",
            hint="Name one that is trained on all corpora, such as speech-encoder.",
        )
    own = rows["corpus"] == "ravdess"
    kinds = {"ours": judged.NONE, "ours_neutral": BASELINE}
    temperature = Card.read(voice).temperature
    scores = {
        name: posteriors(
            rows["by_speaker"][own][:, judged.kinds(rows).index(kind)], temperature=temperature
        )
        for name, kind in kinds.items()
        if kind in judged.kinds(rows)
    }
    place = {str(n).partition("-")[2]: i for i, n in enumerate(rows["names"][own])}
    kept = np.array([i for i, name in enumerate(pairs.names) if name in place])
    found = np.array([place[name] for name in pairs.names[kept]])
    if (rows["labels"][own][found] != pairs.labels[kept]).any():
        raise NotFound("The voice's answers and the published ones are of other recordings.")
    readers = {name: p[kept] for name, p in pairs.readers.items()}
    readers |= {name: p[found] for name, p in scores.items()}
    return Pairs(
        pairs.names[kept], pairs.actors[kept], pairs.folds[kept], pairs.labels[kept],
        pairs.classes, readers,
    )  # fmt: skip


def both_ours(pairs: Pairs, clips: Path) -> Pairs:
    """The few recordings of which there are frames, with our own face's posteriors as ``our_face``.

    In the seven classes of both senses. `clips` is the folder of a clip model whose kept answers
    have those of the face network to still pictures.
    """
    kept = Clips.of_rows(answers.load(clips, "clip"))
    seen = {
        str(kept.name[i]): kept.posteriors[STILLS][i]
        for i in kept.films()
        if str(kept.source[i]).startswith("RAVDESS")
    }
    fused = pairs.fused()
    rows = np.array([i for i, name in enumerate(fused.names) if name in seen], int)
    face = in_fused(np.array([seen[name] for name in fused.names[rows]], float), FACE)
    readers = {name: p[rows] for name, p in fused.readers.items()} | {"our_face": face}
    return Pairs(
        fused.names[rows], fused.actors[rows], fused.folds[rows], fused.labels[rows], FUSED, readers
    )


def in_fused(scores: Floats, classes: tuple[str, ...]) -> Floats:
    """Posteriors [n, classes] in the seven classes of both senses; rows sum to 1."""
    kept = np.zeros((len(scores), len(FUSED)))
    for place, emotion in enumerate(classes):
        if emotion != "contempt":
            kept[:, fused_place(emotion)] += scores[:, place]
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12))


def fused_place(emotion: str) -> int:
    """Place in `FUSED` of an emotion; calm counts with neutral."""
    return FUSED.index("neutral" if emotion == "calm" else emotion)
