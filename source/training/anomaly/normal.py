"""Normal readings: the embeddings of what the models were trained on, by speaker or picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import to_fused
from source.fusion.late import agreement
from source.runtime.head import Head
from source.runtime.model import Model
from source.training.corpora import CORPORA, Clip
from source.training.fusion import fit, pairs
from source.training.run import Run

Floats = NDArray[np.floating[Any]]

FACES = 1500
"""Faces that are read, of the 28 thousand."""

AGAIN = 15
"""Every so many faces are read in all views, too, as a photo is."""

CLIPS = 120
"""Clips of each corpus that are heard by a model that does not keep what it heard."""

ENCODED = 1200
"""Clips of each corpus of which the encoder's statistics are kept."""


@dataclass(frozen=True, eq=False)
class Normal:
    """Embeddings of one sense.

    Attributes
    ----------
    embeddings : np.ndarray [shape=(n, d), float32]
    groups : np.ndarray [shape=(n,)]
        Speaker or picture of each; a group is grown on or held out as a whole.
    sources : np.ndarray [shape=(n,), str]
        Corpus or set of each.
    title : str
        What data they are.
    """

    embeddings: Floats
    groups: NDArray[Any]
    sources: NDArray[Any]
    title: str

    def where(self, kept: NDArray[np.bool_]) -> "Normal":
        """Some of the rows."""
        return Normal(self.embeddings[kept], self.groups[kept], self.sources[kept], self.title)


def voice(run: Run, model: Any) -> Normal:
    """The clips that a voice model is trained on; grouped by speaker.

    Of a head of the encoder, as they were encoded for training, and copies of them through other
    channels: a telephone, a codec, a room. Others hear them as any recording.
    """
    if isinstance(model, Head):
        return _encoded(run, model)
    from tqdm import tqdm

    from source.media import probe
    from source.voice import listen

    corpora = [CORPORA[name] for name in _corpora_of(run, model)]
    clips = [(c, clip) for c in corpora for clip in few(c.clips(run.data), run, CLIPS)]
    rows, people, sources = [], [], []
    for corpus, clip in tqdm(clips, desc="voice", mininterval=5):
        found = listen(probe(clip.path), model=model).embeddings
        if len(found):
            rows.append(found)
            people += [clip.person] * len(found)
            sources += [corpus.name] * len(found)
    titles = ", ".join(corpus.short_title for corpus in corpora)
    return Normal(np.concatenate(rows), np.array(people), np.array(sources), titles)


def face(run: Run, model: Model) -> Normal:
    """FER2013 training faces, aligned as any face is, read once and, some, in all views."""
    from source.face import expression
    from source.training.face import data
    from source.training.face.batches import crops
    from source.training.face.commands import faces_of

    if run.tiny:
        faces = faces_of(run)
    else:
        folder = run.data / "face" / "fer2013"
        faces = data.read(folder, cache=run.work / "face", first=FACES)
    faces = faces.where((faces.usage == 0) & ~faces.near_test & faces.found)
    cut = crops(faces)
    once = expression.read(cut, model, several=False)[1]
    again = expression.read(cut[::AGAIN], model)[1]
    places = np.arange(len(cut))
    return Normal(
        np.concatenate([once, again]),
        np.concatenate([places, places[::AGAIN]]),
        np.full(len(once) + len(again), "fer2013"),
        "FER2013 training faces",
    )


def agreements(run: Run, voice_model: str) -> tuple[Floats, Floats]:
    """How far voice and face agree, of the same recording, and of two with different emotions.

    Our voice's out-of-fold answers to RAVDESS, and published ones of a face network; those of
    the published voice where ours has none. Calibrated.
    """
    known = pairs.read(run.data)
    name = "voice"
    folder = run.models / "voice" / voice_model
    if (folder / "oof.npz").is_file():
        from source.training.report import answers, judged

        if judged.is_of_corpora(answers.load(folder, "voice")):
            known, name = pairs.with_ours(known, folder), "ours"
    fused = known.fused()
    (two,) = fit.calibrated(fused.stacked(name, "face_sequence"), fused.labels)
    other = np.random.default_rng(run.seed).permutation(len(fused))
    right = np.array([_agree(v, f, fused.classes) for v, f in two])
    mixed = np.flatnonzero(fused.labels != fused.labels[other])
    wrong = np.array([_agree(two[i, 0], two[other[i], 1], fused.classes) for i in mixed])
    return right, wrong


def few(clips: Sequence[Clip], run: Run, count: int) -> list[Clip]:
    """Clips of a corpus, drawn where there are more than `count`."""
    count = 30 if run.tiny else count
    drawn = np.random.default_rng(run.seed).permutation(len(clips))[:count]
    return [clips[place] for place in sorted(drawn)]


def _agree(voice: Floats, face: Floats, classes: tuple[str, ...]) -> float:
    one, other = (dict(zip(classes, p.tolist(), strict=True)) for p in (voice, face))
    return agreement(to_fused(one), to_fused(other))


def _corpora_of(run: Run, model: Any) -> tuple[str, ...]:
    """The corpora that a voice model is trained on."""
    from source.training.protocols import ALL
    from source.training.report import answers, judged

    rows = answers.load(run.models / "voice" / model.card.name, "voice")
    return ALL if judged.is_of_corpora(rows) else ("ravdess",)


def _encoded(run: Run, model: Head) -> Normal:
    from source.training.protocols import ALL
    from source.training.voice.encoded import Encoded, encode, encoded

    rows: list[tuple[str, Encoded]] = []
    for corpus in (CORPORA[name] for name in ALL):
        if run.tiny:
            rows += [(corpus.name, one) for one in encode(corpus.clips(run.data)[::400])]
        else:
            every = encoded(corpus, data=run.data, work=run.work)
            drawn = np.random.default_rng(run.seed).permutation(len(every))[:ENCODED]
            rows += [(corpus.name, every[place]) for place in sorted(drawn)]
    parts = [np.concatenate([row.windows[:2], row.copies[:1]]) for _, row in rows]
    counts = [len(part) for part in parts]
    return Normal(
        model.space.project(np.concatenate(parts)),
        np.repeat([row.clip.person for _, row in rows], counts),
        np.repeat([name for name, _ in rows], counts),
        ", ".join(CORPORA[name].short_title for name in ALL),
    )
