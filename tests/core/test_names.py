"""Shortened names fit, stay apart and break no letter."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from source.core.names import short_stem

STEMS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/"), min_size=1)


@given(STEMS, st.integers(20, 60))
def test_a_shortened_stem_fits_and_one_that_fits_is_kept(stem, most):
    short = short_stem(stem, most=most)
    assert len(short.encode()) <= most
    if len(stem.encode()) <= most:
        assert short == stem
    else:
        kept, _, mark = short.rpartition("~")
        assert stem.startswith(kept) and len(mark) == 8
        assert short_stem(stem, most=most) == short
        following = stem[len(kept) :].lstrip()[:1]
        assert not following or not unicodedata.category(following).startswith("M") or not kept


@given(STEMS, STEMS)
def test_other_stems_get_other_names(one, other):
    start = "same beginning of both " * 3
    first, second = (short_stem(start + stem, most=40) for stem in (one, other))
    assert (first == second) == (one == other)


def test_a_stem_that_is_no_utf8_is_shortened_too():
    assert len(short_stem("\udce9" * 300).encode("utf-8", "surrogateescape")) <= 230
