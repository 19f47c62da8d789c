"""A network trained from nothing on all corpora, judged by speaker and on corpora left out.

``python -m source.training.train voice --model small`` trains a network for each fold and for each
corpus that is left out, reads what these never heard, fits certainty to that, and trains the
network that ships on everything. Each network is a part of its own in the
work folder, goes on from its last epoch, and is not trained twice. Several processes can share
the work: ``--parts fold-0,fold-1`` trains these networks only.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.card import Card
from source.training import calibration, metrics, protocols, report
from source.training.corpora import CORPORA, Clip
from source.training.protocols import ALL, Split
from source.training.report import answers, judged
from source.training.report.answers import Rows
from source.training.threads import start_keras
from source.training.voice import held_out, naive
from source.training.voice.encoded import Encoded
from source.training.voice.kinds import KINDS, tiny
from source.training.voice.network import read
from source.training.voice.prepare import gather
from source.training.voice.recipe import Recipe
from source.training.voice.runs import Training
from source.training.voice.spoken import Spoken
from source.training.voice.teacher import Teacher
from source.training.voice.tones import corpora_of_tones
from source.training.voice.utterances import Utterances
from source.voice.features import VERSION
from source.voice.windows import FRAMES

Floats = NDArray[np.float32]

POWER = 0.5
"""A corpus comes up in proportion to this power of the number of its clips."""

LISTENERS = 0.3
"""Weight of the listeners' votes beside what was acted."""

TAUGHT = 0.5
"""Weight of the teacher's posteriors beside labels and votes."""


def train(run: Training) -> int:
    """Train what `run` names; write the model's folder where all of it is there."""
    start_keras(run.threads, mixed=run.mixed)
    work = Work(*load(run), run)
    for split in work.splits:
        if not {split.name, work.part(split)}.isdisjoint(run.parts):
            work.answers(split)
    if work.complete:
        ship(work, run.output / "voice" / work.name)
    return 0


def load(run: Training) -> tuple[Utterances, list[Spoken]]:
    """The clips of all corpora, as a table and as what a network is given, in step."""
    clips: list[Clip] = []
    items: list[Spoken] = []
    for name in ALL:
        of_one = (
            corpora_of_tones(name, seed=run.seed)
            if run.tiny
            else gather(CORPORA[name], data=run.data, work=run.work)
        )
        clips += of_one[0]
        items += of_one[1]
    unread = np.zeros((1, 0), np.float32)  # no encoder reads these clips
    rows = zip(clips, items, naive.statistics(items), strict=True)
    return Utterances.of(
        [Encoded(clip, unread, unread[:0], cepstra, item.seconds) for clip, item, cepstra in rows]
    ), items


@dataclass(frozen=True, eq=False)
class Draws:
    """Augmented windows for `fit.fit`, clips drawn by the weights of their table.

    An epoch is as many draws as there are clips. Where there is a `teacher`, its posteriors
    [n, classes] are half of the targets.
    """

    utterances: Utterances
    items: Sequence[Spoken]
    recipe: Recipe
    seed: int
    teacher: Floats | None = None

    def __len__(self) -> int:
        return max(1, len(self.items) // self.recipe.batch)

    def batch(self, epoch: int, index: int) -> tuple[Floats, Floats]:
        """Windows [batch, frames, width] and targets [batch, classes]; the same at each call."""
        rng = np.random.default_rng([self.seed, epoch, index])
        rows = rng.choice(len(self.items), self.recipe.batch, p=self._chances)
        x = np.stack([self.recipe.window(self.items[row], rng) for row in rows])
        return x, self._targets[rows]

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        weights = self.utterances.weights(POWER)
        return np.asarray(weights / weights.sum())

    @cached_property
    def _targets(self) -> Floats:
        own = self.utterances
        targets = own.targets(smoothing=self.recipe.smoothing, votes=LISTENERS)
        if self.teacher is None:
            return targets
        taught = np.zeros_like(targets)
        for corpus in np.unique(own.corpora):
            rows = own.corpora == corpus
            classes = protocols.classes_of(str(corpus))
            taught[rows] = protocols.restricted(self.teacher[rows], classes)
        return np.where(targets >= 0.0, (1.0 - TAUGHT) * targets + TAUGHT * taught, targets)


class Work:
    """The networks of all splits and what they answer, in a folder named by what they depend on."""

    def __init__(self, utterances: Utterances, items: Sequence[Spoken], run: Training) -> None:
        self.utterances, self.items, self.seed = utterances, items, run.seed
        self._run = run
        self.kind = KINDS[run.model]
        self.name = run.name or run.model
        recipe = tiny(self.kind.recipe) if run.tiny else self.kind.recipe
        self.recipe = replace(recipe, epochs=run.epochs) if run.epochs else recipe
        self.folder = run.work / "voice" / f"{self.name}-{self._digest()}"
        everything = np.ones(len(utterances), bool)
        self.by_speaker = list(protocols.by_speaker(utterances.folds))
        self.left_out = list(protocols.left_out(utterances.corpora))
        self.final = Split("final", everything, ~everything)

    @property
    def splits(self) -> list[Split]:
        """All splits, in the order in which they are trained."""
        return [*self.by_speaker, self.final, *self.left_out]

    def part(self, split: Split) -> str:
        """What ``--parts`` calls the work that a split belongs to, besides its own name."""
        return "final" if split is self.final else "folds"

    @property
    def complete(self) -> bool:
        """Whether all networks are there."""
        return all(self._weights(split).is_file() for split in self.splits)

    def network(self, split: Split) -> Any:
        """The network of a split, trained where its weights are not there yet."""
        path = self._weights(split)
        net = self.kind.untrained(self.seed)
        if path.is_file():
            net.load_weights(path)
            return net
        split.checked(self.utterances.people)
        self._train(net, split)
        net.save_weights(path)
        return net

    def answers(self, split: Split) -> Floats:
        """Logits [m, classes] of the clips that a split is tested by, computed once."""
        path = self.folder / f"{split.name}.npz"
        if not path.is_file():
            net = self.network(split)
            tested = self._items(split.test)
            logits = np.zeros((0, len(VOICE)), np.float32)
            if tested:
                logits = read(net, tested, self.recipe)
            np.savez_compressed(path, names=self.utterances.names[split.test], logits=logits)
            self._print(split, logits)
        with np.load(path) as kept:
            return np.asarray(kept["logits"], np.float32)

    def rows(self) -> Rows:
        """The table of all answers to speakers and corpora that a network never heard."""
        logits = {
            "by_speaker": held_out.joined(self.utterances, self.by_speaker, self.answers)[:, None],
            "left_out": held_out.joined(self.utterances, self.left_out, self.answers)[:, None],
        }
        return {
            **held_out.described(self.utterances, [judged.NONE]),
            **{key: held_out.coarse(column) for key, column in logits.items()},
        }

    def _train(self, net: Any, split: Split) -> None:
        from source.training import fit
        from source.training.voice.episodes import Together

        recipe = self.recipe
        pupils = self.utterances.only(split.train)
        taught = self._teacher.posteriors(split, pupils) if self._teacher else None
        data = Draws(pupils, self._items(split.train), recipe, self.seed, taught)
        fit.fit(
            net, [fit.Stage(data, recipe.epochs)],
            optimizer=recipe.optimizer(len(data) * recipe.epochs),
            folder=self.folder / split.name, title=f"{self.name}, {split.name}", seed=self.seed,
            loss=Together(),
        )  # fmt: skip

    @cached_property
    def _teacher(self) -> Teacher | None:
        return Teacher(self._run) if self.kind.taught and not self._run.tiny else None

    def _items(self, kept: protocols.Mask) -> list[Spoken]:
        return [item for item, own in zip(self.items, kept, strict=True) if own]

    def _weights(self, split: Split) -> Path:
        return self.folder / f"{split.name}.weights.h5"

    def _print(self, split: Split, logits: Floats) -> None:
        """Print the UAR of each corpus; none of it is used."""
        tested = np.flatnonzero(split.test & self.utterances.judged)
        logits = logits[np.searchsorted(np.flatnonzero(split.test), tested)]
        for corpus in np.unique(self.utterances.corpora[tested]):
            classes = protocols.judged_classes(str(corpus), split.away)
            own = self.utterances.corpora[tested] == corpus
            own &= np.isin(self.utterances.labels[tested], classes)
            scores = protocols.restricted(calibration.posteriors(logits[own]), classes)
            uar = metrics.uar(self.utterances.labels[tested][own], scores.argmax(axis=1))
            print(f"{split.name}: {corpus} UAR {uar:.4f} on {own.sum()} clips", flush=True)

    def _digest(self) -> str:
        content = [
            self.kind.architecture, self.kind.args, self.recipe.choices(), self.seed, VERSION,
            POWER, LISTENERS, TAUGHT * self.kind.taught, self.utterances.names.tolist(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:10]


def ship(work: Work, folder: Path) -> None:
    """Write the model's folder: the final network, its card, answers and report."""
    from source.training import export

    start_keras(1)  # what is shipped computes in float32, however it was trained
    shipped = work.kind.build()
    shipped.set_weights(work.network(work.final).get_weights())
    rows = work.rows()
    folder.mkdir(parents=True, exist_ok=True)
    answers.save(folder, "voice", rows)
    export.save(shipped, folder, card(work, rows))
    report.write(folder)


def card(work: Work, rows: Rows) -> Card:
    """The card of the network that ships."""
    basis = Card(
        name=work.name,
        sense="voice",
        architecture={"name": work.kind.architecture, "args": work.kind.args},
        labels=VOICE,
        input={
            "shape": [FRAMES, work.recipe.width],
            "features": work.kind.features,
            "what": work.kind.what,
        },
        preprocessing=VERSION,
        temperature=1.0,
        threshold=1.0,
        sha256={},
    )
    chosen = {"power": POWER, "listeners": LISTENERS, "taught": TAUGHT * work.kind.taught}
    recipe = {**work.recipe.choices(), **chosen}
    return held_out.on_card(basis, rows, recipe=recipe, seed=work.seed)
