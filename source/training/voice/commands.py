"""The voice models: RAVDESS speech, trained and measured by actor and by clip."""

import argparse
import hashlib
import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import metrics, protocols
from source.training.readers import ravdess
from source.training.threads import start_keras
from source.training.voice import loop, naive
from source.training.voice.loop import Recipe, Spoken, Trainer
from source.training.voice.prepare import prepare
from source.voice.features import COEFFICIENTS, VERSION, mfcc, normalise
from source.voice.windows import FRAMES, windows

NAME = "cnn-transformer"
ARCHITECTURE = "voice/cnn-transformer"
RECIPE = Recipe()
TINY = Recipe(epochs=1, batch=8, frames=96)
OTHERS = {"classic": "classic", "ensemble": "ensemble"}
"""Models that are no networks of ours, and the module here that trains each."""
BY_CLIP = 9
"""Number in `fold` that marks the rows of the by-clip test."""

Rows = dict[str, NDArray[Any]]


def arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Options of ``train voice`` beyond those of every sense."""
    if command == "train":
        parser.add_argument(
            "--model", choices=(NAME, *OTHERS), default=NAME,
            help="which of the voice models (default: %(default)s)",
        )
        parser.add_argument("--members", help="models of an ensemble, comma separated")
        parser.add_argument("--weights", help="a weight for each member (default: equal)")
        parser.add_argument("--epochs", type=int, default=None, help="epochs of every network")
        parser.add_argument(
            "--parts", default="folds,final",
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
    start_keras(args.threads)
    name = args.name or NAME
    recipe = TINY if args.tiny else RECIPE
    if getattr(args, "epochs", None):
        recipe = Recipe(**{**asdict(recipe), "epochs": args.epochs})
    items = load(args)
    work = args.work / "voice" / f"{name}-{_digest(recipe, args.seed, items)}"
    work.mkdir(parents=True, exist_ok=True)
    parts = args.parts.split(",")
    trainer = loop.Trainer(_network, classes=len(VOICE), recipe=recipe)
    if "folds" in parts:
        for fold in range(2 if args.tiny else len(protocols.RAVDESS_FOLDS)):
            test = np.array([protocols.fold_of(int(i.speaker)) == fold for i in items])
            if test.any() and not test.all():
                _fold(trainer, items, test, fold, work=work, seed=args.seed, apart=True)
    if "clip" in parts:
        test = protocols.by_clip([i.label for i in items], seed=args.seed)
        _fold(trainer, items, test, BY_CLIP, work=work, seed=args.seed, apart=False)
    model = _final(trainer, items, work=work, seed=args.seed) if "final" in parts else None
    ship(model, sorted(work.glob("fold-*.npz")), args.models / "voice" / name, recipe, args.seed)
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Print the figures of every voice model that has out-of-fold posteriors."""
    from source.training.voice.report import table

    folders = sorted((args.models / "voice").glob("*/oof.npz"))
    if args.name:
        folders = [f for f in folders if f.parent.name == args.name]
    if not folders:
        print(f"No voice model in {args.models} has out-of-fold posteriors (oof.npz).")
        return 1
    for path in folders:
        with np.load(path) as kept:
            print(table(path.parent.name, dict(kept)), end="\n\n")
    return 0


def load(args: argparse.Namespace) -> list[Spoken]:
    """The clips to train on; with ``--tiny`` a few, of tones where there is no data."""
    folder = args.data / "voice" / "ravdess"
    if args.tiny and not folder.is_dir():
        from source.training.voice.tones import tones

        return tones(seed=args.seed)
    clips = ravdess.clips(folder)
    if args.tiny:
        clips = [c for c in clips if c.intensity == "normal" and c.name[-4] == "1"
                 and c.statement == "01" and c.speaker in ("1", "2", "3", "8", "10")]
        return prepare(clips, None)
    return prepare(clips, args.work / "voice" / "ravdess.npz")


def logits(
    answer: Callable[[Any], Any], items: Sequence[Spoken]
) -> NDArray[np.float32]:
    """One row a clip, as serving does it: windows over the whole utterance, averaged."""
    cut = [windows(normalise(mfcc(i.bands[i.first : i.last])))[0] for i in items]
    owner = np.repeat(np.arange(len(items)), [len(c) for c in cut])
    batch = np.concatenate(cut)
    found = [
        np.asarray(answer(batch[at : at + 64])) for at in range(0, len(batch), 64)
    ]
    rows = np.concatenate(found)
    return np.stack([rows[owner == i].mean(axis=0) for i in range(len(items))])


def _fold(
    trainer: Trainer, items: list[Spoken], test: NDArray[np.bool_], fold: int, *,
    work: Path, seed: int, apart: bool,
) -> None:
    path = work / f"fold-{fold}.npz"
    if path.is_file():
        return
    inside = [i for i, out in zip(items, test, strict=True) if not out]
    outside = [i for i, out in zip(items, test, strict=True) if out]
    if apart:
        protocols.check_apart([i.speaker for i in inside], [i.speaker for i in outside])
    title = f"voice fold {fold + 1}" if apart else "voice by clip"
    trainer.fit(inside, lambda: _network(seed), seed=seed, checkpoint=work / f"fold-{fold}",
                title=title)
    rows: Rows = {
        "names": np.array([i.name for i in outside]),
        "labels": np.array([i.label for i in outside], dtype=np.int8),
        "speakers": np.array([i.speaker for i in outside]),
        "fold": np.full(len(outside), fold, dtype=np.int8),
        "logits": logits(trainer.answer, outside).astype(np.float32),
        "baseline": naive.answers(
            naive.statistics(inside), [i.label for i in inside], naive.statistics(outside)
        ),
    }
    right = metrics.uar(rows["labels"], rows["logits"].argmax(axis=1))
    print(f"{title}: UAR {right:.4f} on {len(outside)} clips", flush=True)
    np.savez(path, **rows)


def _final(trainer: Trainer, items: list[Spoken], *, work: Path, seed: int) -> Any:
    path = work / "final.weights.h5"
    if path.is_file():
        model = _network(seed)
        model.load_weights(path)
        return model
    model = trainer.fit(items, lambda: _network(seed), seed=seed, checkpoint=work / "final",
                        title="voice final")
    model.save_weights(path)
    return model


def ship(
    model: Any, parts: Sequence[Path], folder: Path, recipe: Recipe, seed: int
) -> None:
    """Export `model` with a card whose figures come from the folds' posteriors."""
    from source.runtime import networks
    from source.training import export
    from source.training.voice.report import card, write_report

    rows = _joined(parts)
    folder.mkdir(parents=True, exist_ok=True)
    if rows:
        np.savez_compressed(folder / "oof.npz", **rows)
    if model is None:
        return
    shipped = networks.build(ARCHITECTURE)
    shipped.set_weights(model.get_weights())
    export.save(shipped, folder, card(
        rows, architecture={"name": ARCHITECTURE, "args": {}}, recipe=asdict(recipe), seed=seed,
        preprocessing=VERSION, shape=(FRAMES, COEFFICIENTS),
    ))
    if rows:
        write_report(folder, rows)


def _joined(parts: Sequence[Path]) -> Rows:
    if not parts:
        return {}
    loaded = [dict(np.load(p)) for p in parts]
    return {key: np.concatenate([part[key] for part in loaded]) for key in loaded[0]}


def _network(seed: int = 0) -> Any:
    import keras

    from source.runtime import networks

    keras.utils.set_random_seed(seed)
    return networks.build(ARCHITECTURE, frames=None)


def _digest(recipe: Recipe, seed: int, items: Sequence[Spoken]) -> str:
    """Names the work of one recipe on one set of clips, so that runs never mix."""
    told = json.dumps([asdict(recipe), seed, VERSION, [i.name for i in items]])
    return hashlib.sha256(told.encode()).hexdigest()[:10]
