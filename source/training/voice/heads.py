"""Heads of the encoder: how they are trained, and what each answers to what it never heard."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime import head
from source.runtime.card import Card, digest
from source.training import certainty, protocols
from source.training.protocols import Split
from source.training.report import judged
from source.training.report.answers import Rows
from source.training.voice import held_out
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
        table = held_out.described(self.utterances, KINDS)
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
        table["pairs"] = held_out.paired(
            self.utterances, self.pairs, lambda split: self._reader(split, 1.0).read("none")
        )
        return {
            key: held_out.coarse(column) if column.ndim == 3 else column
            for key, column in table.items()
        }

    def _reader(self, split: Split, temperature: float) -> Reader:
        folder = self.model(split)
        card = replace(Card.read(folder), temperature=temperature)
        return Reader(head.Head(card, folder), self.utterances.only(split.test))

    def _temperature(self, table: Rows, protocol: str, split: Split) -> float:
        """Fitted to the answers of the other splits: those here are not judged by it."""
        return certainty.temperature_of(judged.parts(table, protocol, among=~split.test))

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
