"""What stands on the command line is understood, or refused in a sentence with status 2."""

import pytest

from source.core.emotions import VIEWS


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
        ([], "No file was named"),
        (["a.mp4", "--nothing"], "--nothing"),
        (["a.mp4", "--jso"], "--jso"),
        (["a.mp4", "--labels", "eight"], "ekman7"),
        (["a.mp4", "--fps", "many"], "--fps"),
        (["a.mp4", "--fps", "0"], "0.1 to 60 pictures a second"),
        (["a.mp4", "--fps", "nan"], "0.1 to 60 pictures a second"),
        (["a.mp4", "--max-frames", "0"], "whole number of 1 or more"),
        (["a.mp4", "--seconds", "-1"], "number of seconds above 0"),
        (["a.mp4", "--min-face", "-1"], "pixels, 0 or more"),
        (["a.mp4", "--max-blur", "1.5"], "number from 0 to 1"),
        (["a.mp4", "--min-light", "nan"], "number from 0 to 1"),
        (["a.mp4", "--workers", "0"], "--workers"),
        (["a.mp4", "-VA", "-AA"], "not allowed with"),
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
