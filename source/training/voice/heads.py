"""Heads of the encoder: how they are trained, and what each answers to what it never heard."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime import head
from source.runtime.card import Card, digest
from source.training import certainty, protocols
from source.training.protocols import ALL, Split
from source.training.report import judged
from source.training.report.answers import Rows
from source.training.voice import naive
from source.training.voice.baselines import KINDS, Reader, others
from source.training.voice.encoded import VERSION
from source.training.voice.runs import Training
from source.training.voice.space import learn
from source.training.voice.utterances import Utterances
from source.voice.encoder import WEIGHTS

NAME = "speech-encoder"

WIDTH = 384
"""Principal directions of the encoder's statistics."""

WHITENING = 0.25

WHAT = (
    "mean and deviation over time of the first three layers of Whisper tiny.en's encoder, for "
    "each window of up to 2.82 s at 16 kHz"
)
QUANTUM = 1 / 32
"""Step of the logits that are kept: file size for a change that no figure shows."""


def members(run: Training) -> tuple[Any, ...]:
    """The recipe of each member; two of one shape and a larger one."""
    from source.training.voice.episodes import Recipe

    if run.tiny:
        return (Recipe(layers=(16,), epochs=1, batch=16),)
    small = Recipe(epochs=run.epochs or Recipe.epochs)
    large = replace(
        small, layers=(512, 256), epochs=run.epochs or 18, batch=224, dropout=0.4, moved=0.3
    )
    return small, small, large


def fitted(utterances: Utterances, recipes: Sequence[Any], *, seed: int, folder: Path) -> bytes:
    """The file of a head whose members are trained by `recipes` on all of `utterances`."""
    from source.training import fit
    from source.training.voice.episodes import Episodes, Together, build, weights_of

    width = min(WIDTH, utterances.windows.shape[1])
    learnt = learn(utterances, width=width, whitening=WHITENING, power=recipes[0].power)
    parts = []
    for number, recipe in enumerate(recipes):
        episodes = Episodes(utterances, learnt, recipe, seed + number)
        net = build(episodes.batch(0, 0)[0].shape[1], recipe, seed=seed + number)
        steps = recipe.epochs * len(episodes)
        rate = fit.cosine(recipe.rate, steps=steps, warm=steps // 10)
        fit.fit(
            net, [fit.Stage(episodes, recipe.epochs)],
            optimizer=fit.adamw(rate, decay=recipe.decay, average=recipe.average),
            folder=folder / f"member-{number}", title=f"{folder.name}, member {number + 1}",
            seed=seed + number, loss=Together(),
        )  # fmt: skip
        parts.append(weights_of(net))
    return head.write(learnt.space, parts)


def bare(folder: Path, content: bytes) -> Card:
    """A card with what is needed to run a model, and no figures."""
    taken = {
        "shape": [len(head.read(content)[0].mean)], "features": "encoder-statistics",
        "needs": WEIGHTS, "what": WHAT,
    }  # fmt: skip
    return Card(
        name=folder.name,
        sense="voice",
        architecture={"name": head.KIND, "args": {}},
        labels=VOICE,
        input=taken,
        preprocessing=VERSION,
        temperature=1.0,
        threshold=1.0,
        sha256={head.FILE: digest(content)},
    )


class Work:
    """The models of the folds and of the corpora left out, and what they answer.

    Each is a folder as serving reads it, in a folder of the work folder that is named by all
    that its training depends on.
    """

    def __init__(self, utterances: Utterances, run: Training) -> None:
        self.utterances, self.seed, self.recipes = utterances, run.seed, members(run)
        self.splits = [
            *protocols.by_speaker(utterances.folds), *protocols.left_out(utterances.corpora)
        ]  # fmt: skip
        self.pairs = list(protocols.left_out(utterances.corpora, together=2))
        everything = np.ones(len(utterances), bool)
        self.final = Split("final", everything, ~everything)
        self.folder = run.work / "voice" / f"{NAME}-{self._digest()}"

    def model(self, split: Split) -> Path:
        """The folder of the model of a split, trained where it is not there yet.

        A model of a pair judges nothing but the rule of certainty, and has the first member only.
        """
        split.checked(self.utterances.people)
        recipes = self.recipes[:1] if len(split.away) > 1 else self.recipes
        folder = self.folder / split.name
        if not (folder / head.FILE).is_file():
            content = fitted(
                self.utterances.only(split.train), recipes, seed=self.seed, folder=folder
            )
            folder.mkdir(parents=True, exist_ok=True)
            bare(folder, content).write(folder)
            (folder / head.FILE).write_bytes(content)
        return folder

    def rows(self) -> Rows:
        """The table of all answers to speakers and corpora that a model never heard."""
        table = self._described()
        drawn = others(self.utterances, seed=self.seed)
        shape = (len(self.utterances), len(KINDS), len(VOICE))
        half = {
            "by_speaker": list(protocols.by_speaker(self.utterances.folds)),
            "left_out": list(protocols.left_out(self.utterances.corpora)),
        }
        for protocol, splits in half.items():
            alone = np.zeros(shape, np.float32)
            for split in splits:
                alone[split.test, 0] = self._reader(split, 1.0).read("none")
            table[protocol] = alone
            complete = alone.copy()
            for split in splits:
                reader = self._reader(split, self._temperature(table, protocol, split))
                for place, kind in enumerate(KINDS):
                    if kind != "none":
                        complete[split.test, place] = reader.read(kind, _among(drawn[kind], split))
            table[protocol] = complete
        table["pairs"] = self._paired()
        return {
            key: _coarse(column) if column.ndim == 3 else column for key, column in table.items()
        }

    def _reader(self, split: Split, temperature: float) -> Reader:
        folder = self.model(split)
        card = replace(Card.read(folder), temperature=temperature)
        return Reader(head.Head(card, folder), self.utterances.only(split.test))

    def _temperature(self, table: Rows, protocol: str, split: Split) -> float:
        """Fitted to the answers of the other splits: those here are not judged by it."""
        return certainty.temperature_of(judged.parts(table, protocol, among=~split.test))

    def _paired(self) -> NDArray[np.float32]:
        """Logits of models that heard neither a clip's corpus nor one other, for each other."""
        found = np.zeros((len(self.utterances), len(ALL) - 1, len(VOICE)), np.float32)
        for split in self.pairs:
            logits = self._reader(split, 1.0).read("none")
            tested = np.flatnonzero(split.test)
            for corpus, away in (split.away, split.away[::-1]):
                own = self.utterances.corpora[tested] == corpus
                place = [name for name in ALL if name != corpus].index(away)
                found[tested[own], place] = logits[own]
        return found

    def _described(self) -> Rows:
        """All columns but the logits."""
        own = self.utterances
        asked = own.votes.any(axis=1)
        heard = np.where(asked, own.votes[np.arange(len(own)), own.labels], np.nan)
        return {
            "kinds": np.array(list(KINDS)),
            "names": own.names,
            "corpus": own.corpora,
            "labels": own.labels.astype(np.int8),
            "speakers": own.speakers,
            "fold": own.folds,
            "seconds": np.minimum(own.seconds, 60.0).astype(np.float16),
            "judged": own.judged,
            "heard": heard.astype(np.float16),
            "naive_by_speaker": self._naive(protocols.by_speaker(own.folds)),
            "naive_left_out": self._naive(protocols.left_out(own.corpora)),
        }

    def _naive(self, splits: Iterator[Split]) -> NDArray[np.int8]:
        """What logistic regression on the cepstrum answers, on the classes that are judged."""
        own = self.utterances
        found = np.zeros(len(own), np.int8)
        for split in splits:
            scores = naive.posteriors(
                own.cepstra[split.train], own.labels[split.train], own.cepstra[split.test]
            )
            tested = np.flatnonzero(split.test)
            for corpus in np.unique(own.corpora[tested]):
                kept = own.corpora[tested] == corpus
                classes = protocols.judged_classes(str(corpus), split.away)
                among = protocols.restricted(scores[kept], classes)
                found[tested[kept]] = among.argmax(axis=1)
        return found

    def _digest(self) -> str:
        content = [
            [asdict(recipe) for recipe in self.recipes], WIDTH, WHITENING, self.seed, VERSION,
            self.utterances.names.tolist(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:10]


def _among(drawn: NDArray[np.integer], split: Split) -> NDArray[np.integer]:
    """The rows of a split's test, with places in that test; all clips of a speaker are in it."""
    place = np.append(np.cumsum(split.test) - 1, -1)  # the last stands for -1, no clip
    return np.asarray(place[drawn[split.test]])


def _coarse(logits: NDArray[np.floating]) -> NDArray[np.float16]:
    """Logits less their mean, in steps that compress well."""
    centred = logits - logits.mean(axis=2, keepdims=True)
    return np.asarray(np.round(centred / QUANTUM) * QUANTUM, np.float16)
