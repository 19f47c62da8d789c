"""A fusion judged by its answers to pairs of voice and face: figures, text, its report."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FUSED
from source.training import metrics
from source.training.fusion import judge
from source.training.fusion.judge import FEW, MAIN, OURS, PUBLISHED, Judged
from source.training.report import answers, tables
from source.training.report.page import Page, brackets, card
from source.training.report.scored import Scored

GOALS = {
    PUBLISHED: "Published answers to voice and face of 1,440 recordings (RAVDESS, 24 actors), "
    "eight classes, the five published folds by actor",
    OURS: "Our voice, out of fold, and the published face, of the same recordings (actors 1 to "
    "20), seven classes",
    FEW: "Our voice, out of fold, and our face network on frames of the same recordings, by the "
    "pool that ships: nearly all of one man, so that these figures prove little",
    "pairs by label": "Voices of speakers, and faces of pictures, that were not "
    "trained on, put together by label",
}


def scored(one: Judged, reader: str) -> Scored:
    """The scored table of one reader."""
    return Scored(one.labels, one.readers[reader], one.classes, one.actors, {}, who="actors")


def figures(sets: list[Judged]) -> dict[str, Any]:
    """What stands on the card."""
    return {
        one.title: {
            reader: metrics.figures(one.labels, p) | {"recordings": len(one.labels)}
            if reader == MAIN
            else {"accuracy": round(one.accuracy(reader), 4)}
            for reader, p in one.readers.items()
        }
        for one in sets
    }


def text(folder: Path) -> str:
    """The figures of one fusion, for people."""
    lines = [folder.name]
    for one in judge.of_rows(answers.load(folder, "fusion")):
        better = one.better()
        lines += ["", f"{GOALS.get(one.title, one.title)} (n {len(one.labels)})"]
        for reader in one.readers:
            gain = one.accuracy(reader) - one.accuracy(better)
            folds = one.by_fold(reader)
            spread = f"  folds {min(folds):.3f} to {max(folds):.3f}" if folds else ""
            lines.append(f"  {reader:<36}accuracy {one.accuracy(reader):.4f}  {gain:+.4f}{spread}")
        own = scored(one, MAIN)
        low, high = own.bootstrap(rounds=500)["accuracy"]
        lines.append(
            f"  {MAIN}: accuracy 95 % [{low:.3f}, {high:.3f}] over actors, UAR "
            f"{own.figures['uar']:.4f}, ECE {own.figures['ece']:.4f}; the better sense by itself: "
            f"{better}"
        )
    return "\n".join(lines)


def page(folder: Path) -> Page:
    """What is fusion's own in the report of a model."""
    sets = judge.of_rows(answers.load(folder, "fusion"))
    about = card(folder)
    main = next((one for one in sets if one.title == OURS), sets[0])
    own = scored(main, MAIN)
    rows = [
        tables.line(f"{one.title}: {reader}", scored(one, reader))
        for one in sets
        for reader in one.readers
    ]
    return Page(
        scored=own,
        card=about,
        source="the answers in `answers.npz`",
        method=f"{brackets('actors')}. Each fold of actors is answered by what was learned from "
        "the others.",
        rows=rows,
        notes=[f"*{one.title}*: {GOALS.get(one.title, one.title)}." for one in sets]
        + [NOTE, *_weights(about)],
        label="acted emotion",
        items="recordings",
        threshold=about["threshold"],
        certain=own.certain(about["threshold"]),
        groups="By actor",
        more=[*_gains(sets), *_agreement(main), "## Limits", about["limits"]],
    )


NOTE = (
    "*Neutral known*: published answers are read relative to the person's other neutral "
    "recordings, by the formula that serves for faces (docs/corrections.md), and our voice is "
    "shown three of them (`--baseline FROM-TO`). *Person known*: what each sense usually answers "
    "to the same person's other recordings is taken out first, without a label; that needs "
    "recordings of the person in many moods, so it does not ship. *Action units*: one more, of "
    "the published action units of the same films; we have no such reader to ship. *Of another "
    "recording*: one sense answers, as sure as ever, to something else; a pool cannot know that, "
    "and falls below the better sense. *Strange*: the same, but marked by the forest. *Undecided*"
    " and *missing* cost nothing by design. Pairs by label would not show how voice and face of "
    "one moment depend on each other; these are real pairs."
)


def _gains(sets: list[Judged]) -> list[str]:
    """How much each pool gains, and how far the folds lie apart."""
    rows = []
    for one in sets:
        if one.folds is None:
            continue
        for reader in one.readers:
            if reader.startswith((MAIN, "one weight")):
                folds = one.by_fold(reader)
                sense, product = (_interval(one.gain(reader, o)) for o in (one.better(), "product"))
                spread = f"{min(folds):.3f} to {max(folds):.3f}"
                rows.append([f"{one.title}: {reader}", spread, sense, product])
    head = ["", "accuracy, worst to best fold", "gain over the better sense", "over the product"]
    return ["## What fusion gains", GAIN, tables.markdown(head, rows)] if rows else []


GAIN = "In brackets: 95 % interval of 1,000 bootstrap draws of actors of the difference (seed 0)."


def _interval(gain: tuple[float, float, float]) -> str:
    mean, low, high = gain
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def _weights(about: dict[str, Any]) -> list[str]:
    args = about.get("architecture", {}).get("args", {})
    if "weights" not in args:
        return []
    table = tables.markdown(
        ["", *FUSED],
        [
            [f"{name} {sense}".strip(), *(f"{by[e]:.3f}" for e in FUSED)]
            for name, part in (("weight", args["weights"]), ("prior", args["priors"]))
            for sense, by in part.items()
        ]
        + [["bias", *(f"{args['bias'][e]:.3f}" for e in FUSED)]],
    )
    return ["What ships:", table]


def _agreement(one: Judged) -> list[str]:
    """How often the pool is right where the senses agree, and where they do not."""
    from source.fusion.late import agreement

    two = [one.readers[name] for name in list(one.readers)[:2]]
    agree = np.array([
        agreement(*(dict(zip(one.classes, p.tolist(), strict=True)) for p in pair))
        for pair in zip(*two, strict=True)
    ])  # fmt: skip
    right = one.readers[MAIN].argmax(axis=1) == one.labels
    edges = (0.0, 0.25, 0.5, 0.75, 1.01)
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (agree >= low) & (agree < high)
        share = f"{right[inside].mean():.3f}" if inside.any() else ""
        rows.append([f"{low:.2f} to {min(high, 1.0):.2f}", f"{inside.mean():.0%}", share])
    return [
        "## Where voice and face disagree",
        "Both are of the same acted moment here: how far their posteriors agree, and how often the "
        "pool is right then.",
        tables.markdown(["agreement", "recordings", "share right"], rows),
    ]
