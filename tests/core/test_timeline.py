from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.core.timeline import check_segments, merge, overlap, rolling_mean, steps


@dataclass
class Span:
    start: float
    end: float


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        pytest.param([(1, 1)], "end after it starts", id="empty"),
        pytest.param([(2, 1)], "end after it starts", id="backwards"),
        pytest.param([(-1, 1)], "before the one before", id="before-zero"),
        pytest.param([(2, 3), (1, 4)], "before the one before", id="unsorted"),
        pytest.param([(0, 12)], "after the recording", id="too-late"),
    ],
)
def test_segments_that_break_the_contract_are_refused(spans, words):
    with pytest.raises(ValueError, match=words):
        check_segments([Span(*s) for s in spans], seconds=10)


def test_good_segments_pass():
    check_segments([Span(0, 1), Span(1, 2), Span(1.5, 10.05)], seconds=10)


@given(st.floats(0.01, 5000))
def test_steps_cover_the_recording_without_gap_or_overlap(seconds):
    spans = steps(seconds)
    assert spans[0][0] == 0
    assert spans[-1][1] == pytest.approx(seconds, abs=1e-5)
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert all(0 < end - start <= 0.5 + 1e-6 for start, end in spans)


def test_a_recording_of_no_length_has_no_steps():
    assert steps(0) == []


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 10))))
def test_merged_stretches_are_sorted_and_apart(pairs):
    merged = merge([(start, start + length) for start, length in pairs])
    assert all(a[1] < b[0] for a, b in pairwise(merged))


def test_overlap_is_what_both_share():
    assert overlap((0, 2), Span(1, 5)) == 1
    assert overlap((0, 1), (2, 3)) == 0


def test_a_gap_does_not_count_in_a_rolling_mean():
    assert rolling_mean([None, 2.0, None, 4.0], 2) == [None, 2.0, 2.0, 4.0]


def test_a_rolling_mean_of_gaps_is_a_gap():
    assert rolling_mean([1.0, None, None, None], 2) == [1.0, 1.0, None, None]
