"""The table of answers of a voice for all corpora: what a model says of clips it never heard.

Its columns are described in `source.training.report.judged`, which judges by them; `on_card`
puts what it finds on the model's card.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.card import Card
from source.training import protocols
from source.training.corpora import CORPORA
from source.training.protocols import ALL, Split
from source.training.report import corpora, judged
from source.training.report.answers import Rows
from source.training.voice import naive
from source.training.voice.utterances import Utterances

Floats = NDArray[np.floating]

PROTOCOL = (
    "Five folds by speaker in each of five corpora, one model trained on all corpora for each "
    "fold; and five models that never heard one of the corpora, judged on all of it, on the "
    "classes that it shares with the others. Temperature and certainty are fitted to answers of "
    "both kinds, for the figures always without the speakers or the corpus that is judged. The "
    "shipped model is trained on all speakers of all corpora."
)
LIMITS = (
    "Trained on acted emotion in English, German, Polish and Amharic, most of it in studios. On a "
    "corpus it never heard it is right far less often than on the speakers of its own. Expect "
    "worse for spontaneous speech, other languages, children and noise. It reads how something "
    "is said, not what is felt."
)

QUANTUM = 1 / 32
"""Step of the logits that are kept: file size for a change that no figure shows."""


def on_card(card: Card, rows: Rows, *, recipe: Any, seed: int) -> Card:
    """The card with figures, temperature and certainty from the table, and what was heard."""
    figures, rule = corpora.figures(rows), judged.shipped(rows)
    heard = [CORPORA[name] for name in ALL]
    return replace(
        card,
        temperature=rule.temperature,
        threshold=figures["by_speaker"]["threshold"],
        data="; ".join(f"{corpus.short_title}: {corpus.citation}" for corpus in heard),
        licence="; ".join(f"{corpus.short_title}: {corpus.licence}" for corpus in heard),
        protocol=PROTOCOL,
        figures=figures,
        limits=LIMITS,
        extra={"certainty": rule.on_card(), "recipe": recipe, "seed": seed},
    )


def described(utterances: Utterances, kinds: Iterable[str]) -> Rows:
    """All columns but the logits, which are of these kinds of baseline."""
    asked = utterances.votes.any(axis=1)
    named = utterances.votes[np.arange(len(utterances)), utterances.labels]
    corpus, folds = utterances.corpora, utterances.folds
    return {
        "kinds": np.array(list(kinds)),
        "names": utterances.names,
        "corpus": corpus,
        "labels": utterances.labels.astype(np.int8),
        "speakers": utterances.speakers,
        "fold": folds,
        "seconds": np.minimum(utterances.seconds, 60.0).astype(np.float16),
        "judged": utterances.judged,
        "heard": np.where(asked, named, np.nan).astype(np.float16),
        "naive_by_speaker": _naive(utterances, protocols.by_speaker(folds)),
        "naive_left_out": _naive(utterances, protocols.left_out(corpus)),
    }


def joined(
    utterances: Utterances, splits: Iterable[Split], answer: Callable[[Split], Floats]
) -> NDArray[np.float32]:
    """Logits [n, classes] of each clip, by the model of the one split that it is tested in."""
    logits = np.zeros((len(utterances), len(VOICE)), np.float32)
    for split in splits:
        logits[split.test] = answer(split)
    return logits


def paired(
    utterances: Utterances, splits: Iterable[Split], answer: Callable[[Split], Floats]
) -> NDArray[np.float32]:
    """Logits of models that heard neither a clip's corpus nor one other.

    Returns
    -------
    float32 [n, others, classes]
        The others in the order of `protocols.ALL`.
    """
    logits = np.zeros((len(utterances), len(ALL) - 1, len(VOICE)), np.float32)
    for split in splits:
        answers, tested = answer(split), np.flatnonzero(split.test)
        for corpus, away in (split.away, split.away[::-1]):
            own = utterances.corpora[tested] == corpus
            place = [name for name in ALL if name != corpus].index(away)
            logits[tested[own], place] = answers[own]
    return logits


def coarse(logits: Floats) -> NDArray[np.float16]:
    """Logits less their mean, in steps that compress well."""
    centred = logits - logits.mean(axis=-1, keepdims=True)
    return np.asarray(np.round(centred / QUANTUM) * QUANTUM, np.float16)


def _naive(utterances: Utterances, splits: Iterable[Split]) -> NDArray[np.int8]:
    """What logistic regression on the cepstrum answers, on the classes that are judged."""
    answers = np.zeros(len(utterances), np.int8)
    for split in splits:
        scores = naive.posteriors(
            utterances.cepstra[split.train],
            utterances.labels[split.train],
            utterances.cepstra[split.test],
        )
        tested = np.flatnonzero(split.test)
        for corpus in np.unique(utterances.corpora[tested]):
            own = utterances.corpora[tested] == corpus
            classes = protocols.judged_classes(str(corpus), split.away)
            answers[tested[own]] = protocols.restricted(scores[own], classes).argmax(axis=1)
    return answers
