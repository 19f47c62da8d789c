"""Files, folders and names are found; what is not is said, and the rest goes on."""

import os

import pytest


def names(quick):
    return [name for taken, _ in quick for name in taken]


def test_a_name_that_is_not_here_is_looked_up_in_input_files(run, quick, clip):
    clip("input_dir/far.mp4")
    assert run("far.mp4")[0] == 0
    assert names(quick) == ["far.mp4"]


def test_a_file_here_comes_before_one_in_input_files(run, quick, clip, lines):
    clip("same.mp4", b"here!")
    clip("input_dir/same.mp4", b"there")
    _, out, _ = run("same.mp4", "--json")
    assert lines(out)[0]["source"]["bytes"] == len(b"here!")


def test_a_folder_gives_its_media_to_the_bottom_and_nothing_else(run, quick, clip):
    for name in ("f/b.MP4", "f/a.wav", "f/sub/c.jpg", "f/notes.txt", "f/.hidden.mp4", "f/.d/e.wav"):
        clip(name)
    assert run("f")[0] == 0
    assert names(quick) == ["a.wav", "b.MP4", "c.jpg"]


def test_a_file_named_twice_is_read_once(run, quick, clip):
    path = clip("f/a.mp4")
    assert run("f", path, "./f/a.mp4")[0] == 0
    assert names(quick) == ["a.mp4"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.mp4", "There is no file “gone.mp4”."),
        ("", "No file was chosen."),
        ("empty", "no recording or picture in the folder “empty”"),
        ("damaged.mp4", "is damaged: it ends in the middle."),
        ("fault.mp4", "because of a bug in AVER (ZeroDivisionError: by nothing)"),
        ("x" * 5000, "There is no file “xxx"),
        ("nul\0.mp4", "There is no file “nul"),
    ],
)
def test_a_file_that_fails_is_one_sentence_and_the_others_print(
    run, quick, clip, lines, here, no_escapes, name, said
):
    (here / "empty").mkdir()
    clip("damaged.mp4")
    clip("fault.mp4")
    clip("good.mp4")
    status, out, err = run(name, "good.mp4", "--json")
    assert status == 1
    assert [r["source"]["name"] for r in lines(out)] == ["good.mp4"]
    assert said in err
    assert len(err.splitlines()) == 1
    no_escapes(err)


def test_a_fault_of_ours_shows_where_with_traceback(run, quick, clip):
    status, _, err = run(clip("fault.mp4"), "--traceback")
    assert status == 1
    assert "Traceback" in err


def test_a_picture_and_a_sound_are_one(run, quick, clip, lines):
    clip("a.jpg")
    clip("b.wav")
    status, out, _ = run("-CA", "a.jpg", "b.wav", "--json")
    assert status == 0
    assert [s["name"] for s in lines(out)[0]["sources"]] == ["a.jpg", "b.wav"]


def test_a_picture_and_a_sound_among_others_are_told_why_they_are_not_one(
    run, quick, clip, monkeypatch
):
    from source.core.errors import WrongKind

    def unfit(paths, options, **_):
        raise WrongKind(paths[0].name, "a picture", "a video")

    monkeypatch.setattr("source.analysis.analyse", unfit)
    for name in ("a.jpg", "b.wav", "c.wav"):
        clip(name)
    status, _, err = run("-CA", "a.jpg", "b.wav", "c.wav")
    assert status == 1
    assert err.endswith(
        "A picture and an audio file are combined only if you name exactly these two; "
        "you named 3 files.\n"
    )


def test_two_videos_are_two(run, quick, clip, lines):
    clip("a.mp4")
    clip("b.mp4", b"other")
    status, out, _ = run("-CA", "a.mp4", "b.mp4", "--json")
    assert status == 0
    assert [r["source"]["name"] for r in lines(out)] == ["a.mp4", "b.mp4"]


def test_a_good_file_beside_a_damaged_one_is_still_read(run, quick, clip, lines):
    clip("a.mp4")
    clip("damaged.mp4")
    status, out, err = run("-CA", "a.mp4", "damaged.mp4", "--json")
    assert status == 1
    assert len(lines(out)) == 1
    assert "damaged.mp4" in err


def test_side_by_side_keeps_the_order(run, quick, clip, lines):
    for number in range(8):
        clip(f"f/{number}.mp4", bytes([number]))
    status, out, _ = run("f", "--workers", 4, "--json")
    assert status == 0
    assert [r["source"]["name"] for r in lines(out)] == [f"{n}.mp4" for n in range(8)]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names.")
def test_a_name_cannot_steer_the_terminal(run, quick, clip, no_escapes):
    clip("a\x1b[2J\r.mp4")
    status, out, err = run("a\x1b[2J\r.mp4", "b\x1b[2J.mp4")
    assert status == 1
    no_escapes(out)
    no_escapes(err)


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names.")
def test_a_name_that_is_no_utf8_is_read(run, quick, here, lines):
    path = os.fsencode(here) + b"/caf\xe9.mp4"
    with open(path, "wb") as file:
        file.write(b"clip")
    assert run(os.fsdecode(path))[0] == 0
    status, out, _ = run(os.fsdecode(path), "--json")
    assert status == 0
    assert len(lines(out)) == 1
