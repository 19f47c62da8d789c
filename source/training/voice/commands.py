"""The voice models: RAVDESS speech, trained and measured by actor and by clip."""

import argparse
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
from source.training import metrics, protocols, report
from source.training.corpora import CORPORA
from source.training.report import answers
from source.training.report.answers import Rows
from source.training.report.voice import text
from source.training.threads import start_keras
from source.training.voice import loop, naive, pretrain
from source.training.voice.card import card
from source.training.voice.kinds import KINDS, Kind, tiny
from source.training.voice.loop import Recipe, Spoken, Trainer
from source.training.voice.prepare import prepare
from source.voice.features import VERSION
from source.voice.windows import FRAMES, windows

NAME = "cnn-transformer"
OTHERS = {"classic": "classic", "opensmile": "compare", "ensemble": "ensemble"}
"""Models that are no networks of ours, and the module here that trains each."""


@dataclass(frozen=True)
class Run:
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


def arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Options of ``train voice`` beyond those of every sense."""
    if command == "evaluate":
        parser.add_argument(
            "--hardships",
            action="store_true",
            help="measure one model, by actor, on clips as codecs, noise and rooms leave them",
        )
        parser.add_argument(
            "--corpus",
            choices=[n for n, c in CORPORA.items() if c.is_sound and c.cast != "ravdess"],
            help="measure one model, as it is shipped, on a corpus it was not trained on",
        )
        parser.add_argument(
            "--clips",
            type=int,
            default=300,
            help="clips of these two measures, 0 for all (default: %(default)s)",
        )
    if command == "search":
        parser.add_argument("--model", choices=tuple(KINDS), default=NAME, help="which network")
        parser.add_argument("--trials", type=int, default=8, help="recipes tried (default: 8)")
        parser.add_argument("--epochs", type=int, default=None, help="epochs of every trial")
    if command == "train":
        parser.add_argument(
            "--model",
            choices=(*KINDS, *OTHERS),
            default=NAME,
            help="which of the voice models (default: %(default)s)",
        )
        parser.add_argument("--members", help="models of an ensemble, comma separated")
        parser.add_argument("--weights", help="a weight for each member (default: equal)")
        parser.add_argument("--epochs", type=int, default=None, help="epochs of every network")
        parser.add_argument(
            "--folds",
            default="1,2,3,4,5",
            help="which folds, so that several processes can share them (default: %(default)s)",
        )
        parser.add_argument(
            "--parts",
            default="folds,final",
            help="what to train: folds, final, clip (comma separated; default: %(default)s)",
        )


def train(args: argparse.Namespace) -> int:
    """Train the five folds, then the model that ships on all actors, and export it.

    Every part leaves its posteriors in the work folder and is not trained twice; a part
    that was broken off goes on from its last checkpoint.
    """
    if args.model in OTHERS:
        other = importlib.import_module(f"source.training.voice.{OTHERS[args.model]}")
        return int(other.train(args))
    start_keras(args.threads, mixed=args.mixed)
    kind = KINDS[args.model]
    name = args.name or args.model
    recipes = [_asked(recipe, args) for recipe in (*kind.earlier, kind.recipe)]
    items = load(args)
    begin = pretrain.begin(kind, args) if kind.pretrained and not args.tiny else None
    run = Run(args.work, args.seed, begin=begin)
    for n, recipe in enumerate(recipes):
        digest = _digest(kind, recipes[: n + 1], args.seed, items)
        work = args.work / "voice" / f"{name}-{digest}"
        work.mkdir(parents=True, exist_ok=True)
        run = replace(run, work=work, before=run.work if n else None)
        model = _parts(kind, recipe, items, run, args)
    done = sorted(run.work.glob("fold-?.npz"))
    if model is not None or len(done) >= len(protocols.RAVDESS_FOLDS) or args.tiny:
        ship(model, done, args.models / "voice" / name, kind, recipes, args.seed)
    return 0


def _asked(recipe: Recipe, args: argparse.Namespace) -> Recipe:
    """The recipe as the arguments change it."""
    recipe = tiny(recipe) if args.tiny else recipe
    return replace(recipe, epochs=args.epochs) if args.epochs else recipe


def _parts(
    kind: Kind, recipe: Recipe, items: list[Spoken], run: Run, args: argparse.Namespace
) -> Any:
    """Train what is asked for and is not there yet; the final network, where that is asked for."""
    parts = args.parts.split(",")
    trainer = loop.Trainer(kind.untrained, classes=len(VOICE), recipe=recipe)
    if "folds" in parts:
        for fold in [int(f) - 1 for f in args.folds.split(",")][: 2 if args.tiny else None]:
            test = np.array([protocols.fold_of(int(i.speaker)) == fold for i in items])
            if test.any() and not test.all():
                _fold(trainer, items, test, fold, run=run, apart=True)
    if "clip" in parts:
        test = protocols.by_clip([i.label for i in items], seed=args.seed)
        _fold(trainer, items, test, protocols.BY_CLIP, run=run, apart=False)
    return _final(trainer, items, run=run) if "final" in parts else None


def search(args: argparse.Namespace) -> int:
    """Try recipes drawn by chance, judged on actors who were not trained on."""
    from source.training.voice.trials import search as tried
    from source.training.voice.trials import told

    start_keras(args.threads, mixed=args.mixed)
    kind = KINDS[args.model]
    print(told(tried(args, kind, _asked(kind.recipe, args), load(args))))
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Print the figures of every voice model that has out-of-fold posteriors."""
    other = "robustness" if args.hardships else "abroad" if args.corpus else None
    if other is not None:
        return int(importlib.import_module(f"source.training.voice.{other}").evaluate(args))
    for folder in answers.folders(args.models, "voice", name=args.name):
        print(text(folder.name, answers.load(folder, "voice")), end="\n\n")
    return 0


def load(args: argparse.Namespace) -> list[Spoken]:
    """The clips to train on; with ``--tiny`` a few, of tones where there is no data."""
    folder = args.data / "voice" / "ravdess"
    if args.tiny and not folder.is_dir():
        from source.training.voice.tones import tones

        return tones(seed=args.seed)
    clips = CORPORA["ravdess"].clips(args.data)
    if args.tiny:
        few = [
            c
            for c in clips
            if c.intensity == "normal"
            and c.name[-4] == "1"
            and c.statement == "01"
            and c.speaker in ("1", "2", "3", "8", "10")
        ]
        return prepare(few, None)
    return prepare(clips, args.work / "voice" / "ravdess.npz")


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
    run: Run,
    apart: bool,
) -> None:
    path = run.work / f"fold-{fold}.npz"
    if path.is_file():
        return
    inside = [i for i, out in zip(items, test, strict=True) if not out]
    outside = [i for i, out in zip(items, test, strict=True) if out]
    if apart:
        protocols.check_apart([i.speaker for i in inside], [i.speaker for i in outside])
    title = f"voice fold {fold + 1}" if apart else "voice by clip"
    run.fit(trainer, inside, f"fold-{fold}", title)
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
    columns: dict[str, Any] = dict(rows)
    np.savez_compressed(path, **columns)


def _final(trainer: Trainer, items: list[Spoken], *, run: Run) -> Any:
    path = run.work / "final.weights.h5"
    if path.is_file():
        trainer.model.load_weights(path)
        return trainer.model
    return run.fit(trainer, items, "final", "voice final")


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
        answers.save(folder, "voice", rows)
    if model is None:
        return
    start_keras(1)  # what is shipped computes in float32, however it was trained
    shipped = kind.build()
    shipped.set_weights(model.get_weights())
    recipe: dict[str, Any] = recipes[-1].told()
    if len(recipes) > 1:
        recipe["after"] = [before.told() for before in recipes[:-1]]
    described = card(
        folder,
        rows,
        architecture={"name": kind.architecture, "args": kind.args},
        recipe=recipe,
        seed=seed,
        preprocessing=VERSION,
        taken={
            "shape": [FRAMES, recipes[-1].width], "features": kind.features, "what": kind.what,
        },
    )  # fmt: skip
    if kind.pretrained:
        described = pretrain.told_on(described)
    export.save(shipped, folder, described)
    if rows:
        report.write(folder)


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
