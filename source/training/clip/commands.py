"""Trains and evaluates the clip networks: how a face moves over about four seconds.

``python -m source.training.train clip --model KIND`` trains one on clips made from FER+
stills, ``... --ravdess-video DIR`` on the full RAVDESS video set as well, by actor;
``python -m source.training.evaluate clip`` prints all beside the still-image baseline.

A network of pictures first learns from single ones, then from short clips, then from clips of
full length, which cost the most.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from source.core.errors import AverError, NotFound
from source.face import motion
from source.training import report
from source.training.clip import real
from source.training.clip.answer import of_films, of_made
from source.training.clip.card import card
from source.training.clip.films import Film
from source.training.clip.fit import VALID_CLIPS, chance, fit, steps_of
from source.training.clip.kinds import KINDS, NAME, Kind, tiny
from source.training.clip.lessons import Lessons, face_model, lessons, made, split
from source.training.protocols import RAVDESS_FOLDS
from source.training.report import answers
from source.training.report import clip as judged
from source.training.report.clip import Clips, joined
from source.training.threads import start_keras


def arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Options of the clip networks beside those of every sense."""
    parser.add_argument(
        "--ravdess-video", type=Path, metavar="DIR",
        help="folder of the full RAVDESS video set (Actor_01/01-01-…mp4)",
    )  # fmt: skip
    parser.add_argument(
        "--fold", type=int, default=0, choices=range(len(RAVDESS_FOLDS)),
        help="which actors of RAVDESS are tested (default: 0)",
    )  # fmt: skip
    if command == "train":
        parser.add_argument(
            "--model",
            choices=tuple(KINDS),
            default=NAME,
            help="which of the clip networks (default: %(default)s)",
        )
        parser.add_argument("--restart", action="store_true", help="forget the checkpoint")
        parser.add_argument("--scale", type=float, default=1.0, help="times as many clips")


def train(args: argparse.Namespace) -> int:
    """Train from the last checkpoint on, then write the model folder and its report."""
    import cv2

    cv2.setNumThreads(args.threads)
    keras = start_keras(args.threads)
    keras.utils.set_random_seed(args.seed)
    kind = KINDS[args.model]
    args.name = args.name or (f"{args.model}-ravdess" if args.ravdess_video else args.model)
    parts = split(args) if args.ravdess_video else {}
    taught = lessons(kind, args, parts)
    stages = tiny(kind) if args.tiny else kind.stages
    options = {**kind.options(tiny=args.tiny), **taught.options}
    work = args.work / "clip" / args.name
    work.mkdir(parents=True, exist_ok=True)
    # What was learned from the answers of a face network does not fit those of another one.
    if args.restart or args.tiny or kind.reads == motion.ROWS:
        for old in work.glob("checkpoint.*"):
            old.unlink()
    weights = fit(kind, stages, options, taught.draw, taught.valid, work, args)
    net = kind.build(**options)
    # Kept in half precision: a smaller file, and no figure changes.
    net.set_weights([w.astype(np.float16).astype(np.float32) for w in weights])
    learned = [f"{steps_of(s, args) * s.batch} clips of {s.steps}" for s in stages]
    _write(net, kind, options, taught, args, real=bool(parts),
           trained=f"{', '.join(learned)} pictures, {taught.how}")  # fmt: skip
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Print every clip network's figures beside those of the face network on the same clips."""
    from source.runtime.registry import names

    found = [args.name] if args.name else names("clip", root=args.models)
    rows = judged.compare(compare(args, found))
    print(judged.text(rows, cautious=not args.ravdess_video))
    return 0


def compare(args: argparse.Namespace, names: list[str]) -> Clips:
    """Clip networks and the mean of still pictures on the same clips."""
    from source.runtime.registry import load

    models = [load("clip", name, root=args.models, runtime="litert") for name in names]
    still = None
    try:
        still = face_model(args)
    except AverError as error:
        print(f"No still-image baseline: {error}")
    for model in [m for m in models if not (still and motion.fits(m, still))]:
        if motion.reads(model) == motion.ROWS:
            print(f"{model.card.name} belongs to another face model and is left out.")
            models.remove(model)
    sources: dict[str, list[Film]] = {}
    if args.ravdess_video:
        tested = ", ".join(map(str, RAVDESS_FOLDS[args.fold]))
        sources[f"RAVDESS video, actors {tested}"] = split(args)["test"]
    else:
        try:
            cache = args.work / "clip" / "films"
            sources = real.films(Path(args.data) / "clip", cache=cache)
        except NotFound as error:
            print(error)
    films = of_films(models, still, sources)
    if args.ravdess_video:
        return films
    framed = {motion.reads(m) for m in models}
    acted = of_made(
        models, still, made(args)[1],
        loose=made(args, loose=True)[1] if motion.BOXES in framed else None,
        count=8 if args.tiny else VALID_CLIPS, steps=6 if args.tiny else motion.STEPS,
        chance=lambda number: chance(args.seed, 9, number),
    )  # fmt: skip
    return joined([films, acted])


def _write(
    net: Any, kind: Kind, options: dict[str, Any], taught: Lessons, args: argparse.Namespace, *,
    real: bool, trained: str,
) -> None:  # fmt: skip
    from source.training import export

    labels, clips = taught.judged(steps=options.get("steps", motion.STEPS))
    logits = np.concatenate([
        np.asarray(net.predict_on_batch(clips[i : i + 10])[0]) for i in range(0, len(clips), 10)
    ])  # fmt: skip
    folder = args.models / "clip" / args.name
    described = card(
        folder, labels, logits, kind=kind, options=options, taken=taught.input, trained=trained,
        real=real, seed=args.seed,
    )  # fmt: skip
    described = export.save(net, folder, described)
    answered = compare(args, [args.name])
    answers.save(folder, "clip", answered.rows())
    rows = judged.compare(answered)
    figures = {**described.figures, "beside_stills": rows}
    replace(described, figures=figures).write(folder)
    print(judged.text(rows, cautious=not real))
    if not args.tiny:
        report.write(folder)
