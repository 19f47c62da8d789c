"""Exports as the programs see them that they are made for: each opened by its parser."""

import io
import json
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from itertools import pairwise

import jsonschema
import pandas as pd
import praatio.textgrid
import pytest
import soundfile
import srt
import webvtt
from PIL import Image
from pympi.Elan import Eaf

from source.core.result_schema import result_schema
from tests.views.eaf import follows_its_schema


def table(content):
    """A CSV as pandas reads it."""
    return pd.read_csv(io.BytesIO(content), keep_default_na=True, low_memory=False)


def elan(content, tmp_path):
    """An EAF as pympi reads it, after a look at what its schema asks for."""
    root = ET.fromstring(content)
    assert root.get("FORMAT") == "2.8"
    follows_its_schema(root)
    slots = {
        slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) for slot in root.iter("TIME_SLOT")
    }
    assert list(slots.values()) == sorted(slots.values())
    for tier in root.iter("TIER"):
        spans = [
            (slots[a.get("TIME_SLOT_REF1")], slots[a.get("TIME_SLOT_REF2")])
            for a in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        assert all(start < end for start, end in spans)
        assert all(one[1] <= after[0] for one, after in pairwise(spans))
    path = tmp_path / "opened.eaf"
    path.write_bytes(content)
    return Eaf(str(path))


def praat(content, tmp_path):
    """A TextGrid as praatio reads it."""
    path = tmp_path / "opened.TextGrid"
    path.write_bytes(content)
    return praatio.textgrid.openTextgrid(
        str(path), includeEmptyIntervals=True, reportingMode="error"
    )


def cues(content):
    """The cues of a WebVTT file: (start, end, text) in seconds."""
    read = webvtt.from_buffer(io.BytesIO(content), format="vtt")
    return [(_seconds(c.start_time), _seconds(c.end_time), c.text) for c in read]


def _seconds(time):
    return time.hours * 3600 + time.minutes * 60 + time.seconds + time.milliseconds / 1000


def subtitles(content):
    """The same of a SubRip file."""
    return [
        (s.start.total_seconds(), s.end.total_seconds(), s.content)
        for s in srt.parse(content.decode(), ignore_errors=False)
    ]


def pdf(content, tmp_path):
    """Text and pages of a PDF, by poppler where it is there."""
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    path = tmp_path / "opened.pdf"
    path.write_bytes(content)
    try:
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("poppler (pdftotext) is not installed")
    return done.stdout.decode()


def package(content):
    """The files of a ZIP, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


def sound(content):
    """Samples and rate of a WAV."""
    return soundfile.read(io.BytesIO(content))


def whole(name, content, tmp_path):
    """Open any export, whatever it is; fails where its parser does."""
    ending = name.rpartition(".")[2]
    if name == "json":
        jsonschema.validate(json.loads(content), result_schema())
    elif ending == "csv":
        assert len(table(content).columns) > 5
    elif ending == "vtt":
        assert cues(content)
    elif ending == "srt":
        assert subtitles(content)
    elif ending == "eaf":
        assert elan(content, tmp_path).get_tier_names()
    elif ending == "textgrid":
        assert praat(content, tmp_path).tierNames
    elif ending == "svg":
        assert ET.fromstring(content).tag.endswith("svg")
    elif ending == "png":
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    elif ending == "pdf":
        assert "Limits" in pdf(content, tmp_path)
    elif ending == "zip":
        assert package(content)
    elif name == "sound":
        assert len(sound(content)[0])
    else:
        raise AssertionError(f"Nothing here opens {name}.")
