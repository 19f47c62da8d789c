"""Reads face sets of the form index.npz + sprite sheets, and finds the eyes in them.

The one set there is: FER2013 with the FER+ votes. Goodfellow et al., "Challenges in
Representation Learning: A report on three machine learning contests", 2013; Barsoum et al.,
"Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label
Distribution", ICMI 2016.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from source.core.emotions import FACE
from source.core.errors import NoFile

SIDE = 48
"""Side of the pictures in the sheets, in pixels."""

PER_LINE = 96
"""Pictures in one line of a sheet."""

VOTES = ("neutral", "happy", "surprised", "sad", "angry", "disgust", "fearful", "contempt")
"""The first eight vote columns of FER+; `unknown` and `not a face` follow."""

FER2013 = ("angry", "disgust", "fearful", "happy", "sad", "surprised", "neutral")
"""The label codes of FER2013, in order."""

HOW_TO_GET = (
    "No program can download FER2013. The pictures are at https://www.kaggle.com/c/"
    "challenges-in-representation-learning-facial-expression-recognition-challenge (you need an "
    "account and must accept the terms), the votes at https://github.com/microsoft/FERPlus. "
    "docs/training.md says in which form the folder must be."
)
"""Why there is no download, and where the two parts are."""

_PAD = 16
_ENLARGE = 3


@dataclass(frozen=True)
class Faces:
    """A set of labelled faces.

    Attributes
    ----------
    pictures : np.ndarray [shape=(n, 48, 48), uint8]
        Grey, as published.
    places : np.ndarray [shape=(n, 2, 3), float32]
        Takes each picture to the aligned crop of 48 pixels; the identity where no face was found.
    found : np.ndarray [shape=(n,), bool]
        Whether the detector found the face.
    votes : np.ndarray [shape=(n, 8), float32]
        Share of the votes of each emotion of `FACE`, `unknown` and `not a face` left out.
    scored : np.ndarray [shape=(n,), bool]
        Whether exactly one of the ten columns has most votes and it is one of the eight.
    labels : np.ndarray [shape=(n,), int]
        FER2013 labels, places in `FER2013`; -1 where there is none.
    usage : np.ndarray [shape=(n,), int]
        0 training, 1 validation (PublicTest), 2 kept aside (PrivateTest).
    near_test : np.ndarray [shape=(n,), bool]
        The same picture is also in the kept-aside part.
    agreed : np.ndarray [shape=(n,), float32]
        Largest share of the votes, `unknown` and `not a face` among them.
    tagger : np.ndarray [shape=(n,), float32]
        Chance that one tagger, drawn at random, names what most of the others do.
    """

    pictures: np.ndarray
    places: np.ndarray
    found: np.ndarray
    votes: np.ndarray
    scored: np.ndarray
    labels: np.ndarray
    usage: np.ndarray
    near_test: np.ndarray
    agreed: np.ndarray
    tagger: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)

    def where(self, kept: np.ndarray) -> "Faces":
        """The faces that `kept` (bool or indices) names."""
        return Faces(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))

    @property
    def plurality(self) -> np.ndarray:
        """Place in `FACE` of the most voted emotion [shape=(n,)]; means little if not `scored`."""
        return np.asarray(self.votes.argmax(axis=1))


def read(
    path: Path, *, cache: Path | None = None, first: int | None = None, usage: int | None = None
) -> Faces:
    """Read a face set.

    Parameters
    ----------
    path : Path
        The folder, or the `index.npz` in it.
    cache : Path, optional
        Folder to keep the eye places in, since finding them takes a minute or two.
    first : int, optional
        Read so many faces only.
    usage : int, optional
        Read those of this part only, where the set has any of it.

    Raises
    ------
    NoFile
        If the index or a sheet is missing.
    """
    pictures, table = published(path, first=first, usage=usage)
    votes, scored = shares(table["votes"])
    count = len(pictures)
    places, found = _places(pictures, cache)
    return Faces(
        pictures=pictures,
        places=places,
        found=found,
        votes=votes,
        scored=scored,
        labels=table.get("label", np.full(count, -1)).astype(np.int64),
        usage=table.get("usage", np.full(count, 2)).astype(np.int64),
        near_test=table.get("near_test", np.zeros(count, bool)).astype(bool),
        agreed=table["votes"].max(axis=1) / np.float32(np.maximum(table["votes"].sum(axis=1), 1)),
        tagger=one_tagger(table["votes"]),
    )


def published(
    path: Path, *, first: int | None = None, usage: int | None = None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The pictures of a face set as they are [shape=(n, 48, 48), uint8], and its index by column.

    Takes what `read` takes, and fails as it does.
    """
    folder = path if path.is_dir() else path.parent
    index = folder / "index.npz" if path.is_dir() else path
    if not index.is_file():
        raise NoFile(str(index), hint=HOW_TO_GET)
    with np.load(index) as stored:
        table = {name: stored[name][:first] for name in stored.files}
    if usage is not None and (own := table.get("usage", np.zeros(0)) == usage).any():
        table = {name: column[own] for name, column in table.items()}
    return _pictures(folder, table["sheet"], table["pos"]), table


def shares(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Target and protocol of FER+ votes.

    Parameters
    ----------
    votes : np.ndarray [shape=(n, 10)]
        In the order of FER+.

    Returns
    -------
    shares : np.ndarray [shape=(n, 8), float32]
        See `Faces.votes`; all equal where nobody named one of the eight emotions.
    scored : np.ndarray [shape=(n,), bool]
        See `Faces.scored`.
    """
    votes = votes.astype(np.float32)
    alone = (votes == votes.max(axis=1, keepdims=True)).sum(axis=1) == 1
    known = votes[:, [VOTES.index(e) for e in FACE]]
    total = known.sum(axis=1, keepdims=True)
    given = np.where(total > 0, known / np.maximum(total, 1.0), 1.0 / len(FACE))
    return given.astype(np.float32), alone & (votes.argmax(axis=1) < len(FACE))


def one_tagger(votes: np.ndarray) -> np.ndarray:
    """See `Faces.tagger` [shape=(n,), float32]; a tie among the others is right by its share.

    Parameters
    ----------
    votes : np.ndarray [shape=(n, columns)]

    Examples
    --------
    >>> one_tagger(np.array([[3, 1], [2, 2], [1, 1]])).tolist()
    [0.75, 0.0, 0.0]
    """
    votes = votes.astype(np.float32)
    chance = np.zeros(len(votes), np.float32)
    for own in range(votes.shape[1]):
        others = votes.copy()
        others[:, own] -= 1.0
        most = others == others.max(axis=1, keepdims=True)
        right = most[:, own] / most.sum(axis=1)
        chance += np.where(votes[:, own] > 0, votes[:, own] * right, 0.0)
    return np.asarray(chance / np.maximum(votes.sum(axis=1), 1.0), np.float32)


def made_up(count: int, *, seed: int = 0) -> Faces:
    """Drawn ovals with eyes and a mouth, for tests where no set is at hand."""
    import cv2

    rng = np.random.default_rng(seed)
    pictures = np.full((count, SIDE, SIDE), 90, np.uint8)
    kinds = rng.integers(0, len(FACE), count)
    for picture, kind in zip(pictures, kinds, strict=True):
        cv2.ellipse(picture, (24, 24), (18, 23), 0, 0, 360, 200, -1)
        for x in (15, 32):
            cv2.circle(picture, (x, 19), 2, 40, -1)
        cv2.ellipse(picture, (24, 36), (8, 1 + int(kind)), 0, 0, 180, 60, -1)
        picture += rng.integers(0, 20, picture.shape, dtype=np.uint8)
    identity = np.tile(np.array([[1, 0, 0], [0, 1, 0]], np.float32), (count, 1, 1))
    return Faces(
        pictures=pictures,
        places=identity,
        found=np.zeros(count, bool),
        votes=np.eye(len(FACE), dtype=np.float32)[kinds],
        scored=np.ones(count, bool),
        labels=np.full(count, -1),
        usage=np.zeros(count, np.int64),
        near_test=np.zeros(count, bool),
        agreed=np.ones(count, np.float32),
        tagger=np.ones(count, np.float32),
    )


def _pictures(folder: Path, sheet: np.ndarray, pos: np.ndarray) -> np.ndarray:
    import cv2

    several = int(sheet.max()) > 0
    names = ["train_0", "train_1", "train_2", "train_3", "valid"] if several else ["test"]
    if not several and not (folder / "test.png").is_file():
        names = [next((p.stem for p in sorted(folder.glob("*.png"))), "test")]
    pictures = np.zeros((len(sheet), SIDE, SIDE), np.uint8)
    for number in np.unique(sheet):
        file = folder / f"{names[int(number)]}.png"
        drawn = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) if file.is_file() else None
        if drawn is None:
            raise NoFile(str(file))
        for i in np.flatnonzero(sheet == number):
            line, column = divmod(int(pos[i]), PER_LINE)
            top, left = line * SIDE, column * SIDE
            pictures[i] = drawn[top : top + SIDE, left : left + SIDE]
    return pictures


def _places(pictures: np.ndarray, cache: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Where each picture goes in its aligned crop, and whether a face was found in it."""
    import hashlib

    from source.face import align

    version = f"2 {align.EYE_LEFT} {align.EYE_LINE} {align.MOUTH_SHARE}"
    mark = hashlib.sha256(pictures.tobytes() + version.encode()).hexdigest()[:16]
    file = cache / f"places-{mark}.npz" if cache else None
    if file and file.is_file():
        with np.load(file) as kept:
            return kept["places"], kept["found"]
    places, found = find_places(pictures)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(file, places=places, found=found)
    return places, found


def find_places(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Run the detector over pictures that a face fills.

    Each picture gets a grey frame and is enlarged, since the detector wants some room around a
    face; a second network looks where the first finds nothing.

    Returns
    -------
    places : np.ndarray [shape=(n, 2, 3), float32]
        Takes a picture to its aligned crop of the same size.
    found : np.ndarray [shape=(n,), bool]
        Where no face was found the place is the identity.
    """
    import cv2
    from tqdm import tqdm

    from source.face import align
    from source.face.blaze import Blaze

    nets = [(Blaze("short"), 0.5), (Blaze("back"), 0.5), (Blaze("short"), 0.25)]
    side = pictures.shape[1]
    places = np.tile(np.array([[1, 0, 0], [0, 1, 0]], np.float32), (len(pictures), 1, 1))
    found = np.zeros(len(pictures), bool)
    for i, picture in enumerate(tqdm(pictures, desc="eyes", unit="face", mininterval=5)):
        framed = cv2.copyMakeBorder(picture, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=128)
        large = cv2.resize(framed, None, fx=_ENLARGE, fy=_ENLARGE, interpolation=cv2.INTER_CUBIC)
        large = cv2.cvtColor(large, cv2.COLOR_GRAY2RGB)
        for net, least in nets:
            faces = net(large, least=least)
            if not faces:
                continue
            best = max(faces, key=lambda f: f.score * f.side)
            marks = (best.landmarks + 0.5) / _ENLARGE - 0.5 - _PAD
            place = align.matrix(marks, size=side)
            scale = np.hypot(place[0, 0], place[1, 0])
            # Where the eyes come out far from usual the detector saw something else.
            if 0.6 < scale < 1.8:
                places[i], found[i] = place, True
                break
    return places, found
