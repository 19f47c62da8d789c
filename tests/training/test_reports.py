"""Reports show what was measured: the same figures everywhere, with their spread."""

import importlib
import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from source.core.emotions import FACE
from source.training import metrics, protocols, report
from source.training.report import __main__ as command
from source.training.report import answers, clip, pictures, tables, voice
from source.training.report.clip import MADE, STILLS, Clips
from source.training.report.page import PICTURES as PLACE
from source.training.report.scored import Scored

PICTURES = {
    "classes.png", "confusion.png", "confusion-counts.png", "coverage.png", "reliability.png",
}  # fmt: skip


def rows(n: int = 480, *, seed: int = 0, clip: bool = True) -> dict:
    """Out-of-fold rows of six actors in three folds, and, with `clip`, as many by clip."""
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(8), n // 8)
    actors = np.repeat(np.arange(1, 7), n // 6)
    logits = rng.normal(0, 1, (n, 8))
    logits[np.arange(n), labels] += 2.0 + (actors % 2)
    one = {
        "names": np.array([f"03-01-{e + 1:02d}-01-01-01-{a:02d}"
                           for e, a in zip(labels, actors, strict=True)]),
        "labels": labels, "speakers": actors.astype(str), "fold": (actors - 1) // 2,
        "logits": logits, "baseline": labels[::-1],
    }  # fmt: skip
    if not clip:
        return one
    other = {**one, "fold": np.full(n, protocols.BY_CLIP)}
    return {key: np.concatenate([one[key], other[key]]) for key in one}


def scored(n: int = 480, seed: int = 0) -> Scored:
    return voice.score(rows(n, seed=seed, clip=False))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model's folder with its report, made once."""
    made = tmp_path_factory.mktemp("models") / "voice" / "some-model"
    made.mkdir(parents=True)
    np.savez_compressed(made / "oof.npz", **rows())
    assert command.main(["voice", "--models", str(made.parents[1])]) == 0
    return made


def test_groups_are_known_from_the_names_and_ordered_as_people_do():
    one = scored()
    assert list(one.parts("gender")) == ["female", "male"]
    assert list(one.parts("speaker")) == ["1", "2", "3", "4", "5", "6"]
    assert sum(len(part) for part in one.parts("gender").values()) == len(one)


def test_what_the_rows_say_of_speakers_goes_before_what_names_tell():
    table = rows(clip=False)
    table["language"] = np.where(np.arange(len(table["labels"])) % 2 == 0, "pl", "")
    one = voice.score(table)
    assert list(one.parts("language")) == ["pl"]
    assert len(one.parts("language")["pl"]) == len(one) // 2


def test_risk_falls_with_coverage_and_ends_at_the_error():
    one = scored()
    axes = pictures.coverage(one, threshold=0.5).axes[0]
    kept, wrong = axes.lines[0].get_xydata().T
    assert kept[-1] == 1.0
    assert wrong[-1] == pytest.approx(1.0 - metrics.accuracy(one.labels, one.answers))
    assert wrong[len(wrong) // 4] < wrong[-1]
    last = tables.by_coverage(one).splitlines()[-1]
    assert last.startswith("| 100% |") and last.endswith(f"| {wrong[-1]:.3f} |")


def test_the_confusion_matrix_shows_counts_and_percent():
    counts = np.array([[3, 1], [0, 0]])
    for shares, expected in ((True, {"75", "25"}), (False, {"3", "1"})):
        figure = pictures.confusion(counts, ["a", "b"], shares=shares)
        assert {text.get_text() for text in figure.axes[0].texts} - {""} == expected


def test_the_bins_of_the_reliability_diagram_are_those_of_the_ece():
    one = scored()
    axes = pictures.reliability(one).axes[0]
    points = axes.lines[-1].get_xydata()
    scores, right, shares = metrics.reliability(one.labels, one.posteriors, bins=15)
    assert points == pytest.approx(np.stack([scores, right], axis=1))
    assert f"{np.sum(shares * np.abs(scores - right)):.3f}" in axes.get_title()
    lines = tables.reliability(one).splitlines()[2:]
    assert lines == [f"| {s:.3f} | {r:.3f} |" for s, r in zip(scores, right, strict=True)]


def test_no_window_and_no_shared_state_is_used(folder):
    pyplot = sys.modules.get("matplotlib.pyplot")  # seaborn imports it
    assert pyplot is None or not pyplot.get_fignums()


def test_pictures_are_the_same_each_time(folder, tmp_path):
    threshold = voice.figures(rows())["by_speaker"]["threshold"]
    assert set(pictures.draw(scored(), tmp_path, threshold=threshold)) == PICTURES
    for name in PICTURES:
        assert (tmp_path / name).read_bytes() == (folder / PLACE / name).read_bytes()


def test_the_report_stands_beside_the_model_with_all_it_names(folder):
    text = (folder / "report.md").read_text("utf-8")
    assert {p.name for p in (folder / PLACE).iterdir()} == PICTURES
    assert all(f"`{name}`" in text for name in PICTURES)
    for needed in ("by speaker", "by clip", "majority class", "logistic regression", "CREMA-D",
                   "| gender | n |", "| language | n |", "| fold | n |", "seed 0",
                   "1,000 bootstrap draws",
                   "python -m source.training.report voice --name some-model"):  # fmt: skip
        assert needed in text


def test_the_report_and_the_text_table_tell_the_same_figures(folder):
    found = voice.figures(rows())["by_speaker"]
    low, high = found["uar_95"]
    uar, ece, sd = found["pooled"]["uar"], found["pooled"]["ece"], found["fold_sd"]["uar"]
    written = (folder / "report.md").read_text("utf-8")
    assert f"{uar:.3f} [{low:.3f}, {high:.3f}] sd {sd:.3f}" in written
    assert f"| {ece:.3f} |" in written
    printed = voice.text("some-model", rows())
    assert f"UAR 95 % over actors {low:.3f} to {high:.3f}" in printed
    assert f"ECE {ece:.3f}" in printed


def test_the_class_report_is_that_of_scikit_learn():
    from sklearn.metrics import precision_recall_fscore_support

    one = scored()
    precision, recall, f1, n = precision_recall_fscore_support(one.labels, one.answers)
    line = next(row for row in tables.by_class(one).splitlines() if row.startswith("| sad "))
    for value in (precision[3], recall[3], f1[3]):
        assert f"{value:.3f}" in line
    assert line.endswith(f"| {n[3]} |")


def test_calibration_of_a_handful_is_not_claimed():
    part = scored().parts("speaker")["1"]
    assert len(part) < tables.MANY
    line = tables.by_group(scored(), "speaker").splitlines()[2]
    assert line.endswith("|  |")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Writes rows into a voice model's folder and gives its report, without pictures."""
    monkeypatch.setattr(pictures, "draw", lambda *args, **more: [])
    place = tmp_path / "voice" / "some-model"
    place.mkdir(parents=True)

    def written(table: dict, **files: object) -> str:
        answers.save(place, "voice", table)
        for name, content in files.items():
            (place / f"{name}.json").write_text(json.dumps(content))
        return report.write(place).read_text("utf-8")

    return written


def test_a_model_measured_by_clip_alone_is_reported_as_that(kept):
    text = kept(voice.by_protocol(rows())["by clip"])
    assert "this model, by clip" in text and "this model, by speaker" not in text


def test_a_speaker_in_two_folds_stops_the_report(kept):
    table = rows(clip=False)
    table["fold"] = np.where(np.arange(len(table["labels"])) < 40, 1, table["fold"])
    with pytest.raises(AssertionError, match="both trained on and tested: 1"):
        kept(table)


def test_hardships_stand_in_the_report_where_they_were_measured(kept):
    bare = {"name": "clean", "uar": 0.6, "low": 0.5, "high": 0.7, "drop": 0.0, "found": 1.0}
    noisy = {**bare, "name": "babble 5 dB", "uar": 0.4, "drop": 0.2, "denoised": {"uar": 0.45}}
    hardships = {
        "clips": 8,
        "seed": 3,
        "protocol": "By actor.",
        "command": "evaluate …",
        "rows": [bare, noisy],
    }
    text = kept(rows(), hardships=hardships)
    assert "| babble 5 dB | 0.400 [0.500, 0.700] | -0.200 | 100.0% | 0.450 |" in text
    assert "| clean | 0.600 [0.500, 0.700] | +0.000 | 100.0% |  |" in text


def test_no_model_gets_one_sentence(tmp_path, capsys):
    assert command.main(["voice", "--models", str(tmp_path), "--name", "none"]) == 1
    assert "“none”" in capsys.readouterr().err


def clips(*, made: int, films: int) -> Clips:
    """Answers of a clip model to clips made from stills, and to films of four actors."""
    n = made + films
    rng = np.random.default_rng(n)
    labels = np.arange(n) % len(FACE)
    meant = np.where(np.arange(n) % 5 == 0, -1, np.where(np.arange(n) % 3 == 0, 0, labels))
    given = rng.dirichlet(np.ones(len(FACE)), n) + 0.4 * np.eye(len(FACE))[labels]
    given /= given.sum(axis=1, keepdims=True)
    source = np.array([MADE] * made + ["RAVDESS video"] * films)
    person = np.array([""] * made + [f"RAVDESS {1 + i % 4}" for i in range(films)])
    return Clips(
        source, np.arange(n).astype(str), person, labels, np.where(source == MADE, meant, labels),
        {"clip/some-model": given, STILLS: given[:, ::-1]},
    )  # fmt: skip


@pytest.mark.parametrize(("made", "films"), [(240, 16), (0, 64)])
def test_a_clip_model_is_reported_like_the_others(tmp_path, made, films):
    folder = tmp_path / "clip" / "some-model"
    folder.mkdir(parents=True)
    answers.save(folder, "clip", clips(made=made, films=films).rows())
    (folder / "card.json").write_text(json.dumps({"threshold": 0.3, "limits": "Acted emotion."}))
    assert command.main(["clip", "--models", str(tmp_path)]) == 0

    text = (folder / "report.md").read_text("utf-8")
    assert {p.name for p in (folder / PLACE).iterdir()} == PICTURES
    assert STILLS in text and "Acted emotion." in text
    assert ("Real clips" in text) == bool(made)
    one = Clips.of_rows(answers.load(folder, "clip"))
    for row in clip.compare(one):
        if row["people"] and made:
            assert f"| {row['right']} | {row['accuracy']:.3f} | {row['uar']:.3f} |" in text
    scored = clip.score(one, "clip/some-model")
    assert f"{metrics.accuracy(scored.labels, scored.answers):.3f}" in text
    assert len(scored) == (made or films)


def test_films_are_grouped_by_gender_of_their_actors():
    scored = clip.score(clips(made=0, films=64), "clip/some-model")
    parts = scored.parts("gender")

    assert {name: len(part) for name, part in parts.items()} == {"female": 32, "male": 32}
    assert scored.who == "people"


def test_a_recording_in_two_forms_counts_once():
    one = clips(made=8, films=8)
    twice = replace(
        one,
        name=np.array(["0"] * 16),
        person=np.array([""] * 8 + ["RAVDESS 1"] * 8),
    )
    assert twice.films().tolist() == [15]


def test_a_sense_has_its_answers_and_its_page():
    assert set(report.SENSES) == {"voice", "face", "clip", "fusion", "anomaly"}
    for sense in report.SENSES:
        module = importlib.import_module(f"source.training.report.{sense}")
        assert callable(module.write if sense == "anomaly" else module.page)
