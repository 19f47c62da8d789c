"""How a voice model holds under hardship: ``evaluate voice --hardships``.

By actor: the network of each fold reads its own unseen actors only. The same clips
stand in every row. Where the speech is, is taken from the clean clip, so that a row tells of
the model; whether the detector still finds speech in the degraded clip stands beside it.
"""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.registry import default_name
from source.training import corpora, metrics, protocols
from source.training.corpora import CORPORA
from source.training.report import answers as kept_answers
from source.training.report import judged
from source.training.report.voice import HARDSHIPS as FILE
from source.training.report.voice import by_protocol, hardships
from source.training.threads import start_keras
from source.training.voice.folds import Answer, answers
from source.training.voice.hardships import HARDSHIPS, MUSIC, Around, Clip, Hardship, chords
from source.training.voice.prepare import prepare, whole
from source.training.voice.runs import Evaluation
from source.voice import utterances
from source.voice.denoise import denoise
from source.voice.features import HOP, RATE

Floats = NDArray[np.float32]
Row = dict[str, Any]

CLIPS = 300
TINY = 16
TALKERS = 40
"""Clips of CREMA-D that babbles are made of."""


def evaluate(run: Evaluation) -> int:
    """Print the table of one model and keep it beside the model."""
    name = run.name or default_name("voice", root=run.models)
    start_keras(run.threads)
    everything = CORPORA["ravdess"].clips(run.data)
    wanted = TINY if run.tiny else run.clips or len(everything)
    clips = stratified(everything, wanted, seed=run.seed)
    fold = np.array([protocols.fold_of(int(c.speaker)) for c in clips])
    readers = {
        int(f): answers(name, int(f), models=run.models, work=run.work) for f in np.unique(fold)
    }
    rows = HARDSHIPS[:6:5] if run.tiny else HARDSHIPS
    results = measure(
        clips, fold, readers, around=surroundings(run.data, seed=run.seed), rows=rows,
        seed=run.seed, expected=_kept(run.models / "voice" / name, clips),
    )  # fmt: skip
    summary = {
        "model": name, "clips": len(clips), "seed": run.seed, "rows": results,
        "protocol": "Networks of the folds on their own unseen actors; the same clips, drawn "
        "evenly from emotions and actors, in every row; 95 % interval over actors.",
        "command": f"python -m source.training.evaluate voice --hardships --name {name} "
        f"--clips {len(clips)} --seed {run.seed}",
    }  # fmt: skip
    print("\n\n".join(hardships(summary)))
    print(f"\n{results[0]['as_kept']:.1%} of the answers to clean clips are those in oof.npz")
    if not run.tiny:
        path = run.models / "voice" / name / FILE
        path.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"\nwritten: {path}")
    return 0


def measure(
    clips: Sequence[corpora.Clip],
    fold: NDArray[np.integer],
    readers: dict[int, Answer],
    *,
    around: Around,
    rows: Sequence[Hardship] = HARDSHIPS,
    seed: int = 0,
    expected: NDArray[np.integer] | None = None,
) -> list[Row]:
    """One row of figures for each hardship, the clean clip first.

    Parameters
    ----------
    clips : sequence of Clip
    fold : int [n]
        The fold in which each clip's speaker is tested.
    readers : dict
        Each fold's own network.
    expected : int [n], optional
        The answers kept from training to the clean clips: the share of them that is given
        again stands in the first row as ``as_kept``.
    """
    from tqdm import tqdm

    sounds = [_cut(clip) for clip in tqdm(clips, desc="clips", mininterval=2.0)]
    labels = np.array([VOICE.index(clip.emotion) for clip in clips])
    people = [clip.speaker for clip in clips]
    results: list[Row] = []
    for hardship in tqdm(rows, desc="hardships", mininterval=2.0):
        changed = [
            hardship.change(s, _chance(seed, hardship.name, clip.name), around)
            for s, clip in zip(sounds, clips, strict=True)
        ]
        answered = _read(
            [c[s.first : s.last] for c, s in zip(changed, sounds, strict=True)], fold, readers
        )
        row: Row = {"name": hardship.name, **_figures(labels, answered, people)}
        if expected is not None and not results:
            row["as_kept"] = round(float(np.mean(answered == expected)), 4)
        spoken_in = [any(True for _ in utterances([c])) for c in changed]
        row["found"] = round(float(np.mean(spoken_in)), 4)
        if hardship.noisy:
            row["denoised"] = _figures(labels, _read([
                denoise(c[s.first : s.last], c[max(0, s.first - RATE) : s.first])
                for c, s in zip(changed, sounds, strict=True)
            ], fold, readers), people)  # fmt: skip
        results.append(row)
        for figures in (row, row.get("denoised", {})):
            if figures:
                figures["drop"] = round(results[0]["uar"] - figures["uar"], 4)
    return results


def recall_over_speakers(
    labels: NDArray[np.integer], answered: NDArray[np.integer], people: Sequence[str]
) -> tuple[float, float, float]:
    """UAR and its 95 % interval over speakers."""
    spans = metrics.intervals(labels, answered, people, classes=VOICE, rounds=500)
    return metrics.uar(labels, answered), *spans["uar"]


def stratified(clips: Sequence[corpora.Clip], count: int, *, seed: int) -> list[corpora.Clip]:
    """At most `count` clips, as many of each emotion, spread evenly over the speakers."""
    rng = np.random.default_rng(seed)
    turn: dict[tuple[str, str], int] = {}
    places = []
    for index in rng.permutation(len(clips)):
        clip = clips[index]
        cell = (clip.emotion, clip.speaker)
        turn[cell] = turn.get(cell, 0) + 1
        places.append((turn[cell], int(index)))
    emotions = sorted({c.emotion for c in clips})
    kept: list[int] = []
    for number, emotion in enumerate(emotions):
        share = count // len(emotions) + (number < count % len(emotions))
        own = [(t, rank, i) for rank, (t, i) in enumerate(places) if clips[i].emotion == emotion]
        kept += [i for _, _, i in sorted(own)[:share]]
    return [clips[i] for i in sorted(kept)]


def surroundings(data: Path, *, seed: int) -> Around:
    """Talkers of CREMA-D, and the music of the media set; chords where there is none."""
    rng = np.random.default_rng(seed)
    everybody = CORPORA["crema-d"].clips(data)
    chosen = rng.choice(len(everybody), min(TALKERS, len(everybody)), replace=False)
    files = [data / "media" / "audio" / name for name in MUSIC]
    music = tuple(whole(file) for file in files if file.is_file())
    return Around(tuple(whole(everybody[int(i)].path) for i in chosen), music or (chords(),))


def _kept(folder: Path, clips: Sequence[corpora.Clip]) -> NDArray[np.integer]:
    """What the folds answered to these clips when they were trained."""
    rows = kept_answers.load(folder, "voice")
    if judged.is_of_corpora(rows):
        logits = rows["by_speaker"][:, 0]
    else:
        rows = by_protocol(rows)["by speaker"]
        logits = rows["logits"]
    known = dict(zip(rows["names"].tolist(), logits.argmax(axis=1).tolist(), strict=True))
    return np.array([known.get(clip.name, -1) for clip in clips])


def _read(sounds: Sequence[Floats], fold: NDArray[np.integer], readers: dict[int, Answer]
          ) -> NDArray[np.integer]:  # fmt: skip
    answered = np.zeros(len(sounds), dtype=int)
    for number, reader in readers.items():
        own = np.flatnonzero(fold == number)
        if len(own):
            answered[own] = reader([sounds[int(i)] for i in own]).argmax(axis=1)
    return answered


def _figures(
    labels: NDArray[np.integer], answered: NDArray[np.integer], people: Sequence[str]
) -> Row:
    figures = recall_over_speakers(labels, answered, people)
    return dict(zip(("uar", "low", "high"), (round(f, 4) for f in figures), strict=True))


def _chance(seed: int, *names: str) -> np.random.Generator:
    """The same for the same clip and hardship, whatever stands beside them."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def _cut(clip: corpora.Clip) -> Clip:
    (item,) = prepare([clip], None)
    samples = whole(clip.path)
    return Clip(samples, item.first * HOP, min(len(samples), item.last * HOP))
