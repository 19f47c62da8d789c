"""Normal readings: the embeddings of what the models were trained on, by speaker or picture."""

import zlib
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

CLIPS = 1000
"""Clips, of all corpora together, that are heard."""

VERSION = 1
"""Raised when other clips are heard, or measured in another way."""

WINDOWS, COPIED = 2, 2
"""Windows of a clip that count; every so many clips are heard through another channel, too."""


@dataclass(frozen=True, eq=False)
class Normal:
    """Embeddings and measures of one sense.

    Attributes
    ----------
    embeddings : np.ndarray [shape=(n, d), float32]
    groups : np.ndarray [shape=(n,)]
        Speaker or picture of each; a group is grown on or held out as a whole.
    sources : np.ndarray [shape=(n,), str]
        Corpus or set of each.
    title : str
        What data they are.
    measures : np.ndarray [shape=(n, k), float32], optional
        What the readings are like as sounds or pictures.
    """

    embeddings: Floats
    groups: NDArray[Any]
    sources: NDArray[Any]
    title: str
    measures: Floats | None = None

    def where(self, kept: NDArray[Any]) -> "Normal":
        """Some of the rows."""
        measures = None if self.measures is None else self.measures[kept]
        return Normal(
            self.embeddings[kept], self.groups[kept], self.sources[kept], self.title, measures
        )


def voice(run: Run, model: Any) -> Normal:
    """The clips that a voice model is trained on; grouped by speaker.

    A head of the encoder hears copies of them through other channels, too: a telephone, a codec,
    a room. Others hear them as any recording. Done once for each model, and kept in the work
    folder.
    """
    if run.tiny:
        return _voice(run, model)
    path = run.work / "anomaly" / f"{model.card.name}.npz"
    mark = f"{VERSION} {model.sha256} {run.seed}"
    if path.is_file():
        with np.load(path, allow_pickle=False) as file:
            kept = {name: file[name] for name in file.files}
        if str(kept.pop("mark")) == mark:
            return Normal(**kept | {"title": str(kept["title"])})
    found = _voice(run, model)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, mark=mark, **vars(found))
    return found


def _voice(run: Run, model: Any) -> Normal:
    if isinstance(model, Head):
        return _encoded(run, model)
    from tqdm import tqdm

    from source.media import probe
    from source.voice import listen

    corpora = [CORPORA[name] for name in _corpora_of(run, model)]
    clips = [
        (c, clip) for c in corpora for clip in few(c.clips(run.data), run, CLIPS // len(corpora))
    ]
    rows, sounds, people, sources = [], [], [], []
    for corpus, clip in tqdm(clips, desc="voice", mininterval=5):
        found = listen(probe(clip.path), model=model)
        if len(found.embeddings):
            rows.append(found.embeddings)
            sounds.append(found.measures)
            people += [clip.person] * len(found.embeddings)
            sources += [corpus.name] * len(found.embeddings)
    titles = ", ".join(corpus.short_title for corpus in corpora)
    return Normal(
        np.concatenate(rows), np.array(people), np.array(sources), titles, np.concatenate(sounds)
    )


def face(run: Run, model: Model) -> Normal:
    """FER2013 training faces, aligned as any face is, read once and, some, in all views."""
    from source.face import expression
    from source.face.measures import measures
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
    looks = np.stack([measures(crop) for crop in cut])
    return Normal(
        np.concatenate([once, again]),
        np.concatenate([places, places[::AGAIN]]),
        np.full(len(once) + len(again), "fer2013"),
        "FER2013 training faces",
        np.concatenate([looks, looks[::AGAIN]]),
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


def heard(model: Any, samples: Floats) -> tuple[Floats, Floats]:
    """Embeddings [n, d] and measures [n, k] of sound, as if it were one utterance."""
    from source.voice import inputs
    from source.voice.listener import measured

    samples = np.asarray(samples, np.float32)
    batch, spans = inputs.of(model.card.input)(samples)
    return np.asarray(model.run(batch)[1]), measured(samples, spans)


def _encoded(run: Run, model: Head) -> Normal:
    from tqdm import tqdm

    from source.training.protocols import ALL
    from source.training.voice.channels import changed
    from source.training.voice.prepare import uttered

    kept: list[tuple[Floats, Floats]] = []
    people, sources = [], []
    chosen = [
        (c, clip) for c in ALL for clip in few(CORPORA[c].clips(run.data), run, CLIPS // len(ALL))
    ]
    for number, (corpus, clip) in enumerate(tqdm(chosen, desc="voice", mininterval=5)):
        sound = uttered(clip.path)
        if sound is None:
            continue
        rng = np.random.default_rng(zlib.crc32(clip.name.encode()))
        versions = [(sound, WINDOWS)] + [(changed(sound, rng), 1)] * (number % COPIED == 0)
        for samples, most in versions:
            embeddings, sounds = heard(model, samples)
            kept.append((embeddings[:most], sounds[:most]))
            people += [clip.person] * len(kept[-1][0])
            sources += [corpus] * len(kept[-1][0])
    return Normal(
        np.concatenate([rows for rows, _ in kept]),
        np.array(people),
        np.array(sources),
        ", ".join(CORPORA[name].short_title for name in ALL),
        np.concatenate([rows for _, rows in kept]),
    )
