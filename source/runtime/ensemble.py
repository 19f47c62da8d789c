"""Several models of one sense that answer together: the mean of their posteriors."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from source.core.errors import BadRequest, ModelChanged
from source.core.result import RanOn
from source.runtime.card import Card
from source.runtime.model import Model

KIND = "ensemble"
"""The architecture's name on a card."""

JOIN = "+"
"""Stands between names of models that are to answer together."""


class Ensemble(Model):
    """Models that are asked about the same stretches, each given its own kind of input.

    Attributes
    ----------
    card : Card
        `input` is ``{"features": "ensemble", "members": [each member's input]}``.
    members : tuple of Model
    weights : tuple of float
        Each member's part of the vote; they sum to 1.
    """

    def __init__(self, card: Card, members: Sequence[Model], weights: Sequence[float]) -> None:
        for other in members[1:]:
            if other.card.labels != members[0].card.labels:
                raise BadRequest(
                    f"The models “{members[0].card.name}” and “{other.card.name}” have "
                    "different emotions.",
                    hint="Combine models whose cards have the same labels.",
                )
        given = {"features": KIND, "members": [m.card.input for m in members]}
        self.card = replace(card, input=given)
        self.members = tuple(members)
        self.weights = tuple(float(w) / sum(weights) for w in weights)

    @property
    def sha256(self) -> str:
        """Digests of the files that are run, in the members' order, joined by ``+``."""
        return JOIN.join(m.sha256 for m in self.members)

    @property
    def ran(self) -> RanOn:
        """What ran the members, each library once."""
        every = [member.ran for member in self.members]
        on_gpu = any(one.on == "gpu" for one in every)
        return RanOn(
            " + ".join(dict.fromkeys(one.library for one in every)), "gpu" if on_gpu else "cpu"
        )

    def run(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        """Posteriors and embeddings of the same windows.

        Parameters
        ----------
        batch : sequence of np.ndarray [shape=(n, *input), float32]
            One for each member, of its kind of input.

        Returns
        -------
        posteriors : np.ndarray [shape=(n, classes), float32]
            Calibrated; each row sums to 1.
        embeddings : np.ndarray [shape=(n, d), float32]
            The members' embeddings side by side.
        """
        outputs = [m.run(own) for m, own in zip(self.members, batch, strict=True)]
        posteriors = blend([p for p, _ in outputs], self.weights)
        powers = posteriors ** (1.0 / self.card.temperature)
        embeddings = np.concatenate([e for _, e in outputs], axis=1)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32), embeddings


def blend(posteriors: Sequence[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    """Weighted mean of posteriors, each [shape=(n, classes)], float64.

    >>> blend([np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]])], [1, 3])
    array([[0.625, 0.375]])
    """
    return np.average(np.asarray(posteriors, np.float64), axis=0, weights=weights)


def together(name: str, members: Sequence[Model]) -> Ensemble:
    """An ensemble made up for one run: equal weights, the most careful member's threshold."""
    card = replace(
        members[0].card,
        name=name,
        architecture={"name": KIND, "args": {"members": [m.card.name for m in members]}},
        temperature=1.0,
        threshold=max(m.card.threshold for m in members),
        sha256={},
        data={m.card.name: m.card.data for m in members},
        licence="; ".join(sorted({m.card.licence for m in members})),
        figures={},
        extra={},
    )
    return Ensemble(card, members, [1.0] * len(members))


def described(card: Card, folder: Path, members: Sequence[Model]) -> Ensemble:
    """The ensemble of a card: its weights, and calibrated with the very members it names.

    Raises
    ------
    ModelChanged
        If a member is not the one its temperature and threshold were fitted with.
    """
    for member in members:
        if isinstance(member, Ensemble) or not fitted_with(card, member.card):
            raise ModelChanged(folder.name, folder.parent / member.card.name)
    weights = card.architecture["args"].get("weights") or [1.0] * len(members)
    return Ensemble(card, members, weights)


def fitted_with(card: Card, member: Card) -> bool:
    """Whether an ensemble's card was made for this member: the same files, the same warmth."""
    marked = card.extra.get("members", {}).get(member.name)
    return bool(marked == mark(member))


def mark(member: Card) -> dict[str, object]:
    """What an ensemble's card keeps of a member, to know it again."""
    return {"sha256": member.sha256, "temperature": member.temperature}
