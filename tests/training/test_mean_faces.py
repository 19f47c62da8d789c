"""Mean faces are made of training pictures alone, and of those that show an emotion."""

import numpy as np

from source.training import mean_faces
from source.training.face.data import VOTES


def test_faces_of_a_test_or_of_no_emotion_are_not_averaged(tmp_path, monkeypatch):
    pictures = np.arange(5, dtype=np.uint8)[:, None, None] * np.ones((1, 48, 48), np.uint8)
    votes = np.eye(10, dtype=int)[[0, 1, 9, 3, 4]]  # the third is "not a face"
    table = {"votes": votes, "usage": np.array([0, 1, 0, 0, 0]), "near_test": np.arange(5) == 3}
    averaged = []

    class Faces:
        def save(self, folder):
            averaged.append(folder)

    def build(pictures, votes, emotions):
        averaged.extend([pictures[:, 0, 0].tolist(), votes.argmax(axis=1).tolist(), emotions])
        return Faces()

    monkeypatch.setattr(mean_faces.data, "published", lambda folder: (pictures, table))
    monkeypatch.setattr(mean_faces, "build", build)
    assert mean_faces.main(["--out", str(tmp_path)]) == 0
    assert averaged == [[0, 4], [0, 4], VOTES, tmp_path]
