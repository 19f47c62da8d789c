"""Analyse recordings on the command line: ``python run.py --help``."""

import sys

from source.cli import main

if __name__ == "__main__":
    sys.exit(main(decode_apart=True))
