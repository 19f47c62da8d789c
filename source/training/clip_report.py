"""The clip network's card, and its figures beside those of still pictures."""

from typing import TYPE_CHECKING, Any

import numpy as np

from source.core.emotions import FACE
from source.face import expression, motion
from source.training import metrics
from source.training.clip_real import Film

if TYPE_CHECKING:
    from source.runtime.model import Model

CAUTION = (
    "The real clips are few and nearly all show one man (RAVDESS actor 01): "
    "these figures say that the path works, not how well it reads people."
)
LIMITS = (
    "Trained on clips made from still pictures of faces, not on films: how real faces move was "
    "never seen. Acted and posed emotion only; an expression is not a feeling. Few pictures of "
    "disgust, fear and contempt: these answers are the weakest. Needs a face seen for about "
    "a second or longer, from the front. No figures by age, sex or skin colour exist for it."
)
LIMITS_REAL = (
    "Trained on acted emotion of few North American actors, and on clips made from stills; an "
    "expression is not a feeling. Contempt comes from made clips alone."
)


_HEAD = f"{'clips':<34}{'n':>4}  {'people':>6}  {'read by':<22}{'right':>7}{'acc':>7}{'UAR':>7}"


def card(
    labels: np.ndarray, logits: np.ndarray, *, architecture: dict[str, Any], trained: str,
    real: bool, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Everything `source.training.export.save` wants, calibrated on validation clips.

    Parameters
    ----------
    labels : np.ndarray [shape=(n,), int]
    logits : np.ndarray [shape=(n, 8)]
        Of the validation clips, which were not trained on.
    architecture : dict
        For the card.
    trained : str
        What was learned from, in words.
    real : bool
        Whether the validation clips are real films (of RAVDESS) or made from stills.
    seed : int
        Of the training.
    """
    temperature = round(metrics.fit_temperature(logits, labels), 4)
    posteriors = metrics.softmax(logits, temperature=temperature)
    threshold, coverage = metrics.abstention(labels, posteriors, target=0.8)
    what = "films of other RAVDESS actors" if real else "clips made from PublicTest stills"
    data = "FER2013 training pictures with FER+ votes, as made clips"
    return {
        "architecture": architecture,
        "labels": list(FACE),
        "input": {"what": "aligned face crops over about 4 s", "colour": "RGB, 0 to 1"},
        "preprocessing": motion.PREPROCESSING,
        "temperature": temperature,
        "threshold": round(threshold, 4),
        "data": data + (", and RAVDESS video" if real else ""),
        "licence": (
            "RAVDESS: CC BY-NC-SA 4.0. " if real else ""
        ) + "FER2013: for research, the pictures belong to their owners; FER+ labels: MIT.",
        "protocol": (
            f"Trained on {trained}, seed {seed}. "
            f"Temperature, threshold and figures on {len(labels)} {what}; "
            "certain from the smallest score at which 80 % of the kept answers are right. "
            "Real clips of shared/data/clip are for evaluation alone: see report.md."
        ),
        "figures": {"validation": {**metrics.figures(labels, posteriors),
                                   "coverage": round(coverage, 4), "clips": len(labels)}},
        "limits": LIMITS_REAL if real else LIMITS,
    }  # fmt: skip


def by_still(pictures: np.ndarray, still: "Model") -> np.ndarray:
    """Mean posterior of the face network over pictures ``[n, 48, 48]``, in the order of `FACE`."""
    posteriors, _ = expression.read(pictures, still)
    order = [still.card.labels.index(e) for e in FACE]
    return np.asarray(posteriors.mean(axis=0)[order])


def grey(crops: np.ndarray) -> np.ndarray:
    """Aligned colour crops ``[n, 64, 64, 3]`` as the face network takes them."""
    import cv2

    side = (expression.SIDE, expression.SIDE)
    return np.stack([
        cv2.resize(cv2.cvtColor(c, cv2.COLOR_RGB2GRAY), side, interpolation=cv2.INTER_AREA)
        for c in crops
    ])  # fmt: skip


def by_motion(films: list[Film], model: "Model") -> np.ndarray:
    """What serving would say of each film ``[n, 8]``; uniform rows never occur."""
    rows = []
    for film in films:
        found = motion.read(film.crops, film.times.tolist(), model)
        rows.append([found.emotion.scores[e] if found else 0.0 for e in FACE])
    return np.array(rows)


def text(
    model: "Model", still: "Model | None", sources: dict[str, list[Film]],
    made: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray | None]],
) -> str:  # fmt: skip
    """One table: a line per source and reader."""
    lines = [_HEAD]
    together: dict[str, Film] = {}
    for name, films in sources.items():
        kept = [f for f in films if len(f.crops) >= motion.LEAST]
        lines += _lines(name, kept, model, still)
        together |= {f"{f.person} {f.name}": f for f in kept}
    if len(sources) > 1:
        lines += _lines("all, each recording once", list(together.values()), model, still)
    for name, (labels, clips, stills) in made.items():
        lines.append(_line(name, labels, 0, f"clip/{model.card.name}", clips))
        if stills is not None:
            lines.append(_line("", labels, 0, "mean of stills", stills))
    if together and not any("actors" in name for name in sources):
        lines += ["", CAUTION]
    return "\n".join(lines)


def markdown(table: str) -> str:
    """The report file of the model folder."""
    command = "Printed by `python -m source.training.evaluate clip`:"
    return f"# Clip network\n\n{command}\n\n```\n{table}\n```\n\n{LIMITS}\n"


def _lines(name: str, films: list[Film], model: "Model", still: "Model | None") -> list[str]:
    if not films:
        return []
    labels = np.array([f.label for f in films])
    people = len({f.person for f in films})
    lines = [_line(name, labels, people, f"clip/{model.card.name}", by_motion(films, model))]
    if still is not None:
        rows = np.stack([by_still(f.grey, still) for f in films])
        lines.append(_line("", labels, people, "mean of stills", rows))
    return lines


def _line(name: str, labels: np.ndarray, people: int, reader: str, rows: np.ndarray) -> str:
    answers = rows.argmax(axis=1)
    right = int((answers == labels).sum())
    who = str(people) if people else "-"
    return (
        f"{name:<34}{len(labels):>4}  {who:>6}  {reader:<22}{right:>7}"
        f"{metrics.accuracy(labels, answers):>7.3f}{metrics.uar(labels, answers):>7.3f}"
    )
