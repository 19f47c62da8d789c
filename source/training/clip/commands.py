"""Trains and evaluates the clip network: how a face moves over about four seconds.

``python -m source.training.train clip`` trains it on clips made from FER+ stills,
``... train clip --ravdess-video DIR`` on the full RAVDESS video set as well, by actor;
``python -m source.training.evaluate clip`` prints it beside the still-image baseline.

The weights do not depend on the number of steps: the network first learns from single
pictures, then from short clips, then from clips of full length, which cost the most.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.core.errors import AverError, NotFound
from source.face import motion
from source.settings import ROOT
from source.training.clip import report
from source.training.clip.films import Drawn, Film, film
from source.training.clip.fit import (
    VALID_CLIPS,
    Draw,
    Stage,
    chance,
    fit,
    network,
    steps_of,
)
from source.training.clip.made import Made, Stills, Ways
from source.training.face.commands import faces_of
from source.training.mean_faces import MeanFaces
from source.training.protocols import RAVDESS_FOLDS, check_apart, fold_of
from source.training.threads import start_keras

NAME = "conv-lstm"
ARCHITECTURE = "clip/conv-lstm"

STAGES = (
    Stage(1, 100_000, 64, 2e-3),
    Stage(8, 9_600, 16, 1e-3),
    Stage(motion.STEPS, 1_920, 16, 4e-4),
)
TINY = (Stage(1, 16, 8, 1e-3), Stage(6, 8, 4, 1e-3))
TINY_NET: dict[str, Any] = {"stem": [[4, 4]], "filters": [4], "embedding": 8, "steps": 6}


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
    import cv2

    cv2.setNumThreads(args.threads)
    keras = start_keras(args.threads)
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
    weights = fit(stages, options, draw, valid.draw, work, args)
    net = network(options)
    # Kept in half precision: a smaller file, and no figure changes.
    net.set_weights([w.astype(np.float16).astype(np.float32) for w in weights])
    learned = [f"{steps_of(s, args) * s.batch} clips of {s.steps}" for s in stages]
    trained = ", ".join(learned) + " pictures"
    _write(net, options, valid, parts, args.models / "clip" / name, args, trained=trained)
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Print the clip network's figures beside those of the face network on the same clips."""
    print(report.text(compare(args), cautious=not args.ravdess_video))
    return 0


def compare(args: argparse.Namespace) -> list[dict[str, Any]]:
    """The clip network and the mean of still pictures on the same clips."""
    from source.runtime.registry import load
    from source.training.readers import clip_samples

    name = args.name or (f"{NAME}-ravdess" if args.ravdess_video else "default")
    model = load("clip", name, root=args.models, runtime="litert")
    try:
        still = load("face", "default", root=args.models, runtime="litert")
    except AverError as error:
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
    return report.rows(model, still, sources, made)


def _valid(
    valid: Made, model: Any, args: argparse.Namespace, still: Any = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Labels and posteriors of the validation clips, by clip and by still network."""
    labels, answers, stills = [], [], []
    steps = int(model.card.input["shape"][0])
    for number in range(8 if args.tiny else VALID_CLIPS // 2):
        clip, votes = valid.draw(chance(args.seed, 9, number), steps=steps)
        labels.append(int(votes.argmax()))
        answers.append(model.predict(clip[None].astype(np.float32) / 255.0)[0])
        if still is not None:
            stills.append(report.by_still(report.grey(clip[::3]), still))
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


def _write(
    net: Any, options: dict[str, Any], valid: Made, parts: dict[str, list[Film]], folder: Path,
    args: argparse.Namespace, *, trained: str,
) -> None:  # fmt: skip
    from source.training import export

    steps = options.get("steps", motion.STEPS)
    if parts:
        clips = [motion.clip_input(f.crops, f.times.tolist(), steps=steps) for f in parts["valid"]]
        labels = np.array([f.label for f in parts["valid"]])
    else:
        count = 8 if args.tiny else VALID_CLIPS
        drawn = [valid.draw(chance(args.seed, 8, i), steps=steps) for i in range(count)]
        clips = [clip for clip, _ in drawn]
        labels = np.array([int(votes.argmax()) for _, votes in drawn])
    logits = np.concatenate([
        np.asarray(net.predict_on_batch(_unit(clips[i : i + 10]))[0])
        for i in range(0, len(clips), 10)
    ])  # fmt: skip
    built = {"name": ARCHITECTURE, "args": {"classes": len(FACE), **options}}
    card = report.card(
        labels, logits, architecture=built, trained=trained, real=bool(parts), seed=args.seed
    )
    export.save(net, folder, card)
    if not args.tiny:
        args.name = folder.name
        found = compare(args)
        card["figures"]["beside_stills"] = found
        report.amend(folder / "card.json", figures=card["figures"])
        table = report.text(found, cautious=not parts)
        (folder / "report.md").write_text(report.markdown(table), "utf-8")
        print(table)


def _unit(clips: list[np.ndarray]) -> np.ndarray:
    stacked = np.stack(clips)
    return stacked.astype(np.float32) / 255.0 if stacked.dtype == np.uint8 else stacked
