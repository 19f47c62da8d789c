"""A search over recipes by Optuna, judged on actors of RAVDESS who are not trained on.

Every figure of a model is made by five folds of actors. Choices must not see those tests, so
the search trains on some actors only and judges on others.
"""

from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np

from source.training import metrics, protocols
from source.training.voice.kinds import VoiceNetwork
from source.training.voice.network import read, train_network
from source.training.voice.recipe import Recipe
from source.training.voice.runs import Search
from source.training.voice.spoken import Spoken

JUDGED_ON = (1, 2)
"""Folds (from 0) whose ten actors judge; the ten others are trained on."""

RANGES = {
    "rate": (8e-4, 4e-3),
    "decay": (3e-3, 0.1),
    "smoothing": (0.02, 0.2),
    "average": (0.99, 0.998),
}
"""Range of each number that is searched on a logarithmic scale."""

CHOICES = {"batch": (8, 16, 32), "mixup": (0.0, 0.2, 0.4)}
"""Values of each number that is chosen."""


def suggested(base: Recipe, trial: Any) -> Recipe:
    """The recipe that a trial of Optuna tries."""
    values = {key: trial.suggest_float(key, *ends, log=True) for key, ends in RANGES.items()}
    chosen = {key: trial.suggest_categorical(key, some) for key, some in CHOICES.items()}
    return replace(base, **values, **chosen)


def search(run: Search, kind: VoiceNetwork, base: Recipe, items: list[Spoken]) -> list[Any]:
    """Go on with the study in the work folder; its finished trials, best first.

    The first trial is `base` itself. The study is a journal, one line an event, so that one
    that was broken off goes on with the trial it stood at. What it finds is a recommendation, to
    be written into `kinds.KINDS` and measured by all five folds.
    """
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    judged = np.array([protocols.fold_of(int(i.speaker)) in JUDGED_ON for i in items])
    inside = [i for i, out in zip(items, judged, strict=True) if not out]
    outside = [i for i, out in zip(items, judged, strict=True) if out]
    protocols.check_apart([i.speaker for i in inside], [i.speaker for i in outside])
    name = f"search-{run.model}-{base.epochs}-{run.seed}"
    folder = run.work / "voice"
    folder.mkdir(parents=True, exist_ok=True)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name=name, direction="maximize", load_if_exists=True,
        storage=JournalStorage(JournalFileBackend(str(folder / f"{name}.log"))),
    )  # fmt: skip
    complete = (optuna.trial.TrialState.COMPLETE,)

    def uar(trial: Any, *, first: bool) -> float:
        recipe = base if first else suggested(base, trial)
        trial.set_user_attr("recipe", asdict(recipe))
        net = train_network(
            kind, recipe, inside, seed=run.seed, folder=folder / name / str(trial.number),
            title=f"trial {trial.number}",
        )  # fmt: skip
        answers = read(net, outside, recipe).argmax(axis=1)
        return metrics.uar(np.array([i.label for i in outside]), answers)

    while (done := len(study.get_trials(states=complete))) < run.trials:
        # Seeded by its number: a search that was broken off tries what it would have tried.
        study.sampler = optuna.samplers.TPESampler(seed=1000 * run.seed + done)
        study.optimize(partial(uar, first=not done), n_trials=1)
    return sorted(study.get_trials(states=complete), key=lambda trial: -float(trial.value or 0.0))


def table(trials: list[Any]) -> str:
    """The trials as a table, best first."""
    keys = (*RANGES, *CHOICES)
    lines = ["trial    UAR  " + "  ".join(f"{key:>9}" for key in keys)]
    for trial in trials:
        recipe = trial.user_attrs["recipe"]
        values = "  ".join(f"{recipe[key]:>9.4g}" for key in keys)
        lines.append(f"{trial.number:>5}  {trial.value:.3f}  {values}")
    return "\n".join(lines)
