"""The network on embeddings: trained on pairs of equal emotion, put together by label.

A voice and a face of the same label are no pair of one person: nothing is learned of how voice
and face of one moment depend on each other. No speaker and no picture is on both sides.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE, FUSED, VOICE
from source.core.senses import SENSES
from source.fusion.late import LateFusion
from source.fusion.load import load_fusion
from source.fusion.network import FILE, UNITS, Branch, NetworkFusion, content
from source.fusion.pool import pooled
from source.runtime import default_name, load
from source.runtime.card import Card, digest
from source.training import calibration, metrics
from source.training.fusion import judge, pairs
from source.training.fusion.runs import Training
from source.training.report import answers
from source.training.report import fusion as told
from source.training.threads import start_keras

Floats = NDArray[np.floating[Any]]

NAME = "network"

BY_LABEL = "pairs by label"

FOLD = 0
"""The fold of speakers, in every corpus, that is not trained on."""

MISSING = 0.2
"""Share of the pairs in which the voice is missing, and of those in which the face is."""

BATCH, EPOCHS, EACH = 256, 10, 1000
"""Pairs of a batch, epochs, and pairs of each emotion in one."""

FACES = 1500
"""Faces that are read for training."""

SURE = 0.9


@dataclass(frozen=True, eq=False)
class Side:
    """One sense's readings with their labels in `FUSED`, and its own posteriors.

    `embeddings` [n, d], `labels` [n], `posteriors` [n, 7].
    """

    embeddings: Floats
    labels: NDArray[np.integer]
    posteriors: Floats

    def draw(self, labels: NDArray[np.integer], rng: np.random.Generator) -> NDArray[np.integer]:
        """A row of each label."""
        rows = np.zeros(len(labels), int)
        for label in np.unique(labels):
            own = np.flatnonzero(self.labels == label)
            rows[labels == label] = rng.choice(own, int((labels == label).sum()))
        return rows


@dataclass(frozen=True, eq=False)
class Couples:
    """Batches of pairs of equal emotion; as many of each, and some with a sense missing."""

    sides: dict[str, Side]
    branches: dict[str, Branch]
    seed: int
    each: int

    def __len__(self) -> int:
        return max(1, len(FUSED) * self.each // BATCH)

    def batch(self, epoch: int, index: int) -> tuple[Any, Any]:
        """Standardised embeddings of both senses, and one-hot labels."""
        rng = np.random.default_rng([self.seed, epoch, index])
        labels = rng.integers(0, len(FUSED), BATCH)
        chance = rng.random(BATCH)
        inputs = []
        for place, sense in enumerate(SENSES):
            side = self.sides[sense]
            rows = self.branches[sense].standard(side.embeddings[side.draw(labels, rng)])
            rows[(chance >= MISSING * place) & (chance < MISSING * (place + 1))] = 0.0
            inputs.append(rows)
        return tuple(inputs), np.eye(len(FUSED), dtype=np.float32)[labels]


def train(run: Training) -> Path:
    """Train, judge and write the network; its folder."""
    keras = start_keras(run.threads)
    learned, held = sides(run)
    branches = {
        sense: Branch(
            side.embeddings.mean(axis=0).astype(np.float32),
            (side.embeddings.std(axis=0) + 1e-6).astype(np.float32),
            np.zeros((side.embeddings.shape[1], UNITS), np.float32),
            np.zeros(UNITS, np.float32),
        )
        for sense, side in learned.items()
    }
    couples = Couples(learned, branches, run.seed, 20 if run.tiny else EACH)
    net = build(keras, {s: side.embeddings.shape[1] for s, side in learned.items()}, run.seed)
    from source.training import fit

    epochs = 1 if run.tiny else EPOCHS
    fit.fit(
        net, [fit.Stage(couples, epochs)],
        optimizer=fit.adamw(
            fit.cosine(1e-3, steps=epochs * len(couples), warm=20), decay=0.05
        ),
        folder=run.work / "fusion" / NAME, title=NAME, seed=run.seed,
    )  # fmt: skip
    folder = run.output / "fusion" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    kernels = {s: net.get_layer(s).get_weights()[0] for s in SENSES}
    branches = {s: Branch(b.mean, b.deviation, kernels[s], b.bias) for s, b in branches.items()}
    kept = content(branches, *net.get_layer("classes").get_weights())
    (folder / FILE).write_bytes(kept)
    late = LateFusion(load_fusion(root=run.models, name="late").card)
    bare = _card(run, kept, temperature=1.0, threshold=0.0, figures={})
    bare.write(folder)
    fusion = NetworkFusion(bare, folder)
    known, tuned = _pairs(held, run.seed), _pairs(held, run.seed + 1)
    temperature = calibration.fit_temperature(_logits(fusion, held, tuned), tuned[0])
    judged = _judged(fusion, late, held, known, temperature)
    threshold, share = metrics.abstention(judged.labels, judged.readers[judge.MAIN], target=SURE)
    figures = told.figures([judged]) | {"certain": round(share, 4)}
    _card(run, kept, temperature=temperature, threshold=threshold, figures=figures).write(folder)
    answers.save(folder, "fusion", judge.rows([judged]))
    return folder


def build(keras: Any, widths: dict[str, int], seed: int) -> Any:
    """Two embeddings, 256 units each, side by side, to the classes: `[logits, units]`."""
    inputs, units = [], []
    for place, sense in enumerate(SENSES):
        given = keras.Input((widths[sense],), name=f"{sense}_embedding")
        dense = keras.layers.Dense(
            UNITS, activation="relu", use_bias=False, name=sense,
            kernel_initializer=keras.initializers.HeNormal(seed + place),
        )  # fmt: skip
        inputs.append(given)
        units.append(keras.layers.Dropout(0.3, seed=seed + place)(dense(given)))
    joined = keras.layers.Concatenate()(units)
    classes = keras.layers.Dense(
        len(FUSED), name="classes", kernel_initializer=keras.initializers.GlorotNormal(seed + 7)
    )
    return keras.Model(inputs, [classes(joined), joined])


def sides(run: Training) -> tuple[dict[str, Side], dict[str, Side]]:
    """What is trained on, and what is held out: other speakers, other pictures."""
    voice, away = _voices(run)
    return {"voice": voice, "face": _faces(run, usage=0)}, {
        "voice": away,
        "face": _faces(run, usage=1),
    }


def _voices(run: Training) -> tuple[Side, Side]:
    """Windows of clips, by the encoder's statistics that the voice's training kept.

    Their posteriors are those of models that had not heard the speaker.
    """
    from source.training.corpora import CORPORA
    from source.training.protocols import ALL, folds_of
    from source.training.report import judged as of_voice
    from source.training.voice.encoded import encode, encoded

    model: Any = load("voice", run.voice, root=run.models)
    rows = answers.load(run.models / "voice" / run.voice, "voice")
    kind = of_voice.kinds(rows).index(of_voice.NONE)
    known = {
        (str(c), str(n)): logits
        for c, n, logits in zip(
            rows["corpus"], rows["names"], rows["by_speaker"][:, kind], strict=True
        )
    }
    each, labels, people, corpora, logits = [], [], [], [], []
    for name in ALL:
        corpus = CORPORA[name]
        clips = (
            encode(corpus.clips(run.data)[::60])
            if run.tiny
            else encoded(corpus, data=run.data, work=run.work)
        )
        for one in clips:
            if (name, one.clip.name) in known and one.clip.emotion in VOICE:
                each.append(one.windows[:1])
                labels.append(pairs.fused_place(one.clip.emotion))
                people.append(one.clip.speaker)
                corpora.append(name)
                logits.append(known[name, one.clip.name])
    folds = folds_of(np.array(corpora), np.array(people))
    scores = calibration.posteriors(np.array(logits), temperature=model.card.temperature)
    every = Side(
        model.space.project(np.concatenate(each)),
        np.array(labels),
        pairs.in_fused(np.asarray(scores), VOICE),
    )
    parts = [
        Side(every.embeddings[k], every.labels[k], every.posteriors[k])
        for k in (folds != FOLD, folds == FOLD)
    ]
    return parts[0], parts[1]


def _faces(run: Training, *, usage: int) -> Side:
    """Faces of FER2013 by what most taggers saw: those of training, or of PublicTest."""
    from source.face import expression
    from source.training.anomaly.judge import public_faces
    from source.training.face import data
    from source.training.face.batches import crops
    from source.training.face.commands import faces_of

    model = load("face", default_name("face", root=run.models), root=run.models)
    if run.tiny:
        faces = faces_of(run)
    elif usage:
        faces = public_faces(run)
    else:
        folder = run.data / "face" / "fer2013"
        faces = data.read(folder, cache=run.work / "face", first=FACES)
    faces = faces.where(
        faces.scored & ~faces.near_test & (faces.plurality != FACE.index("contempt"))
    )
    scores, embeddings = expression.read(crops(faces), model, several=False)
    labels = np.array([pairs.fused_place(FACE[place]) for place in faces.plurality])
    return Side(embeddings, labels, pairs.in_fused(scores.astype(float), FACE))


def _pairs(held: dict[str, Side], seed: int) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
    """Labels, and rows of both sides with that label: as many of each that both have."""
    rng = np.random.default_rng(seed)
    common = sorted(set(held["voice"].labels.tolist()) & set(held["face"].labels.tolist()))
    labels = np.repeat(common, 100)
    return labels, {sense: side.draw(labels, rng) for sense, side in held.items()}


def _logits(fusion: NetworkFusion, held: dict[str, Side], known: Any) -> Floats:
    labels, rows = known
    return fusion.logits(
        {s: side.embeddings[rows[s]].astype(np.float32) for s, side in held.items()}, len(labels)
    )


def _judged(
    fusion: NetworkFusion,
    late: LateFusion,
    held: dict[str, Side],
    known: Any,
    temperature: float,
) -> judge.Judged:
    """Pairs by label of people and pictures held out: the network, the pool, each sense alone."""
    labels, rows = known
    two = np.stack([held[s].posteriors[rows[s]] for s in SENSES], axis=1)
    shown = {s: held[s].embeddings[rows[s]].astype(np.float32) for s in SENSES}
    readers: dict[str, Any] = {
        "ours": two[:, 0],
        "our_face": two[:, 1],
        "late": pooled(two, np.ones(two.shape[:2]), late.weights),
        judge.MAIN: calibration.posteriors(
            fusion.logits(shown, len(labels)), temperature=temperature
        ),
    }
    for sense, other in (("voice", "face"), ("face", "voice")):
        only = fusion.logits({sense: shown[sense]}, len(labels))
        readers[f"{other} missing"] = calibration.posteriors(only, temperature=temperature)
    return judge.Judged(BY_LABEL, labels, np.arange(len(labels)), FUSED, readers)


def _card(
    run: Training, kept: bytes, *, temperature: float, threshold: float, figures: dict[str, Any]
) -> Card:
    trust = json.loads(json.dumps(load_fusion(root=run.models, name="late").trust))
    return Card(
        name=NAME,
        sense="fusion",
        architecture={"name": NetworkFusion.NAME, "args": {"units": UNITS, "trust": trust}},
        labels=FUSED,
        input={
            "embeddings": "one from each sense that read something",
            "voice": run.voice,
            "face": default_name("face", root=run.models),
        },
        preprocessing=1,
        temperature=round(float(temperature), 4),
        threshold=round(float(threshold), 4),
        sha256={FILE: digest(kept)},
        data="Five corpora of acted speech (see the voice's card) and FER2013 training faces with "
        "FER+ votes, put together by label",
        licence="the terms of the data of the two models whose embeddings it reads",
        protocol=f"Pairs of equal emotion, a sense missing in {2 * MISSING:.0%} of them. Judged on "
        "pairs by label of a fifth of the speakers of every corpus and of PublicTest faces, "
        "neither trained on. The space of the voice's embeddings had met those speakers, which "
        "favours the network.",
        figures=figures,
        limits="Pairs by label prove that both embeddings hold the emotion, not how voice and face "
        "of one moment go together: there is no recording of many people with both. It is not the "
        "default: on real pairs nothing says that it is better than the pool.",
        extra={"seed": run.seed},
    )
