import json
import shutil

import pytest

from source.analysis import analyse, probe_files
from source.core.errors import Cancelled, EmptyFile, ModelChanged, UnknownOption, WrongKind
from source.core.progress import STAGES
from source.runtime import names

KEYS = {
    "version", "id", "analysis", "created", "took", "app", "source", "models", "options", "emotion",
    "basis", "voice", "face", "timeline", "disagreements", "affect", "anomaly", "engagement",
    "notes", "thresholds", "device",
}  # fmt: skip


@pytest.fixture
def ask(settings, samples):
    """Analyse samples by name."""

    def ask(*names, analysis="auto", on_progress=lambda _: None, cancelled=lambda: False, **asked):
        return analyse(
            probe_files([samples / name for name in names], settings=settings),
            settings.options(analysis=analysis, **asked),
            settings=settings,
            on_progress=on_progress,
            cancelled=cancelled,
        )

    return ask


def test_a_video_gives_every_key_of_version_1(ask):
    result = ask("sample.mp4", analysis="combined")
    assert set(result.to_dict()) == KEYS
    assert result.voice.segments
    assert result.face.people[0].segments
    assert result.face.people[0].motion is not None
    assert all(0 <= m.start < m.end <= result.source.seconds + 0.1 for m in result.timeline)


@pytest.mark.parametrize(
    ("name", "analysis", "has_voice", "has_face"),
    [
        ("sample.wav", "audio", True, False),
        ("sample.jpg", "image", False, True),
        ("sample.mp4", "combined", True, True),
    ],
)
def test_automatic_analysis_takes_what_fits(ask, name, analysis, has_voice, has_face):
    result = ask(name)
    assert result.analysis == analysis
    assert (result.voice is not None, result.face is not None) == (has_voice, has_face)
    assert result.emotion is not None


def test_a_picture_and_a_sound_are_one_recording_in_any_order(ask):
    one = ask("sample.jpg", "sample.wav", analysis="combined")
    other = ask("sample.wav", "sample.jpg", analysis="combined")
    assert one.emotion == other.emotion
    assert {s.kind for s in one.sources} == {"audio", "image"}
    assert one.voice is not None and one.face is not None


def test_the_same_recording_gives_the_same_bits(ask):
    def lasting(result):
        return {k: v for k, v in result.to_dict().items() if k not in ("id", "created", "took")}

    assert lasting(ask("sample.mp4")) == lasting(ask("sample.mp4"))


def test_a_result_tells_the_device_that_ran_its_models(ask):
    result = ask("sample.mp4")
    assert result.device.processor and result.device.cores >= 1
    assert set(result.device.models) == set(result.models)
    assert all(one.library and one.on in ("cpu", "gpu") for one in result.device.models.values())


def test_progress_goes_forward_to_the_end(ask):
    seen = []
    result = ask("sample.mp4", on_progress=seen.append)
    stages = [STAGES.index(p.stage) for p in seen]
    assert stages == sorted(stages)
    assert seen[-1].stage == "done"
    assert seen[-1].utterances == len(result.voice.segments) or seen[-1].utterances > 0
    assert seen[-1].faces > 0
    seconds = [p.seconds for p in seen if p.stage == "reading" and p.faces and p.utterances]
    assert seconds == sorted(seconds)


def test_a_cancelled_analysis_stops(ask):
    asked = []

    def cancelled():
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        ask("sample.mp4", cancelled=cancelled)
    assert len(asked) < 20


def test_the_first_seconds_alone(ask):
    result = ask("sample.mp4", seconds=2.0)
    assert all(m.end <= 2.01 for m in result.timeline)
    assert "first_seconds" in [n.code for n in result.notes]


def test_at_most_so_many_pictures_spread_over_the_whole(ask):
    result = ask("sample.mp4", analysis="video", max_frames=3)
    assert result.face.frames.read == 3
    assert result.face.people[-1].last > result.source.seconds / 3


@pytest.mark.parametrize(
    ("names", "analysis"),
    [
        (["sample.wav"], "image"),
        (["sample.jpg"], "audio"),
        (["sample.wav"], "video"),
        (["sample.jpg"], "combined"),
        (["sample.wav", "sample.wav"], "combined"),
    ],
)
def test_the_wrong_kind_is_told(ask, names, analysis):
    with pytest.raises(WrongKind):
        ask(*names, analysis=analysis)


def test_an_unknown_model_is_told_with_those_there_are(ask):
    with pytest.raises(UnknownOption, match="no voice model “loud”"):
        ask("sample.wav", voice_model="loud")


def test_an_empty_file_is_told_by_the_name_its_owner_knows(settings, tmp_path):
    path = tmp_path / "0a1b2c.bin"
    path.touch()
    with pytest.raises(EmptyFile, match=r"my talk\.mp3"):
        probe_files([path], settings=settings, names=["my talk.mp3"])


def test_a_changed_model_is_not_used(settings, samples, tmp_path):
    models = shutil.copytree(settings.path("MODELS_DIR"), tmp_path / "models")
    for file in models.glob("voice/*/model.tflite"):
        file.write_bytes(b"something else")
    changed = settings.with_values(MODELS_DIR=str(models))
    with pytest.raises(ModelChanged):
        analyse(
            probe_files([samples / "sample.wav"], settings=changed),
            changed.options(voice_model="ensemble"),
            settings=changed,
        )


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("index.json", "{"),
        ("index.json", "[]"),
        ("index.json", '{"face": 5}'),
        ("face/residual/card.json", "{}"),
        ("fusion/late/card.json", "{"),
        ("fusion/late/card.json", None),
        ("evidence/whole-face/card.json", "[1]"),
        ("anomaly/small+residual/card.json", "null"),
    ],
)
def test_a_damaged_file_of_the_models_is_told_before_anything_is_read(
    settings, samples, tmp_path, file, text
):
    models = shutil.copytree(settings.path("MODELS_DIR"), tmp_path / "models")
    path = models / file
    if text is None:  # a card that lacks the weight of a sense
        card = json.loads(path.read_text("utf-8"))
        del card["architecture"]["args"]["weights"]["voice"]
        text = json.dumps(card)
    path.write_text(text, "utf-8")
    changed = settings.with_values(MODELS_DIR=str(models))
    read = []
    with pytest.raises(ModelChanged, match=path.name):
        analyse(
            probe_files([samples / "sample.mp4"], settings=changed),
            changed.options(analysis="combined", voice_model="small"),
            settings=changed,
            on_progress=lambda progress: read.append(progress.seconds),
        )
    assert set(read) <= {0.0}


def test_a_video_model_of_another_face_model_is_told_and_done_without(settings, samples, tmp_path):
    models = tmp_path / "models"
    shutil.copytree(settings.path("MODELS_DIR"), models)
    path = models / "clip" / "temporal-head" / "card.json"
    card = json.loads(path.read_text("utf-8"))
    card["input"]["face"] = {"name": "another", "sha256": ["0" * 64]}
    path.write_text(json.dumps(card), "utf-8")
    changed = settings.with_values(MODELS_DIR=str(models))
    options = changed.options(analysis="video", video_model="temporal-head", seconds=1.5)

    result = analyse(
        probe_files([samples / "sample.mp4"], settings=changed), options, settings=changed
    )

    assert "clip" not in result.models
    assert result.face.people[0].motion is None
    (note,) = [n for n in result.notes if n.code == "no_motion"]
    assert "does not work with the face model" in note.text


def test_without_the_model_of_covered_faces_the_result_says_so(ask, settings, samples, tmp_path):
    models = tmp_path / "models"
    shutil.copytree(settings.path("MODELS_DIR"), models)
    shutil.rmtree(models / "evidence")
    changed = settings.with_values(MODELS_DIR=str(models))

    result = analyse(
        probe_files([samples / "sample.jpg"], settings=changed),
        changed.options(),
        settings=changed,
    )

    assert [n.code for n in result.notes].count("no_cover_check") == 1
    assert "no_cover_check" not in [n.code for n in ask("sample.jpg").notes]


@pytest.mark.parametrize("name", names("clip"))
def test_every_video_model_can_be_chosen(ask, name):
    result = ask("sample.mp4", analysis="video", video_model=name, seconds=2.0)

    assert result.models["clip"].name == name
    assert result.face.people[0].motion.model == name


def test_a_video_model_that_does_not_exist_is_told(ask):
    with pytest.raises(UnknownOption, match="temporal-head"):
        ask("sample.mp4", analysis="video", video_model="temporal")
