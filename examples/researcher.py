"""A folder of recordings as one table and one plot: ``python researcher.py FOLDER``.

It writes `readings.csv` (one row for each moment of each recording) and `valence.png` (how
pleasant each recording sounds and looks, over time). It needs requests, pandas and matplotlib.
"""

import argparse
import sys
from pathlib import Path

import pandas
from aver import Aver, AverError
from matplotlib.figure import Figure


def main() -> int:
    """Analyse, collect, draw."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("folder", type=Path)
    read.add_argument("--address", default="http://127.0.0.1:5000")
    read.add_argument("--out", type=Path, default=Path())
    given = read.parse_args()

    aver = Aver(given.address)
    sent = aver.submit_folder(given.folder, purpose="research")
    tables, curves = [], {}
    for path, job in sent.items():
        if isinstance(job, AverError):
            print(f"{path}: {job}", file=sys.stderr)
            continue
        job = aver.wait(job)
        tables.append(aver.table(job).assign(file=str(path.relative_to(given.folder))))
        affect = aver.result(job).get("affect", {}).get("path", [])
        curves[path.name] = pandas.DataFrame(affect)
    if not tables:
        print("Nothing could be analysed.", file=sys.stderr)
        return 1

    readings = pandas.concat(tables, ignore_index=True)
    readings.to_csv(given.out / "readings.csv", index=False)
    print(readings.groupby("file")["emotion"].agg(lambda one: one.mode().iat[0]))

    axes = Figure(figsize=(8, 4)).add_subplot()
    for name, curve in curves.items():
        if len(curve):
            axes.plot(curve["time"], curve["valence"], marker=".", label=name)
    axes.set(xlabel="seconds", ylabel="valence (-1 to 1)", ylim=(-1, 1))
    if axes.lines:
        axes.legend()
    axes.figure.savefig(given.out / "valence.png", dpi=150, bbox_inches="tight")
    return 0


if __name__ == "__main__":
    sys.exit(main())
