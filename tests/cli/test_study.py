"""Many files of one call: variables, a baseline for each, one table, groups."""

import csv

import pytest


def written(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def study(clip):
    return [clip(f"study/{name}.mp4", name.encode()) for name in ("P1_loud", "P1_quiet", "P2_loud")]


def table(here, text):
    (here / "table.csv").write_text(text, encoding="utf-8")
    return here / "table.csv"


def test_all_recordings_become_one_table(run, quick, here, study):
    status, _, err = run("study", "--table", "all.csv", "--no-save")
    assert status == 0 and "The table was saved to all.csv." in err
    lines = written(here / "all.csv")
    assert [line["file"] for line in lines] == ["P1_loud.mp4", "P1_quiet.mp4", "P2_loud.mp4"]
    assert {line["emotion"] for line in lines} == {"happy"}


def test_variables_stand_in_it_and_make_groups(run, quick, here, study):
    source = table(here, "file,condition\nP1_loud.mp4,loud\nP2_loud,loud\nP1_quiet,=quiet\n")
    words = ("--variables", source, "--table", "out/all.csv", "--by", "condition", "--no-save")
    status, _, err = run("study", *words)
    assert status == 0, err
    assert [line["condition"] for line in written(here / "out/all.csv")] == [
        "loud",
        "'=quiet",
        "loud",
    ]
    means = written(here / "out/all_by_condition.csv")
    assert {(m["condition"], m["n"]) for m in means if m["measure"] == "happy"} == {
        ("loud", "2"), ("'=quiet", "1")
    }  # fmt: skip
    over_time = written(here / "out/all_valence_by_condition.csv")
    assert {line["n"] for line in over_time if line["condition"] == "loud"} == {"2"}


def test_a_pattern_reads_them_off_the_names(run, quick, here, study):
    words = ("--pattern", "{participant}_{condition}", "--table", "all.csv", "--no-save")
    assert run("study", *words)[0] == 0
    assert [line["participant"] for line in written(here / "all.csv")] == ["P1", "P1", "P2"]


def test_a_column_gives_each_recording_its_baseline(run, quick, here, study, clip):
    clip("normal_1.wav", b"normal")
    text = "file,participant,baseline\nP1_loud,1,normal_1.wav\nP1_quiet,1,0:05 - 0:20\nP2_loud,2,\n"
    status, _, err = run(
        "study", "--variables", table(here, text), "--baseline", "none", "--no-save"
    )
    assert status == 0, err
    found = {names[0]: options.baseline for names, options in quick}
    assert found["P1_loud.mp4"].endswith("normal_1.wav")
    assert found["P1_quiet.mp4"] == "5-20" and found["P2_loud.mp4"] == "none"


def test_who_has_no_row_and_which_row_has_no_file_is_said(run, quick, here, study):
    source = table(here, "file,condition\nP1_loud,loud\nP9,loud\n")
    _, _, err = run("study", "--variables", source, "--no-save")
    assert "2 recordings are not in the table: study/P1_quiet.mp4, study/P2_loud.mp4." in err
    assert "1 row names a recording that was not given: P9." in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,x\na,b\n", "has no column “file”"),
        (
            "file,baseline\nP1_loud,nobody.wav\n",
            "Row “P1_loud” of the table of variables: There is",
        ),
        ("file,baseline\nP1_loud,30-12\n", "The baseline must end after it begins"),
        ("file,emotion\nP1_loud,x\n", "A variable cannot be called “emotion”"),
    ],
)
def test_a_wrong_table_ends_with_2_before_anything_is_read(run, quick, here, study, text, says):
    status, out, err = run("study", "--variables", table(here, text), "--no-save")
    assert (status, out, quick) == (2, "", [])
    assert says in err and len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--variables", "nobody.csv"], "“nobody.csv” could not be read: no such file"),
        (["--pattern", "take"], "The pattern “take” names no variable"),
        (["--by", "x"], "--by needs --table"),
        (["--by", "x", "--table", "a.csv"], "--by needs --variables or --pattern"),
        (["--by", "x", "--table", "a.csv", "--pattern", "{y}"], "There is no variable “x”"),
        (["--table", "a.json"], "does not end in .csv"),
        (["--variables", "a.csv", "--pattern", "{x}"], "cannot be combined"),
    ],
)
def test_wrong_words_end_with_2(run, quick, study, words, says):
    status, _, err = run("study", *words, "--no-save")
    assert status == 2 and says in err and quick == []


def test_files_of_one_name_are_told_apart_by_their_folders(run, quick, here, clip):
    for name in ("ann/1", "bob/1", "bob/2"):
        clip(f"study/{name}.mp4", name.encode())
    assert run("study", "--table", "all.csv", "--no-save")[0] == 0
    names = [line["file"] for line in written(here / "all.csv")]
    assert sorted(names) == ["2.mp4", "ann/1.mp4", "bob/1.mp4"]
