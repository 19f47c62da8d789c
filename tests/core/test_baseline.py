"""What may be written for a baseline, and what it means."""

import pytest

from source.core.baseline import Syntax, file, shown, stretch
from source.core.errors import BadRequest
from source.core.options import Options


@pytest.mark.parametrize(
    ("written", "kept", "seconds"),
    [
        ("12-30", "12-30", (12.0, 30.0)),
        (" 12.50 - 30 ", "12.5-30", (12.5, 30.0)),
        ("0:12,5–1:30", "12.5-90", (12.5, 90.0)),
        ("1:02:03-1:05:00", "3723-3900", (3723.0, 3900.0)),
        ("0-0.25", "0-0.25", (0.0, 0.25)),
    ],
)
def test_a_stretch_is_kept_as_plain_seconds(written, kept, seconds):
    assert Options(baseline=written).baseline == kept
    assert stretch(written) == stretch(kept) == seconds
    assert file(kept) is None


@pytest.mark.parametrize("word", ["own", "none"])
def test_words_are_neither_stretches_nor_files(word):
    assert Options(baseline=word).baseline == Syntax().read(word) == word
    assert stretch(word) is None and file(word) is None


@pytest.mark.parametrize("name", ["a.wav", "/x/12-30.wav", "./12-30", "Own", "take 2"])
def test_anything_else_is_a_file_on_the_command_line_alone(name):
    assert file(Options(baseline=name).baseline) == name
    with pytest.raises(BadRequest, match="There is no baseline") as refused:
        Syntax().read(name)
    assert "12.5-30" in refused.value.hint and "recording" not in refused.value.hint


@pytest.mark.parametrize("text", ["", " ", "12", "12-", "-5", "-5-10", "1-2-3", "12:30", "-"])
def test_what_looks_like_times_and_is_no_stretch_is_refused(text):
    with pytest.raises(BadRequest, match="There is no baseline"):
        Options(baseline=text)


@pytest.mark.parametrize("text", ["30-12", "5-5", "1:00-0:59"])
def test_a_stretch_ends_after_it_begins(text):
    with pytest.raises(BadRequest, match="must end after it begins"):
        Options(baseline=text)


def test_a_result_names_a_file_and_not_where_it_lies():
    assert shown("/home/somebody/normal.wav") == "normal.wav"
    assert shown("12-30") == "12-30"
