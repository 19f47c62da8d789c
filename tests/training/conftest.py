"""What tests of training share."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Networks are computed step by step: in a tiny run most time goes into building their graphs.

    What is trained as graphs too: `test_fit`, `test_search` and `test_commands`.
    """
    tensorflow = pytest.importorskip("tensorflow")
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)
