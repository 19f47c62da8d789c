"""Result files are read back as written, by the compiled reader and by the careful one."""

import json

import pytest

from source.core.result import Result
from source.store import reading
from tests.views import made

KINDS = {"video": made.video(), "sound": made.sound(), "nothing": made.nothing()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("long", [0, reading.LONG], ids=["compiled", "careful"])
def test_a_result_comes_back_as_it_was(monkeypatch, kind, long):
    monkeypatch.setattr(reading, "LONG", long)
    result = KINDS[kind]
    back = reading.read(reading.written(result))
    assert back == result
    assert json.dumps(back.to_dict()) == json.dumps(result.to_dict())


def test_what_another_release_wrote_keeps_its_keys(monkeypatch):
    monkeypatch.setattr(reading, "LONG", 0)
    data = made.video().to_dict()
    data["timeline"][0]["weather"] = "fine"
    back = reading.read(json.dumps(data).encode())
    assert back.to_dict()["timeline"][0]["weather"] == "fine"
    again = reading.read(reading.written(back))
    assert again.to_dict() == data


@pytest.mark.parametrize("where", [b'"score": 0.6', b'"senses": ["voice"', b'"box": [0.2'])
def test_a_damaged_file_is_refused(monkeypatch, where):
    monkeypatch.setattr(reading, "LONG", 0)
    raw = reading.written(made.video())
    assert where in raw
    with pytest.raises((ValueError, TypeError)):
        reading.read(raw.replace(where, where.split(b":")[0] + b": false", 1))


def test_the_written_form_has_no_mark_of_ours():
    raw = reading.written(made.sound())
    assert "fields" not in reading.read(raw).to_dict()
    assert Result.from_dict(made.sound().to_dict()) == made.sound()
