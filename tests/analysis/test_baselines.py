"""The default voice with and without its encoder, and baselines, through the pipeline."""

import pytest

from source.analysis import analyse, probe_files
from source.core.errors import OutsideRecording, WrongKind
from source.core.invariants import violations
from source.core.result import Baseline
from tests.making.encoders import NAME, NEXT


@pytest.fixture
def ask(samples, settings, preferring):
    """Analyse a sample with the models whose preferred voice needs the encoder."""
    settings = settings.with_values(MODELS_DIR=str(preferring), RUNTIME="litert")

    def ask(name="sample.wav", **options):
        recordings = probe_files([samples / name], settings=settings)
        return analyse(recordings, settings.options(**options), settings=settings)

    return ask


def codes(result):
    return [note.code for note in result.notes]


def test_with_the_encoder_its_model_answers_against_the_recordings_own(ask, with_encoder):
    result = ask()
    assert result.models["voice"].name == NAME
    assert result.voice.baseline == Baseline("own", 3)
    assert result.to_dict()["voice"]["baseline"] == {"from": "own", "utterances": 3}
    assert result.options["baseline"] == "own"
    assert result.anomaly is None  # no forest was grown for it
    assert violations(result) == []


def test_without_it_the_next_answers_and_tells_of_no_baseline(ask, without_encoder):
    result = ask()
    assert result.models["voice"].name == NEXT
    assert "baseline" not in result.to_dict()["voice"]
    assert result.anomaly is not None


def test_the_voice_of_a_video_is_read_against_it_beside_the_face(ask, with_encoder):
    result = ask("sample.mp4", analysis="combined", fps=1, baseline="1-8")
    assert result.voice.baseline == Baseline("stretch", 4)
    (person,) = [p for p in result.face.people if p.neutral]
    assert (person.neutral.start, person.neutral.end, person.neutral.edit) == (1.0, 8.0, None)
    assert "face_baseline" in codes(result) and "neutral_by_hand" not in codes(result)
    assert {"voice", "face"} == {s for moment in result.timeline for s in moment.senses}
    assert violations(result) == []


def test_a_file_is_listened_to_first_and_named_without_its_folder(ask, samples, with_encoder):
    result = ask(baseline=str(samples / "sample.mp4"))
    assert result.voice.baseline == Baseline("file", 4)
    assert result.options["baseline"] == "sample.mp4"


def test_a_picture_is_no_baseline(ask, samples, with_encoder):
    with pytest.raises(WrongKind, match=r"“sample.jpg” is a picture, .* audio as its baseline"):
        ask(baseline=str(samples / "sample.jpg"))


@pytest.mark.parametrize("options", [{"baseline": "20-30"}, {"baseline": "5-8", "seconds": 4}])
def test_a_stretch_behind_what_is_read_is_refused(ask, with_encoder, options):
    with pytest.raises(OutsideRecording, match=r"The baseline begins at \d+ s, but only"):
        ask(**options)


def test_a_stretch_that_reaches_beyond_the_end_is_taken_as_far_as_there_is(ask, with_encoder):
    assert ask(baseline="0-60").voice.baseline == Baseline("stretch", 4)


def test_a_baseline_that_is_silent_is_noted(ask, with_encoder):
    result = ask(baseline="9-9.2")
    assert "no_baseline" in codes(result)
    assert result.voice.baseline == Baseline("own", 3)


@pytest.mark.parametrize(("baseline", "noted"), [("2-5", True), ("none", False), ("own", False)])
def test_a_model_without_baselines_says_that_it_used_none(ask, baseline, noted):
    result = ask(voice_model=NEXT, baseline=baseline)
    assert ("baseline_unused" in codes(result)) is noted
    assert result.voice.baseline is None


def test_two_models_together_read_without_one(ask, with_encoder):
    result = ask(voice_model=f"{NAME}+classic", baseline="none")
    assert result.models["voice"].name == f"{NAME}+classic"
    assert result.voice.baseline is None
    assert result.voice.segments
