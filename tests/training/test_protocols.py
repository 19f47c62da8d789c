"""The folds: every actor tested once, nobody on both sides."""

import numpy as np
import pytest

from source.training import protocols


def test_every_actor_is_tested_once_and_those_kept_aside_never():
    actors = [a for fold in protocols.RAVDESS_FOLDS for a in fold]
    assert sorted(actors) == list(range(1, 21))


def test_an_actor_kept_aside_is_refused():
    with pytest.raises(ValueError, match="21"):
        protocols.fold_of(21)


def test_a_speaker_on_both_sides_is_an_error():
    protocols.check_apart([1, 2], [3])
    with pytest.raises(AssertionError, match="2"):
        protocols.check_apart([1, 2], [2, 3])


def test_by_clip_takes_the_same_share_of_each_label():
    labels = np.repeat([0, 1], [50, 100])
    test = protocols.by_clip(labels)
    assert test[labels == 0].sum() == 10
    assert test[labels == 1].sum() == 20
