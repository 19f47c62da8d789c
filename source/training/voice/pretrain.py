"""Begin with other speakers: CREMA-D and EMO-DB teach a network to hear before RAVDESS does.

Twenty actors are few voices. Eighty-three more and ten in German say other sentences in six of
the eight emotions; no RAVDESS actor is among them, so one beginning serves every fold.
"""

import argparse
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from source.core.emotions import VOICE
from source.runtime.card import Card
from source.training import protocols
from source.training.corpora import CORPORA, Clip
from source.training.voice.kinds import Kind
from source.training.voice.loop import Recipe, Spoken, Trainer
from source.training.voice.prepare import gather
from source.voice.features import VERSION

FROM = {"crema-d": 1, "emo-db": 2}
"""Corpora, and how often each clip is seen in an epoch: EMO-DB is a tenth of the other."""

RECIPE = Recipe(epochs=10, batch=32, rate=2.5e-3)

HEARD = 0.3
"""Weight of what listeners heard beside what was acted: half of CREMA-D's clips are not heard
as they were meant."""


def begin(kind: Kind, args: argparse.Namespace) -> Path:
    """Weights to begin with, trained once and kept in the work folder."""
    recipe = replace(RECIPE, melody=kind.recipe.melody)
    items: list[Spoken] = []
    for name, times in FROM.items():
        clips, found = gather(CORPORA[name], data=args.data, work=args.work)
        known = {clip.emotion for clip in clips}
        items += times * [aimed(i, c, known) for c, i in zip(clips, found, strict=True)]
    check_strangers(items)
    told = json.dumps(
        [
            kind.architecture,
            kind.args,
            recipe.told(),
            args.seed,
            VERSION,
            HEARD,
            [i.name for i in items],
        ]
    )
    digest = hashlib.sha256(told.encode()).hexdigest()[:10]
    path = Path(args.work / "voice" / f"begin-{digest}.weights.h5")
    if not path.is_file():
        trainer = Trainer(kind.untrained, classes=len(VOICE), recipe=recipe)
        folder = path.with_suffix("").with_suffix("")
        model = trainer.fit(items, seed=args.seed, checkpoint=folder, title="voice beginning")
        model.save_weights(path)
    return path


def aimed(item: Spoken, clip: Clip, known: Collection[str]) -> Spoken:
    """The item with its corpus's view of the label: acted and heard, unknown classes at -1."""
    target = np.array([float(label == clip.emotion) for label in VOICE], dtype=np.float32)
    votes = np.array([clip.votes.get(label, 0.0) for label in VOICE], dtype=np.float32)
    if votes.sum() > 0:
        target = (1.0 - HEARD) * target + HEARD * votes / votes.sum()
    target = np.where([label in known for label in VOICE], target, -1.0).astype(np.float32)
    return replace(item, target=target, speaker=clip.person)


def told_on(card: Card) -> Card:
    """The card of a model, with what it began with."""
    corpora = [CORPORA[name] for name in FROM]
    titles = [corpus.short_title for corpus in corpora]
    begun = "; ".join(f"{t}: {c.citation}" for t, c in zip(titles, corpora, strict=True))
    terms = "; ".join(f"{t}: {c.licence}" for t, c in zip(titles, corpora, strict=True))
    recipe = {**card.extra["recipe"], "begun with": {**RECIPE.told(), "corpora": list(FROM)}}
    return replace(
        card,
        data=f"{card.data}. Begun with, less the speakers kept aside, {begun}",
        licence=f"{card.licence} (RAVDESS). {terms}",
        extra={**card.extra, "recipe": recipe},
    )


def check_strangers(items: Sequence[Spoken]) -> None:
    """Assert that no RAVDESS actor is among those of `items`."""
    protocols.check_apart(
        [f"ravdess/{actor}" for fold in protocols.RAVDESS_FOLDS for actor in fold],
        [item.speaker for item in items],
    )
