"""Trains and evaluates the clip networks: how a face moves over about four seconds.

``python -m source.training.train clip --model KIND`` trains one on clips made from FER+
stills, ``... --ravdess-video DIR`` on the full RAVDESS video set as well, by actor;
``python -m source.training.evaluate clip`` prints all beside the still-image baseline.

A network of pictures first learns from single ones, then from short clips, then from clips of
full length, which cost the most.
"""

import shutil
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
from source.training.clip.data import ClipData, clip_data, face_model, made, split
from source.training.clip.films import Film
from source.training.clip.fit import VALID_CLIPS, chance, fit_stages
from source.training.clip.kinds import KINDS, ClipNetwork, tiny
from source.training.clip.runs import ClipRun, Training
from source.training.protocols import RAVDESS_FOLDS
from source.training.report import answers
from source.training.report import clip as judged
from source.training.report.clip import Clips, joined
from source.training.threads import start_keras


def train(run: Training) -> int:
    """Train from the last checkpoint on, then write the model folder and its report."""
    import cv2

    cv2.setNumThreads(run.threads)
    keras = start_keras(run.threads)
    keras.utils.set_random_seed(run.seed)
    kind = KINDS[run.model]
    name = run.name or (f"{run.model}-ravdess" if run.ravdess_video else run.model)
    parts = split(run, run.ravdess_video) if run.ravdess_video else {}
    data = clip_data(kind, run, parts)
    stages = tiny(kind) if run.tiny else tuple(
        replace(stage, clips=round(stage.clips * run.scale)) for stage in kind.stages
    )  # fmt: skip
    options = {**kind.options(tiny=run.tiny), **data.options}
    folder = run.work / "clip" / name
    # What was learned from the answers of a face network does not fit those of another one.
    if run.restart or run.tiny or kind.reads == motion.ROWS:
        shutil.rmtree(folder, ignore_errors=True)
    weights = fit_stages(
        kind, stages, options, data.draw, data.valid, folder=folder, seed=run.seed,
        valid_clips=8 if run.tiny else VALID_CLIPS,
    )  # fmt: skip
    net = kind.build(**options)
    # Kept in half precision: a smaller file, and no figure changes.
    net.set_weights([w.astype(np.float16).astype(np.float32) for w in weights])
    stages_text = [f"{s.epochs * s.batches * s.batch} clips of {s.steps}" for s in stages]
    _write(net, kind, options, data, run, name=name, real=bool(parts),
           trained=f"{', '.join(stages_text)} pictures, {data.protocol}")  # fmt: skip
    return 0


def evaluate(run: ClipRun) -> int:
    """Print every clip network's figures beside those of the face network on the same clips."""
    from source.runtime.registry import names

    models = [run.name] if run.name else names("clip", root=run.models)
    rows = judged.compare(compare(run, models, root=run.models))
    print(judged.text(rows, cautious=not run.ravdess_video))
    return 0


def compare(run: ClipRun, names: list[str], *, root: Path) -> Clips:
    """Clip networks in the folder `root` and the mean of still pictures on the same clips."""
    from source.runtime.registry import load

    models = [load("clip", name, root=root, runtime="litert") for name in names]
    still = None
    try:
        still = face_model(run)
    except AverError as error:
        print(f"No still-image baseline: {error}")
    for model in [m for m in models if not (still and motion.fits(m, still))]:
        if motion.reads(model) == motion.ROWS:
            print(f"{model.card.name} belongs to another face model and is left out.")
            models.remove(model)
    sources: dict[str, list[Film]] = {}
    if run.ravdess_video:
        tested = ", ".join(map(str, RAVDESS_FOLDS[run.fold]))
        sources[f"RAVDESS video, actors {tested}"] = split(run, run.ravdess_video)["test"]
    else:
        try:
            cache = run.work / "clip" / "films"
            sources = real.films(Path(run.data) / "clip", cache=cache)
        except NotFound as error:
            print(error)
    films = of_films(models, still, sources)
    if run.ravdess_video:
        return films
    framed = {motion.reads(m) for m in models}
    acted = of_made(
        models, still, made(run)[1],
        loose=made(run, loose=True)[1] if motion.BOXES in framed else None,
        count=8 if run.tiny else VALID_CLIPS, steps=6 if run.tiny else motion.STEPS,
        chance=lambda number: chance(run.seed, 9, number),
    )  # fmt: skip
    return joined([films, acted])


def _write(
    net: Any, kind: ClipNetwork, options: dict[str, Any], data: ClipData, run: Training, *,
    name: str, real: bool, trained: str,
) -> None:  # fmt: skip
    from source.training import export

    labels, clips = data.validation(steps=options.get("steps", motion.STEPS))
    logits = net.predict(clips, batch_size=10, verbose=0)[0]
    folder = run.output / "clip" / name
    described = card(
        folder, labels, logits, kind=kind, options=options, taken=data.input, trained=trained,
        real=real,
    )  # fmt: skip
    described = export.save(net, folder, described)
    answered = compare(run, [name], root=run.output)
    answers.save(folder, "clip", answered.rows())
    rows = judged.compare(answered)
    figures = {**described.figures, "beside_stills": rows}
    replace(described, figures=figures).write(folder)
    print(judged.text(rows, cautious=not real))
    if not run.tiny:
        report.write(folder)
