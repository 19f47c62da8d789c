"""Reports show what was measured: the same figures everywhere, with their spread."""

import json
import sys

import numpy as np
import pytest

from source.core.emotions import FACE, VOICE
from source.training import metrics
from source.training.clip import report as clip_figures
from source.training.clip.asked import FILE, MADE, STILLS, Asked
from source.training.report import __main__ as command
from source.training.report import clip as clip_page
from source.training.report import pictures, tables
from source.training.report import voice as voice_page
from source.training.report.scored import Scored
from source.training.voice import report as figures

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
    other = {**one, "fold": np.full(n, figures.BY_CLIP)}
    return {key: np.concatenate([one[key], other[key]]) for key in one}


def scored(n: int = 480, seed: int = 0) -> Scored:
    return voice_page.table(figures.by_speaker(rows(n, seed=seed)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model's folder with its report, made once."""
    made = tmp_path_factory.mktemp("models") / "voice" / "some-model"
    made.mkdir(parents=True)
    np.savez_compressed(made / "oof.npz", **rows())
    assert command.main(["voice", "--models", str(made.parents[1])]) == 0
    return made


def test_intervals_are_those_of_the_bootstrap_over_speakers():
    one = scored()
    found = one.intervals()
    for key, figure in (
        ("uar", lambda r: metrics.uar(one.labels[r], one.answers[r])),
        ("accuracy", lambda r: metrics.accuracy(one.labels[r], one.answers[r])),
        ("macro_f1", lambda r: metrics.macro_f1(one.labels[r], one.answers[r], classes=8)),
    ):
        assert found[key] == pytest.approx(metrics.bootstrap(figure, one.clusters))


def test_an_interval_of_a_class_nobody_acted_is_left_out():
    one = scored()
    kept = one.only(one.labels != VOICE.index("calm"))
    found = kept.intervals()
    assert "recall calm" not in found
    assert all(np.isfinite(pair).all() for pair in found.values())


def test_groups_are_known_from_the_names_and_ordered_as_people_do():
    one = scored()
    assert list(one.parts("gender")) == ["female", "male"]
    assert list(one.parts("speaker")) == ["1", "2", "3", "4", "5", "6"]
    assert sum(len(part) for part in one.parts("gender").values()) == len(one)


def test_what_the_rows_say_of_speakers_goes_before_what_names_tell():
    told = {**figures.by_speaker(rows())}
    told["language"] = np.where(np.arange(len(told["labels"])) % 2 == 0, "pl", "")
    one = voice_page.table(told)
    assert list(one.parts("language")) == ["pl"]
    assert len(one.parts("language")["pl"]) == len(one) // 2


def test_risk_falls_with_coverage_and_ends_at_the_error():
    one = scored()
    kept, wrong = pictures.risk(one)
    assert kept[-1] == 1.0
    assert wrong[-1] == pytest.approx(1.0 - metrics.accuracy(one.labels, one.answers))
    assert wrong[len(wrong) // 4] < wrong[-1]


def test_the_confusion_matrix_shows_counts_and_percent():
    counts = np.array([[3, 1], [0, 0]])
    for shares, expected in ((True, {"75", "25"}), (False, {"3", "1"})):
        figure = pictures.confusion(counts, ["a", "b"], shares=shares)
        assert {text.get_text() for text in figure.axes[0].texts} - {""} == expected


def test_the_bins_of_the_reliability_diagram_are_those_of_the_ece():
    one = scored()
    axes = pictures.reliability(one).axes[0]
    points = axes.lines[-1].get_xydata()
    found = metrics.reliability(one.labels, one.posteriors, bins=15)
    assert points == pytest.approx(np.array([(score, right) for score, right, _ in found]))
    assert f"{metrics.ece(one.labels, one.posteriors):.3f}" in axes.get_title()


def test_no_window_and_no_shared_state_is_used(folder):
    pyplot = sys.modules.get("matplotlib.pyplot")  # seaborn imports it
    assert pyplot is None or not pyplot.get_fignums()


def test_pictures_are_small_and_the_same_each_time(folder, tmp_path):
    threshold = figures.measured(figures.by_speaker(rows()))["threshold"]
    assert set(pictures.draw(scored(), tmp_path, threshold=threshold).values()) == PICTURES
    for name in PICTURES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
        assert (tmp_path / name).stat().st_size <= pictures.LARGEST


def test_a_picture_that_would_be_large_gets_fewer_colours(tmp_path):
    figure = pictures.confusion(np.ones((2, 2), int), ["a", "b"], shares=True)
    figure.axes[0].imshow(np.random.default_rng(0).random((300, 300, 3)), extent=(0, 2, 2, 0))
    pictures.save(figure, tmp_path / "a.png")
    plain = tmp_path / "plain.png"
    figure.savefig(plain)
    assert (tmp_path / "a.png").stat().st_size < plain.stat().st_size


def test_the_report_stands_beside_the_model_with_all_it_names(folder):
    text = (folder / "report.md").read_text("utf-8")
    assert {p.name for p in folder.glob("*.png")} == PICTURES
    for name in PICTURES:
        assert f"({name})" in text
    for needed in ("by speaker", "by clip", "majority class", "logistic regression", "CREMA-D",
                   "| gender | n |", "| language | n |", "| fold | n |", "seed 0",
                   "1,000 bootstrap draws",
                   "python -m source.training.report voice --name some-model"):  # fmt: skip
        assert needed in text


def test_the_report_and_the_text_table_tell_the_same_figures(folder):
    told = figures.measured(figures.by_speaker(rows()))
    text = (folder / "report.md").read_text("utf-8")
    low, high = told["uar_95"]
    line = f"{told['pooled']['uar']:.3f} [{low:.3f}, {high:.3f}] sd {told['fold_sd']['uar']:.3f}"
    assert line in text
    assert f"| {told['pooled']['ece']:.3f} |" in text


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


def test_a_model_measured_by_clip_alone_is_reported_as_that(tmp_path, monkeypatch):
    named = dict.fromkeys(("classes", "confusion", "counts", "reliability", "coverage"), "a.png")
    monkeypatch.setattr(pictures, "draw", lambda *args, **more: named)
    only = figures.by_clip(rows())
    voice_page.write(tmp_path, only)
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "this model, by clip" in text and "this model, by speaker" not in text


def test_a_speaker_in_two_folds_stops_the_report(tmp_path):
    table = rows(clip=False)
    table["fold"] = np.where(np.arange(len(table["labels"])) < 40, 1, table["fold"])
    with pytest.raises(AssertionError, match="both trained on and tested: 1"):
        voice_page.write(tmp_path, table)


def test_hardships_stand_in_the_report_where_they_were_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(
        pictures,
        "draw",
        lambda *args, **more: dict.fromkeys(
            ("classes", "confusion", "counts", "reliability", "coverage"), "a.png"
        ),
    )
    bare = {"name": "clean", "uar": 0.6, "low": 0.5, "high": 0.7, "drop": 0.0, "found": 1.0}
    noisy = {**bare, "name": "babble 5 dB", "uar": 0.4, "drop": 0.2, "denoised": {"uar": 0.45}}
    told = {
        "clips": 8,
        "seed": 3,
        "protocol": "By actor.",
        "command": "evaluate …",
        "rows": [bare, noisy],
    }
    (tmp_path / "hardships.json").write_text(json.dumps(told))
    voice_page.write(tmp_path, rows())
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "| babble 5 dB | 0.400 [0.500, 0.700] | -0.200 | 100.0% | 0.450 |" in text
    assert "| clean | 0.600 [0.500, 0.700] | +0.000 | 100.0% |  |" in text


def test_no_model_gets_one_sentence(tmp_path, capsys):
    assert command.main(["voice", "--models", str(tmp_path), "--name", "none"]) == 1
    assert "“none”" in capsys.readouterr().err


def asked(*, made: int, films: int) -> Asked:
    """Answers of a clip model to clips made from stills, and to films of four actors."""
    n = made + films
    rng = np.random.default_rng(n)
    seen = np.arange(n) % len(FACE)
    meant = np.where(np.arange(n) % 5 == 0, -1, np.where(np.arange(n) % 3 == 0, 0, seen))
    given = rng.dirichlet(np.ones(len(FACE)), n) + 0.4 * np.eye(len(FACE))[seen]
    given /= given.sum(axis=1, keepdims=True)
    source = np.array([MADE] * made + ["RAVDESS video"] * films)
    person = np.array([""] * made + [f"RAVDESS {1 + i % 4}" for i in range(films)])
    return Asked(
        source, np.arange(n).astype(str), person, seen, np.where(source == MADE, meant, seen),
        {"clip/some-model": given, STILLS: given[:, ::-1]},
    )  # fmt: skip


@pytest.mark.parametrize(("made", "films"), [(240, 16), (0, 64)])
def test_a_clip_model_is_reported_like_the_others(tmp_path, made, films):
    folder = tmp_path / "clip" / "some-model"
    folder.mkdir(parents=True)
    one = asked(made=made, films=films)
    one.save(folder / FILE)
    (folder / "card.json").write_text(json.dumps({"threshold": 0.3, "limits": "Acted emotion."}))
    assert command.main(["clip", "--models", str(tmp_path)]) == 0

    text = (folder / "report.md").read_text("utf-8")
    assert {p.name for p in folder.glob("*.png")} == PICTURES
    assert all(name in text for name in PICTURES)
    assert STILLS in text and "Acted emotion." in text
    assert ("Real clips" in text) == bool(made)
    for row in clip_figures.rows(one):
        if row["people"] and made:
            assert f"| {row['right']} | {row['accuracy']:.3f} | {row['uar']:.3f} |" in text
    scored = clip_page.table(one, "clip/some-model")
    assert f"{metrics.accuracy(scored.labels, scored.answers):.3f}" in text
    assert len(scored) == (made or films)


def test_films_are_told_by_gender_of_their_actors():
    scored = clip_page.table(asked(made=0, films=64), "clip/some-model")
    parts = scored.parts("gender")

    assert {name: len(part) for name, part in parts.items()} == {"female": 32, "male": 32}
    assert scored.who == "people"


def test_a_recording_in_two_forms_counts_once():
    one = asked(made=8, films=8)
    twice = Asked(
        one.source, np.array(["0"] * 16), np.array([""] * 8 + ["RAVDESS 1"] * 8), one.seen,
        one.meant, one.answers,
    )  # fmt: skip
    assert twice.once().tolist() == [15]
