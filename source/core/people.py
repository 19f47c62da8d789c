"""The people of a Result while they are renamed, merged and split by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from source.core.edits import LONGEST_NAME, Merge, Neutral, Rename, Split
from source.core.emotions import Emotion
from source.core.errors import ImpossibleEdit
from source.core.names import one_line
from source.core.neutral import relative, shift, weight
from source.core.result import Face, FaceSegment, NeutralStretch, Person
from source.core.steps import overall_of_faces
from source.core.timeline import overlap
from source.core.when import written


@dataclass
class People:
    """People by number, and in which stretch each is neutral.

    Attributes
    ----------
    all : dict of int to Person
        As they were measured, with their new names.
    neutral : dict of int to (float, float, int)
        Start and end in seconds, and the number of the edit.
    changed : set of int
        People that are made of others, or have become fewer faces.
    last : int
        The highest number that was given to anybody.
    """

    all: dict[int, Person]
    neutral: dict[int, tuple[float, float, int]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    last: int = 0

    @classmethod
    def of(cls, people: Iterable[Person]) -> "People":
        """The people of a Result."""
        by_number = {person.id: person for person in people}
        return cls(by_number, last=max(by_number, default=0))

    def rename(self, edit: Rename) -> None:
        """Call a person by a name; an empty one takes the name away."""
        person = self._person(edit.person)
        name = one_line(edit.name)
        if len(name) > LONGEST_NAME:
            raise ImpossibleEdit(f"A name has at most {LONGEST_NAME} characters.")
        if name and any(p.name == name and p is not person for p in self.all.values()):
            raise ImpossibleEdit(
                f"Somebody else is called “{name}” already.",
                hint="Merge the two if they are the same person.",
            )
        self.all[person.id] = replace(person, name=name or None)

    def merge(self, edit: Merge) -> None:
        """Make one person of two that are never seen in the same picture."""
        gone, kept = self._person(edit.person), self._person(edit.into)
        if gone is kept:
            raise ImpossibleEdit("A person cannot be merged with the same person.")
        times = {face.time for face in kept.segments}
        both = next((face.time for face in gone.segments if face.time in times), None)
        if both is not None:
            raise ImpossibleEdit(
                f"{gone.called} and {kept.called} are in the same picture at {written(both)}, so "
                "they cannot be one person."
            )
        faces = sorted((*kept.segments, *gone.segments), key=lambda face: face.time)
        self.all[kept.id] = _made_of(faces, replace(kept, name=kept.name or gone.name))
        del self.all[gone.id]
        self.changed.add(kept.id)
        theirs = self.neutral.pop(gone.id, None)
        if theirs is not None:
            self.neutral.setdefault(kept.id, theirs)

    def split(self, edit: Split) -> None:
        """Give a person's faces from a second on to somebody new.

        A neutral stretch goes with them where none of the faces left was read in it.
        """
        person = self._person(edit.person)
        before = [face for face in person.segments if face.time < edit.at]
        after = [face for face in person.segments if face.time >= edit.at]
        if not before or not after:
            side = "before" if after else "after"
            raise ImpossibleEdit(
                f"{person.called} has no face {side} {written(edit.at)}.",
                hint="Choose a time between the person's first and last face.",
            )
        self.last += 1
        self.all[person.id] = _made_of(before, person)
        self.all[self.last] = _made_of(after, Person(self.last, 0.0, 0.0))
        self.changed |= {person.id, self.last}
        stretch = self.neutral.get(person.id)
        if stretch is not None and not faces_in(self.all[person.id], *stretch[:2]):
            self.neutral[self.last] = self.neutral.pop(person.id)

    def set_neutral(self, edit: Neutral, number: int) -> None:
        """Note in which stretch a person is neutral; the last one that is given counts."""
        person = self._person(edit.person)
        if not faces_in(person, edit.start, edit.end):
            raise ImpossibleEdit(
                f"No face of {person.called} was read from {written(edit.start)} to "
                f"{written(edit.end)}.",
                hint="Choose a stretch in which the face is seen.",
            )
        self.neutral[person.id] = (edit.start, edit.end, number)

    def _person(self, number: int) -> Person:
        if number not in self.all:
            raise ImpossibleEdit(f"There is no person {number}.")
        return self.all[number]


def faces_in(person: Person, start: float, end: float) -> list[tuple[Emotion, float]]:
    """A person's faces that were read in a stretch, each with its seconds in it."""
    shared = [
        (face.emotion, overlap((face.time, face.end), (start, end)))
        for face in person.segments
        if face.emotion is not None and face.end is not None
    ]
    return [(emotion, seconds) for emotion, seconds in shared if seconds > 0.0]


def against_neutral(
    person: Person,
    stretch: tuple[float, float, int | None],
    *,
    usual: dict[str, float],
    threshold: float,
) -> Person:
    """A person whose every face is read relative to the neutral ones of a stretch.

    `stretch` is one of `People.neutral`, `usual` that of `core.neutral.shift`.
    """
    start, end, edit = stretch
    rows = [(emotion.scores, seconds) for emotion, seconds in faces_in(person, start, end)]
    taken_off, seconds = shift(rows, usual), sum(s for _, s in rows)

    def again(face: FaceSegment) -> FaceSegment:
        if face.emotion is None:
            return face
        trusted = face.quality.doubt is None
        read = relative(face.emotion, taken_off, threshold=threshold, trusted=trusted)
        return replace(face, emotion=read)

    used = NeutralStretch(start, end, round(seconds, 3), round(weight(seconds), 3), edit)
    return replace(person, segments=tuple(map(again, person.segments)), neutral=used)


def with_baseline(face: Face, stretch: tuple[float, float], *, threshold: float) -> Face:
    """Faces relative to the neutral ones that the only person seen in a stretch has there.

    As they are where nobody or more than one is seen there: then nobody knows who is neutral.
    """
    seen = [person for person in face.people if faces_in(person, *stretch)]
    if len(seen) != 1 or face.neutral is None:
        return face
    (own,) = seen
    read = against_neutral(own, (*stretch, None), usual=face.neutral, threshold=threshold)
    read = replace(read, emotion=overall_of_faces(read.segments, threshold=threshold))
    people = tuple(read if person is own else person for person in face.people)
    faces = [segment for person in people for segment in person.segments]
    return replace(face, people=people, emotion=overall_of_faces(faces, threshold=threshold))


def _made_of(faces: list[FaceSegment], person: Person) -> Person:
    """A person with other faces; how they move was read of the old ones, so it is left out."""
    return replace(
        person, first=faces[0].time, last=faces[-1].time, segments=tuple(faces), motion=None
    )
