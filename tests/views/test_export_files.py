"""What is in each export, as the program sees it that the export is made for."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import jsonschema
import numpy as np
import pandas as pd
import pytest

from source.core.edited import applied
from source.core.edits import Exclude, Merge, Rename, Split
from source.core.errors import BadRequest, NotFound
from source.core.result import FaceSegment, Quality, Result
from source.core.result_schema import result_schema
from source.views import exports
from tests.golden.generate import FOLDER, SAMPLES
from tests.views import made, opened, timed
from tests.views.eaf import follows_its_schema

RESULT = made.video()
TALK = RESULT.timeline

ODD = [
    '=cmd|"/c calc"!A1.mp4',
    'a,b;"c"\nd.mp4',
    "-1+2 <b>&amp; --> x.mp4",
    "Grüße 録音 🎬 \u202eabc.mp4",
    "@сумма\t.mp4",
    "con/../x.mp4",
    "\x07\ud800.mp4",
]


NAMED = ("json", "report.pdf", "csv", "frames.csv", "eaf", "elan.zip", "textgrid", "vtt")
"""What the name of the recording stands in, or might."""


def called(name, result=RESULT):
    """The same Result of a recording of another name."""
    return replace(result, source=replace(result.source, name=name))


def sample(name):
    """What the analysis found in a sample recording."""
    kept = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    facts = {"id": "01J", "created": "2026-01-01T00:00:00Z", "took": 1.0, "app": "0.1.0"}
    return Result.from_dict(facts | kept)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_export_of_a_sample_opens(name, tmp_path, subtests):
    result = sample(name)
    there = made.there(tmp_path)
    for row in exports.available(result):
        if row.needs_drawing or row.name == "zip" or row.format.name in ("PNG", "SVG"):
            continue
        with subtests.test(row.name):
            opened.whole(row.name, exports.export(row.name, result, **there), tmp_path)


@pytest.mark.parametrize("name", ODD)
def test_a_name_of_any_letters_breaks_no_file(name, tmp_path, subtests):
    result = called(name)
    there = made.there(tmp_path)
    for row in exports.EXPORTS.values():
        if row.name in NAMED:
            with subtests.test(row.name):
                opened.whole(row.name, exports.export(row.name, result, **there), tmp_path)


# --- JSON --------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [made.video(), made.sound(), made.picture(), made.nothing()])
@pytest.mark.parametrize("view", ["native", "five", "groups5"])
def test_json_is_as_its_schema_says(result, view):
    jsonschema.Draft202012Validator.check_schema(result_schema())
    written = json.loads(exports.export("json", result, view=view))
    jsonschema.validate(written, result_schema())


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.pop("source"),
        lambda w: w.update(version=2),
        lambda w: w.update(analysis="smell"),
        lambda w: w["timeline"][0].pop("end"),
        lambda w: w["timeline"][0]["emotion"].update(certain="yes"),
        lambda w: w["timeline"][0]["emotion"]["scores"].update(happy=1.5),
        lambda w: w["face"]["people"][0]["segments"][0].update(box=[0, 0, 1]),
    ],
)
def test_the_schema_refuses_what_is_no_result(change):
    written = json.loads(exports.export("json", RESULT))
    change(written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, result_schema())


def test_the_schema_allows_what_a_later_release_adds():
    written = json.loads(exports.export("json", RESULT))
    written["timeline"][0]["heart_rate"] = 71
    jsonschema.validate(written, result_schema())


# --- tables ------------------------------------------------------------------------------------


def test_the_long_table_has_a_row_for_each_reading():
    table = opened.table(exports.export("csv", RESULT))
    people = RESULT.face.people
    assert table["sense"].value_counts().to_dict() == {
        "together": len(TALK),
        "voice": len(RESULT.voice.segments),
        "face": sum(len(p.segments) for p in people),
    }
    assert list(table["person"].dropna().unique()) == ["Person 1", "Person 2"]
    together = table[table["sense"] == "together"].reset_index()
    assert list(together["start"]) == [m.start for m in TALK]
    assert list(together["score_happy"]) == [m.emotion.scores["happy"] for m in TALK]
    assert list(together["certain"]) == [m.emotion.certain for m in TALK]
    assert list(together["valence"]) == [p.valence for p in RESULT.affect.path]


def test_what_was_not_measured_is_an_empty_cell():
    table = opened.table(exports.export("csv", RESULT))
    assert table[table["sense"] == "voice"]["score_contempt"].isna().all()
    assert table[table["sense"] == "face"]["score_calm"].isna().all()
    assert table[table["sense"] == "together"]["left"].isna().all()
    refused = table[table["refused"].notna()]
    assert (
        len(refused) and refused[["emotion", "score", "certain", "score_happy"]].isna().all().all()
    )


def test_a_picture_has_no_times():
    table = opened.table(exports.export("csv", made.picture()))
    assert len(table) == 2 and table[["start", "end"]].isna().all().all()
    assert list(table["emotion"]) == ["happy", "contempt"]


def test_the_wide_table_has_the_score_of_the_detection():
    (person,) = made.picture(faces=1).face.people
    (face,) = person.segments
    scored = replace(face, quality=replace(face.quality, score=0.87))
    picture = made.picture(faces=1)
    seen = replace(picture.face, people=(replace(person, segments=(scored,)),))
    table = opened.table(exports.export("frames.csv", replace(picture, face=seen)))
    assert list(table["FaceScore"]) == [0.87]


def test_the_wide_table_has_the_columns_of_py_feat():
    table = opened.table(exports.export("frames.csv", RESULT))
    assert list(table)[:16] == [
        "FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore",
        "Pitch", "Roll", "Yaw",
        "anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt",
    ]  # fmt: skip
    assert {"input", "frame", "approx_time", "Identity"} <= set(table)
    assert len(table) == sum(len(p.segments) for p in RESULT.face.people)
    assert table["FaceScore"].isna().all() and table["time"].is_monotonic_increasing
    first = RESULT.face.people[0].segments[1]
    row = table[(table["Identity"] == "Person 1") & (table["time"] == first.time)].iloc[0]
    assert row["happiness"] == first.emotion.scores["happy"]
    assert row["FaceRectX"] == pytest.approx(first.box[0] * 1280, abs=0.05)
    assert row["FaceRectHeight"] == pytest.approx(first.box[3] * 720, abs=0.05)
    assert row["frame"] == round(first.time * 29.97)


def test_the_wide_table_is_in_the_label_view():
    table = opened.table(exports.export("frames.csv", RESULT, view="groups5"))
    assert {"Angry", "Happy", "Sad/Fear"} <= set(table) and "anger" not in table


@pytest.mark.parametrize("name", ["=1+1.mp4", "+a.mp4", "-a.mp4", "@a.mp4", "\ta.mp4"])
@pytest.mark.parametrize("export", ["csv", "frames.csv"])
def test_no_spreadsheet_takes_a_name_for_a_formula(name, export):
    table = pd.read_csv(__import__("io").BytesIO(exports.export(export, called(name))), dtype=str)
    column = "recording" if export == "csv" else "input"
    assert set(table[column]) == {f"'{name}"}


# --- subtitles ---------------------------------------------------------------------------------


def test_cues_follow_the_combined_time_line():
    cues = opened.cues(exports.export("vtt", RESULT))
    assert cues == opened.subtitles(exports.export("srt", RESULT))
    assert all(one[1] <= after[0] for one, after in pairwise(cues))
    assert sum(end - start for start, end, _ in cues) == pytest.approx(
        sum(m.end - m.start for m in TALK)
    )
    texts = [text for *_, text in cues]
    assert texts[0] == "happy 71 %\nVoice: happy, Person 1: happy"
    assert "neutral 38 %, not sure\nPerson 1: neutral?, Person 2: neutral" in texts
    # nothing was measured in these two seconds
    assert (cues[0][1], cues[1][0]) == (5.0, 7.0)


def named(*names):
    """The same Result after its people were given names by hand."""
    pairs = zip(RESULT.face.people, names, strict=True)
    people = tuple(replace(person, name=name) for person, name in pairs)
    return replace(RESULT, face=replace(RESULT.face, people=people))


def test_webvtt_escapes_what_it_takes_for_markup():
    result = named("<i>A & B</i> --> \n\nC", None)
    written = exports.export("vtt", result).decode()
    assert "&lt;i&gt;A &amp; B&lt;/i&gt; --&gt; C: happy" in written
    assert len(opened.cues(written.encode())) == len(opened.cues(exports.export("vtt", RESULT)))
    (first, *_) = opened.subtitles(exports.export("srt", result))
    assert first[2].count("\n") == 1 and "-->" not in first[2] and "<" not in first[2]


@pytest.mark.parametrize(
    "names", [('Ann "=1" <b>', "Ольга\nИ."), ("Ann", "Ann"), ("Voice", "Together"), ("=1+1", "a,b")]
)
def test_people_are_called_as_they_were_named(names, tmp_path, subtests):
    result = named(*names)
    plain = {" ".join(name.split()) for name in names}
    with subtests.test("elan"):
        tiers = opened.elan(exports.export("eaf", result), tmp_path).get_tier_names()
        assert plain <= set(tiers) and len(set(tiers)) == 5
    with subtests.test("praat"):
        tiers = opened.praat(exports.export("textgrid", result), tmp_path).tierNames
        assert len(set(tiers)) == 5
    with subtests.test("csv"):
        table = opened.table(exports.export("csv", result))
        wanted = {f"'{n}" if n.startswith("=") else n for n in names}
        assert set(table["person"].dropna()) == wanted
    with subtests.test("pdf"):
        text = opened.pdf(exports.export("report.pdf", result), tmp_path)
        assert names[0].split()[0] in text


def test_more_than_four_people_are_counted():
    (first, *_) = opened.cues(exports.export("vtt", made.hours(0.05, people=9)))
    assert first[2].endswith("Person 3: happy, Person 5: happy, 2 more")


# --- ELAN and Praat ----------------------------------------------------------------------------

TIERS = ["Together", "Voice", "Person 1", "Person 2", "Voice and face differ"]


def test_elan_gets_a_tier_for_each_sense_and_person(tmp_path):
    document = opened.elan(exports.export("eaf", RESULT), tmp_path)
    assert list(document.get_tier_names()) == TIERS
    voice = document.get_annotation_data_for_tier("Voice")
    assert [a[:2] for a in voice] == [
        (round(s.start * 1000), round(s.end * 1000)) for s in RESULT.voice.segments
    ]
    labels = {a[2] for a in document.get_annotation_data_for_tier("Together")}
    assert {"happy", "happy?", "neutral?", "surprised"} <= labels
    (apart,) = document.get_annotation_data_for_tier("Voice and face differ")
    assert apart[2] == "voice sad, face happy"
    (media,) = document.get_linked_files()
    assert media["RELATIVE_MEDIA_URL"] == "./team talk.mp4"
    assert document.get_parameters_for_tier("Person 1")["PARTICIPANT"] == "Person 1"


def test_elan_gets_tracks_beside_the_tiers(tmp_path):
    files = opened.package(exports.export("elan.zip", RESULT))
    assert list(files) == ["team talk.eaf", "team talk_tracks.csv", "team talk_tsconf.xml"]
    document = opened.elan(files["team talk.eaf"], tmp_path)
    linked = [entry["RELATIVE_LINK_URL"] for entry in document.get_secondary_linked_files()]
    assert linked == ["./team talk_tracks.csv", "./team talk_tsconf.xml"]
    table = opened.table(files["team talk_tracks.csv"])
    root = ET.fromstring(files["team talk_tsconf.xml"])
    (source,) = root.findall("tracksource")
    assert source.get("source-url") == linked[0] and source.get("time-column") == "0"
    described = {
        track.get("name"): int(track.find("sample-position/pos").get("col"))
        for track in source.findall("track")
    }
    assert described == {name: number for number, name in enumerate(table) if number}
    assert {"happy", "agreement", "anomaly", "valence", "arousal", "dominance"} <= set(described)


def test_a_track_is_what_was_measured_and_breaks_at_a_gap():
    files = opened.package(exports.export("elan.zip", RESULT))
    lines = files["team talk_tracks.csv"].decode().splitlines()
    cells = [line.split(",") for line in lines[1:]]
    # ELAN takes a time without a point for milliseconds and an empty cell at the end for 0
    assert all("." in row[0] and "" not in row for row in cells)
    table = opened.table(files["team talk_tracks.csv"]).set_index("#time")
    assert table.index.is_monotonic_increasing
    assert table.loc[4.999, "happy"] == TALK[9].emotion.scores["happy"]
    assert table.loc[5.0].isna().all() and 7.0 in table.index
    assert table.loc[0.0, ["agreement"]].isna().all()


def test_praat_gets_tiers_without_holes(tmp_path):
    grid = opened.praat(exports.export("textgrid", RESULT), tmp_path)
    assert list(grid.tierNames) == TIERS and (grid.minTimestamp, grid.maxTimestamp) == (0, 60)
    for name in TIERS:
        entries = grid.getTier(name).entries
        assert (entries[0].start, entries[-1].end) == (0, 60)
        assert all(one.end == after.start for one, after in pairwise(entries))
    said = [(e.start, e.end) for e in grid.getTier("Voice").entries if e.label]
    assert said == [(s.start, s.end) for s in RESULT.voice.segments]


def test_what_has_no_time_line_has_no_tiers():
    for result in (made.picture(), made.nothing()):
        names = {row.name for row in exports.available(result)}
        assert not names & {"vtt", "srt", "eaf", "elan.zip", "textgrid"}


# --- the report --------------------------------------------------------------------------------


def test_a_report_says_what_the_page_says(tmp_path):
    text = opened.pdf(exports.export("report.pdf", RESULT), tmp_path)
    for said in ("team talk.mp4", "Mostly reads as happy", "78 % of the time, sure",
                 "Leading emotion over time", "Person by person", "cnn-transformer", "Limits",
                 "6 faces were found but could not be read"):  # fmt: skip
        assert said in text.replace("\n", " ")


@pytest.mark.parametrize("result", [RESULT, made.picture(), made.sound(), made.nothing()])
def test_a_report_is_tagged_and_its_pictures_have_texts(result, tmp_path):
    there = made.there(tmp_path)
    written = exports.export("report.pdf", result, **there)
    assert b"/StructTreeRoot" in written and b"/MarkInfo" in written
    assert b"CreationDate(D:20260101" in written  # that of the analysis


def test_a_picture_stands_in_its_report_while_it_is_stored(tmp_path):
    there = made.there(tmp_path)
    with_it = exports.export("report.pdf", made.picture(), **there)
    assert b"/DCTDecode" in with_it
    assert b"/DCTDecode" not in exports.export("report.pdf", made.picture())


# --- sound and packages ------------------------------------------------------------------------


def test_a_stretch_of_the_sound_is_as_long_as_it_was_asked_for(tmp_path):
    there = made.there(tmp_path)
    samples, rate = opened.sound(exports.export("sound:1.5-4", RESULT, **there))
    assert rate == made.Taken.rate and samples.shape == (2.5 * rate,)
    at = np.arange(round(1.5 * rate), 4 * rate)
    assert np.abs(samples - np.sin(at * 2 * np.pi * 440 / rate) / 2).max() < 1e-4
    past = opened.sound(exports.export("sound:59-99", RESULT, **there))[0]
    assert len(past) == rate


@pytest.mark.parametrize(
    ("result", "asked", "said"),
    [(made.hours(), "sound", "2 h"), (RESULT, "sound:60-70", "ends at 60 s")],
)
def test_a_stretch_that_cannot_be_cut_out_is_refused_with_the_cure(result, asked, said, tmp_path):
    with pytest.raises(BadRequest, match=said) as refused:
        exports.export(asked, result, **made.there(tmp_path))
    assert "ive " in refused.value.hint


@pytest.mark.usefixtures("drawn_once")
def test_the_package_has_every_other_file(tmp_path):
    there = made.there(tmp_path)
    files = opened.package(exports.export("zip", RESULT, **there))
    for row in exports.available(RESULT):
        if row.name not in ("zip", "eaf", "elan.zip", "sound"):
            assert files[f"team talk{row.suffix}"] == exports.export(row.name, RESULT, **there)
    elan = opened.package(exports.export("elan.zip", RESULT))
    assert {f"elan/{name}": content for name, content in elan.items()}.items() <= files.items()
    assert not any(name.endswith(".wav") for name in files)
    cut = opened.package(exports.export("zip:1-2", RESULT, **there))
    assert cut["team talk_1-2.wav"] == exports.export("sound:1-2", RESULT, **there)


@pytest.mark.usefixtures("drawn_once")
def test_what_cannot_be_made_is_told_in_the_package(tmp_path):
    there = made.there(tmp_path)
    files = opened.package(exports.export("zip:70-80", RESULT, **there))
    assert "ends at 60 s" in files["not_in_this_package.txt"].decode()
    assert "team talk_analysis.json" in files


def test_people_of_a_crowd_all_have_a_tier_and_rows(tmp_path):
    face = RESULT.face.people[0]
    people = tuple(replace(face, id=number) for number in range(1, 31))
    crowd = replace(RESULT, face=replace(RESULT.face, people=people))
    assert len(opened.elan(exports.export("eaf", crowd), tmp_path).get_tier_names()) >= 32
    assert opened.table(exports.export("csv", crowd))["person"].nunique() == 30
    assert "18 more people" in opened.pdf(exports.export("report.pdf", crowd), tmp_path)


def test_stretches_too_short_for_a_millisecond_are_left_out_of_elan(tmp_path):
    short = FaceSegment(1.0, (0, 0, 1, 1), Quality(9, 0.1, 0.5), TALK[0].emotion, end=1.0001)
    one = replace(RESULT.face.people[0], segments=(short,))
    result = replace(RESULT, face=replace(RESULT.face, people=(one,)))
    document = opened.elan(exports.export("eaf", result), tmp_path)
    assert document.get_annotation_data_for_tier("Person 1") == []


BREAKS = {
    "order": lambda root: root.append(root.find("TIER")) or root.remove(root.find("TIER")),
    "no slot": lambda root: root.find("TIME_ORDER").remove(root.find("TIME_ORDER/TIME_SLOT")),
    "twice": lambda root: root.insert(3, root.find("TIER")),
    "lacks": lambda root: root.find("TIER").attrib.pop("LINGUISTIC_TYPE_REF"),
    "time": lambda root: root.find("TIME_ORDER/TIME_SLOT").set("TIME_VALUE", "1.5"),
    "unknown": lambda root: root.find("TIER").set("COLOUR", "red"),
}


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS)
def test_the_check_of_the_schema_finds_what_breaks_it(change):
    root = ET.fromstring(exports.export("eaf", RESULT))
    follows_its_schema(root)
    change(root)
    with pytest.raises(AssertionError):
        follows_its_schema(root)


def _without(result, *senses):
    """The same film, in which nothing was found for some senses."""
    if "face" in senses:
        result = replace(result, face=replace(result.face, people=(), emotion=None))
    if "voice" in senses:
        voice = replace(result.voice, speech_seconds=0.0, segments=(), emotion=None)
        result = replace(result, voice=voice)
    if len(senses) < 2:
        return result
    return replace(result, timeline=(), emotion=None, affect=None, anomaly=None, engagement=None)


def _pair():
    picture, sound = made.picture(), made.sound()
    sources = (picture.source, sound.source)
    return replace(
        sound, analysis="combined", source=picture.source, sources=sources, face=picture.face
    )


STRANGE = {
    "no face": lambda: _without(RESULT, "face"),
    "no speech": lambda: _without(RESULT, "voice"),
    "neither": lambda: _without(RESULT, "face", "voice"),
    "picture": made.picture,
    "picture of nobody": lambda: made.picture(faces=0),
    "silence": made.nothing,
    "pair": _pair,
    "thirty people": lambda: made.hours(0.05, people=30),
    "merged and named": lambda: applied(
        timed.talk(), [Rename(1, 'A/"B"\n<c> \N{GRINNING FACE}'), Merge(2, 1), Exclude(2, 3, "x")]
    ),
    "split and named": lambda: applied(
        timed.talk(), [Split(1, 2.0), Rename(1, "Voice"), Rename(2, "Together")]
    ),
    "all excluded": lambda: applied(timed.talk(), [Exclude(0, 12.0, "all")]),
    "no name": lambda: called(""),
}


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE)
def test_what_is_offered_opens_and_what_is_not_is_refused(make, tmp_path, subtests):
    result, there = make(), made.there(tmp_path)
    offered = {row.name for row in exports.available(result)}
    for row in exports.EXPORTS.values():
        if row.format.name in ("PNG", "SVG") or row.needs_drawing or row.name == "zip":
            continue
        with subtests.test(row.name):
            if row.name in offered:
                opened.whole(row.name, exports.export(row.name, result, **there), tmp_path)
            else:
                with pytest.raises(NotFound, match="has nothing for the export"):
                    exports.export(row.name, result, **there)
