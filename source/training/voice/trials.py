"""Random search over recipes, by speaker, inside the actors that may be trained on.

Every trial trains on the actors of some folds and is judged on those of others. Trials are kept
in the work folder, so that a search goes on where it was broken off; what it finds is a
recommendation, to be written into `kinds.KINDS` and measured by all five folds.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import VOICE
from source.training import metrics, protocols
from source.training.voice.kinds import Kind
from source.training.voice.loop import Recipe, Spoken, Trainer
from source.training.voice.runs import Search

JUDGED_ON = (1, 2)
"""Folds (from 0) whose ten actors judge; the ten others are trained on."""

SPACE: dict[str, tuple[float, float]] = {
    "rate": (8e-4, 4e-3),
    "decay": (3e-3, 0.1),
    "smoothing": (0.02, 0.2),
    "average": (0.99, 0.998),
}
"""Range of each number that is drawn, evenly on a logarithmic scale."""

CHOICES: dict[str, tuple[Any, ...]] = {"batch": (8, 16, 32), "mixup": (0.0, 0.0, 0.2, 0.4)}
"""Values of each number that is chosen."""


def drawn(base: Recipe, trial: int, *, seed: int) -> Recipe:
    """The recipe of one trial; trial 0 is `base` itself."""
    if trial == 0:
        return base
    rng = np.random.default_rng([seed, trial])
    found: dict[str, Any] = {
        key: float(np.exp(rng.uniform(np.log(a), np.log(b)))) for key, (a, b) in SPACE.items()
    }
    found |= {key: values[int(rng.integers(len(values)))] for key, values in CHOICES.items()}
    return replace(base, **found)


def search(run: Search, kind: Kind, recipe: Recipe, items: list[Spoken]) -> list[dict[str, Any]]:
    """Run the trials that are not there yet; all of them, best first."""
    judged = np.array([protocols.fold_of(int(i.speaker)) in JUDGED_ON for i in items])
    inside = [i for i, out in zip(items, judged, strict=True) if not out]
    outside = [i for i, out in zip(items, judged, strict=True) if out]
    protocols.check_apart([i.speaker for i in inside], [i.speaker for i in outside])
    path = run.work / "voice" / f"search-{run.model}-{recipe.epochs}-{run.seed}.jsonl"
    known = {t["trial"]: t for t in _kept(path)}
    for trial in range(run.trials):
        if trial in known:
            continue
        tried = drawn(recipe, trial, seed=run.seed)
        known[trial] = _trial(trial, tried, kind, inside, outside, seed=run.seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(known[trial]) + "\n")
    return sorted(known.values(), key=lambda t: -float(t["uar"]))


def told(trials: list[dict[str, Any]]) -> str:
    """The trials as a table, best first."""
    keys = ("rate", "decay", "smoothing", "average", "batch", "mixup")
    lines = ["trial    UAR  " + "  ".join(f"{key:>9}" for key in keys)]
    for one in trials:
        values = "  ".join(f"{one['recipe'][key]:>9.4g}" for key in keys)
        lines.append(f"{one['trial']:>5}  {one['uar']:.3f}  {values}")
    return "\n".join(lines)


def _trial(
    trial: int, recipe: Recipe, kind: Kind, inside: list[Spoken], outside: list[Spoken], *,
    seed: int,
) -> dict[str, Any]:  # fmt: skip
    from source.training.voice.commands import logits

    trainer = Trainer(kind.untrained, classes=len(VOICE), recipe=recipe)
    trainer.fit(inside, seed=seed, title=f"trial {trial}")
    answers = logits(trainer.answer, outside, recipe).argmax(axis=1)
    right = metrics.uar(np.array([i.label for i in outside]), answers)
    return {"trial": trial, "uar": round(right, 4), "recipe": asdict(recipe)}


def _kept(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
