"""What a person changed in a result, in words."""

from source.core.edits import Edit, Exclude, Mark, Merge, Neutral, Remove, Rename, Split
from source.core.when import written


def described(edit: Edit) -> str:
    """One change in a few words.

    Examples
    --------
    >>> described(Mark(12.5)), described(Merge(2, 1))
    ('marker at 0:12.5', 'person 2 merged into person 1')
    """
    match edit:
        case Rename():
            name = " ".join(edit.name.split())
            return (
                f"person {edit.person} named “{name}”" if name else f"name of person {edit.person}"
            )
        case Merge():
            return f"person {edit.person} merged into person {edit.into}"
        case Split():
            return f"person {edit.person} split at {written(edit.at)}"
        case Mark():
            return f"marker at {written(edit.at)}"
        case Exclude():
            return f"{written(edit.start)} to {written(edit.end)} excluded"
        case Neutral():
            stretch = f"{written(edit.start)} to {written(edit.end)}"
            return f"person {edit.person} neutral from {stretch}"
        case Remove():
            return "removal"
