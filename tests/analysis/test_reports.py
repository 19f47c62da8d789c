"""Small inputs that were once answered wrongly: what is right, and what is found.

``pytest tests/analysis/test_reports.py -s`` prints the table.
"""

from collections.abc import Callable

from source.analysis import analyse, probe_files
from source.core.invariants import violations
from source.core.result import Result

Check = Callable[[Result], bool]


def _face_until(result: Result) -> float:
    return max((m.end for m in result.timeline if "face" in m.senses), default=0.0)


def _codes(result: Result) -> set[str]:
    return {note.code for note in result.notes}


def _sure(result: Result) -> bool:
    return result.emotion is not None and result.emotion.certain


def _label(result: Result) -> str | None:
    return result.emotion.label if result.emotion else None


RIGHT: dict[str, tuple[str, Check]] = {
    "tiff_orientation_6.tif": (
        "300 x 250, angry",
        lambda r: (
            (r.source.video.width, r.source.video.height, r.source.video.rotation, _label(r))
            == (300, 250, 90, "angry")
        ),
    ),
    "pictures_2s_sound_60s.mp4": (
        "no face on the time line after 0:02.5",
        lambda r: 1.5 < _face_until(r) <= 2.5,
    ),
    "late_start_60s.webm": (
        "3.0 s long, nothing after 0:03",
        lambda r: abs(r.source.seconds - 3.0) < 0.1 and r.timeline[-1].end <= 3.1,
    ),
    "joined_parts.webm": (
        "6 s of both senses, or a note that says what was left out",
        lambda r: (
            (abs(r.source.seconds - 6.0) < 0.3 and _face_until(r) > 5.0)
            or "parts_left_out" in _codes(r)
        ),
    ),
    "second_sound_track.m4a": (
        "the track that has sound is read, or a note tells of the second",
        lambda r: r.voice.speech_seconds > 1.0,
    ),
    "cut_between_two_people.mp4": ("two people", lambda r: len(r.face.people) == 2),
    "third_of_a_second.wav": ("not sure, or too short to say", lambda r: not _sure(r)),
    "id3_before.wav": (
        "read as a WAV",
        lambda r: r.source.kind == "audio" and r.voice.speech_seconds > 1.0,
    ),
    "sideways_no_flag.jpg": (
        "sad as upright, or not sure",
        lambda r: _label(r) == "sad" or not _sure(r),
    ),
}
"""By file: the right answer in words, and whether a Result gives it."""


def _found(result: Result) -> str:
    parts = [_label(result) or "no emotion", "sure" if _sure(result) else "not sure"]
    if result.source.seconds is not None:
        parts.append(f"{result.source.seconds:.2f} s")
    if result.source.video is not None:
        parts.append(f"{result.source.video.width} x {result.source.video.height}")
    if result.voice is not None:
        parts.append(f"{result.voice.speech_seconds:.1f} s of speech")
    if result.face is not None and result.timeline:
        parts.append(f"{len(result.face.people)} people, a face until {_face_until(result):.1f} s")
    return ", ".join([*parts, *sorted(_codes(result))])


def test_every_report_has_its_right_answer(shared, settings):
    wrong = []
    print(f"\n{'file':28} {'expected':62} found")
    for name, (expected, right) in RIGHT.items():
        path = shared / "reports" / name
        result = analyse(
            probe_files([path], settings=settings), settings.options(), settings=settings
        )
        print(f"{name:28} {expected:62} {_found(result)}")
        if not right(result) or violations(result):
            wrong.append((name, expected, _found(result), violations(result)))
    assert wrong == []
