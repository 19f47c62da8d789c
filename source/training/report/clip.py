"""The report of a clip model, from its answers to clips that it was not trained on."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE
from source.training import metrics
from source.training.clip.asked import FILE, MADE, STILLS, Asked
from source.training.clip.report import CAUTION
from source.training.clip.report import rows as figures
from source.training.corpora import CORPORA
from source.training.report import pictures, tables
from source.training.report.answers import reported
from source.training.report.scored import ROUNDS, SEED, Scored
from source.training.report.sections import answered, finish

COMMAND = "python -m source.training.report clip"

ON_MADE = (
    "Clips made from PublicTest stills, by what most people saw in the still. What was learned "
    "from is made by the same rules from other stills: of real faces this says little. Who is on "
    "the stills is not known, so the same person may stand in training and here."
)
ON_FILMS = "RAVDESS films of actors who were neither trained on nor calibrated with."


def write(folder: Path, asked: Asked) -> None:
    """Write `report.md` and its pictures beside a model."""
    card = json.loads((folder / "card.json").read_text("utf-8"))
    name, model = folder.name, f"clip/{folder.name}"
    made = bool((asked.source == MADE).any())
    scored = table(asked, model)
    shown = pictures.draw(scored, folder, threshold=card["threshold"])
    films = [r for r in figures(asked) if r["people"]]
    text = [
        f"# {name}",
        f"Written by `{COMMAND} --name {name}` from the answers in `{FILE}`, which "
        "`python -m source.training.train clip` left there. The same figures as text: "
        "`python -m source.training.evaluate clip`.",
        f"In brackets: 95 % interval of {ROUNDS:,} bootstrap draws of {scored.who} (seed {SEED}). "
        f"*{STILLS.capitalize()}*: the face network's posteriors of the same pictures, averaged.",
        "## Figures",
        tables.overall(_overall(asked, model), who=scored.who),
        ON_MADE if made else ON_FILMS,
        *(["## Real clips", _films(films), CAUTION] if made and films else []),
        *answered(scored, shown, threshold=card["threshold"], row="emotion", asked="clips"),
        "## By what is known of a clip",
        *(tables.by_group(scored, group) for group in scored.groups),
        "## Limits",
        card["limits"],
    ]
    finish(folder, text, card=card)


def write_all(models: Path, *, name: str | None = None) -> list[Path]:
    """Write the report of every clip model, or of one.

    Raises
    ------
    NotFound
        If there is none with its answers.
    """
    return reported(models, "clip", file=FILE, what="answers to clips", name=name,
                    load=Asked.load, write=write)  # fmt: skip


def table(asked: Asked, reader: str) -> Scored:
    """The scored table: made clips where there are any, films else."""
    made = asked.source == MADE
    kept = np.flatnonzero(made) if made.any() else asked.once()
    seen, meant, person = (column[kept] for column in (asked.seen, asked.meant, asked.person))
    groups: dict[str, NDArray[Any]] = {
        "shows what was meant": np.where(meant < 0, "", np.where(meant == seen, "yes", "no")),
        "gender": np.array([_gender(str(p)) for p in person]),
    }
    if not made.any():
        groups = {"gender": groups["gender"], "person": person}
    return Scored(
        labels=seen,
        posteriors=asked.answers[reader][kept],
        classes=FACE,
        clusters=kept if made.any() else person,
        groups={key: values for key, values in groups.items() if np.any(values != "")},
        who="clips" if made.any() else "people",
    )


def _overall(asked: Asked, model: str) -> list[list[str]]:
    scored = table(asked, model)
    common = np.full(len(scored), np.bincount(scored.labels).argmax())
    return [
        tables.line("this model", scored),
        *(tables.line(STILLS, table(asked, STILLS)) for r in asked.answers if r == STILLS),
        tables.bare("most frequent emotion", beside=scored, figures={
            "accuracy": metrics.accuracy(scored.labels, common),
            "uar": metrics.uar(scored.labels, common),
            "macro_f1": metrics.macro_f1(scored.labels, common, classes=len(FACE)),
        }),
    ]  # fmt: skip


def _films(rows: list[dict[str, Any]]) -> str:
    return tables.markdown(
        ["clips", "n", "people", "read by", "right", "accuracy", "UAR"],
        [
            [r["clips"], str(r["n"]), str(r["people"]), r["read_by"], str(r["right"]),
             f"{r['accuracy']:.3f}", f"{r['uar']:.3f}"]
            for r in rows
        ],
    )  # fmt: skip


def _gender(person: str) -> str:
    corpus, _, number = person.partition(" ")
    return CORPORA["ravdess"].gender(number) if corpus == "RAVDESS" else ""
