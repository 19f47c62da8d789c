"""A forest of strangeness judged by its test: figures, text, and its report with pictures."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.fusion.anomaly import THRESHOLD
from source.training.anomaly.judge import APART, GROUPS, NORMAL, Tested
from source.training.report import answers, pictures, tables
from source.training.report.page import PICTURES, card

Floats = NDArray[np.floating[Any]]

CLIP = 4.0
"""Deviations at which the drawing of readings ends."""


def joined(tested: Tested, kind: str, senses: str, scores: Floats) -> Tested:
    """The test with more scores of a kind, which have no place in the drawing."""
    count = len(scores)
    return Tested(
        np.concatenate([tested.score, scores]),
        np.concatenate([tested.kind, np.full(count, kind)]),
        np.concatenate([tested.senses, np.full(count, senses)]),
        np.concatenate([tested.places, np.full((count, 2), np.nan)]),
    )


def figures(tested: Tested) -> dict[str, Any]:
    """What stands on the card."""
    normal = tested.kind == NORMAL
    return {
        "auc": round(tested.stated_auc(), 4),
        "groups": {group: round(area, 4) for group, area in tested.groups().items()},
        "auc_voice": round(tested.stated_auc("voice"), 4),
        "auc_face": round(tested.stated_auc("face"), 4),
        "apart": {
            kind: round(tested.auc([kind], senses), 4)
            for kind, senses in tested.kinds
            if kind in APART
        },
        "false_alarms": round(float((tested.score[normal] > THRESHOLD).mean()), 4),
        "found": round(
            float((tested.score[np.isin(tested.kind, tested.stated)] > THRESHOLD).mean()), 4
        ),
        "normal": int(normal.sum()),
        "strange": int(np.isin(tested.kind, tested.stated).sum()),
    }


def text(folder: Path) -> str:
    """The figures of one forest, for people."""
    tested = Tested.of_rows(answers.load(folder, "anomaly"))
    own = figures(tested)
    lines = [
        f"{folder.name}",
        f"  stated test: ROC AUC {own['auc']:.3f} (voice {own['auc_voice']:.3f}, face "
        f"{own['auc_face']:.3f}), {own['strange']} strange readings against {own['normal']} normal "
        "ones held out",
        "  " + ", ".join(f"{group} {area:.3f}" for group, area in own["groups"].items()),
        f"  flagged: {own['found']:.1%} of the strange, {own['false_alarms']:.1%} of the normal",
    ]
    lines += [
        f"  {senses:<11}{kind:<26}{'(apart) ' if kind in APART else '':<8}"
        f"AUC {tested.auc([kind], senses):.3f}  flagged {tested.flagged(kind, senses):.1%}  "
        f"n {int(tested.of(kind, senses).sum())}"
        for kind, senses in tested.kinds
    ]
    return "\n".join(lines)


def write(folder: Path) -> Path:
    """Write `report.md` into a forest's folder, and draw its histogram and its PCA."""
    tested, about = Tested.of_rows(answers.load(folder, "anomaly")), card(folder)
    own, place = figures(tested), folder / PICTURES
    place.mkdir(exist_ok=True)
    drawn = {"histogram.png": histogram(tested), "pca.png": directions(tested)}
    for name, figure in drawn.items():
        figure.savefig(place / name, metadata={"Software": None})
    command = f"python -m source.training.report anomaly --name {folder.name}"
    rows = [
        [kind, senses, str(int(tested.of(kind, senses).sum())),
         tables.figure(tested.auc([kind], senses)), f"{tested.flagged(kind, senses):.0%}"]
        for kind, senses in tested.kinds
    ]  # fmt: skip
    stated = [row for row in rows if row[0] not in APART]
    apart = [row for row in rows if row[0] in APART]
    head = ["", "read by", "n", "ROC AUC", "flagged"]
    parts = [
        f"# {folder.name}",
        f"Written by `{command}` from the scores in `answers.npz`, which `python -m "
        f"source.training.train anomaly` left there (seed {about.get('seed', 0)}). The same "
        "figures as text: `python -m source.training.evaluate anomaly`.",
        "## Protocol",
        str(about.get("protocol", "")),
        "A score is the share of normal readings, of speakers and pictures held out, that are "
        f"less strange; above {THRESHOLD:.0%} it is an anomaly. Sounds and pictures were put to "
        "the networks as if the detectors of speech and faces had let them through.",
        "## The stated test",
        f"ROC AUC **{own['auc']:.3f}** (voice {own['auc_voice']:.3f}, face "
        f"{own['auc_face']:.3f}): each kind against normal readings of the same senses; the mean "
        f"of {len(own['groups'])} groups, each of them the mean of its kinds. "
        f"{own['found']:.0%} of what is strange is flagged, and {own['false_alarms']:.1%} of what "
        "is normal.",
        tables.markdown(
            ["group", "kinds", "ROC AUC"],
            [[g, ", ".join(GROUPS[g]), tables.figure(area)] for g, area in own["groups"].items()],
        ),
        tables.markdown(head, stated),
        "## What it cannot tell",
        "Here nothing that it looks at is out of the ordinary; this is no part of the stated test.",
        tables.markdown(head, apart),
        "## Scores",
        "How many of each, by their score:",
        _counts(tested),
        f"![Histogram of the scores]({PICTURES}/histogram.png) ![Normal and strange readings of "
        f"the voice along the first two principal directions]({PICTURES}/pca.png)",
        f"`{command}` draws both into `{PICTURES}/`.",
        "## Limits",
        str(about.get("limits", "")),
        "## Files",
        tables.files(folder),
    ]
    path = folder / "report.md"
    path.write_text("\n\n".join(parts) + "\n", "utf-8")
    return path


def _counts(tested: Tested) -> str:
    edges = [0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0]
    normal = tested.kind == NORMAL
    odd = np.isin(tested.kind, tested.stated)
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (tested.score >= low) & ((tested.score < high) | (high == 1.0))
        rows.append([
            f"{low:.0%} to {high:.0%}",
            f"{inside[normal].mean():.1%}",
            f"{inside[odd].mean():.1%}",
        ])  # fmt: skip
    return tables.markdown(["score", "normal", "strange"], rows)


def histogram(tested: Tested) -> Any:
    """Scores of normal readings and of the stated test's."""
    figure, axes = pictures._blank(4.8, 3.2)
    bins = np.linspace(0.0, 1.0, 41)
    for rows, name, colour in (
        (tested.kind == NORMAL, "normal, held out", pictures.PALE),
        (np.isin(tested.kind, tested.stated), "strange", pictures.ACCENT),
    ):
        shares = np.full(int(rows.sum()), 1.0 / max(1, int(rows.sum())))
        axes.hist(tested.score[rows], bins, weights=shares, alpha=0.8, color=colour, label=name)
    axes.axvline(THRESHOLD, color="grey", linestyle="--", linewidth=1.0)
    axes.set(xlabel="share of normal ones that are less strange", ylabel="share of readings")
    axes.legend(frameon=False, fontsize=8)
    return figure


def directions(tested: Tested) -> Any:
    """Readings of the voice along the first two principal directions of normal ones."""
    figure, axes = pictures._blank(4.2, 3.8)
    voice = tested.senses == "voice"
    for rows, name, colour in (
        (voice & (tested.kind == NORMAL), "normal, held out", pictures.PALE),
        (voice & np.isin(tested.kind, tested.stated), "strange", pictures.ACCENT),
    ):
        places = np.clip(tested.places[rows], -CLIP, CLIP)
        axes.scatter(places[:, 0], places[:, 1], 5, color=colour, label=name, alpha=0.6)
    axes.set(xlabel="first direction, deviations", ylabel="second direction, deviations")
    axes.legend(frameon=False, fontsize=8)
    return figure
