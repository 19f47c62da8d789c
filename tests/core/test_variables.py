"""Variables of recordings: from a table in CSV, or from the names of the files."""

import pytest

from source.core.errors import BadRequest
from source.core.variables import by_pattern, read_table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_table_may_come_from_any_spreadsheet(separator, start):
    lines = [["file", "participant", "condition"], ["a.wav", "P 1", "loud"], ["b", "", "quiet"]]
    text = start + "\r\n".join(separator.join(line) for line in lines)
    for content in (text, text.encode()):
        table = read_table(content)
        assert table.names == ("participant", "condition")
        assert table.of("a.wav") == {"participant": "P 1", "condition": "loud"}
        assert table.of("b.mp3") == {"condition": "quiet"}
        assert table.of("c.wav") == {}


def test_a_row_means_a_file_by_its_path_from_some_folder_on():
    table = read_table("file,condition\nann/1.wav,calm\n2,loud\nbob\\3.wav,loud\n")
    assert table.of("/data/study/ann/1.wav") == {"condition": "calm"}
    assert table.of("bob/1.wav") == {}
    assert table.of("bob/2.mp4") == table.of("bob/3.wav") == {"condition": "loud"}
    assert table.missing(["ann/1.wav", "x.wav"]) == (["x.wav"], ["2", "bob/3.wav"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("name,condition\na,b\n", "has no column “file”; it has name, condition"),
        ("file,condition\na.wav,x,y\n", "Row 2 of the table of variables has 3 cells"),
        ("file,condition\n,x\n", "Row 2 of the table of variables names no file"),
        ("file,condition\na,x\na,y\n", "two rows for “a”"),
        ("file,a,a\n", "two of one name"),
        ('file,a\n"x', "is no CSV"),
        (b"file,a\n\xff\xfe,1", "is not UTF-8 text"),
        ("file," + ",".join(f"v{i}" for i in range(60)), "has 61 columns; at most 50"),
    ],
)
def test_what_is_no_such_table_is_told_with_the_place(content, says):
    with pytest.raises(BadRequest, match=r"The table of variables|Row 2") as told:
        read_table(content)
    assert says in str(told.value) and told.value.hint


def test_a_pattern_reads_variables_off_the_names():
    names = ["study/P01_loud.wav", "P02_quiet_2.mp4", "other.wav", "P03_.wav"]
    table = by_pattern("{participant}_{condition}", names)
    assert table.of("study/P01_loud.wav") == {"participant": "P01", "condition": "loud"}
    assert table.of("P02_quiet_2.mp4") == {"participant": "P02", "condition": "quiet_2"}
    assert table.missing(names)[0] == ["other.wav", "P03_.wav"]


@pytest.mark.parametrize("pattern", ["", "take", "{a}_{a}", "{a}{b}", "{file}_{a}", "{1}", "{a b}"])
def test_a_pattern_without_variables_is_refused(pattern):
    with pytest.raises(BadRequest, match="pattern") as told:
        by_pattern(pattern, ["a_b.wav"])
    assert "{participant}_{condition}" in told.value.hint


def test_empty_cells_at_the_ends_of_lines_do_not_count():
    table = read_table("File;Condition;;\nP1;loud;;\nP2;quiet\n;;;\nP3;;;\n")
    assert table.names == ("Condition",)
    assert table.rows == {"P1": {"Condition": "loud"}, "P2": {"Condition": "quiet"}, "P3": {}}


def test_the_same_letters_written_in_two_ways_are_one_name():
    whole, parted = (
        "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}.wav",
        "Zoe\N{COMBINING DIAERESIS}.wav",
    )
    for one, other in ((whole, parted), (parted, whole)):
        assert read_table(f"file,a\n./{one},x\n").of(f"study/{other}") == {"a": "x"}
        assert by_pattern("{who}", [one]).of(other) == {"who": whole.removesuffix(".wav")}
    with pytest.raises(BadRequest, match="two rows"):
        read_table(f"file,a\n{whole},x\n{parted},y\n")
