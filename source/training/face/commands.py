"""Trains and evaluates the face network on FER+.

``python -m source.training.train face`` and ``python -m source.training.evaluate face``.
Protocol: training rows of FER2013 without those that are also in the kept-aside part; target
is the distribution of the votes; PublicTest is for validation, and since choices are made on
it every figure on it is a validation figure.
"""

import argparse
import json
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
from source.training.face.batches import Batches, crops
from source.training.face.card import card
from source.training.face.seven import FILE as SEVEN
from source.training.face.seven import in_seven
from source.training.face.state import State
from source.training.report import answers
from source.training.report import face as judged
from source.training.threads import start_keras

NAME = "residual"
ARCHITECTURE = "face/residual"
PEAK = 2e-3
"""Largest learning rate."""

WARM = 1.0
"""Epochs in which the learning rate rises."""

COOL = 0.75
"""Share of the epochs, at the end, in which it falls to nothing."""

SIDES = ((0.0, 32), (0.4, 40), (0.85, 48))
"""Side of the crops from each share of the epochs on: small crops first, which cost less."""


def arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Options of the face beside those of every sense."""
    if command == "train":
        parser.add_argument("--epochs", type=int, default=20, help="rounds through all faces")
        parser.add_argument("--batch", type=int, default=64, help="faces per step")
        parser.add_argument("--widths", default="32,64,128", help="channels of the stages")
        parser.add_argument("--depths", default="1,2,2", help="blocks of the stages")
        parser.add_argument("--peak", type=float, default=PEAK, help="largest learning rate")
        parser.add_argument(
            "--begin", type=Path, metavar="FILE",
            help="weights to begin with: the checkpoint.keras of another run",
        )  # fmt: skip
        parser.add_argument("--restart", action="store_true", help="forget the checkpoint")
        parser.add_argument(
            "--export-only", action="store_true", help="write the model of the last checkpoint"
        )


def rate(done: float, *, epochs: int, peak: float = PEAK) -> float:
    """Learning rate after `done` epochs of `epochs`: up, level, then straight down."""
    warm = min(1.0, (done + 0.01) / WARM) if epochs > 2 else 1.0
    cool = min(1.0, (epochs - done) / max(COOL * epochs, 1e-6))
    return peak * warm * max(cool, 0.0)


def side_at(done: float, *, epochs: int, begun: bool = False) -> int:
    """Side of the training crops after `done` epochs of `epochs`.

    A network that has `begun` elsewhere has learned what the smallest crops teach.
    """
    side = [side for share, side in SIDES if done / epochs >= share][-1]
    return max(side, SIDES[1][1]) if begun else side


def faces_of(args: argparse.Namespace, *, usage: int | None = None) -> face_data.Faces:
    """The set that the arguments name; made-up blobs for ``--tiny`` where there is none.

    Raises
    ------
    NoFile
        If there is no set, or it is not of the known form.
    """
    path = Path(args.data)
    for folder in (path, path / "face" / "fer2013", path / "fer2013"):
        if folder.is_file() or (folder / "index.npz").is_file():
            if not args.tiny:
                return face_data.read(folder, cache=args.work / "face", usage=usage)
            return face_data.read(folder, first=96)
    if args.tiny:
        return face_data.made_up(96, seed=args.seed)
    raise NoFile(str(path / "index.npz"))


def train(args: argparse.Namespace) -> int:
    """Train from the last checkpoint on, then write the model folder."""
    keras = start_keras(args.threads)
    keras.utils.set_random_seed(args.seed)
    faces = faces_of(args)
    name = args.name or NAME
    work = args.work / "face" / name
    work.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {
        "widths": [int(n) for n in args.widths.split(",")],
        "depths": [int(n) for n in args.depths.split(",")],
    }
    if args.tiny:
        options = {"widths": [8, 16], "depths": [1, 1], "stem": 8}
        args.epochs, args.restart = 1, True
    net = _network(options, side=None)
    state = State(work, net, restart=args.restart, begin=args.begin)
    chosen = faces.where((faces.usage == 0) & ~faces.near_test)
    valid = faces.where(faces.usage == 1)
    if not len(valid):  # a made-up or cut-down set
        valid = chosen
    if not args.export_only:
        _fit(state, chosen, valid, args)
    state.average()
    if state.done:
        batches = Batches(chosen, size=128, seed=args.seed)
        state.settle(batches, side=expression.SIDE)
    options["folded"] = True
    ready = _network(options, side=expression.SIDE)
    fold(net, ready)
    seven = [weights.astype(np.float32) for weights in state.head.get_weights()]
    _write(ready, seven, options, valid, chosen, state, args.models / "face" / name, args)
    return 0


def _fit(
    state: State, chosen: face_data.Faces, valid: face_data.Faces, args: argparse.Namespace
) -> None:
    from tqdm import tqdm

    scored = valid.where(valid.scored)
    for epoch in range(state.done, args.epochs):
        batches = Batches(chosen, size=args.batch, seed=args.seed + epoch)
        losses: list[float] = []
        bar = tqdm(batches.steps, desc=f"epoch {epoch + 1}/{args.epochs}", mininterval=10)
        for step in bar:
            done = epoch + step / len(batches.steps)
            state.optimizer.learning_rate.assign(rate(done, epochs=args.epochs, peak=args.peak))
            side = side_at(done, epochs=args.epochs, begun=args.begin is not None)
            losses.append(state.step(*batches.take(step, side=side)))
            if step % 20 == 0:
                bar.set_postfix(loss=f"{np.mean(losses[-200:]):.4f}")
        state.done = epoch + 1
        state.save()
        if len(scored) and (epoch % 2 or epoch + 1 == args.epochs):
            with state.averaged():
                logits, _ = _run(state.net, _scaled(crops(scored), side))
            right = float((logits.argmax(1) == scored.plurality).mean())
            line = {"epoch": state.done, "loss": round(float(np.mean(losses)), 4)}
            line["valid"] = round(right, 4)
            with (state.work / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            tqdm.write(json.dumps(line))


def evaluate(args: argparse.Namespace) -> int:
    """Print the figures of a face model on any set of the known form."""
    from source.runtime.registry import load

    faces = faces_of(args, usage=1)
    model = load("face", args.name or "default", root=args.models, runtime="litert")
    posteriors, embeddings = expression.read(crops(faces), model)
    seven = in_seven(posteriors, embeddings, args.models / "face" / model.card.name / SEVEN)
    print(figures(faces, posteriors, seven, threshold=model.card.threshold))
    return 0


def figures(
    faces: face_data.Faces, posteriors: np.ndarray, seven: np.ndarray, *, threshold: float
) -> str:
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
    net: Any,
    seven: list[np.ndarray],
    options: dict[str, Any],
    valid: face_data.Faces,
    chosen: face_data.Faces,
    state: State,
    folder: Path,
    args: argparse.Namespace,
) -> None:
    from source.training import export
    from source.training.face import naive

    pictures = crops(valid)
    simple = chosen.where(chosen.scored)
    seen = [_run(net, view.of(pictures)) for view in VIEWS]
    once = seen[0][0]
    logits, embeddings = (np.mean([found[n] for found in seen], axis=0) for n in (0, 1))
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / SEVEN, weights=seven[0], bias=seven[1])
    by_head = in_seven(logits, embeddings, folder / SEVEN)
    described = card(
        folder,
        valid,
        logits,
        once,
        by_head,
        trained_on=len(chosen),
        epochs=state.done,
        before=state.before,
        architecture={"name": ARCHITECTURE, "args": options},
        seed=args.seed,
    )
    export.save(net, folder, described, half=True)
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


def _network(options: dict[str, Any], *, side: int | None) -> Any:
    return residual(side=side, classes=len(FACE), **options)


def _scaled(pictures: np.ndarray, side: int) -> np.ndarray:
    """Crops at the side that the network is being trained at."""
    import cv2

    if side == pictures.shape[1]:
        return pictures
    return np.stack([cv2.resize(p, (side, side), interpolation=cv2.INTER_AREA) for p in pictures])


def _run(net: Any, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits and embeddings of crops."""
    parts = [
        net.predict_on_batch(expression.prepare(pictures[i : i + 128]))
        for i in range(0, len(pictures), 128)
    ]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
