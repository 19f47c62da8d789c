"""What ``train fusion`` and ``evaluate fusion`` do."""

from pathlib import Path

import numpy as np

from source.core.emotions import FUSED
from source.core.senses import SENSES
from source.fusion.late import LateFusion
from source.fusion.pool import Weights
from source.runtime import default_name
from source.runtime.card import Card
from source.training import metrics, report
from source.training.fusion import fit, judge, pairs, speaking, units
from source.training.fusion.runs import Training
from source.training.report import answers
from source.training.report import fusion as told
from source.training.run import Run

LATE = "late"
"""Folder of the pool."""

SURE = 0.9
"""Share of fused answers that must be right among the certain ones."""

LEAST_SECONDS = 1.0
"""Of speech: below, the voice is never certain (`source.voice.certainty`)."""

TRUST = {
    "voice": {
        "seconds": [[0.2, LEAST_SECONDS], [0.1, 1.0]],
        "strange": [[0.95, 1.0], [1.0, 0.0]],
    },
    "face": {
        "size": [[12, 18, 24, 32], [0.38, 0.59, 0.83, 1.0]],
        "blur": [[0.55, 0.75, 0.85, 0.95], [1.0, 0.8, 0.58, 0.4]],
        "doubt": [[0.0, 1.0], [1.0, 0.5]],
        "strange": [[0.95, 1.0], [1.0, 0.0]],
    },
}
"""The curves of trust. Of faces, `size` and `blur` are measured: how far the evidence in 1,300
PublicTest faces must be turned down, shrunk or blurred so much, to stay calibrated. Of the
voice, `seconds` is the least with which it may be certain; whole utterances that are shorter
were found calibrated, so that nothing was fitted. `doubt` and `strange` are chosen."""


def train(run: Training) -> None:
    """Fit the pool, train the network, judge both, and write their folders.

    Raises
    ------
    NoFile, NotFound
        If the published answers, or those of the voice, are not there.
    """
    if run.way in ("all", "late"):
        print(report.write(late(run)))
    if run.way in ("all", "network"):
        from source.training.fusion import network

        print(report.write(network.train(run)))


def late(run: Training) -> Path:
    """Fit, judge and write the pool; its folder."""
    published = pairs.read(run.data)
    if run.tiny:
        published = published.where(np.arange(0, len(published), 5))
    with_voice = pairs.with_ours(published, run.models / "voice" / run.voice)
    fused = with_voice.fused()
    scale = speaking.scale(run.models)
    weights = shipped(fused, scale.share, scale.priors)
    both = pairs.both_ours(with_voice, run.models / "clip" / default_name("clip", root=run.models))
    sets = [
        judge.every(
            published, "voice", judge.PUBLISHED, action_units=units.load(run.data, published.names)
        ),
        judge.every(fused, "ours", judge.OURS, action_units=units.load(run.data, fused.names)),
        judge.few(both, weights),
    ]
    scores = sets[1].readers[judge.MAIN]
    threshold, kept = metrics.abstention(sets[1].labels, scores, target=SURE)
    folder = run.output / "fusion" / LATE
    folder.mkdir(parents=True, exist_ok=True)
    Card(
        name=LATE,
        sense="fusion",
        architecture={"name": LateFusion.NAME, "args": arguments(weights)},
        labels=FUSED,
        input={
            "posteriors": "calibrated, one from each sense that read something; calm counts as "
            "neutral, and contempt is left out",
            "voice": run.voice,
            "face": default_name("face", root=run.models),
        },
        preprocessing=1,
        temperature=1.0,
        threshold=round(threshold, 4),
        sha256={},
        data=f"Answers to RAVDESS speech, actors 1 to 20: out-of-fold ones of the voice "
        f"{run.voice}, and published ones of a face network ({pairs.CITATION}). How far our own "
        "face network is to be believed: FER2013 PublicTest, and frames of "
        f"{scale.films} RAVDESS recordings, nearly all of one man.",
        licence="RAVDESS: CC BY-NC-SA 4.0; the published answers: MIT; FER2013: research only",
        protocol="Weights by class and sense, fitted to pairs of the same recording; penalties "
        "chosen by folds of actors. For the figures each fold of actors is answered by a pool of "
        "the others. The threshold makes "
        f"{SURE:.0%} of the certain answers right on these cross-fitted ones.",
        figures=told.figures(sets) | {"certain": round(kept, 4)},
        limits=LIMITS.format(share=scale.share),
        extra={"seed": run.seed, "face_scale": round(scale.share, 4)},
    ).write(folder)
    answers.save(folder, "fusion", judge.rows(sets))
    return folder


LIMITS = (
    "A published face network's answers on the same actors are not ours: the weight of the face "
    "was learned with that one, after it was calibrated, and then multiplied by {share:.2f}, the "
    "scale at which our own face network's evidence is as true for photographs as for the "
    "speaking faces of the few recordings we have frames of. Weights by class are not carried "
    "over from another network: a face's own are all one. One network that is surely wrong takes "
    "the other one with it, unless it is marked as strange, short, small or blurred. Acted "
    "emotion in studios; nobody measured it on spontaneous speech."
)


def shipped(fused: pairs.Pairs, scale: float, priors: np.ndarray) -> Weights:
    """The pool for our own networks: learned with a published face, made to fit ours.

    The voice's weights by class and the biases are kept, and the mean weight of the face, times
    the scale of our own face network's evidence over its own priors.
    """
    two = fused.stacked("ours", "face_sequence")
    (calibrated,) = fit.calibrated(two, fused.labels)
    calibrated[:, 0] = two[:, 0]  # as served
    apart = fit.chosen(calibrated, fused.labels, fused.folds)
    learned = fit.pool(calibrated, fused.labels, apart=apart)
    face = np.full(len(FUSED), learned.senses[1].mean() * scale)
    even = np.full(len(FUSED), 1.0 / len(FUSED))
    return Weights(np.stack([learned.senses[0], face]), learned.bias, np.stack([even, priors]))


def arguments(weights: Weights) -> dict[str, object]:
    """What a card says of a pool."""

    def by_class(values: np.ndarray) -> dict[str, float]:
        return {e: round(float(v), 4) for e, v in zip(FUSED, values, strict=True)}

    return {
        "weights": {s: by_class(w) for s, w in zip(SENSES, weights.senses, strict=True)},
        "bias": by_class(weights.bias),
        "priors": {s: by_class(p) for s, p in zip(SENSES, weights.priors, strict=True)},
        "trust": TRUST,
    }


def evaluate(run: Run) -> None:
    """Print the figures of the fusions, from the answers that training kept.

    Raises
    ------
    NotFound
        If there are none.
    """
    for folder in answers.folders(run.models, "fusion", name=run.name):
        print(told.text(folder))
