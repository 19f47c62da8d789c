"""Pretraining on other speakers: CREMA-D and EMO-DB come before RAVDESS.

Twenty actors are few voices. Eighty-three more and ten in German say other sentences in six of
the eight emotions; no RAVDESS actor is among them, so one pretraining serves every fold.
"""

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
from source.training.run import Run
from source.training.voice.kinds import VoiceNetwork
from source.training.voice.network import train_network
from source.training.voice.prepare import gather
from source.training.voice.recipe import Recipe
from source.training.voice.spoken import Spoken
from source.voice.features import VERSION

FROM = {"crema-d": 1, "emo-db": 2}
"""Corpora, and how often each clip comes in an epoch: EMO-DB is a tenth of the other."""

RECIPE = Recipe(epochs=10, batch=32, rate=2.5e-3)

LISTENERS = 0.3
"""Weight of the listeners' votes beside what was acted: half of CREMA-D's clips are not
perceived as they were meant."""


def weights(kind: VoiceNetwork, run: Run) -> Path:
    """The file of pretrained weights, made once and kept in the work folder."""
    recipe = replace(RECIPE, melody=kind.recipe.melody)
    items: list[Spoken] = []
    for name, times in FROM.items():
        clips, spoken = gather(CORPORA[name], data=run.data, work=run.work)
        known = {clip.emotion for clip in clips}
        items += times * [with_target(i, c, known) for c, i in zip(clips, spoken, strict=True)]
    check_strangers(items)
    names = [i.name for i in items]
    content = [kind.architecture, kind.args, recipe.choices(), run.seed, VERSION, LISTENERS, names]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:10]
    path = Path(run.work / "voice" / f"begin-{digest}.weights.h5")
    if not path.is_file():
        net = train_network(
            kind, recipe, items, seed=run.seed, folder=path.with_suffix("").with_suffix(""),
            title="voice pretraining",
        )  # fmt: skip
        net.save_weights(path)
    return path


def with_target(item: Spoken, clip: Clip, known: Collection[str]) -> Spoken:
    """The item with its corpus's view of the label: acted and voted, unknown classes at -1."""
    target = np.array([float(label == clip.emotion) for label in VOICE], dtype=np.float32)
    votes = np.array([clip.votes.get(label, 0.0) for label in VOICE], dtype=np.float32)
    if votes.sum() > 0:
        target = (1.0 - LISTENERS) * target + LISTENERS * votes / votes.sum()
    target = np.where([label in known for label in VOICE], target, -1.0).astype(np.float32)
    return replace(item, target=target, speaker=clip.person)


def on_card(card: Card) -> Card:
    """The card of a model, with its pretraining."""
    corpora = [CORPORA[name] for name in FROM]
    sources = "; ".join(f"{corpus.short_title}: {corpus.citation}" for corpus in corpora)
    terms = "; ".join(f"{corpus.short_title}: {corpus.licence}" for corpus in corpora)
    recipe = {
        **card.extra["recipe"],
        "pretraining": {**RECIPE.choices(), "corpora": list(FROM)},
    }
    return replace(
        card,
        data=f"{card.data}. Pre-trained (without the held-out speakers) on {sources}",
        licence=f"{card.licence} (RAVDESS). {terms}",
        extra={**card.extra, "recipe": recipe},
    )


def check_strangers(items: Sequence[Spoken]) -> None:
    """Assert that no RAVDESS actor is among those of `items`."""
    protocols.check_apart(
        [f"ravdess/{actor}" for fold in protocols.RAVDESS_FOLDS for actor in fold],
        [item.speaker for item in items],
    )
