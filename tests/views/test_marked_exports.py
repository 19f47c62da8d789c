"""What was marked and left out by hand, in every export that has room for it."""

from dataclasses import replace
from html import unescape
from itertools import pairwise

import pytest

from source.core.edited import applied
from source.core.edits import Exclude, Mark
from source.views import exports
from tests.views import made, opened

NOTES = {
    "markup": "R&D <b>bold</b> --> \"quoted\" 'single'",
    "lines": "two\nlines\r\n\r\nthree",
    "emoji": "laughs \N{GRINNING FACE} again",
    "right to left": "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED} abc",
    "formula": '=cmd|"/c calc"!A1',
    "control": "bell \x07 and \ud800 half a letter",
    "none": "",
}


EDITS = (Mark(12.5), Exclude(20.0, 24.0))


def changed(result, note="", *, edits=EDITS):
    """The Result with a marker at 12.5 s and without 20 to 24 s, each with a note."""
    after = applied(result, edits)
    noted = {
        kind: tuple(replace(one, note=note) for one in getattr(after.edits, kind))
        for kind in ("markers", "excluded")
    }
    return replace(after, edits=replace(after.edits, **noted))


def plain(note):
    """A note as it stands on one line."""
    return " ".join(note.split())


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_any_note_breaks_no_file(note, tmp_path, subtests):
    result = changed(made.video(), note)
    there = made.there(tmp_path)
    for name in ("json", "csv", "vtt", "srt", "eaf", "elan.zip", "textgrid", "report.pdf"):
        with subtests.test(name):
            opened.whole(name, exports.export(name, result, **there), tmp_path)


@pytest.mark.parametrize("name", ["markup", "lines", "emoji", "right to left", "formula"])
def test_tiers_of_their_own_hold_the_notes(name, tmp_path):
    note = NOTES[name]
    result = changed(made.video(), note)
    elan = opened.elan(exports.export("eaf", result), tmp_path)
    assert elan.get_annotation_data_for_tier("Markers") == [(12500, 13000, plain(note))]
    assert elan.get_annotation_data_for_tier("Excluded") == [(20000, 24000, plain(note))]
    praat = opened.praat(exports.export("textgrid", result), tmp_path)
    points = [(p.time, p.label.replace('""', '"')) for p in praat.getTier("Markers").entries]
    assert points == [(12.5, plain(note))]  # praatio leaves the quotes of points doubled
    said = [tuple(i) for i in praat.getTier("Excluded").entries if i.label]
    assert said == [(20.0, 24.0, plain(note))]


def test_what_has_no_note_says_what_it_is(tmp_path):
    result = changed(made.video())
    elan = opened.elan(exports.export("eaf", result), tmp_path)
    assert elan.get_annotation_data_for_tier("Markers")[0][2] == "marker"
    assert elan.get_annotation_data_for_tier("Excluded")[0][2] == "excluded"


def test_what_overlaps_or_is_at_once_is_one(tmp_path):
    edits = (
        Exclude(20.0, 24.0),
        Exclude(23.0, 26.0),
        Mark(12.5),
        Mark(12.5),
        Mark(12.7),
        Mark(60.0),
    )
    result = changed(made.video(), "x", edits=edits)
    elan = opened.elan(exports.export("eaf", result), tmp_path)
    assert elan.get_annotation_data_for_tier("Excluded") == [(20000, 26000, "x; x")]
    assert elan.get_annotation_data_for_tier("Markers") == [
        (12500, 12700, "x; x"), (12700, 13200, "x"), (59999, 60000, "x"),
    ]  # fmt: skip
    praat = opened.praat(exports.export("textgrid", result), tmp_path)
    assert [p.time for p in praat.getTier("Markers").entries] == [12.5, 12.7, 60.0]


@pytest.mark.parametrize("people", [("Markers", "Excluded"), ("Voice and face differ", "Markers")])
def test_a_person_of_that_name_has_another_tier(people, tmp_path):
    result = changed(made.video())
    named = tuple(replace(p, name=name) for p, name in zip(result.face.people, people, strict=True))
    result = replace(result, face=replace(result.face, people=named))
    names = list(opened.elan(exports.export("eaf", result), tmp_path).get_tier_names())
    assert len(set(names)) == len(names) and f"{people[0]} (2)" in names


def test_subtitles_show_both(tmp_path):
    result = changed(made.video(), NOTES["markup"])
    cues = opened.cues(exports.export("vtt", result))
    assert all(one[1] <= after[0] for one, after in pairwise(cues))
    (out,) = [cue for cue in cues if "Excluded" in cue[2]]
    assert out[:2] == (20.0, 24.0) and unescape(out[2]) == f"Excluded: {NOTES['markup']}"
    marked = [cue for cue in cues if "Marker" in cue[2]]
    assert (marked[0][0], marked[-1][1]) == (12.5, 14.5)
    assert {unescape(cue[2]).splitlines()[-1] for cue in marked} == {f"Marker: {NOTES['markup']}"}
    # what is read is shown as long as without
    read = [c for c in cues if "Excluded" not in c[2]]
    seconds = sum(m.end - m.start for m in result.timeline)
    assert sum(end - start for start, end, _ in read) == pytest.approx(seconds)
    written = opened.subtitles(exports.export("srt", result))
    assert [cue[:2] for cue in written] == [cue[:2] for cue in cues]
    assert "-->" not in "".join(text for *_, text in written)


def test_a_marker_where_nothing_was_read_is_shown_alone():
    result = changed(made.video(), "pause", edits=(Mark(4.0), Mark(6.0)))
    cues = opened.cues(exports.export("vtt", result))
    around = [(a, b, "Marker: pause" in t, "\n" in t) for a, b, t in cues if a < 8.5]
    assert around == [
        (0.0, 4.0, False, True), (4.0, 5.0, True, True), (5.0, 6.0, True, False),
        (6.0, 7.0, True, False), (7.0, 8.0, True, True), (8.0, 11.5, False, True),
    ]  # fmt: skip


def test_the_long_table_has_rows_with_the_note():
    table = opened.table(exports.export("csv", changed(made.video(), NOTES["formula"])))
    by_hand = table[table["sense"].isin(["marker", "excluded"])]
    assert by_hand[["sense", "start", "end"]].values.tolist() == [
        ["marker", 12.5, 12.5], ["excluded", 20.0, 24.0],
    ]  # fmt: skip
    assert set(by_hand["note"]) == {f"'{NOTES['formula']}"}
    assert by_hand[["emotion", "score", "score_happy"]].isna().all().all()
    read = table[~table["sense"].isin(["marker", "excluded"])]
    assert read["note"].isna().all() and not read["start"].between(20.0, 23.99).any()


def test_the_report_lists_them(tmp_path):
    result = changed(made.video(), "two\nlines & more")
    text = opened.pdf(exports.export("report.pdf", result), tmp_path).replace("\n", " ")
    assert "Marked by hand" in text and "two lines & more" in text
    assert "0:12.5" in text and "0:20.0 to 0:24.0" in text
    many = changed(made.hours(), "x", edits=[Mark(10.0 * n) for n in range(300)])
    assert "276 more" in opened.pdf(exports.export("report.pdf", many), tmp_path)


def test_a_recording_of_nothing_can_be_marked(tmp_path, subtests):
    result = changed(made.nothing(), "thunder")
    names = {row.name for row in exports.available(result)}
    assert names >= {"csv", "vtt", "srt", "eaf", "textgrid"} and "elan.zip" not in names
    for row in exports.available(result, recorded=False, drawn=()):
        with subtests.test(row.name):
            opened.whole(row.name, exports.export(row.name, result), tmp_path)
    assert "rain.eaf" in opened.package(exports.export("zip", result))
