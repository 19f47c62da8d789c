"""One film as a report to hand round: ``python presenter.py FILM``.

It writes the PDF beside the film: headline, time line, people, what to be careful with.
"""

import argparse
import sys
from pathlib import Path

from aver import Aver, AverError


def main() -> int:
    """Analyse one film, write its report."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("film", type=Path)
    read.add_argument("--address", default="http://127.0.0.1:5000")
    given = read.parse_args()

    aver = Aver(given.address)
    try:
        job = aver.wait(aver.submit(given.film, purpose="rehearsal"))
        report = aver.export(job, "report.pdf", given.film.with_suffix(".pdf"))
    except AverError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{job['headline']['text'] if 'headline' in job else 'Nothing was found'}: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
