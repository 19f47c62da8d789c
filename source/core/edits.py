"""What a person changes in a result by hand, as a list of small edits.

The Result that was measured is never changed. Edits are appended; undoing takes the last one off
the list, and keeps it until another is made, so that it can be done again. `core.edited.applied`
turns a Result and its edits into the Result that pages, charts and exports show.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from source.core.errors import ImpossibleEdit, UnreadableRecord
from source.core.typed import fits, hints

VERSION = 1
"""Version of the stored form. A new kind of edit raises it."""

MOST = 1000
"""Most edits of one result."""

LONGEST_NAME = 60
"""Characters of a person's name."""

LONGEST_NOTE = 200
"""Characters of a note."""


@dataclass(frozen=True)
class Rename:
    """Call a person by a name; an empty one takes the name away."""

    kind: ClassVar = "rename"
    person: int
    name: str


@dataclass(frozen=True)
class Merge:
    """Two people are the same: `person` becomes a part of `into`."""

    kind: ClassVar = "merge"
    person: int
    into: int


@dataclass(frozen=True)
class Split:
    """From the second `at` on, a person is somebody else, who gets a new number."""

    kind: ClassVar = "split"
    person: int
    at: float


@dataclass(frozen=True)
class Mark:
    """Mark a moment, in seconds."""

    kind: ClassVar = "mark"
    at: float
    note: str = ""


@dataclass(frozen=True)
class Exclude:
    """Leave a stretch out of all summaries; seconds."""

    kind: ClassVar = "exclude"
    start: float
    end: float
    note: str = ""


@dataclass(frozen=True)
class Neutral:
    """A person's face is neutral in a stretch; see `core.neutral`."""

    kind: ClassVar = "neutral"
    person: int
    start: float
    end: float


@dataclass(frozen=True)
class Remove:
    """Take back a mark, an exclusion or a neutral stretch: the edit of that number, from 1."""

    kind: ClassVar = "remove"
    edit: int


Edit = Rename | Merge | Split | Mark | Exclude | Neutral | Remove

KINDS: dict[str, type[Any]] = {
    one.kind: one for one in (Rename, Merge, Split, Mark, Exclude, Neutral, Remove)
}
"""Every kind of edit, by the name under which it is stored."""


def plain(edit: Edit) -> dict[str, Any]:
    """An edit as it is stored: its kind and its values.

    Examples
    --------
    >>> plain(Mark(12.5, "laughs"))
    {'kind': 'mark', 'at': 12.5, 'note': 'laughs'}
    """
    return {"kind": edit.kind, **{f.name: getattr(edit, f.name) for f in fields(edit)}}


def read(stored: Mapping[str, Any]) -> Edit:
    """The edit that `plain` wrote.

    Raises
    ------
    ValueError
        If its kind is unknown, or a value is missing or of a wrong type.
    """
    kind = KINDS.get(str(stored.get("kind")))
    if kind is None:
        raise ValueError(f"There is no edit {stored.get('kind')!r}.")
    values = {name: value for name, value in stored.items() if name != "kind"}
    try:
        edit: Edit = kind(**values)
    except TypeError as error:
        raise ValueError(str(error)) from None
    if not all(
        fits(hint, getattr(edit, name)) for name, hint in hints(kind).items() if name != "kind"
    ):
        raise ValueError(f"{values} is no {kind.kind}.")
    return edit


@dataclass(frozen=True)
class Edits:
    """The edits of one result: those that count, and those that were undone, the next one first."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()

    def add(self, edit: Edit) -> "Edits":
        """With one more edit; what was undone before cannot be done again.

        Raises
        ------
        ImpossibleEdit
            If there are too many.
        """
        if len(self.done) >= MOST:
            raise ImpossibleEdit(
                f"There are {MOST} changes already, which is the limit.",
                hint="Undo some, or analyse the recording again.",
            )
        return Edits((*self.done, edit))

    def undo(self) -> "Edits":
        """Without the last edit; the same where there is none."""
        if not self.done:
            return self
        return Edits(self.done[:-1], (self.done[-1], *self.undone))

    def redo(self) -> "Edits":
        """With the edit that was undone last; the same where there is none."""
        if not self.undone:
            return self
        return Edits((*self.done, self.undone[0]), self.undone[1:])

    @property
    def stamp(self) -> str:
        """Tells whether two lists of edits are the same: 16 hexadecimal digits."""
        written = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "version": VERSION,
            "done": [plain(edit) for edit in self.done],
            "undone": [plain(edit) for edit in self.undone],
        }

    @classmethod
    def from_dict(cls, stored: Any) -> "Edits":
        """Read the stored form; None is that of a result that nobody changed.

        Raises
        ------
        UnreadableRecord
            If a newer release wrote it, or it is damaged.
        """
        if stored is None:
            return cls()
        try:
            if stored["version"] != VERSION:
                raise ValueError(f"Version {stored['version']} is not known.")
            return cls(_all(stored["done"]), _all(stored["undone"]))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableRecord("list of changes") from error


def _all(stored: Sequence[Mapping[str, Any]]) -> tuple[Edit, ...]:
    return tuple(read(one) for one in stored)
