"""Trains and evaluates the clip network: how a face moves over about four seconds.

``python -m source.training.train clip`` trains it on clips made from FER+ stills,
``... train clip --ravdess-video DIR`` on the full RAVDESS video set as well, by actor;
``python -m source.training.evaluate clip`` prints it beside the still-image baseline.

The weights do not depend on the number of steps: the network first learns from single
pictures, then from short clips, then from clips of full length, which cost the most.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.core.errors import NotFound
from source.face import motion
from source.settings import ROOT
from source.training import clip_report
from source.training.clip_data import Made, Stills, Ways
from source.training.clip_real import Drawn, Film, film
from source.training.face import faces_of
from source.training.mean_faces import MeanFaces
from source.training.protocols import RAVDESS_FOLDS, check_apart, fold_of

NAME = "conv-lstm"
ARCHITECTURE = "clip/conv-lstm"
DECAY = 0.01

Draw = Callable[..., tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Stage:
    """So many clips of so many steps, in batches, at a peak learning rate."""

    steps: int
    clips: int
    batch: int
    rate: float


STAGES = (
    Stage(1, 100_000, 64, 2e-3),
    Stage(8, 9_600, 16, 1e-3),
    Stage(motion.STEPS, 1_920, 16, 4e-4),
)
TINY = (Stage(1, 16, 8, 1e-3), Stage(6, 8, 4, 1e-3))
TINY_NET: dict[str, Any] = {"stem": [[4, 4]], "filters": [4], "embedding": 8, "steps": 6}
VALID_CLIPS = 300


def arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Options of the clip network beside those of every sense."""
    parser.add_argument(
        "--ravdess-video", type=Path, metavar="DIR",
        help="folder of the full RAVDESS video set (Actor_01/01-01-…mp4)",
    )  # fmt: skip
    parser.add_argument(
        "--fold", type=int, default=0, choices=range(len(RAVDESS_FOLDS)),
        help="which actors of RAVDESS are tested (default: 0)",
    )  # fmt: skip
    if command == "train":
        parser.add_argument("--restart", action="store_true", help="forget the checkpoint")
        parser.add_argument("--scale", type=float, default=1.0, help="times as many clips")


def train(args: argparse.Namespace) -> int:
    """Train from the last checkpoint on, then write the model folder and its report."""
    keras = _keras(args.threads)
    keras.utils.set_random_seed(args.seed)
    name = args.name or (f"{NAME}-ravdess" if args.ravdess_video else NAME)
    stages, options = (TINY, TINY_NET) if args.tiny else (STAGES, {})
    made, valid = _made(args)
    draw: Draw = made.draw
    parts = _split(args) if args.ravdess_video else {}
    if parts:
        draw = _mixed(made, Drawn(parts["train"]))
    work = args.work / "clip" / name
    work.mkdir(parents=True, exist_ok=True)
    if args.restart or args.tiny:
        for old in work.glob("checkpoint.*"):
            old.unlink()
    weights = _fit(stages, options, draw, valid.draw, work, args)
    net = _network(options)
    # Kept in half precision: a smaller file, and no figure changes.
    net.set_weights([w.astype(np.float16).astype(np.float32) for w in weights])
    _write(net, options, valid, parts, args.models / "clip" / name, args)
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Print the clip network's figures beside those of the face network on the same clips."""
    print(report(args))
    return 0


def report(args: argparse.Namespace) -> str:
    """The text that `evaluate` prints."""
    from source.runtime.registry import load
    from source.training.readers import clip_samples

    name = args.name or (f"{NAME}-ravdess" if args.ravdess_video else "default")
    model = load("clip", name, root=args.models, runtime="litert")
    try:
        still = load("face", "default", root=args.models, runtime="litert")
    except Exception as error:
        print(f"No still-image baseline: {error}")
        still = None
    sources: dict[str, list[Film]] = {}
    if args.ravdess_video:
        tested = ", ".join(map(str, RAVDESS_FOLDS[args.fold]))
        sources[f"RAVDESS video, actors {tested}"] = _split(args)["test"]
    else:
        try:
            cache = args.work / "clip" / "films"
            sources = clip_samples.films(Path(args.data) / "clip", cache=cache)
        except NotFound as error:
            print(error)
    made = {}
    if not args.ravdess_video:
        _, valid = _made(args)
        made = {"made clips (PublicTest stills)": _valid(valid, model, args, still)}
    return clip_report.text(model, still, sources, made)


def _valid(
    valid: Made, model: Any, args: argparse.Namespace, still: Any = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Labels and posteriors of the validation clips, by clip and by still network."""
    labels, answers, stills = [], [], []
    steps = int(model.card.input["shape"][0])
    for number in range(8 if args.tiny else VALID_CLIPS // 2):
        clip, votes = valid.draw(_chance(args.seed, 9, number), steps=steps)
        labels.append(int(votes.argmax()))
        answers.append(model.predict(clip[None].astype(np.float32) / 255.0)[0])
        if still is not None:
            stills.append(clip_report.by_still(clip_report.grey(clip[::3]), still))
    return np.array(labels), np.stack(answers), np.stack(stills) if stills else None


def _made(args: argparse.Namespace) -> tuple[Made, Made]:
    faces = faces_of(args)
    ways = Ways.of(MeanFaces.load(ROOT / "models" / "samples"))
    chosen = faces.where((faces.usage == 0) & ~faces.near_test)
    valid = faces.where(faces.usage == 1)
    if not len(valid):  # a made-up or cut-down set
        valid = chosen
    return Made(Stills.of(chosen), ways), Made(Stills.of(valid), ways)


def _split(args: argparse.Namespace) -> dict[str, list[Film]]:
    """RAVDESS films to train on, to calibrate with and to test, nobody in two of them."""
    from tqdm import tqdm

    from source.training.readers import ravdess_video

    cache = args.work / "clip" / "films"
    parts: dict[str, list[Film]] = {"train": [], "valid": [], "test": []}
    next_fold = (args.fold + 1) % len(RAVDESS_FOLDS)
    for one in tqdm(ravdess_video.recordings(args.ravdess_video), desc="faces", unit="film"):
        try:
            fold = fold_of(one.actor)
        except ValueError:  # actors kept aside for the final test
            continue
        part = "test" if fold == args.fold else "valid" if fold == next_fold else "train"
        found = film(one.path, name=one.take, person=f"RAVDESS {one.actor}", emotion=one.emotion,
                     cache=cache)  # fmt: skip
        if len(found.crops) >= motion.LEAST:
            parts[part].append(found)
    check_apart((f.person for f in parts["train"]), (f.person for f in parts["test"]))
    for part, films in parts.items():
        if not films:
            raise NotFound(
                f"No actor of “{args.ravdess_video}” is in the {part} part of fold {args.fold}.",
                hint="Give the whole set, or another --fold.",
            )
    return parts


def _mixed(made: Made, drawn: Drawn) -> Draw:
    """Half made clips, half real ones; single pictures are all made."""

    def draw(rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
        real = steps > 1 and rng.random() < 0.5
        return drawn.draw(rng, steps=steps) if real else made.draw(rng, steps=steps)

    return draw


def _fit(
    stages: tuple[Stage, ...], options: dict[str, Any], draw: Draw, valid: Draw, work: Path,
    args: argparse.Namespace,
) -> list[np.ndarray]:  # fmt: skip
    """Go through the stages; give the trained weights."""
    begun, begin = _resume(work)
    weights = _weights(work) if begun or begin else None
    for number, stage in enumerate(stages):
        if number < begun:
            continue
        net = _network({**options, "steps": stage.steps, "unroll": False})
        trainer = _Trainer(net, stage, args)
        if weights is not None:
            net.set_weights(weights)
        first = trainer.resume(work) if number == begun and begin else 0
        clock = time.monotonic()
        losses: list[float] = []
        for step in range(first, trainer.steps):
            losses.append(trainer.step(step, _batch(draw, stage, args.seed, number, step)))
            if time.monotonic() - clock > 60:
                clock = time.monotonic()
                trainer.save(work, number, step + 1)
                _log(work, stage=number, step=step + 1, of=trainer.steps,
                     loss=float(np.mean(losses[-100:])))  # fmt: skip
        weights = net.get_weights()
        trainer.save(work, number + 1, 0)
        if number + 1 < len(stages):  # the last is measured when its model is written
            _log(work, stage=number, step=trainer.steps, of=trainer.steps,
                 loss=float(np.mean(losses[-100:])) if losses else 0.0,
                 valid=_accuracy(net, valid, stage, args))  # fmt: skip
    return weights or []


class _Trainer:
    """One stage: network, optimiser, and their checkpoint."""

    def __init__(self, net: Any, stage: Stage, args: argparse.Namespace) -> None:
        import keras

        self._stage = stage
        scale = 1.0 if args.tiny else args.scale
        self.steps = max(1, round(stage.clips * scale) // stage.batch)
        self.net = net
        self._trained = keras.Model(net.inputs, net.outputs[0])
        self._trained.compile(
            keras.optimizers.AdamW(stage.rate, weight_decay=DECAY, global_clipnorm=1.0),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            jit_compile=False,
        )
        self._optimizer = self._trained.optimizer
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(self._trained.trainable_variables)

    def step(self, step: int, batch: tuple[np.ndarray, np.ndarray]) -> float:
        """Learn from one batch; the rate rises for 50 steps and falls along a cosine."""
        wave = 0.5 * (1.0 + np.cos(np.pi * step / self.steps))
        self._optimizer.learning_rate.assign(
            self._stage.rate * min(1.0, (step + 1) / 50) * max(wave, 0.01)
        )
        return float(self._trained.train_on_batch(*batch))

    def save(self, work: Path, stage: int, step: int) -> None:
        """Write the checkpoint whole, or not at all."""
        parts = {f"w{i:03d}": w for i, w in enumerate(self.net.get_weights())}
        parts |= {f"o{i:03d}": v.numpy() for i, v in enumerate(self._optimizer.variables)}
        part = work / "checkpoint.part.npz"
        np.savez(part, stage=stage, step=step, **parts)
        os.replace(part, work / "checkpoint.npz")

    def resume(self, work: Path) -> int:
        """Take the checkpoint's state; give the step to go on with."""
        with np.load(work / "checkpoint.npz") as kept:
            self.net.set_weights([kept[k] for k in sorted(kept.files) if k[0] == "w"])
            names = [k for k in sorted(kept.files) if k[0] == "o"]
            for variable, key in zip(self._optimizer.variables, names, strict=True):
                variable.assign(kept[key])
            return int(kept["step"])


def _resume(work: Path) -> tuple[int, int]:
    file = work / "checkpoint.npz"
    if not file.is_file():
        return 0, 0
    with np.load(file) as kept:
        return int(kept["stage"]), int(kept["step"])


def _weights(work: Path) -> list[np.ndarray]:
    with np.load(work / "checkpoint.npz") as kept:
        return [kept[k] for k in sorted(kept.files) if k[0] == "w"]


def _batch(
    draw: Draw, stage: Stage, seed: int, number: int, step: int
) -> tuple[np.ndarray, np.ndarray]:
    drawn = [
        draw(_chance(seed, number, step * stage.batch + i), steps=stage.steps)
        for i in range(stage.batch)
    ]
    clips = np.stack([clip for clip, _ in drawn]).astype(np.float32) / 255.0
    return clips, np.stack([votes for _, votes in drawn])


def _chance(*numbers: int) -> np.random.Generator:
    # One generator per clip: a resumed training draws the same clips.
    return np.random.default_rng(numbers)


def _accuracy(net: Any, draw: Draw, stage: Stage, args: argparse.Namespace) -> float:
    count = 8 if args.tiny else VALID_CLIPS
    right = []
    for first in range(0, count, 20):
        rows = range(first, min(count, first + 20))
        drawn = [draw(_chance(args.seed, 8, i), steps=stage.steps) for i in rows]
        clips = np.stack([c for c, _ in drawn]).astype(np.float32) / 255.0
        answers = np.asarray(net.predict_on_batch(clips)[0]).argmax(axis=1)
        right += (answers == [int(v.argmax()) for _, v in drawn]).tolist()
    return float(np.mean(right))


def _log(work: Path, **line: float) -> None:
    text = json.dumps({k: round(v, 4) for k, v in line.items()})
    print(text, flush=True)
    with (work / "log.jsonl").open("a") as log:
        log.write(text + "\n")


def _write(
    net: Any, options: dict[str, Any], valid: Made, parts: dict[str, list[Film]], folder: Path,
    args: argparse.Namespace,
) -> None:  # fmt: skip
    from source.training import export

    steps = options.get("steps", motion.STEPS)
    if parts:
        clips = [motion.clip_input(f.crops, f.times.tolist(), steps=steps) for f in parts["valid"]]
        labels = np.array([f.label for f in parts["valid"]])
    else:
        count = 8 if args.tiny else VALID_CLIPS
        drawn = [valid.draw(_chance(args.seed, 8, i), steps=steps) for i in range(count)]
        clips = [clip for clip, _ in drawn]
        labels = np.array([int(votes.argmax()) for _, votes in drawn])
    logits = np.concatenate([
        np.asarray(net.predict_on_batch(_unit(clips[i : i + 10]))[0])
        for i in range(0, len(clips), 10)
    ])  # fmt: skip
    built = {"name": ARCHITECTURE, "args": {"classes": len(FACE), **options}}
    card = clip_report.card(labels, logits, architecture=built, real=bool(parts), seed=args.seed)
    export.save(net, folder, card)
    if not args.tiny:
        args.name = folder.name
        found = report(args)
        (folder / "report.md").write_text(clip_report.markdown(found), "utf-8")
        print(found)


def _unit(clips: list[np.ndarray]) -> np.ndarray:
    stacked = np.stack(clips)
    return stacked.astype(np.float32) / 255.0 if stacked.dtype == np.uint8 else stacked


def _network(options: dict[str, Any]) -> Any:
    from source.runtime.networks.clip import conv_lstm

    return conv_lstm(classes=len(FACE), **options)


def _keras(threads: int) -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import cv2
    import keras
    import tensorflow

    cv2.setNumThreads(threads)
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    return keras
