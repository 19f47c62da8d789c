"""The figures of a voice for all corpora: for its card, as text, and for its report."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import metrics
from source.training.protocols import ALL
from source.training.report import tables
from source.training.report.answers import Rows
from source.training.report.judged import PROTOCOLS, Judge, judged, kinds, part, shipped
from source.training.report.page import Page, brackets, card
from source.voice.certainty import ENOUGH

NOTE = (
    "By speaker: five folds in each corpus; one model is trained on all corpora's other speakers. "
    "Corpus left out: the model never heard the corpus, and is judged on the classes that it and "
    "the others have. Temperature and certainty are fitted to answers about other speakers, or "
    "other corpora, than those they are judged by. *Mean* is over corpora and is the headline. "
    "*Certain* is the share of the answers that are called certain, *right* the share of these "
    "that are right."
)
BASELINES = (
    "The UAR by what the model knows of the speaker: nothing, so many neutral utterances, or so "
    "many others of the recording, of any emotion or all of the emotion that is read."
)
WHEN = (
    "An answer is called certain from {threshold:.3f} on for 4 s of speech and more, from a higher "
    "score for less, and never for less than {least:.0f} s."
)


def figures(rows: Rows) -> dict[str, Any]:
    """What a card says of these answers."""
    judge, rule = Judge(rows), shipped(rows)
    found: dict[str, Any] = {}
    for protocol in PROTOCOLS:
        each = {corpus: _measured(judge, protocol, corpus) for corpus in ALL}
        found[protocol] = {"mean": _mean(each), **each}
    found["by_speaker"] |= {
        "recall": _recall(judge),
        "temperature": rule.temperature,
        "threshold": round(rule.threshold, 4),
    }
    found["baselines"] = {
        protocol: {kind: _recalls(judge, protocol, kind) for kind in kinds(rows)}
        for protocol in PROTOCOLS
    }
    naive = {
        protocol: {name: _over(rows, protocol, row) for name, row in NAIVE.items()}
        for protocol in PROTOCOLS
    }
    found["naive"], found["left_out"]["naive"] = naive["by_speaker"], naive["left_out"]
    found["people"] = _people(rows)
    return found


def text(name: str, rows: Rows) -> str:
    """All figures of a model as tables."""
    found = figures(rows)
    head = f"{name}: {len(rows['labels'])} clips of {len(ALL)} corpora"
    return "\n\n".join([head, *sections(found)])


def sections(found: Mapping[str, Any]) -> list[str]:
    """The tables of `figures`: corpora first, then baselines."""
    return [
        corpora_table({"": found}, found),
        "UAR by the speaker's baseline:",
        *(baselines_table(found, protocol) for protocol in PROTOCOLS),
    ]


def corpora_table(models: Mapping[str, Mapping[str, Any]], beside: Mapping[str, Any]) -> str:
    """UAR, calibration and certainty of each corpus by both protocols, naive rows beneath."""
    head = ["", *(f"{title}: {what}" for title in PROTOCOLS.values() for what in SHOWN)]
    rows = []
    for name, found in models.items():
        for corpus in (*ALL, "mean"):
            cells = [_cells(found.get(protocol, {}).get(corpus)) for protocol in PROTOCOLS]
            rows.append([" ".join((name, corpus)).strip(), *cells[0], *cells[1]])
    blank = [""] * (len(SHOWN) - 1)
    for title in NAIVE:
        uars = [part["naive"][title]["uar"] for part in (beside, beside["left_out"])]
        rows.append([f"{title}, mean", tables.figure(uars[0]), *blank,
                     tables.figure(uars[1]), *blank])  # fmt: skip
    for corpus, people in beside["people"].items():
        rows.append([f"one listener, {corpus}", tables.figure(people["uar"]), *blank, "", *blank])
    return tables.markdown(head, rows)


def baselines_table(found: Mapping[str, Any], protocol: str) -> str:
    """The UAR of each corpus by each kind of baseline."""
    rows = [
        [kind, *(tables.figure(uars[corpus]) for corpus in (*ALL, "mean"))]
        for kind, uars in found["baselines"][protocol].items()
    ]
    return tables.markdown([PROTOCOLS[protocol], *ALL, "mean"], rows)


def page(folder: Path, rows: Rows) -> Page:
    """What is the voice's own in the report of a model for all corpora."""
    judge, found = Judge(rows), figures(rows)
    scored, _ = judge.scored("by_speaker", "ravdess")
    lines = [
        tables.line(f"{corpus}, {title}", judge.scored(protocol, corpus)[0])
        for protocol, title in PROTOCOLS.items()
        for corpus in ALL
    ]
    rule = shipped(rows)
    main = found["by_speaker"]["ravdess"]
    return Page(
        scored=scored,
        card=card(folder),
        source="the answers to speakers and corpora it never heard, in `oof.npz`",
        method="Posteriors are calibrated by a temperature that was fitted without the speakers, "
        f"or the corpus, that are judged. {brackets('whole speakers')}. What is not said to be of "
        "another corpus, in the sections below the figures, is RAVDESS, by speaker.",
        rows=lines,
        notes=[NOTE, corpora_table({"": found}, found), BASELINES,
               *(baselines_table(found, protocol) for protocol in PROTOCOLS)],
        label="acted emotion",
        items="clips",
        threshold=rule.threshold,
        certain=(main["right"] or 0.0, main["certain"]),
        calibrated=f"ECE {main['ece']:.3f} after and {main['ece_before']:.3f} before the "
        "temperature. ",
        shipped=WHEN.format(threshold=rule.threshold, least=ENOUGH) + " ",
        groups="By whom",
    )  # fmt: skip


SHOWN = ("UAR", "ECE", "certain", "right")


def _cells(one: Mapping[str, Any] | None) -> list[str]:
    if one is None:
        return [""] * len(SHOWN)
    span = tuple(one["uar_95"]) if "uar_95" in one else None
    right = "" if one["right"] is None else f"{one['right']:.0%}"
    return [tables.figure(one["uar"], span), tables.figure(one["ece"]), f"{one['certain']:.0%}",
            right]  # fmt: skip


def _measured(judge: Judge, protocol: str, corpus: str) -> dict[str, Any]:
    scored, certain = judge.scored(protocol, corpus)
    raw = part(judge.rows, protocol, corpus)[0].posteriors(1.0)
    right = (scored.answers == scored.labels)[certain]
    folds = list(scored.parts("fold").values()) if protocol == "by_speaker" else []
    each = [metrics.decided(fold.labels, fold.answers) for fold in folds]
    spread = {key: float(np.std([one[key] for one in each], ddof=1)) for key in (each or [{}])[0]}
    return {
        "clips": len(scored),
        "speakers": scored.count,
        "classes": len(np.unique(scored.labels)),
        **scored.figures,
        "ece_before": round(metrics.ece(scored.labels, raw), 4),
        **({"fold_sd": metrics.rounded(spread)} if spread else {}),
        "uar_95": [round(end, 4) for end in scored.bootstrap()["uar"]],
        "certain": round(float(certain.mean()), 4),
        "right": round(float(right.mean()), 4) if len(right) else None,
    }


def _mean(each: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The mean over corpora of the figures; of what is right, over those with certain answers."""
    keys = ("accuracy", "uar", "macro_f1", "ece", "nll", "brier", "ece_before", "certain", "right")
    found = {}
    for key in keys:
        values = [one[key] for one in each.values() if one[key] is not None]
        found[key] = round(float(np.mean(values)), 4) if values else None
    return found


def _recall(judge: Judge) -> dict[str, float]:
    """Recall of each class, by speaker, as the mean over the corpora that have it."""
    each = [judge.scored("by_speaker", corpus)[0].recall for corpus in ALL]
    return {
        name: round(float(np.mean([one[name] for one in each if name in one])), 4)
        for name in VOICE
        if any(name in one for one in each)
    }


def _recalls(judge: Judge, protocol: str, kind: str) -> dict[str, float]:
    scored = {corpus: judge.scored(protocol, corpus, kind=kind)[0] for corpus in ALL}
    # Not `figures`, which works out five more for each of these many.
    uars = {
        corpus: round(metrics.uar(one.labels, one.answers), 4) for corpus, one in scored.items()
    }
    return {**uars, "mean": round(float(np.mean(list(uars.values()))), 4)}


def _most(rows: Rows, protocol: str, kept: NDArray[np.bool_]) -> NDArray[np.integer]:
    return np.full(int(kept.sum()), np.bincount(rows["labels"][kept]).argmax())


def _logistic(rows: Rows, protocol: str, kept: NDArray[np.bool_]) -> NDArray[np.integer]:
    return np.asarray(rows[f"naive_{protocol}"][kept])


NAIVE: dict[str, Callable[[Rows, str, NDArray[np.bool_]], NDArray[np.integer]]] = {
    "majority class": _most,
    "MFCC + logistic regression": _logistic,
}


def _over(
    rows: Rows, protocol: str,
    answer: Callable[[Rows, str, NDArray[np.bool_]], NDArray[np.integer]],
) -> dict[str, float]:  # fmt: skip
    """The mean over corpora of the figures of naive answers."""
    each = []
    for corpus in ALL:
        kept = judged(rows, corpus, (corpus,) if protocol == "left_out" else ())
        each.append(metrics.decided(rows["labels"][kept], answer(rows, protocol, kept)))
    return {key: round(float(np.mean([one[key] for one in each])), 4) for key in each[0]}


def _people(rows: Rows) -> dict[str, dict[str, float]]:
    """How often one listener names what was acted, where listeners were asked."""
    found = {}
    for corpus in ALL:
        kept = judged(rows, corpus, ()) & np.isfinite(rows["heard"])
        heard, labels = rows["heard"][kept].astype(float), rows["labels"][kept]
        if kept.any():
            recalls = [heard[labels == label].mean() for label in np.unique(labels)]
            found[corpus] = metrics.rounded(
                {"accuracy": float(heard.mean()), "uar": float(np.mean(recalls))}
            )
    return found
