"""What tests of training share."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest


@pytest.fixture(scope="session")
def step_by_step() -> Callable[[], AbstractContextManager[None]]:
    """Inside it networks are computed step by step: a tiny training mostly builds its graphs.

    Its export still builds the graph of the network. Training as graphs is what `test_fit`,
    `test_search` and `test_commands` do.
    """
    tensorflow = pytest.importorskip("tensorflow")

    @contextmanager
    def inside() -> Iterator[None]:
        tensorflow.config.run_functions_eagerly(True)
        try:
            with warnings.catch_warnings():
                # What a data pipeline computes stays a graph, and TensorFlow says so.
                warnings.filterwarnings("ignore", "Even though the", UserWarning)
                yield
        finally:
            tensorflow.config.run_functions_eagerly(False)

    return inside


@pytest.fixture
def eagerly(step_by_step: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """The whole test is computed step by step."""
    with step_by_step():
        yield
