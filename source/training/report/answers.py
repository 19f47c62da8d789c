"""Which models of a sense have answers that a report can be written from."""

from pathlib import Path

from source.core.errors import NotFound


def folders(models: Path, sense: str, *, file: str, what: str, name: str | None) -> list[Path]:
    """Folders of a sense's models that hold `file`, or of the one of that `name`.

    Parameters
    ----------
    models : Path
        Folder of the models.
    sense : str
        voice, face, ...
    file : str
        Where training left the answers.
    what : str
        What those are, in words.
    name : str, optional
        One model's folder.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = [p.parent for p in sorted((models / sense).glob(f"*/{file}"))]
    found = [f for f in found if name in (None, f.name)]
    if not found:
        raise NotFound(
            f"No {sense} model {f'“{name}” ' if name else ''}in {models} has {what} ({file}).",
            hint=f"Train it with python -m source.training.train {sense}.",
        )
    return found
