"""The voice models: RAVDESS speech, trained and measured by actor and by clip."""

import hashlib
import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training import metrics, protocols, report
from source.training.corpora import CORPORA
from source.training.report import answers, elsewhere
from source.training.report.answers import Rows
from source.training.report.voice import text
from source.training.run import Run
from source.training.threads import start_keras
from source.training.voice import corpora_network, naive, pretrain
from source.training.voice.card import card
from source.training.voice.kinds import KINDS, OTHERS, VoiceNetwork, tiny
from source.training.voice.network import read, train_network
from source.training.voice.prepare import cache_of, prepare
from source.training.voice.recipe import Recipe
from source.training.voice.runs import Evaluation, Search, Training
from source.training.voice.spoken import Spoken
from source.training.voice.tones import tones
from source.voice.features import VERSION
from source.voice.windows import FRAMES


@dataclass(frozen=True)
class Stage:
    """One recipe of a network and the folder of its parts (``fold-0``, ``final``).

    Its networks begin with those of the folder of the stage `before`, part by part, or all
    with one file of weights, `begin`, or from nothing.
    """

    kind: VoiceNetwork
    recipe: Recipe
    folder: Path
    seed: int
    begin: Path | None = None
    before: Path | None = None

    def network(self, items: Sequence[Spoken], part: str, title: str) -> Any:
        """The network of a part, trained where its weights are not there yet."""
        path = self.folder / f"{part}.weights.h5"
        if path.is_file():
            net = self.kind.untrained()
            net.load_weights(path)
            return net
        net = train_network(
            self.kind, self.recipe, items, seed=self.seed, folder=self.folder / part, title=title,
            begin=self.before / path.name if self.before else self.begin,
            whole=self.before is not None,
        )  # fmt: skip
        net.save_weights(path)
        return net

    def fold(self, items: Sequence[Spoken], fold: int, test: NDArray[np.bool_]) -> None:
        """Train on what is not in `test`, and keep the answers to what is."""
        path = self.folder / f"fold-{fold}.npz"
        if path.is_file():
            return
        inside = [i for i, out in zip(items, test, strict=True) if not out]
        outside = [i for i, out in zip(items, test, strict=True) if out]
        title = "voice by clip"
        if fold != protocols.BY_CLIP:
            title = f"voice fold {fold + 1}"
            protocols.check_apart([i.speaker for i in inside], [i.speaker for i in outside])
        net = self.network(inside, f"fold-{fold}", title)
        rows: Rows = {
            "names": np.array([i.name for i in outside]),
            "labels": np.array([i.label for i in outside], dtype=np.int8),
            "speakers": np.array([i.speaker for i in outside]),
            "fold": np.full(len(outside), fold, dtype=np.int8),
            "logits": read(net, outside, self.recipe),
            "baseline": naive.answers(
                naive.statistics(inside), [i.label for i in inside], naive.statistics(outside)
            ),
        }
        uar = metrics.uar(rows["labels"], rows["logits"].argmax(axis=1))
        print(f"{title}: UAR {uar:.4f} on {len(outside)} clips", flush=True)
        columns: dict[str, Any] = dict(rows)
        np.savez_compressed(path, **columns)


def train(run: Training) -> int:
    """Train the five folds, then the model that ships on all actors, and export it.

    Every part leaves its posteriors in the work folder and is not trained twice; a part
    that was broken off goes on from its last epoch.
    """
    if run.model in OTHERS:
        other = importlib.import_module(f"source.training.voice.{OTHERS[run.model]}")
        return int(other.train(run))
    if KINDS[run.model].all_corpora:
        return corpora_network.train(run)
    start_keras(run.threads, mixed=run.mixed)
    kind = KINDS[run.model]
    name = run.name or run.model
    recipes = [_adapted(recipe, run) for recipe in (*kind.earlier, kind.recipe)]
    items = load(run)
    begin = pretrain.weights(kind, run) if kind.pretrained and not run.tiny else None
    before = None
    for n, recipe in enumerate(recipes):
        digest = _digest(kind, recipes[: n + 1], run.seed, items)
        folder = run.work / "voice" / f"{name}-{digest}"
        folder.mkdir(parents=True, exist_ok=True)
        stage = Stage(kind, recipe, folder, run.seed, begin=begin, before=before)
        net = _parts(stage, items, run)
        before = folder
    folds = sorted(folder.glob("fold-?.npz"))
    if net is not None or len(folds) >= len(protocols.RAVDESS_FOLDS) or run.tiny:
        ship(net, folds, run.output / "voice" / name, kind, recipes, run.seed)
    return 0


def search(run: Search) -> int:
    """Try recipes of one network, judged on actors who were not trained on."""
    from source.training.voice import tuning

    start_keras(run.threads, mixed=run.mixed)
    kind = KINDS[run.model]
    print(tuning.table(tuning.search(run, kind, _adapted(kind.recipe, run), load(run))))
    return 0


def evaluate(run: Evaluation) -> int:
    """Print the figures of every voice model that has out-of-fold posteriors."""
    from source.training.voice import abroad, robustness

    if run.hardships:
        return robustness.evaluate(run)
    if run.corpus:
        return abroad.evaluate(run, run.corpus)
    if run.elsewhere:
        return abroad.keep(run)
    for folder in answers.folders(run.models, "voice", name=run.name):
        lines = [text(folder.name, answers.load(folder, "voice")), *elsewhere.section(folder)]
        print("\n\n".join(lines), end="\n\n")
    return 0


def load(run: Run) -> list[Spoken]:
    """The clips to train on; with ``--tiny`` a few, of tones where there is no data."""
    if run.tiny and not (run.data / "voice" / "ravdess").is_dir():
        return tones(seed=run.seed)
    corpus = CORPORA["ravdess"]
    clips = corpus.clips(run.data)
    if not run.tiny:
        return prepare(clips, cache_of(corpus, run.work))
    few = [
        c
        for c in clips
        if (c.intensity, c.statement, c.name[-4]) == ("normal", "01", "1")
        and c.speaker in ("1", "2", "3", "8", "10")
    ]
    return prepare(few, None)


def ship(
    net: Any,
    folds: Sequence[Path],
    folder: Path,
    kind: VoiceNetwork,
    recipes: Sequence[Recipe],
    seed: int,
) -> None:
    """Export `net`, if any, with a card whose figures come from the folds' posteriors."""
    from source.training import export

    rows = _joined(folds)
    folder.mkdir(parents=True, exist_ok=True)
    if rows:
        answers.save(folder, "voice", rows)
    if net is None:
        return
    start_keras(1)  # what is shipped computes in float32, however it was trained
    shipped = kind.build()
    shipped.set_weights(net.get_weights())
    recipe = recipes[-1].choices()
    if len(recipes) > 1:
        recipe["after"] = [before.choices() for before in recipes[:-1]]
    taken = {
        "shape": [FRAMES, recipes[-1].width], "features": kind.features, "what": kind.what,
    }  # fmt: skip
    content = card(
        folder, rows, architecture={"name": kind.architecture, "args": kind.args}, recipe=recipe,
        seed=seed, preprocessing=VERSION, taken=taken,
    )  # fmt: skip
    export.save(shipped, folder, pretrain.on_card(content) if kind.pretrained else content)
    if rows:
        report.write(folder)


def _adapted(recipe: Recipe, run: Training | Search) -> Recipe:
    """The recipe as the options change it."""
    recipe = tiny(recipe) if run.tiny else recipe
    return replace(recipe, epochs=run.epochs) if run.epochs else recipe


def _parts(stage: Stage, items: Sequence[Spoken], run: Training) -> Any:
    """Train the parts that `run` names; the final network, where it is one of them."""
    if "folds" in run.parts:
        of = np.array([protocols.fold_of(int(i.speaker)) for i in items])
        for fold in [f - 1 for f in run.folds][: 2 if run.tiny else None]:
            if (of == fold).any() and (of != fold).any():
                stage.fold(items, fold, of == fold)
    if "clip" in run.parts:
        test = protocols.by_clip([i.label for i in items], seed=run.seed)
        stage.fold(items, protocols.BY_CLIP, test)
    return stage.network(items, "final", "voice final") if "final" in run.parts else None


def _joined(parts: Sequence[Path]) -> Rows:
    tables = [dict(np.load(p)) for p in parts]
    return {key: np.concatenate([t[key] for t in tables]) for key in (tables or [{}])[0]}


def _digest(
    kind: VoiceNetwork, recipes: Sequence[Recipe], seed: int, items: Sequence[Spoken]
) -> str:
    """Names the work of the last of `recipes` on one set of clips, so that runs never mix."""
    chosen = {key: value for key, value in recipes[-1].choices().items() if value is not False}
    chosen |= {"after": [before.choices() for before in recipes[:-1]]} if len(recipes) > 1 else {}
    chosen |= {"pretrained": pretrain.RECIPE.choices()} if kind.pretrained else {}
    content = json.dumps([chosen, seed, VERSION, [i.name for i in items]])
    return hashlib.sha256(content.encode()).hexdigest()[:10]
