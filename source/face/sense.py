"""The face as a sense: loads its models, reads a recording, and says what could not be read."""

from dataclasses import replace
from typing import Any

from source.core import baseline, notes
from source.core.options import Options
from source.core.people import with_baseline
from source.core.progress import Cancelled
from source.core.result import Face, Note
from source.core.sensing import LoadModel, OnRead
from source.face import motion
from source.face.people import Seen
from source.face.watch import watch
from source.face.whole import load_whole
from source.media import Recording


class FaceSense:
    """Reads the faces of recordings; see `core.sensing.Reader`."""

    counts = "faces"

    def __init__(
        self, options: Options, load: LoadModel, *, moving: bool, normal: Recording | None = None
    ) -> None:
        self._options = options
        self.remarks: tuple[Note, ...] = ()
        self._whole = load_whole(load.root)
        if self._whole is None:
            self.remarks += (notes.no_cover_check(),)
        self.models: dict[str, Any] = {"face": load("face", options.face_model)}
        if options.blur_faces:
            self.remarks += (notes.no_promise(),)
        if moving:
            self._load_clip_model(load)

    def _load_clip_model(self, load: LoadModel) -> None:
        """Load the model that reads how faces move, unless it goes with another face model."""
        clip, face = load("clip", self._options.video_model), self.models["face"]
        if motion.fits(clip, face):
            self.models["clip"] = clip
        else:
            self.remarks += (notes.no_motion(clip.card.name, face.card.name),)

    @property
    def threshold(self) -> float:
        """The smallest score that is certain."""
        return float(self.models["face"].card.threshold)

    def read(self, recording: Recording, *, on_read: OnRead, cancelled: Cancelled) -> Seen:
        """Read a video or a picture.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        options = self._options
        seen = watch(
            recording,
            model=self.models["face"],
            clip_model=self.models.get("clip"),
            whole=self._whole,
            fps=options.fps,
            max_frames=options.max_frames,
            start=options.part()[0],
            seconds=options.part(recording.seconds)[1],
            min_face=options.min_face,
            max_blur=options.max_blur,
            min_light=options.min_light,
            on_progress=on_read,
            cancelled=cancelled,
        )
        if recording.kind == "image":
            return seen
        neutral = self.models["face"].card.extra.get("neutral")
        return self._with_baseline(replace(seen, face=replace(seen.face, neutral=neutral)))

    def _with_baseline(self, seen: Seen) -> Seen:
        """The faces relative to a stretch in which the person is known to be neutral, if any."""
        stretch = baseline.stretch(self._options.baseline)
        if stretch is None or not seen.face.people:
            return seen
        face = with_baseline(seen.face, stretch, threshold=self.threshold)
        who = [person.called for person in face.people if person.neutral]
        remark = notes.face_baseline(who, *stretch) if who else notes.no_face_baseline(*stretch)
        return replace(seen, face=face, notes=(*seen.notes, remark))

    @staticmethod
    def notes(recording: Recording, face: Face | None, options: Options) -> list[Note]:
        """What to know of a recording's faces; None where there are no pictures."""
        if face is None:
            return []
        remarks = []
        if recording.kind == "image" and recording.animated:
            remarks.append(notes.animation())
        if not face.people:
            remarks.append(notes.no_face())
        elif face.frames.with_face < face.frames.read:
            remarks.append(notes.some_faces(face.frames.with_face, face.frames.read))
        if any(face.frames.refused.values()):
            remarks.append(notes.faces_refused(face.frames.refused))
        return remarks
