"""Notes that a reader should see before the figures: a stable code and one sentence each."""

from collections.abc import Sequence

from source.core.figures import number_of
from source.core.result import Baseline, Note


def no_sound() -> Note:
    return Note("no_sound", "The recording has no audio track, so the voice was not read.")


def no_speech() -> Note:
    return Note("no_speech", "No speech was found, so the voice was not read.")


def some_speech(speech: float, seconds: float) -> Note:
    silent = seconds - speech
    return Note(
        "some_speech",
        f"There is no speech in {silent:.0f} of {seconds:.0f} seconds; "
        "nothing is said of the voice there.",
    )


def no_baseline(used: Baseline, *, stretch: tuple[float, float] | None = None) -> Note:
    """Nobody speaks in what was to be the baseline; `used` is what took its place."""
    where = "recording that was given as the baseline"
    if stretch is not None:
        where = f"stretch from {stretch[0]:g} to {stretch[1]:g} s marked as normal"
    instead = "the other utterances of the recording" if used.utterances else "no baseline"
    return Note("no_baseline", f"There is no speech in the {where}; {instead} took its place.")


def baseline_unused(voice_model: str) -> Note:
    return Note(
        "baseline_unused",
        f"The voice model “{voice_model}” uses no baseline, so each utterance was read by itself.",
    )


def no_face() -> Note:
    return Note("no_face", "No face was found, so no expression was read.")


def faces_refused(refused: dict[str, int]) -> Note:
    total = sum(refused.values())
    reasons = ", ".join(f"{count} too {reason}" for reason, count in refused.items() if count)
    what = number_of(total, "face was", "faces were")
    return Note("faces_refused", f"{what} found but could not be read ({reasons}).")


DOUBTS = {
    "unlike": "hard to recognise as a face",
    "turned": "turned away",
    "cut": "cut off by the edge of the picture",
    "covered": "partly covered",
    "overexposed": "overexposed",
    "underexposed": "underexposed",
    "faint": "almost without contrast",
    "damaged": "in a damaged picture",
}
"""Why a face is read but never sure, in words."""


def faces_in_doubt(doubts: dict[str, int]) -> Note:
    total = sum(doubts.values())
    reasons = ", ".join(
        f"{count} {DOUBTS[reason]}" if total > 1 else DOUBTS[reason]
        for reason, count in doubts.items()
    )
    what = number_of(total, "face was", "faces were")
    return Note("faces_in_doubt", f"{what} read but not sure: {reasons}.")


def no_promise() -> Note:
    return Note(
        "no_promise",
        "Faces of every size and angle were searched for and hidden, but some may have been "
        "missed. Check the copy before you share it.",
    )


def some_faces(with_face: int, read: int) -> Note:
    return Note(
        "some_faces",
        f"A face was found in {with_face} of {read} pictures; the others were not used.",
    )


def no_motion(clip_model: str, face_model: str) -> Note:
    return Note(
        "no_motion",
        f"Facial motion was not read: the video model “{clip_model}” does not work with the "
        f"face model “{face_model}”.",
    )


def no_cover_check() -> Note:
    return Note(
        "no_cover_check",
        "The model “whole-face” is missing, so masks, hands and dark glasses over a face were not "
        "noticed, and a covered face may be called sure. Restore the models folder.",
    )


def not_sure(*, somewhere: bool = False) -> Note:
    if somewhere:
        return Note(
            "not_sure",
            "Taken as a whole, no emotion stands out clearly; trust the parts marked sure.",
        )
    return Note(
        "not_sure",
        "No emotion stands out clearly enough to be trusted; read the bars, not the label.",
    )


def ended_early(read: float, promised: float | None = None) -> Note:
    if promised is None:
        return Note(
            "ended_early",
            f"The recording stops abruptly after {read:.1f} s; the file was probably cut off.",
        )
    return Note(
        "ended_early",
        f"The file should last {promised:.1f} s, but only {read:.1f} s could be read; "
        "it may have been cut off.",
    )


def damaged(what: str = "") -> Note:
    return Note(
        "damaged",
        f"Part of {what or 'the recording'} is damaged or missing; only the rest was read.",
    )


def first_seconds(seconds: float) -> Note:
    return Note("first_seconds", f"Only the first {seconds:g} s were analysed, as requested.")


def animation() -> Note:
    return Note("animation", "The picture is an animation; only its first frame was read.")


def picture_sequence() -> Note:
    return Note(
        "picture_sequence",
        "The file is an image sequence, as some phones save it; it was read as a video.",
    )


def more_follows(size: int) -> Note:
    amount = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
    return Note(
        "more_follows",
        f"The file contains another recording after this one ({amount}), which was not read.",
    )


def several_tracks(what: str, number: int, count: int) -> Note:
    why = "" if number == 1 else ", the first one that is not empty"
    return Note(
        "several_tracks",
        f"The file has {count} {what} tracks; number {number} was read{why}.",
    )


def excluded_by_hand(seconds: float, count: int) -> Note:
    where = "one stretch" if count == 1 else f"{count} stretches"
    return Note(
        "excluded_by_hand",
        f"{seconds:.1f} s in {where} were excluded by hand; all summaries leave them out.",
    )


def neutral_by_hand(people: Sequence[str], *, alone: bool) -> Note:
    who = " and ".join(people)
    rest = "" if alone else "; the line of voice and face together stays as it was measured"
    return Note(
        "neutral_by_hand",
        f"{who}: read relative to the neutral expression in a stretch marked by hand{rest}.",
    )


def face_baseline(people: Sequence[str], start: float, end: float) -> Note:
    who = " and ".join(people)
    return Note(
        "face_baseline",
        f"{who}: read relative to the neutral expression from {start:g} to {end:g} s.",
    )


def no_face_baseline(start: float, end: float) -> Note:
    return Note(
        "no_face_baseline",
        f"From {start:g} to {end:g} s not one person alone is seen: faces are read as they are.",
    )


def part_only(start: float, end: float) -> Note:
    return Note(
        "part_only",
        f"Only {start:g} to {end:g} s were analysed, as requested; the rest was left out.",
    )
