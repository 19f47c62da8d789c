"""Programs of older systems, before jobs that are done at once."""

import pytest

from source.web.callers import TOKENS, digest
from tests.web.compat.programs import AtOnce, Program

ONE, TWO = "token-of-one", "token-of-two"


@pytest.fixture
def jobs(tmp_path):
    return AtOnce(tmp_path / "uploads")


@pytest.fixture
def program(app):
    return Program(app)


@pytest.fixture
def other(app):
    """Somebody else's program."""
    return Program(app)


@pytest.fixture
def tokens(app):
    app.config[TOKENS] = frozenset({digest(ONE), digest(TWO)})
    yield
    app.config[TOKENS] = frozenset()
