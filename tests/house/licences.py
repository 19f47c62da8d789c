"""Licences of what the product is made with: offline, over what is installed.

What the product's requirements pin has to be under a permissive licence. `EXCEPTIONS` names all
others, each with what it is under and why it may be there.
"""

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PINS = ("requirements.txt", "requirements-scale.txt")
"""Files that pin what the product needs, the second one where it runs on several machines."""

NAME = re.compile(r"[A-Za-z0-9][\w.-]*")

PERMISSIVE = (
    "0bsd", "apache", "bsd", "cc0", "isc", "mit", "psf", "python software foundation", "zlib",
)  # fmt: skip
"""Beginnings of names of permissive licences, as packages write them."""

OURS = re.compile(r"\b(a?gpl|lgpl|gnu|mpl|mozilla|epl|eupl|cc-by|sspl|proprietary)", re.IGNORECASE)
"""What a name of any other licence has in it."""

TEXTS = {
    "Permission is hereby granted, free of charge": "MIT",
    "Licensed under the Apache License, Version 2.0": "Apache-2.0",
    "Redistribution and use in source and binary forms": "BSD",
}
"""How a licence begins that a package tells by its text alone."""

EXCEPTIONS = {
    "certifi": ("MPL-2.0", "a list of certificates as a file, not changed"),
    "soxr": ("LGPL-2.1-or-later", "a library of its own, not changed, which can be replaced"),
    "tqdm": ("MPL-2.0 AND MIT", "used as it is; a change to its own files would be published"),
}  # fmt: skip
"""Packages that are not permissive: what they are under, and why they may be there."""

BROUGHT = {
    "av": ("LGPL-3.0-or-later, GPL-2.0-or-later", "FFmpeg with x264 and x265, in the wheel; who "
           "passes on an image with that wheel in it passes them on under these licences"),
    "opencv-python-headless": ("LGPL-2.1-or-later", "FFmpeg, in the wheel; AVER decodes no video "
                               "with it"),
    "soundfile": ("LGPL-2.1-or-later", "libsndfile, in the wheel, which can be replaced"),
}  # fmt: skip
"""Wheels whose own code is permissive and that bring libraries which are not."""


@dataclass(frozen=True)
class Licence:
    """What a package says of itself."""

    package: str
    name: str

    @property
    def permissive(self) -> bool:
        """Whether every part of it is permissive."""
        parts = re.split(r"\s+AND\s+|,\s*", self.name)
        return all(
            not OURS.search(p) and p.strip("( )").lower().startswith(PERMISSIVE) for p in parts
        )


def pinned() -> list[str]:
    """Names of what the product's requirements pin."""
    files = (path for name in PINS if (path := ROOT / name).is_file())
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(m[0] for line in lines if (m := NAME.match(line))))


def licences() -> list[Licence]:
    """Of every pinned package that is installed; those of other systems are not."""
    found = []
    for name in pinned():
        try:
            found.append(Licence(name, _licence(distribution(name))))
        except PackageNotFoundError:
            continue
    return found


def faults() -> list[str]:
    """Sentences about packages that are neither permissive nor an exception."""
    known = licences()
    wrong = [
        f"{one.package} is under “{one.name or 'no licence that it names'}”."
        for one in known
        if not one.permissive and one.package not in EXCEPTIONS
    ]
    needless = {one.package for one in known if one.permissive} & set(EXCEPTIONS)
    return wrong + [f"{name} is an exception without need." for name in sorted(needless)]


def _licence(of: Distribution) -> str:
    """The expression, else the classifiers, else the name, else what its text begins with."""
    told = of.metadata
    classified = [
        c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if "License ::" in c
    ]
    said = (told.get("License") or "").strip()
    name = told.get("License-Expression") or ", ".join(classified)
    if not name and said and "\n" not in said:
        name = said.removeprefix("The ").replace("3-Clause BSD", "BSD 3-Clause")
    return name or _by_text(of)


def _by_text(of: Distribution) -> str:
    for file in of.files or ():
        if "licen" in file.name.lower() and file.suffix in ("", ".txt", ".md"):
            text = " ".join(Path(str(of.locate_file(file))).read_text("utf-8", "replace").split())
            return next((name for begin, name in TEXTS.items() if begin in text), "")
    return ""
