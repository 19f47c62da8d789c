"""Average the faces of FER2013 anew: ``python -m source.training.mean_faces``.

Writes what `source.samples` draws people from, ``models/samples/mean_faces.*``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from source.samples.mean_faces import build
from source.settings import ROOT
from source.training.face import data


def main(argv: Sequence[str] | None = None) -> int:
    """Average the training pictures that are in no test and have an emotion."""
    parser = argparse.ArgumentParser(
        prog="python -m source.training.mean_faces", description=__doc__
    )
    faces = ROOT.parent / "shared" / "data" / "face" / "fer2013"
    parser.add_argument("--data", type=Path, default=faces, help="the folder of FER2013")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "samples")
    args = parser.parse_args(argv)
    pictures, table = data.published(args.data)
    votes = table["votes"]
    trained_on = (table["usage"] == 0) & ~table["near_test"].astype(bool)
    kept = trained_on & (votes.argmax(axis=1) < len(data.VOTES))
    build(pictures[kept], votes[kept], data.VOTES).save(args.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
