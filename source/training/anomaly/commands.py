"""What ``train anomaly`` and ``evaluate anomaly`` do."""

from typing import Any

from source.core.errors import UnknownOption
from source.face import measures as face_measures
from source.fusion.anomaly import FILE, PLANES, THRESHOLD, content
from source.runtime import default_name, load, names
from source.runtime.card import Card, digest
from source.training import report
from source.training.anomaly import judge, normal
from source.training.anomaly.grow import SAMPLE, TREES, UNSEEN, strangeness
from source.training.report import anomaly as told
from source.training.report import answers
from source.training.run import Run
from source.voice import measures as voice_measures


def train(run: Run) -> None:
    """Grow, test and keep the forest of the default voice and face, or of the voice named.

    Raises
    ------
    UnknownOption
        If there is no voice model of that name.
    """
    known = names("voice", root=run.models)
    if run.name and run.name not in known:
        raise UnknownOption("voice model", run.name, known)
    chosen = {
        "voice": run.name or default_name("voice", root=run.models),
        "face": default_name("face", root=run.models),
    }
    models = {sense: load(sense, name, root=run.models) for sense, name in chosen.items()}
    every = {
        "voice": normal.voice(run, models["voice"]),
        "face": normal.face(run, models["face"]),
    }
    agreements = normal.agreements(run, chosen["voice"])
    grown, held, unseen = judge.all_parts(every, seed=run.seed)
    right, wrong = agreements
    scorer = strangeness(grown, held, right[::2], seed=run.seed)
    tested = judge.test(run, scorer, models, unseen, (right[1::2], wrong))
    foreign = judge.language(every, agreements[0], seed=run.seed)
    if foreign is not None:
        tested = told.joined(tested, judge.LANGUAGE, "voice", foreign)
    folder = run.output / "anomaly" / "+".join(chosen.values())
    folder.mkdir(parents=True, exist_ok=True)
    kept = content(scorer)
    (folder / FILE).write_bytes(kept)
    card(run, chosen, every, kept, told.figures(tested)).write(folder)
    answers.save(folder, "anomaly", tested.rows())
    print(told.text(folder))
    print(report.write(folder))


def card(
    run: Run,
    chosen: dict[str, str],
    every: dict[str, normal.Normal],
    kept: bytes,
    figures: dict[str, Any],
) -> Card:
    """What stands beside a forest."""
    return Card(
        name="+".join(chosen.values()),
        sense="anomaly",
        architecture={
            "name": "isolation forest",
            "args": {"trees": TREES, "sample": SAMPLE, "planes": PLANES},
        },
        labels=(),
        input={
            "meaning": "embeddings of the models it is named after: how far each lies outside of "
            "the directions in which normal ones differ, and how far the senses disagree; beside "
            "the forest, how far measures of the sound and of the picture lie from normal ones",
            "sound": list(voice_measures.NAMES),
            "picture": list(face_measures.NAMES),
            **chosen,
        },
        preprocessing=3,
        temperature=1.0,
        threshold=THRESHOLD,
        sha256={FILE: digest(kept)},
        data="; ".join(one.title for one in every.values())
        + "; agreement of voice and face: RAVDESS speech and the published answers to its faces",
        licence="the terms of the data of the models it is named after",
        protocol=f"Grown without {UNSEEN:.0%} of the speakers and of the pictures, seed "
        f"{run.seed}. A score is the share of the readings of those held out, of the same senses, "
        "that are less strange, to the strangest part that looks; a recording has the mean of its "
        "moments. Half of those held out serve for the shares, the other half for the test: what "
        "these people said, as it is and damaged, PublicTest faces, and what is neither.",
        figures=figures,
        limits="It measures how unlike the training data something is, not what is wrong with it. "
        "Speech that runs backwards, a good face that belongs to another recording of the same "
        "emotion, negatives, faces upside down and modelled (3D) cartoons look normal to it. "
        "Another language is told by another corpus, whose rooms and microphones differ, too. "
        "Radio, telephones and rooms that are unlike studios score higher.",
        extra={"seed": run.seed, "embeddings": {s: len(n.embeddings) for s, n in every.items()}},
    )


def evaluate(run: Run) -> None:
    """Print the figures of every forest, from the scores that its training kept.

    Raises
    ------
    NotFound
        If there are none.
    """
    for folder in answers.folders(run.models, "anomaly", name=run.name):
        print(told.text(folder))
