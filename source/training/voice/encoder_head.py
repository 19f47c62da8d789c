"""The head of the encoder: one voice for all corpora, which can be shown a speaker's baseline.

``python -m source.training.train voice --model speech-encoder`` encodes the corpora (once, an
hour or so), trains a model for each fold and for each corpus left out, reads what these never
heard, fits certainty to that, and trains the model that ships on everything. Each part leaves
what it made in the work folder and is not made twice.
"""

from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path

from source.runtime import head
from source.training import report
from source.training.corpora import CORPORA
from source.training.protocols import ALL
from source.training.report import answers
from source.training.report.answers import Rows
from source.training.threads import start_keras
from source.training.voice import held_out
from source.training.voice.encoded import encoded
from source.training.voice.heads import NAME, Work, bare
from source.training.voice.runs import Training
from source.training.voice.tones import encodings
from source.training.voice.utterances import Utterances


def train(run: Training) -> int:
    """Encode, train, judge, fit certainty, and write the model's folder."""
    start_keras(run.threads)
    utterances = load(run)
    work = Work(utterances, run)
    if "folds" in run.parts:
        for split in (*work.splits, *work.pairs):
            work.model(split)
    if "final" in run.parts:
        final = work.model(work.final)
        ship(final, work.rows(), run.output / "voice" / (run.name or NAME), work)
    return 0


def load(run: Training) -> Utterances:
    """The utterances of all corpora; with ``--tiny`` stand-ins."""
    if run.tiny:
        return Utterances.of(list(encodings(seed=run.seed)))
    rows = chain.from_iterable(encoded(CORPORA[name], data=run.data, work=run.work) for name in ALL)
    return Utterances.of(list(rows))


def ship(trained: Path, rows: Rows, folder: Path, work: Work) -> None:
    """Write the model's folder: the final model, its card, answers and report."""
    content = (trained / head.FILE).read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / head.FILE).write_bytes(content)
    card = held_out.on_card(
        bare(folder, content),
        rows,
        recipe=[asdict(recipe) for recipe in work.recipes],
        seed=work.seed,
    )
    replace(
        card,
        data=f"{card.data}. Behind the encoder of Whisper tiny.en: Radford A et al. (2022). Robust "
        "Speech Recognition via Large-Scale Weak Supervision. arXiv:2212.04356",
        licence=f"{card.licence}. Encoder: MIT",
    ).write(folder)
    answers.save(folder, "voice", rows)
    report.write(folder)
