"""Grow the isolation forests that say how strange an embedding is.

``python -m source.training.train anomaly`` grows one for each default model, on the embeddings of
that model's own training data, and keeps it as plain arrays in ``models/anomaly/``.
"""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from source.core.errors import UnknownOption
from source.fusion.anomaly import FILE, Forest
from source.runtime import default_name, load, names
from source.runtime.card import Card, digest
from source.runtime.head import Head
from source.runtime.model import Model
from source.training.corpora import CORPORA, Clip
from source.training.run import Run
from source.training.trees import arrays

Embed = Callable[[Run, Any], tuple[np.ndarray, np.ndarray, str]]
"""Embeddings of a model's training data, the group of each, and what data they are."""

TREES = 64
SAMPLE = 256
FACES = 4000
"""Faces that are embedded, of the 28 thousand."""

CLIPS = 1200
"""Clips of each corpus that are embedded: all of RAVDESS."""

UNSEEN = 0.2
"""Share of the embeddings that is kept out of growing, to place the threshold."""
FALSE_ALARMS = 0.05
"""Share of those that the threshold calls strange."""


def train(run: Run) -> None:
    """Grow and keep the forests of the default voice and face models, or of the one named.

    Raises
    ------
    UnknownOption
        If there is no voice or face model of that name.
    """
    senses: dict[str, Embed] = {"voice": _voice, "face": _face}
    chosen = {sense: default_name(sense, root=run.models) for sense in senses}
    if run.name:
        known = {sense: names(sense, root=run.models) for sense in senses}
        chosen = {sense: run.name for sense in senses if run.name in known[sense]}
        if not chosen:
            valid = [name for each in known.values() for name in each]
            raise UnknownOption("voice or face model", run.name, valid)
    for sense, name in chosen.items():
        embed = senses[sense]
        embeddings, groups, data = embed(run, load(sense, name, root=run.models))
        forest, figures = fit(embeddings, groups, seed=run.seed)
        folder = run.output / "anomaly" / f"{sense}-{name}"
        keep(forest, folder, data=data, figures=figures, seed=run.seed)
        print(f"{folder.name}: {figures}")


def evaluate(run: Run) -> None:
    """Print what stands on the forests' cards."""
    for card in sorted((run.models / "anomaly").glob("*/card.json")):
        print(card.parent.name, json.loads(card.read_text("utf-8"))["figures"])


def fit(
    embeddings: np.ndarray, groups: np.ndarray, *, seed: int = 0
) -> tuple[Forest, dict[str, float]]:
    """Grow a forest and place its threshold.

    Parameters
    ----------
    embeddings : np.ndarray [shape=(n, d)]
    groups : np.ndarray [shape=(n,)]
        Speaker or picture of each; a group is grown on or kept out as a whole.
    """
    from sklearn.model_selection import GroupShuffleSplit

    split = GroupShuffleSplit(1, test_size=UNSEEN, random_state=seed)
    grown, unseen = next(split.split(embeddings, groups=groups))
    forest = grow(embeddings[grown], seed=seed)
    threshold = float(np.quantile(forest.raw(embeddings[unseen]), 1 - FALSE_ALARMS))
    noise = np.random.default_rng(seed).normal(size=(1000, embeddings.shape[1]))
    strange = embeddings.mean(0) + 4 * embeddings.std(0) * noise
    placed = replace(forest, threshold=threshold)
    figures = {
        "embeddings": len(embeddings),
        "kept out": len(unseen),
        "false alarms": FALSE_ALARMS,
        "noise found": round(float((placed.score(strange) > 0.5).mean()), 4),
    }
    return placed, figures


def grow(embeddings: np.ndarray, *, seed: int = 0) -> Forest:
    """Grow an isolation forest with scikit-learn and take its trees apart into arrays."""
    from sklearn.ensemble import IsolationForest

    grown = IsolationForest(
        n_estimators=TREES, max_samples=min(SAMPLE, len(embeddings)), random_state=seed
    ).fit(embeddings.astype(np.float32))
    trees = [estimator.tree_ for estimator in grown.estimators_]
    split = arrays(trees)
    depth = np.zeros(split["cut"].shape, np.float32)
    for row, tree in enumerate(trees):
        depth[row, : tree.node_count] = _depths(tree)
    normal = float(_path_length(np.array([grown.max_samples_]))[0])
    return Forest(**split, depth=depth, normal=normal, threshold=0.5)


def keep(forest: Forest, folder: Path, *, data: str, figures: dict[str, float], seed: int) -> None:
    """Write a forest and its card."""
    content = io.BytesIO()
    np.savez_compressed(content, **vars(forest))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(content.getvalue())
    Card(
        name=folder.name,
        sense="anomaly",
        architecture={"name": "isolation forest", "args": {"trees": TREES, "sample": SAMPLE}},
        labels=(),
        input={"meaning": "embedding of the model it is named after"},
        preprocessing=1,
        temperature=1.0,
        threshold=0.5,
        sha256={FILE: digest(content.getvalue())},
        data=data,
        licence="the terms of the data of the model it is named after",
        protocol=f"threshold fitted on {100 * UNSEEN:.0f} % of the speakers or pictures, "
        f"seed {seed}",
        figures=figures,
        limits="It measures how unlike the training data something is, not what is wrong.",
    ).write(folder)


def _depths(tree: Any) -> np.ndarray:
    """Path length at each node: its depth and the mean depth its examples would still need."""
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                depth[child] = depth[node] + 1
    return np.asarray(depth + _path_length(tree.n_node_samples))


def _path_length(count: np.ndarray) -> np.ndarray:
    """Mean path length of an unsuccessful search in a binary tree of `count` examples."""
    count = np.asarray(count, float)
    many = np.maximum(count, 3)
    long = 2 * (np.log(many - 1) + np.euler_gamma) - 2 * (many - 1) / many
    return np.where(count <= 1, 0.0, np.where(count == 2, 1.0, long))


def _voice(run: Run, model: Any) -> tuple[np.ndarray, np.ndarray, str]:
    """Embeddings of the clips it is trained on, heard as any recording is; grouped by speaker.

    Of a head of the encoder, as they were encoded for training.
    """
    if isinstance(model, Head):
        return _encoded(run, model)
    from tqdm import tqdm

    from source.media import probe
    from source.voice import listen

    corpora = [CORPORA[name] for name in _corpora_of(run.models / "voice" / model.card.name)]
    clips = [clip for corpus in corpora for clip in _few(corpus.clips(run.data), run)]
    embeddings, speakers = [], []
    for clip in tqdm(clips, desc="voice", mininterval=5):
        listened = listen(probe(clip.path), model=model)
        if not len(listened.embeddings):  # no speech found
            continue
        embeddings.append(listened.embeddings)
        speakers += [clip.person] * len(listened.embeddings)
    titles = ", ".join(corpus.short_title for corpus in corpora)
    return np.concatenate(embeddings), np.array(speakers), titles


def _corpora_of(folder: Path) -> tuple[str, ...]:
    """The corpora that a voice model is trained on."""
    from source.training.protocols import ALL
    from source.training.report import answers
    from source.training.report.judged import is_of_corpora

    return ALL if is_of_corpora(answers.load(folder, "voice")) else ("ravdess",)


def _few(clips: Sequence[Clip], run: Run) -> list[Clip]:
    """Clips of a corpus, drawn where there are more than `CLIPS`."""
    count = CLIPS // 40 if run.tiny else CLIPS
    drawn = np.random.default_rng(run.seed).permutation(len(clips))[:count]
    return [clips[place] for place in sorted(drawn)]


def _encoded(run: Run, model: Head) -> tuple[np.ndarray, np.ndarray, str]:
    from source.training.protocols import ALL
    from source.training.voice.encoded import Encoded, encode, encoded

    rows: list[Encoded] = []
    for corpus in (CORPORA[name] for name in ALL):
        if run.tiny:
            rows += encode(corpus.clips(run.data)[::400])
        else:
            rows += encoded(corpus, data=run.data, work=run.work)
    embeddings = model.space.project(np.concatenate([row.windows for row in rows]))
    people = [row.clip.person for row in rows for _ in row.windows]
    titles = ", ".join(CORPORA[name].short_title for name in ALL)
    return embeddings, np.array(people), titles


def _face(run: Run, model: Model) -> tuple[np.ndarray, np.ndarray, str]:
    """Embeddings of FER2013 training faces, aligned as any face is; each its own group."""
    from source.face import expression
    from source.training.face.batches import crops
    from source.training.face.commands import faces_of

    faces = faces_of(run)
    kept = np.flatnonzero((faces.usage == 0) & ~faces.near_test & faces.found)
    chosen = np.random.default_rng(run.seed).permutation(kept)[:FACES]
    embeddings = expression.read(crops(faces.where(chosen)), model)[1]
    return embeddings, chosen, "FER2013 training faces"
