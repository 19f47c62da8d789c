"""The shipped model on a corpus it was not trained on: ``evaluate voice --corpus NAME``."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from source.runtime import load
from source.runtime.registry import default_name
from source.training.corpora import CORPORA, Clip
from source.training.voice.prepare import hearable, whole
from source.training.voice.robustness import recall_over_speakers, stratified
from source.training.voice.runs import Evaluation
from source.voice import inputs
from source.voice.features import HOP

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


def measure(model: Any, clips: Sequence[Clip]) -> dict[str, Any]:
    """Answers to whole clips, cut and averaged as serving does it.

    ``among`` takes the best of the emotions that the corpus has, ``free`` the best of all: an
    answer the corpus does not know is wrong there.
    """
    from tqdm import tqdm

    labels = model.card.labels
    make = inputs.of(model.card.input)
    kept, posteriors = [], []
    for clip in tqdm(clips, desc="clips", mininterval=2.0):
        good, items = hearable([clip], None)
        if good:
            samples = whole(clip.path)[items[0].first * HOP : items[0].last * HOP]
            kept.append(clip)
            posteriors.append(model.run(make(samples)[0])[0].mean(axis=0))
    scores = np.stack(posteriors)
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
