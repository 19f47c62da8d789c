"""A clip model judged by its answers to clips: figures beside still pictures, and its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE
from source.training import metrics
from source.training.corpora import CORPORA
from source.training.report import answers, tables
from source.training.report.answers import Rows
from source.training.report.page import Page, brackets, card
from source.training.report.scored import Scored

STILLS = "mean of stills"
"""The reader that looks at each picture by itself."""

MADE = "made clips"
"""How saved answers mark synthetic clips, which are made from stills; others are films."""

CAUTION = (
    "The real clips are few and nearly all show one man (RAVDESS actor 01): "
    "these figures say that the path works, not how well it reads people."
)

ON_MADE = (
    "Clips made from PublicTest stills, by what most people saw in the still. What was learned "
    "from is made by the same rules from other stills: of real faces this says little. Who is on "
    "the stills is not known, so the same person may stand in training and here."
)
ON_FILMS = "RAVDESS films of actors who were neither trained on nor calibrated with."

HEAD = {"clips": "clips", "n": "n", "people": "people", "read_by": "read by", "right": "right",
        "accuracy": "accuracy", "uar": "UAR"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Clips:
    """Clips, what is right about them, and what each reader answered.

    Attributes
    ----------
    source, name, person : np.ndarray [shape=(n,), str]
        Where each clip is from, which it is, and who is in it; nobody where it was made.
    labels : np.ndarray [shape=(n,), int]
        Place in `FACE` of what is acted or, of synthetic clips, of what most people saw.
    meant : np.ndarray [shape=(n,), int]
        The same of what was meant; -1 where not known.
    posteriors : dict of str to np.ndarray [shape=(n, 8)]
        Of each reader, in the order of `FACE`.
    """

    source: NDArray[Any]
    name: NDArray[Any]
    person: NDArray[Any]
    labels: NDArray[Any]
    meant: NDArray[Any]
    posteriors: dict[str, NDArray[np.floating]]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def made(self) -> NDArray[np.bool_]:
        """Which clips were made from stills."""
        return np.asarray(self.source == MADE)

    def films(self) -> NDArray[np.intp]:
        """Rows of films, a recording that is there in two forms counted once."""
        rows = np.flatnonzero(~self.made)
        return np.array(list({(self.person[i], self.name[i]): i for i in rows}.values()), np.intp)

    def rows(self) -> Rows:
        """The columns that are kept in a file."""
        readers = list(self.posteriors)
        return {
            "source": self.source, "name": self.name, "person": self.person,
            "seen": self.labels.astype(np.int8), "meant": self.meant.astype(np.int8),
            "readers": np.array(readers),
            "posteriors": np.array([self.posteriors[r] for r in readers], np.float32),
        }  # fmt: skip

    @classmethod
    def of_rows(cls, rows: Rows) -> "Clips":
        """What `rows` gave."""
        posteriors = dict(zip(rows["readers"].tolist(), rows["posteriors"], strict=True))
        labels, meant = rows["seen"].astype(int), rows["meant"].astype(int)
        return cls(rows["source"], rows["name"], rows["person"], labels, meant, posteriors)


def joined(parts: Sequence[Clips]) -> Clips:
    """All clips of several, which were put to the same readers."""
    some = [p for p in parts if len(p)] or list(parts[:1])
    columns: dict[str, NDArray[Any]] = {
        key: np.concatenate([getattr(p, key) for p in some])
        for key in ("source", "name", "person", "labels", "meant")
    }
    readers = some[0].posteriors
    return Clips(
        **columns, posteriors={r: np.concatenate([p.posteriors[r] for p in some]) for r in readers}
    )


def compare(clips: Clips) -> list[dict[str, Any]]:
    """One row per source and reader: how many clips, of how many people, read rightly."""
    groups = {
        str(name): (np.flatnonzero(clips.source == name), clips.labels)
        for name in dict.fromkeys(clips.source[~clips.made].tolist())
    }
    if len(groups) > 1:
        groups["all, each recording once"] = (clips.films(), clips.labels)
    for title, labels in (("by what is seen", clips.labels), ("as meant", clips.meant)):
        groups[f"synthetic clips, {title}"] = (np.flatnonzero(clips.made & (labels >= 0)), labels)
    return [
        {
            "clips": title,
            "n": len(own),
            "people": len(set(clips.person[own]) - {""}),
            "read_by": reader,
            "right": int((labels[own] == posteriors[own].argmax(axis=1)).sum()),
            "accuracy": round(metrics.accuracy(labels[own], posteriors[own].argmax(axis=1)), 4),
            "uar": round(metrics.uar(labels[own], posteriors[own].argmax(axis=1)), 4),
        }
        for title, (own, labels) in groups.items()
        if len(own)
        for reader, posteriors in clips.posteriors.items()
    ]


def text(rows: list[dict[str, Any]], *, cautious: bool) -> str:
    """The rows of `compare`, for people; `cautious` adds what the few real clips can say."""
    lines = [
        f"{'clips':<34}{'n':>4}  {'people':>6}  {'read by':<26}{'right':>7}{'acc':>7}{'UAR':>7}"
    ]
    lines += [
        f"{row['clips']:<34}{row['n']:>4}  {row['people'] or '-':>6}  {row['read_by']:<26}"
        f"{row['right']:>7}{row['accuracy']:>7.3f}{row['uar']:>7.3f}"
        for row in rows
    ]
    films = any(row["people"] for row in rows)
    return "\n".join([*lines, "", CAUTION] if cautious and films else lines)


def score(clips: Clips, reader: str) -> Scored:
    """The scored table: synthetic clips where there are any, films else."""
    made = bool(clips.made.any())
    kept = np.flatnonzero(clips.made) if made else clips.films()
    labels, meant, person = (column[kept] for column in (clips.labels, clips.meant, clips.person))
    groups: dict[str, NDArray[Any]] = (
        {"shows what was meant":
            np.where(meant < 0, "", np.where(meant == labels, "yes", "no"))}
        if made
        else {"gender": np.array([_gender(str(p)) for p in person]), "person": person}
    )  # fmt: skip
    return Scored(
        labels=labels,
        posteriors=clips.posteriors[reader][kept],
        classes=FACE,
        clusters=kept if made else person,
        groups={key: values for key, values in groups.items() if np.any(values != "")},
        who="clips" if made else "people",
    )


def page(folder: Path) -> Page:
    """What is the clip networks' own in the report of a model."""
    clips, about = Clips.of_rows(answers.load(folder, "clip")), card(folder)
    made = bool(clips.made.any())
    scored = score(clips, f"clip/{folder.name}")
    films = [row for row in compare(clips) if row["people"]]
    rows = [tables.line("this model", scored)]
    if STILLS in clips.posteriors:
        rows.append(tables.line(STILLS, score(clips, STILLS)))
    return Page(
        scored=scored,
        card=about,
        source="the answers in `answers.npz`",
        method=f"{brackets(scored.who)}. *{STILLS.capitalize()}*: the face network's posteriors "
        "of the same pictures, averaged.",
        rows=[*rows, tables.bare("most frequent emotion", scored.majority(), beside=scored)],
        notes=[ON_MADE, *_real(films)] if made else [ON_FILMS],
        label="emotion",
        items="clips",
        threshold=about["threshold"],
        certain=scored.certain(about["threshold"]),
        groups="By what is known of a clip",
        more=["## Limits", about["limits"]],
    )


def _real(films: list[dict[str, Any]]) -> list[str]:
    """The section about real clips, where there are any."""
    if not films:
        return []
    cells = [
        [f"{row[key]:.3f}" if isinstance(row[key], float) else str(row[key]) for key in HEAD]
        for row in films
    ]
    return ["## Real clips", tables.markdown(list(HEAD.values()), cells), CAUTION]


def _gender(person: str) -> str:
    corpus, _, number = person.partition(" ")
    return CORPORA["ravdess"].gender(number) if corpus == "RAVDESS" else ""
