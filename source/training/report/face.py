"""The report of a face model, from its answers to the validation faces."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE
from source.training import metrics
from source.training.face import report as figures
from source.training.report import pictures, tables
from source.training.report.answers import loaded, reported
from source.training.report.scored import ROUNDS, SEED, Scored
from source.training.report.sections import answered, finish

Rows = dict[str, NDArray[Any]]

COMMAND = "python -m source.training.report face"

AGREED = ((0.8, "80 % or more"), (0.5, "50 to 80 %"), (0.0, "under 50 %"))
"""How many of a face's taggers name the same emotion, from the first share that is reached."""

NOTE = (
    "FER2013 PublicTest, faces with one plurality among the eight emotions. Its figures also "
    "chose the design, the temperature and the threshold of this model: they are validation "
    "figures. Who is on the pictures is not known, so the same person may stand in training and "
    "validation. One tagger: how often a single one of the ten names what most of the other "
    "nine do, on the same faces."
)


def write(folder: Path, rows: Rows) -> None:
    """Write `report.md` and its pictures beside a model."""
    card = json.loads((folder / "card.json").read_text("utf-8"))
    scored = table(rows, card)
    shown = pictures.draw(scored, folder, threshold=card["threshold"])
    name = folder.name
    text = [
        f"# {name}",
        f"Written by `{COMMAND} --name {name}` from the answers in `validation.npz`, which "
        f"`python -m source.training.train face` left there (seed {card.get('seed', 0)}). The "
        "same figures as text: `python -m source.training.evaluate face`.",
        f"Logits are the mean over {card['input']['views']} views of a face (moved, turned, "
        "mirrored), as a photo is read; the temperature of the posteriors was fitted on the other "
        "half of these faces. Read once, as in a video, "
        f"{card['figures']['accuracy_read_once']:.3f} are right. In brackets: 95 % interval of "
        f"{ROUNDS:,} bootstrap draws of faces (seed {SEED}).",
        "## Figures",
        tables.overall(_overall(scored, rows), who="faces"),
        NOTE,
        f"In the seven classes of FER2013, by its own labels: accuracy {_seven(rows):.3f} of "
        f"{int((rows['label'] >= 0).sum())} faces.",
        *answered(scored, shown, threshold=card["threshold"], row="voted emotion", asked="faces"),
        "## By what is known of a face",
        *(tables.by_group(scored, group) for group in scored.groups),
        "Nothing is known of the people: no figures by age, sex or skin colour exist.",
    ]
    finish(folder, text, card=card)


def write_all(models: Path, *, name: str | None = None) -> list[Path]:
    """Write the report of every face model, or of one.

    Raises
    ------
    NotFound
        If there is none with its answers to the validation faces.
    """
    return reported(models, "face", file="validation.npz", what="answers to validation faces",
                    name=name, load=loaded, write=write)  # fmt: skip


def table(rows: Rows, card: dict[str, Any]) -> Scored:
    """The scored table: FER+ pluralities and cross-fitted posteriors of serving."""
    kept = rows["plurality"] >= 0
    labels = rows["plurality"][kept].astype(int)
    posteriors = figures.crossed(
        rows["logits"][kept].astype(float), labels, seed=int(card.get("seed", 0))
    )
    agreed = rows["agreed"][kept]
    shares = [next(name for least, name in AGREED if share >= least) for share in agreed]
    return Scored(
        labels=labels,
        posteriors=posteriors,
        classes=FACE,
        clusters=np.arange(len(labels)),
        groups={
            "taggers agree": np.array(shares),
            "eyes found": np.where(rows["found"][kept], "yes", "no"),
        },
        who="faces",
    )


def _overall(scored: Scored, rows: Rows) -> list[list[str]]:
    kept = rows["plurality"] >= 0
    common = np.full(len(scored), np.bincount(scored.labels).argmax())
    naive = {"majority class": common, "pixels + logistic regression": rows["baseline"][kept]}
    return [
        tables.line("this model", scored),
        *(
            tables.bare(name, beside=scored, figures={
                "accuracy": metrics.accuracy(scored.labels, answers),
                "uar": metrics.uar(scored.labels, answers),
                "macro_f1": metrics.macro_f1(scored.labels, answers, classes=len(FACE)),
            })
            for name, answers in naive.items()
        ),
        tables.bare("one tagger", beside=scored,
                    figures={"accuracy": float(rows["tagger"][kept].mean())}),
    ]  # fmt: skip


def _seven(rows: Rows) -> float:
    known = rows["label"] >= 0
    return metrics.accuracy(rows["label"][known], rows["seven"][known]) if known.any() else 0.0
