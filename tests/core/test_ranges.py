"""Numbers among the options lie in their range, or are told with it."""

import math

import pytest

from source.core.errors import OutOfRange, UnknownOption
from source.core.options import OPTIONS, Options

RANGES = {name: option.range for name, option in OPTIONS.items() if option.range}

WRONG = [
    ("fps", -1, "The frame rate must lie between 0.1 and 60 frames per second; it is -1."),
    ("fps", 0, "The frame rate must lie between 0.1 and 60 frames per second; it is 0."),
    ("fps", 1e9, "The frame rate must lie between 0.1 and 60 frames per second; it is "
     "1,000,000,000."),
    ("fps", math.nan, "The frame rate must lie between 0.1 and 60 frames per second; it is nan."),
    ("max_frames", 1.5, "The maximum number of frames must be a whole number between 1 and "
     "1,000,000; it is 1.5."),
    ("max_frames", 0, "The maximum number of frames must be a whole number between 1 and "
     "1,000,000; it is 0."),
    ("seconds", math.inf, "The length to analyse must lie between 0.01 and 1,000,000 seconds; "
     "it is inf."),
    ("seconds", -1, "The length to analyse must lie between 0.01 and 1,000,000 seconds; it is -1."),
    ("min_face", math.nan, "The minimum face size must be a whole number between 0 and 100,000 "
     "pixels; it is nan."),
    ("max_blur", 1.01, "The maximum blur must lie between 0 and 1; it is 1.01."),
    ("min_light", "dim", "The minimum brightness must lie between 0 and 1; it is “dim”."),
    ("explain", (1.0, math.nan), "The time to explain must lie between 0 and 1,000,000 seconds; "
     "it is nan."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "said"), WRONG, ids=lambda part: str(part)[:16])
def test_what_lies_outside_is_told_with_its_range(name, value, said):
    with pytest.raises(OutOfRange) as told:
        Options(**{name: value})
    assert (told.value.code, told.value.status) == ("out_of_range", 400)
    assert told.value.message == said
    ends = RANGES[name]
    assert (told.value.low, told.value.high, told.value.unit) == (ends.low, ends.high, ends.unit)


@pytest.mark.parametrize("name", [n for n in RANGES if n != "explain"])
def test_both_ends_belong_to_a_range(name):
    for end in (RANGES[name].low, RANGES[name].high):
        assert getattr(Options(**{name: end}), name) == end


def test_a_number_larger_than_any_float_is_refused_in_a_short_sentence():
    for value in (10**5000, "9" * 5000, "many " * 1000):
        with pytest.raises(OutOfRange) as told:
            Options(fps=value)
        assert len(told.value.message) < 120
    assert OutOfRange("rate", -(10**5000), low=0, high=1).message.endswith("it is -inf.")


def test_an_unknown_name_is_repeated_in_short():
    with pytest.raises(UnknownOption) as told:
        Options(analysis="x" * 5000)
    assert told.value.message == f"There is no analysis “{'x' * 39}…”."
