"""The voice models: RAVDESS speech, trained and measured by actor and by clip."""

import hashlib
import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import metrics, protocols
from source.training.readers import CORPORA
from source.training.run import Run
from source.training.threads import start_keras
from source.training.voice import loop, naive, pretrain
from source.training.voice.kinds import KINDS, OTHERS, Kind, tiny
from source.training.voice.loop import Recipe, Spoken, Trainer
from source.training.voice.prepare import prepare
from source.training.voice.report import card, keep, table, write_report
from source.training.voice.runs import Evaluation, Search, Training
from source.voice.features import VERSION
from source.voice.windows import FRAMES, windows

Rows = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Work:
    """One recipe at work: its folder, its seed, and what its networks begin with, if anything.

    Either the folder of the recipe `before` it, which has a network for each of its own, or
    one file of weights, `begin`, for all.
    """

    work: Path
    seed: int
    begin: Path | None = None
    before: Path | None = None

    def fit(self, trainer: Trainer, items: list[Spoken], part: str, title: str) -> Any:
        """Train the network of a part (``fold-0``, ``final``) and keep its weights."""
        begin = self.before / f"{part}.weights.h5" if self.before else self.begin
        model = trainer.fit(
            items,
            seed=self.seed,
            checkpoint=self.work / part,
            title=title,
            begin=begin,
            whole=self.before is not None,
        )
        model.save_weights(self.work / f"{part}.weights.h5")
        return model


def train(run: Training) -> int:
    """Train the five folds, then the model that ships on all actors, and export it.

    Every part leaves its posteriors in the work folder and is not trained twice; a part
    that was broken off goes on from its last checkpoint.
    """
    if run.model in OTHERS:
        other = importlib.import_module(f"source.training.voice.{OTHERS[run.model]}")
        return int(other.train(run))
    start_keras(run.threads, mixed=run.mixed)
    kind = KINDS[run.model]
    name = run.name or run.model
    recipes = [_asked(recipe, run) for recipe in (*kind.earlier, kind.recipe)]
    items = load(run)
    begin = pretrain.begin(kind, run) if kind.pretrained and not run.tiny else None
    at = Work(run.work, run.seed, begin=begin)
    for n, recipe in enumerate(recipes):
        digest = _digest(kind, recipes[: n + 1], run.seed, items)
        work = run.work / "voice" / f"{name}-{digest}"
        work.mkdir(parents=True, exist_ok=True)
        at = replace(at, work=work, before=at.work if n else None)
        model = _parts(kind, recipe, items, run, at)
    done = sorted(at.work.glob("fold-?.npz"))
    if model is not None or len(done) >= len(protocols.RAVDESS_FOLDS) or run.tiny:
        ship(model, done, run.models / "voice" / name, kind, recipes, run.seed)
    return 0


def _asked(recipe: Recipe, run: Training | Search) -> Recipe:
    """The recipe as the arguments change it."""
    recipe = tiny(recipe) if run.tiny else recipe
    return replace(recipe, epochs=run.epochs) if run.epochs else recipe


def _parts(kind: Kind, recipe: Recipe, items: list[Spoken], run: Training, at: Work) -> Any:
    """Train what is asked for and is not there yet; the final network, where that is asked for."""
    parts = run.parts
    trainer = loop.Trainer(kind.untrained, classes=len(VOICE), recipe=recipe)
    if "folds" in parts:
        for fold in [f - 1 for f in run.folds][: 2 if run.tiny else None]:
            test = np.array([protocols.fold_of(int(i.speaker)) == fold for i in items])
            if test.any() and not test.all():
                _fold(trainer, items, test, fold, at=at, apart=True)
    if "clip" in parts:
        test = protocols.by_clip([i.label for i in items], seed=run.seed)
        _fold(trainer, items, test, protocols.BY_CLIP, at=at, apart=False)
    return _final(trainer, items, at=at) if "final" in parts else None


def search(run: Search) -> int:
    """Try recipes drawn by chance, judged on actors who were not trained on."""
    from source.training.voice.trials import search as tried
    from source.training.voice.trials import told

    start_keras(run.threads, mixed=run.mixed)
    kind = KINDS[run.model]
    print(told(tried(run, kind, _asked(kind.recipe, run), load(run))))
    return 0


def evaluate(run: Evaluation) -> int:
    """Print the figures of every voice model that has out-of-fold posteriors."""
    from source.training.voice import abroad, robustness

    if run.hardships:
        return robustness.evaluate(run)
    if run.corpus:
        return abroad.evaluate(run, run.corpus)
    folders = sorted((run.models / "voice").glob("*/oof.npz"))
    if run.name:
        folders = [f for f in folders if f.parent.name == run.name]
    if not folders:
        print(f"No voice model in {run.models} has out-of-fold posteriors (oof.npz).")
        return 1
    for path in folders:
        with np.load(path) as kept:
            print(table(path.parent.name, dict(kept)), end="\n\n")
    return 0


def load(run: Run) -> list[Spoken]:
    """The clips to train on; with ``--tiny`` a few, of tones where there is no data."""
    folder = run.data / "voice" / "ravdess"
    if run.tiny and not folder.is_dir():
        from source.training.voice.tones import tones

        return tones(seed=run.seed)
    clips = CORPORA["ravdess"].clips(run.data)
    if run.tiny:
        few = [
            c
            for c in clips
            if c.intensity == "normal"
            and c.name[-4] == "1"
            and c.statement == "01"
            and c.speaker in ("1", "2", "3", "8", "10")
        ]
        return prepare(few, None)
    return prepare(clips, run.work / "voice" / "ravdess.npz")


def logits(
    answer: Callable[[Any], Any], items: Sequence[Spoken], recipe: Recipe
) -> NDArray[np.float32]:
    """One row a clip, as serving does it: windows over the whole utterance, averaged."""
    cut = [windows(recipe.heard(i))[0] for i in items]
    owner = np.repeat(np.arange(len(items)), [len(c) for c in cut])
    batch = np.concatenate(cut)
    found = [np.asarray(answer(batch[at : at + 64])) for at in range(0, len(batch), 64)]
    rows = np.concatenate(found)
    return np.stack([rows[owner == i].mean(axis=0) for i in range(len(items))])


def _fold(
    trainer: Trainer,
    items: list[Spoken],
    test: NDArray[np.bool_],
    fold: int,
    *,
    at: Work,
    apart: bool,
) -> None:
    path = at.work / f"fold-{fold}.npz"
    if path.is_file():
        return
    inside = [i for i, out in zip(items, test, strict=True) if not out]
    outside = [i for i, out in zip(items, test, strict=True) if out]
    if apart:
        protocols.check_apart([i.speaker for i in inside], [i.speaker for i in outside])
    title = f"voice fold {fold + 1}" if apart else "voice by clip"
    at.fit(trainer, inside, f"fold-{fold}", title)
    rows: Rows = {
        "names": np.array([i.name for i in outside]),
        "labels": np.array([i.label for i in outside], dtype=np.int8),
        "speakers": np.array([i.speaker for i in outside]),
        "fold": np.full(len(outside), fold, dtype=np.int8),
        "logits": logits(trainer.answer, outside, trainer.recipe).astype(np.float32),
        "baseline": naive.answers(
            naive.statistics(inside), [i.label for i in inside], naive.statistics(outside)
        ),
    }
    right = metrics.uar(rows["labels"], rows["logits"].argmax(axis=1))
    print(f"{title}: UAR {right:.4f} on {len(outside)} clips", flush=True)
    keep(path, rows)


def _final(trainer: Trainer, items: list[Spoken], *, at: Work) -> Any:
    path = at.work / "final.weights.h5"
    if path.is_file():
        trainer.model.load_weights(path)
        return trainer.model
    return at.fit(trainer, items, "final", "voice final")


def ship(
    model: Any,
    parts: Sequence[Path],
    folder: Path,
    kind: Kind,
    recipes: Sequence[Recipe],
    seed: int,
) -> None:
    """Export `model` with a card whose figures come from the folds' posteriors."""
    from source.training import export

    rows = _joined(parts)
    folder.mkdir(parents=True, exist_ok=True)
    if rows:
        keep(folder / "oof.npz", rows)
    if model is None:
        return
    start_keras(1)  # what is shipped computes in float32, however it was trained
    shipped = kind.build()
    shipped.set_weights(model.get_weights())
    recipe: dict[str, Any] = recipes[-1].told()
    if len(recipes) > 1:
        recipe["after"] = [before.told() for before in recipes[:-1]]
    told = card(
        rows, architecture={"name": kind.architecture, "args": kind.args}, recipe=recipe,
        seed=seed, preprocessing=VERSION, shape=(FRAMES, recipes[-1].width),
    )  # fmt: skip
    told["input"] = {**told["input"], "features": kind.features, "what": kind.what}
    if kind.pretrained:
        told = pretrain.told_on(told)
    export.save(shipped, folder, told)
    if rows:
        write_report(folder, rows)


def _joined(parts: Sequence[Path]) -> Rows:
    if not parts:
        return {}
    loaded = [dict(np.load(p)) for p in parts]
    return {key: np.concatenate([part[key] for part in loaded]) for key in loaded[0]}


def _digest(kind: Kind, recipes: Sequence[Recipe], seed: int, items: Sequence[Spoken]) -> str:
    """Names the work of the last of `recipes` on one set of clips, so that runs never mix."""
    chosen = {key: value for key, value in recipes[-1].told().items() if value is not False}
    chosen |= {"after": [before.told() for before in recipes[:-1]]} if len(recipes) > 1 else {}
    chosen |= {"pretrained": pretrain.RECIPE.told()} if kind.pretrained else {}
    told = json.dumps([chosen, seed, VERSION, [i.name for i in items]])
    return hashlib.sha256(told.encode()).hexdigest()[:10]
