"""Names that every file system takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.core.names import NAME_BYTES, fit, portable

LONG = {
    "ascii": "x" * 255, "two bytes": "ü" * 127, "three bytes": "音" * 85, "emoji": "😀" * 63,
    "combining": "e\u0301" * 85, "joined": "👩\u200d👧" * 23, "surrogates": "\ud800" * 90,
}


@pytest.mark.parametrize("stem", LONG.values(), ids=LONG)
@pytest.mark.parametrize("ending", ["", "_analysis.json", "_annotated.mp4"])
def test_a_long_name_fits_and_keeps_its_ending(stem, ending):
    name = fit(stem, ending)
    assert len(name.encode("utf-8", "surrogatepass")) <= NAME_BYTES and name.endswith(ending)
    assert name == stem + ending or name[:20] == stem[:20]


@pytest.mark.parametrize("length", range(225, 256))
def test_names_at_the_limit_can_be_written(tmp_path, length):
    path = tmp_path / fit("ä" + "x" * (length - 2), "_analysis.json")
    path.write_text("")
    assert path.is_file()


def test_long_names_that_begin_alike_stay_different():
    assert fit("x" * 300 + "a", ".json") != fit("x" * 300 + "b", ".json")


def test_a_letter_is_not_parted_from_its_mark():
    for most in range(12, 40):
        kept = fit("e\u0301" * 50, most=most).rpartition("-")[0]
        assert len(kept) % 2 == 0


def test_an_ending_without_end_is_shortened_with_the_rest():
    assert len(fit("a", "." + "b" * 400)) == NAME_BYTES


@given(st.text(), st.sampled_from(["", ".json", "_ä.mp4"]), st.integers(40, 255))
def test_any_name_fits(stem, ending, most):
    name = fit(stem, ending, most=most)
    assert len(name.encode("utf-8", "surrogatepass")) <= most and name.endswith(ending)


@given(st.text(st.characters(codec=None)))
def test_any_name_becomes_portable(name):
    made = portable(name)
    assert made and made == portable(made)
    assert not set(made) & set('<>:"/\\|?*\r\n\0')
    made.encode()


@pytest.mark.parametrize("name", ["CON", "nul.wav", "Com1.mp4", "LPT9", "aux .png"])
def test_no_name_is_a_device(name):
    assert portable(name).startswith("_")
