"""Make the sample clip, picture and sound: ``python -m source.samples``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from source.samples.sample import RATE, VOICES, speak, write
from source.settings import ROOT


def main(argv: Sequence[str] | None = None) -> int:
    """Write the samples; with ``--speak`` speak their voices anew first."""
    parser = argparse.ArgumentParser(prog="python -m source.samples", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "input_files", help="where to write")
    parser.add_argument(
        "--assets",
        type=Path,
        default=ROOT / "models" / "samples",
        help="folder of the mean faces and the voices",
    )
    parser.add_argument("--speak", action="store_true", help="speak the voices anew (espeak-ng)")
    args = parser.parse_args(argv)
    if args.speak:
        import soundfile

        for name, lines in VOICES.items():
            soundfile.write(args.assets / f"{name}.flac", speak(lines), RATE, subtype="PCM_16")
    for path in write(args.out, args.assets):
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
