"""Trains and evaluates the face network on FER+.

``python -m source.training.train face`` and ``python -m source.training.evaluate face``.
Protocol: training rows of FER2013 without those that are also in the kept-aside part; target
is the distribution of the votes; PublicTest is for validation, and since choices are made on
it every figure on it is a validation figure.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.core.errors import NoFile
from source.face import expression
from source.face.views import VIEWS
from source.runtime.networks.face import fold, residual
from source.training import calibration, metrics, report
from source.training.face import data as face_data
from source.training.face.batches import crops
from source.training.face.card import card
from source.training.face.data import Faces
from source.training.face.network import Trained, train_network
from source.training.face.runs import Training
from source.training.face.seven import FILE as SEVEN
from source.training.face.seven import in_seven
from source.training.report import answers
from source.training.report import face as judged
from source.training.run import Run
from source.training.threads import start_keras

NAME = "residual"
ARCHITECTURE = "face/residual"


def faces_of(run: Run, *, usage: int | None = None) -> Faces:
    """The set that the arguments name; made-up blobs for ``--tiny`` where there is none.

    Raises
    ------
    NoFile
        If there is no set, or it is not of the known form.
    """
    path = Path(run.data)
    for folder in (path, path / "face" / "fer2013", path / "fer2013"):
        if folder.is_file() or (folder / "index.npz").is_file():
            if not run.tiny:
                return face_data.read(folder, cache=run.work / "face", usage=usage)
            return face_data.read(folder, first=96)
    if run.tiny:
        return face_data.made_up(96, seed=run.seed)
    raise NoFile(str(path / "face" / "fer2013" / "index.npz"), hint=face_data.HOW_TO_GET)


def train(run: Training) -> int:
    """Train from the last kept epoch on, then write the model folder."""
    start_keras(run.threads)
    faces = faces_of(run)
    name = run.name or NAME
    folder = run.work / "face" / name
    options: dict[str, Any] = {"widths": list(run.widths), "depths": list(run.depths)}
    if run.tiny:
        options = {"widths": [8, 16], "depths": [1, 1], "stem": 8}
        run = replace(run, epochs=1, restart=True)
    if run.restart:
        shutil.rmtree(folder, ignore_errors=True)
    chosen, valid = parts(faces)
    trained = train_network(chosen, valid, options, run, folder=folder)
    options["folded"] = True
    ready = residual(side=expression.SIDE, classes=len(FACE), **options)
    fold(trained.net, ready)
    _write(ready, trained, options, chosen, valid, run.output / "face" / name, seed=run.seed)
    return 0


def parts(faces: Faces) -> tuple[Faces, Faces]:
    """The faces to train on, and those of PublicTest: all, where a set has no such part."""
    chosen = faces.where((faces.usage == 0) & ~faces.near_test)
    valid = faces.where(faces.usage == 1)
    return chosen, valid if len(valid) else chosen


def evaluate(run: Run) -> int:
    """Print the figures of a face model on any set of the known form."""
    from source.runtime.registry import load

    faces = faces_of(run, usage=1)
    model = load("face", run.name or "default", root=run.models, runtime="litert")
    posteriors, embeddings = expression.read(crops(faces), model)
    seven = in_seven(posteriors, embeddings, run.models / "face" / model.card.name / SEVEN)
    print(figures(faces, posteriors, seven, threshold=model.card.threshold))
    return 0


def figures(faces: Faces, posteriors: np.ndarray, seven: np.ndarray, *, threshold: float) -> str:
    """The figures of one set, for people: by FER+ and by the labels of FER2013."""
    lines = [f"faces {len(faces)}, aligned {faces.found.mean():.1%}"]
    kept, known = faces.scored, faces.labels >= 0
    if kept.any():
        scored = judged.score(faces.plurality[kept], posteriors[kept])
        lines.append(judged.text(scored, threshold=threshold))
    if known.any():
        right = metrics.accuracy(faces.labels[known], seven[known].argmax(1))
        lines.append(f"FER2013 (7 classes, {known.sum()} faces)\n  accuracy {right:.4f}")
    return "\n".join(lines)


def _write(
    net: Any, trained: Trained, options: dict[str, Any], chosen: Faces, valid: Faces,
    folder: Path, *, seed: int,
) -> None:  # fmt: skip
    from source.training import export
    from source.training.face import naive

    pictures = crops(valid)
    views = [
        net.predict(expression.prepare(view.of(pictures)), batch_size=128, verbose=0)
        for view in VIEWS
    ]
    once = views[0][0]
    logits, embeddings = (np.mean([view[n] for view in views], axis=0) for n in (0, 1))
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / SEVEN, weights=trained.head[0], bias=trained.head[1])
    by_head = in_seven(logits, embeddings, folder / SEVEN)
    described = card(
        folder, valid, logits, once, by_head, trained_on=len(chosen), epochs=trained.done,
        before=trained.before, architecture={"name": ARCHITECTURE, "args": options}, seed=seed,
    )  # fmt: skip
    export.save(net, folder, described, half=True)
    simple = chosen.where(chosen.scored)
    rows = dict(
        logits=logits.astype(np.float16),
        plurality=np.where(valid.scored, valid.plurality, -1).astype(np.int8),
        label=valid.labels.astype(np.int8),
        seven=by_head.argmax(axis=1).astype(np.int8),
        baseline=naive.answers(crops(simple), simple.plurality, pictures),
        agreed=valid.agreed.astype(np.float16),
        tagger=valid.tagger.astype(np.float16),
        found=valid.found,
    )
    answers.save(folder, "face", rows)
    report.write(folder)
    posteriors = calibration.posteriors(logits, temperature=described.temperature)
    print(figures(valid, posteriors, by_head, threshold=described.threshold))
