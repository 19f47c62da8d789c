"""What is made ahead comes in order, stops where nobody wants it, and fails where it fails."""

import threading

import pytest

from source.voice.ahead import WAITING, ahead


def test_the_same_things_come_in_the_same_order():
    assert list(ahead(iter(range(100)))) == list(range(100))


def test_a_failure_is_raised_at_its_place():
    def broken():
        yield 1
        raise ValueError("the second one is broken")

    things = ahead(broken())
    assert next(things) == 1
    with pytest.raises(ValueError, match="second"):
        next(things)


def test_who_stops_early_stops_the_making_too():
    made, closed = [], threading.Event()

    def endless():
        try:
            while True:
                made.append(len(made))
                yield made[-1]
        finally:
            closed.set()

    things = ahead(endless())
    assert [next(things), next(things)] == [0, 1]
    things.close()
    assert closed.is_set()
    assert len(made) <= 2 + WAITING + 2
