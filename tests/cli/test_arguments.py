"""What stands on the command line is understood, or refused in a sentence with status 2."""

import pytest

from source.core import tokens
from source.core.emotions import VIEWS
from source.settings import ROOT


@pytest.mark.parametrize(
    ("flag", "analysis"),
    [
        (None, "auto"),
        ("-VA", "video"),
        ("-AA", "audio"),
        ("-IA", "image"),
        ("-CA", "combined"),
        ("--combined", "combined"),
    ],
)
def test_a_flag_says_what_is_read(run, quick, clip, flag, analysis):
    status, _, _ = run(*([flag] if flag else []), clip())
    assert status == 0
    assert quick[0][1].analysis == analysis


def test_flags_and_files_stand_in_any_order(run, quick, clip):
    clip("a.mp4")
    clip("b.mp4")
    status, _, _ = run("a.mp4", "--fps", 2, "b.mp4", "-VA", "--no-save")
    assert status == 0
    assert [names for names, _ in quick] == [("a.mp4",), ("b.mp4",)]
    assert {options.fps for _, options in quick} == {2.0}


def test_every_option_reaches_the_analysis(run, quick, clip):
    names = ("--fps", 2, "--max-frames", 7, "--seconds", 1.5, "--denoise")
    models = ("--voice-model", "v", "--face-model", "f", "--video-model", "c")
    gate = ("--min-face", 40, "--max-blur", 0.7, "--min-light", 0.2)
    assert run(clip(), *names, *models, *gate)[0] == 0
    options = quick[0][1]
    assert (options.fps, options.max_frames, options.seconds) == (2.0, 7, 1.5)
    assert options.denoise is True
    assert (options.min_face, options.max_blur, options.min_light) == (40, 0.7, 0.2)
    assert (options.voice_model, options.face_model, options.video_model) == ("v", "f", "c")


def test_a_name_that_begins_with_a_dash_is_taken_after_two_dashes(run, quick, clip):
    clip("-x.mp4")
    assert run("-CA", "--", "-x.mp4")[0] == 0
    assert run("-CA", "./-x.mp4")[0] == 0
    assert [names for names, _ in quick] == [("-x.mp4",), ("-x.mp4",)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "No file was given"),
        (["a.mp4", "--nothing"], "--nothing"),
        (["a.mp4", "--jso"], "--jso"),
        (["a.mp4", "--labels", "eight"], "ekman7"),
        (["a.mp4", "--fps", "many"], "--fps"),
        (["a.mp4", "--workers", "0"], "--workers"),
        (["a.mp4", "-VA", "-AA"], "cannot be combined with"),
        (["a.mp4", "--worker"], "takes no files"),
        (["a.mp4", "--voice-model", "nobody"], "voice model “nobody”"),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_one_sentence(run, quick, clip, words, said):
    clip("a.mp4")
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


RATE = "The frame rate must lie between 0.1 and 60 frames per second; it is "
MOST = "The maximum number of frames must be a whole number between 1 and 1,000,000; it is "
LENGTH = "The length to analyse must lie between 0.01 and 1,000,000 seconds; it is "
FACE = "The minimum face size must be a whole number between 0 and 100,000 pixels; it is "
BLUR = "The maximum blur must lie between 0 and 1; it is "
LIGHT = "The minimum brightness must lie between 0 and 1; it is "
MOMENT = "The time to explain must lie between 0 and 1,000,000 seconds; it is "
WORKERS = "The number after --workers must be a whole number between 1 and 64; it is "


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        *(("--fps", v, RATE + v) for v in ("-1", "0", "nan", "inf", "-inf", "1e9", "-1e3")),
        ("--fps", "many", RATE + "“many”"),
        ("--fps", "1_0", RATE + "“1_0”"),
        ("--fps", "9" * 5000, RATE + "9" * 39 + "…"),
        *(("--seconds", v, LENGTH + v) for v in ("inf", "nan", "-1", "0", "1e400", "-1e400")),
        ("--seconds", "5s", LENGTH + "“5s”"),
        ("--seconds", "", LENGTH + "“”"),
        *(("--max-frames", v, MOST + v) for v in ("1.5", "-1", "0", "nan", "inf")),
        *(("--min-face", v, FACE + v) for v in ("nan", "-1", "1.5", "1e9")),
        *(("--max-blur", v, BLUR + v) for v in ("1.5", "-0.1", "nan")),
        *(("--min-light", v, LIGHT + v) for v in ("2", "inf", "nan")),
        *(("--explain", v, MOMENT + v) for v in ("nan", "inf", "-1", "1e9")),
        ("--explain", "1.2,nan", MOMENT + "nan"),
        ("--explain", "1.2,", MOMENT + "“”"),
        ("--explain", "", MOMENT + "“”"),
        ("--explain=", "b.mp4", MOMENT + "“”"),
        ("--explain", " ", MOMENT + "“”"),
        ("--explain", "1:20", MOMENT + "“1:20”"),
        *(("--workers", v, WORKERS + v) for v in ("0", "-1", "1e9", "1.5", "nan")),
    ],
)
def test_a_number_outside_its_range_is_told_with_the_range(run, quick, clip, flag, value, said):
    clip("a.mp4")
    status, out, err = run(flag, value, "a.mp4")
    assert (status, out, quick) == (2, "", [])
    assert err.startswith(f"{said}.")
    assert flag.rstrip("=") in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("flag", "value", "kept"),
    [("--max-frames", "7.0", 7), ("--fps", "60", 60.0), ("--fps", ".1", 0.1),
     ("--min-face", "0", 0), ("--seconds", "1e6", 1e6), ("--max-blur", "1", 1.0)],
)  # fmt: skip
def test_the_ends_of_a_range_and_whole_numbers_however_written_are_good(
    run, quick, clip, flag, value, kept
):
    assert run(clip(), flag, value, "--no-save")[0] == 0
    assert getattr(quick[0][1], flag[2:].replace("-", "_")) == kept


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--vioce-model", "x"], "There is no option “--vioce-model”. Did you mean --voice-model?"),
        (["--blur-face"], "There is no option “--blur-face”. Did you mean --blur-faces?"),
        (["--quiet"], "There is no option “--quiet”. “run.py --help”"),
        (["--fps=2", "--sceonds=3"], "There is no option “--sceonds”. Did you mean --seconds?"),
        (["--fps"], "--fps needs a value: --fps N."),
        (["--results", "--json"], "--results needs a value: --results DIR."),
        (["--results", ""], "--results: the name of the folder is empty."),
        (["--json=yes"], "--json takes no value, but 'yes' was given."),
        (
            ["--video", "-AA"],
            "-AA, --audio cannot be combined with -VA, --video; choose one of them.",
        ),
        (["--labels", "eight"], "There is no label view “eight”. Use one of: native,"),
        (["--no-save", "--explain", "1"], "--no-save cannot be combined with --annotate"),
        (["--worker", "--json"], "--worker takes no files, but “a.mp4” was given."),
    ],
    ids=lambda part: part[0] if isinstance(part, list) else None,
)
def test_a_stranger_is_told_what_was_wrong_and_what_would_do(run, quick, clip, words, said):
    clip("a.mp4")
    status, out, err = run("a.mp4", *words)
    assert (status, out, quick) == (2, "", [])
    assert err.startswith(said)
    assert len(err.splitlines()) == 1


def test_a_made_token_is_let_in_by_the_line_that_is_printed_with_it(run):
    status, out, err = run("--make-token")
    token, line = out.strip(), err.strip().rpartition(" ")[2]
    assert status == 0 and len(token) > 40 and token not in err
    name, _, value = line.partition("=")
    assert name == "API_TOKENS" and tokens.known(token, tokens.read(value))
    assert run("--make-token")[1] != out
    assert run("--make-token", "--json")[0] == 2


def test_a_worker_takes_no_other_option(run):
    status, _, err = run("--worker", "--fps", 3)
    assert status == 2 and err.startswith("--worker cannot be combined with --fps")


@pytest.mark.parametrize("name", ["-AA.wav", "-hello.wav", "--json.wav", "-x.mp4"])
def test_a_file_named_like_an_option_is_told_with_the_way_to_name_it(run, quick, clip, name):
    clip(name)
    status, out, err = run(name)
    assert (status, out) == (2, "")
    assert err == (f"“{name}” looks like an option. Put “--” before such names: run.py -- {name}\n")
    assert run("--", name)[0] == 0


@pytest.mark.parametrize("flag", ["--voice-model", "--face-model", "--video-model"])
@pytest.mark.parametrize("name", ["sample.jpg", "sample.wav"])
def test_a_model_that_does_not_exist_is_told_where_its_sense_is_not_used_too(
    run, samples, monkeypatch, flag, name
):
    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    status, out, err = run(samples / name, flag, "nope", "--no-save")
    sense = flag[2:].partition("-")[0]
    assert (status, out) == (2, "")
    assert err.startswith(f"There is no {sense} model “nope”. Use one of: default, ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "value"), [("VOICE_MODEL", "classic+nope"), ("FACE_MODEL", "../x"),
                           ("VIDEO_MODEL", "residual")],
)  # fmt: skip
def test_a_setting_of_a_model_that_does_not_exist_is_told_too(
    run, samples, monkeypatch, setting, value
):
    monkeypatch.setenv(setting, value)
    status, out, err = run(samples / "sample.jpg", "--no-save")
    assert (status, out) == (2, "")
    assert " model “" in err and "Use one of: default, " in err


def test_a_wrong_setting_ends_with_2(run, quick, clip, monkeypatch):
    monkeypatch.setenv("FPS", "often")
    status, out, err = run(clip())
    assert (status, out) == (2, "")
    assert "FPS" in err


def test_a_wrong_label_setting_ends_with_2_and_names_the_views(run, quick, clip, monkeypatch):
    monkeypatch.setenv("LABELS", "eight")
    status, _, err = run(clip())
    assert status == 2
    assert all(name in err for name in VIEWS)


def test_help_and_version_end_with_0(run):
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    assert "exit status" in out
    assert run("--version")[1].startswith("AVER ")


def test_help_fits_80_columns(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(len(line) for line in run("--help")[1].splitlines()) <= 90
