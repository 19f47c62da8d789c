"""Files of CTranslate2: what is written is read, and what is no such file is refused."""

import numpy as np
import pytest

from source.runtime.ctranslate import arrays
from tests.making.encoders import entry, written

MADE = {
    "encoder/scale": np.array([1.0, -2.5, 3.25], "<f2"),
    "encoder/matrix": np.arange(6, dtype="<f4").reshape(2, 3),
    "decoder/heads": np.array(6, "<i2"),
}


def test_arrays_come_back_with_name_shape_type_and_values() -> None:
    read = arrays(written(*(entry(name, array) for name, array in MADE.items())))

    assert list(read) == list(MADE)
    for name, array in MADE.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_only_what_was_asked_for_is_read() -> None:
    content = written(*(entry(name, array) for name, array in MADE.items()))

    assert list(arrays(content, under="encoder/")) == ["encoder/scale", "encoder/matrix"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "no file of CTranslate2", id="empty"),
        pytest.param(b"PK\x03\x04" * 9, "up to version 6", id="another kind of file"),
        pytest.param(written(version=7), "it says 7", id="newer version"),
        pytest.param(written(entry("a", MADE["encoder/matrix"]))[:-20], "ends behind", id="cut"),
        pytest.param(
            written(entry("a", MADE["encoder/matrix"], size=20)), "has 20 bytes", id="wrong size"
        ),
        pytest.param(written(entry("a", MADE["encoder/scale"], kind=5)), "of type 5", id="type"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        arrays(content)


@pytest.mark.parametrize("length", range(0, 120, 7))
def test_a_file_that_is_cut_off_anywhere_is_refused(length: int) -> None:
    content = written(*(entry(name, array) for name, array in MADE.items()))

    with pytest.raises(ValueError, match=r"CTranslate2|ends behind"):
        arrays(content[:length])
