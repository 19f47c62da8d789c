"""The shipped model on corpora it was not trained on.

``evaluate voice --corpus NAME`` prints figures of one; ``evaluate voice --elsewhere`` keeps the
answers about all of them beside the model, for its report.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.core.errors import BadRecording
from source.runtime import load
from source.runtime.registry import default_name
from source.training import protocols
from source.training.corpora import CORPORA, Clip
from source.training.report import elsewhere
from source.training.voice.prepare import SILENT, speech_in, whole
from source.training.voice.robustness import recall_over_speakers, stratified
from source.training.voice.runs import Evaluation
from source.voice import inputs
from source.voice.features import HOP, log_mel

Floats = NDArray[np.floating]

COLUMNS = ("corpus", "names", "labels", "speakers", "seconds", "logits")
TINY = 24


def evaluate(run: Evaluation, among: str) -> int:
    """Print unweighted average recall over the emotions that model and corpus `among` share."""
    name = run.name or default_name("voice", root=run.models)
    model = load("voice", name, root=run.models)
    labels = model.card.labels
    corpus = CORPORA[among]
    clips: Sequence[Clip] = [
        c for c in corpus.clips(run.data) if c.emotion in labels and corpus.judges(c)
    ]
    clips = stratified(clips, TINY if run.tiny else run.clips or len(clips), seed=run.seed)
    measured = measure(model, clips)
    shared = measured["labels"]
    print(f"{name} on {among}: {measured['clips']} clips of {measured['speakers']} speakers, "
          f"{len(shared)} emotions ({', '.join(shared)}); seed {run.seed}")  # fmt: skip
    names = (corpus.name, corpus.short_title)
    if any(word.lower() in str(model.card.data).lower() for word in names):
        print("  This model was trained with clips of this corpus: no test on another one.")
    for title, row in (("asked for one of these", "among"), ("asked as it serves", "free")):
        uar, low, high = measured[row]
        print(f"  {title:24} UAR {uar:.4f}  95 % over speakers {low:.3f} to {high:.3f}  "
              f"chance {1 / len(shared):.3f}")  # fmt: skip
    return 0


def keep(run: Evaluation) -> int:
    """Keep the model's answers about clips of every corpus but RAVDESS; print their figures."""
    name = run.name or default_name("voice", root=run.models)
    model, folder = load("voice", name, root=run.models), run.output / "voice" / name
    kept: dict[str, list[Any]] = {key: [] for key in COLUMNS}
    for corpus in (CORPORA[c] for c in protocols.ALL if c != "ravdess"):
        judged = [c for c in corpus.clips(run.data) if corpus.judges(c) and c.emotion in VOICE]
        wanted = TINY if run.tiny else run.clips or len(judged)
        for clip, posteriors, seconds in answered(model, stratified(judged, wanted, seed=run.seed)):
            label = VOICE.index(clip.emotion)
            row = (corpus.name, clip.name, label, clip.speaker, seconds)
            for key, value in zip(COLUMNS, (*row, np.log(posteriors + 1e-6)), strict=True):
                kept[key].append(value)
    folder.mkdir(parents=True, exist_ok=True)
    columns: dict[str, Any] = {key: np.array(values) for key, values in kept.items()}
    columns["logits"] = columns["logits"].astype(np.float16)
    np.savez_compressed(folder / elsewhere.FILE, **columns)
    print("\n\n".join([name, *elsewhere.section(folder, model.card)]))
    return 0


def answered(model: Any, clips: Sequence[Clip]) -> Iterator[tuple[Clip, Floats, float]]:
    """Each clip that can be heard, its posteriors as served, and its seconds of speech."""
    from tqdm import tqdm

    make = inputs.of(model.card.input)
    for clip in tqdm(clips, desc="clips", mininterval=2.0):
        try:
            samples = whole(clip.path)
        except BadRecording:
            continue
        bands = log_mel(samples)
        if bands.max(initial=SILENT) > SILENT:
            (first, last), seconds = speech_in(samples, bands)
            posteriors = model.run(make(samples[first * HOP : last * HOP])[0])[0]
            yield clip, posteriors.mean(axis=0), seconds


def measure(model: Any, clips: Sequence[Clip]) -> dict[str, Any]:
    """Answers to whole clips, cut and averaged as serving does it.

    ``among`` takes the best of the emotions that the corpus has, ``free`` the best of all: an
    answer the corpus does not know is wrong there.
    """
    labels = model.card.labels
    rows = list(answered(model, clips))
    kept = [clip for clip, _, _ in rows]
    scores = np.stack([posteriors for _, posteriors, _ in rows])
    truth = np.array([labels.index(c.emotion) for c in kept])
    people = [c.speaker for c in kept]
    shared = np.unique(truth)
    among = shared[scores[:, shared].argmax(axis=1)]
    return {
        "clips": len(kept), "speakers": len(set(people)),
        "labels": [labels[i] for i in shared],
        "among": recall_over_speakers(truth, among, people),
        "free": recall_over_speakers(truth, scores.argmax(axis=1), people),
    }  # fmt: skip
