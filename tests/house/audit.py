"""``make audit``: licences (offline), then known faults of the pinned packages (asks PyPI)."""

import json
import subprocess
import sys

from tests.house.licences import BROUGHT, EXCEPTIONS, ROOT, faults, licences

TOOL = "pip-audit==2.10.1"
"""Run by uv in an environment of its own: it needs thirty packages that nothing else does."""

RUN = [
    *(sys.executable, "-m", "uv", "tool", "run", "-q", TOOL),
    *("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
]

PATIENCE = 300
"""Seconds that the registry may take."""

SILENT = "The registry gave no list of known faults, so nothing was compared with it."


def known_faults(name: str) -> tuple[list[str], str]:
    """Sentences about pinned packages with known faults, and why there may be none.

    Parameters
    ----------
    name : str
        A file of requirements.
    """
    command = [*RUN, "-r", str(ROOT / name)]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return [], SILENT
    return read(asked.stdout)


def read(report: str) -> tuple[list[str], str]:
    """The same from what pip-audit writes.

    Examples
    --------
    >>> read('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]}')
    (['a 1 has X-1.'], '1 of 1 packages were compared with the list of known faults.')
    """
    try:
        rows = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [], SILENT
    compared = [row for row in rows if "skip_reason" not in row]
    if not compared:
        return [], SILENT
    found = [
        f"{row['name']} {row['version']} has {', '.join(v['id'] for v in row['vulns'])}."
        for row in compared
        if row.get("vulns")
    ]
    told = f"{len(compared)} of {len(rows)} packages were compared with the list of known faults."
    return found, told


def main() -> int:
    """Print what was found; 1 if anything is wrong."""
    wrong = faults()
    print(f"{len(licences())} packages have a licence that is permissive, or an exception:")
    for name, (licence, why) in {**EXCEPTIONS, **BROUGHT}.items():
        print(f"  {name}: {licence}; {why}.")
    found, told = known_faults("requirements.txt")
    print(told)
    for sentence in (*wrong, *found):
        print(sentence, file=sys.stderr)
    return 1 if wrong or found else 0


if __name__ == "__main__":
    sys.exit(main())
