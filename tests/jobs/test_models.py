"""Which models the pages call the default."""

import json
import shutil

import pytest

from source.jobs.models import default_models
from tests.making.encoders import NAME, NEXT


@pytest.fixture
def root(preferring, tmp_path):
    return shutil.copytree(preferring, tmp_path / "models", symlinks=True)


@pytest.fixture
def serving(settings, root):
    return lambda: default_models(settings.with_values(MODELS_DIR=str(root)))


def test_with_the_encoder_the_preferred_voice_serves(serving, with_encoder):
    assert serving() == {"voice": NAME, "face": "residual", "clip": "temporal-head"}


def test_without_it_the_next(serving, without_encoder):
    assert serving()["voice"] == NEXT


def test_a_default_that_is_not_there_serves_nobody(serving, root):
    index = json.loads((root / "index.json").read_text("utf-8"))
    (root / "index.json").write_text(json.dumps({**index, "face": "nobody"}), "utf-8")
    assert sorted(serving()) == ["clip", "voice"]
