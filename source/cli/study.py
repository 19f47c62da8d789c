"""Many recordings of one call: what is known of each, and all of them as one table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from source.cli.save import NotSaved
from source.cli.terminal import printable
from source.core import baseline
from source.core.errors import AverError, BadRequest
from source.core.figures import number_of, shortened
from source.core.result import Result
from source.core.variables import BASELINE, Variables, by_pattern, read_table

MOST_NAMED = 5


def variables_of(
    files: Sequence[Path], *, table: Path | None, pattern: str | None, inputs: Path
) -> Variables:
    """What is known of the files, from a table or from their names.

    Raises
    ------
    BadRequest
        If the table cannot be read, or the pattern is none.
    """
    from source.views.batch import check_names

    names = [path.as_posix() for path in files]
    if pattern is not None:
        known = by_pattern(pattern, names)
    elif table is not None:
        place = next((p for p in (table, inputs / table) if p.is_file()), table)
        try:
            known = read_table(place.read_bytes())
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise BadRequest(
                f"The table of variables “{table}” could not be read: {why}.",
                hint="Check the path after --variables.",
            ) from None
    else:
        return Variables()
    check_names(name for name in known.names if name != BASELINE)
    return known


def baselines_of(
    known: Variables, files: Sequence[Path], *, folders: Sequence[Path]
) -> dict[Path, str]:
    """What the voice of each file is read against, where the table says so.

    A recording that the table names is looked up in the folder of the file, then in `folders`.

    Raises
    ------
    BadRequest
        If a value is no baseline; it names the row.
    """
    found: dict[Path, str] = {}
    for path in files:
        text = known.of(path.as_posix()).get(BASELINE)
        if text is None:
            continue
        row = known.key(path.as_posix()) or path.name
        try:
            value = baseline.Syntax().check(text)
            found[path] = located(value, [path.parent, *folders])
        except AverError as error:
            raise BadRequest(
                f"Row “{shortened(row)}” of the table of variables: {error.message}",
                hint=error.hint,
            ) from None
    return found


def located(value: str, folders: Sequence[Path]) -> str:
    """A baseline with its file, if it is one, looked up in folders.

    Raises
    ------
    BadRequest
        If there is no such file.
    """
    name = baseline.file(value)
    if name is None:
        return value
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    raise baseline.no_such_file(value)


def remarks(known: Variables, files: Sequence[Path], *, source: str) -> list[str]:
    """Sentences about files without a value, and about rows without a file."""
    if not known.names:
        return []
    without, unused = known.missing([path.as_posix() for path in files])
    told = []
    if without:
        files_are = number_of(len(without), "recording is", "recordings are")
        told.append(f"{files_are} not in {source}: {_named(without)}.")
    if unused:
        rows = number_of(
            len(unused),
            "row names a recording that was",
            "rows name recordings that were",
        )
        told.append(f"{rows} not given: {_named(unused)}.")
    return told


class Study:
    """The Results of one call, and what is written about all of them."""

    def __init__(self, known: Variables, *, labels: str) -> None:
        self._known = known
        self._labels = labels
        self._results: list[tuple[Path, Result]] = []

    def add(self, path: Path, result: Result) -> None:
        """Take in one Result."""
        self._results.append((path, result))

    def write(self, place: Path, *, by: str | None) -> list[Path]:
        """Write the table and, for the groups of a variable, means and response; where they are.

        The files of the groups are called like the table, with the variable behind: their means
        ``all_by_condition.csv``, the mean response ``all_valence_by_condition.csv`` and so on.

        Raises
        ------
        UnknownOption
            If there is no such variable.
        NotSaved
            If a file cannot be written.
        """
        from source.core.names import kept_name
        from source.views.batch import Row, table_csv
        from source.views.groups import groups_csv
        from source.views.measures import TONE
        from source.views.response import response_csv

        names = apart([path for path, _ in self._results])
        rows = [
            Row(path.as_posix(), name, result, self._labels, self._variables(path))
            for name, (path, result) in zip(names, self._results, strict=True)
        ]
        contents: dict[Path, bytes] = {place: table_csv(rows)}
        if by is not None:
            after = kept_name(f"_by_{by}")
            contents[place.with_name(f"{place.stem}{after}.csv")] = groups_csv(rows, by)
            for measure in TONE if any(row.result.timeline for row in rows) else ():
                name = f"{place.stem}_{measure.name}{after}.csv"
                contents[place.with_name(name)] = response_csv(rows, measure=measure.name, by=by)
        for path, content in contents.items():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except OSError as error:
                raise NotSaved.because(path.parent, error) from None
        return list(contents)

    def _variables(self, path: Path) -> Mapping[str, str]:
        return self._known.of(path.as_posix())


def apart(paths: Sequence[Path]) -> list[str]:
    """What files are called beside each other: with as many folders as tell them apart.

    Examples
    --------
    >>> apart([Path("study/ann/1.wav"), Path("study/bob/1.wav"), Path("study/bob/2.wav")])
    ['ann/1.wav', 'bob/1.wav', '2.wav']
    """
    names = [path.name for path in paths]
    for depth in range(2, max((len(path.parts) for path in paths), default=0) + 1):
        often = Counter(names)
        names = [
            "/".join(path.parts[-depth:]) if often[name] > 1 else name
            for name, path in zip(names, paths, strict=True)
        ]
    return names


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
