"""Is there enough of a face to be sure of its expression? One place says so, for every door.

A face may be read and yet prove nothing: a wheel that passes for one, somebody who looks away,
half a face at the picture's edge. What is in doubt is read all the same, but never surely.

What was measured, with the media set, RAVDESS and MEAD frames (275 faces), PublicTest faces of
FER2013 pasted on a picture (395), and 791 pictures without a face (animals, wheels, food, signs,
houses, drawings, landscapes), each in four turns:

==============================  ==========  ==========  ===========
                                real faces  FER, tight  finds that
                                            crops       are no faces
==============================  ==========  ==========  ===========
taken for faces before          275         395         92
kept as faces (`is_face`)       274         392         32
score and presence enough       272         330         1 (a drawing)
==============================  ==========  ==========  ===========

What was lost of the real ones are a face that leaves the picture and three profiles; what may
not be sure of the tight crops is turned away, or has no chin.
"""

import numpy as np

from source.face.blaze import Found
from source.face.presence import Mesh

DOUBTS = (
    "damaged",
    "turned",
    "cut",
    "unlike",
    "covered",
    "overexposed",
    "underexposed",
    "faint",
)
"""Reasons why a face is never sure, in the order in which they are checked."""

SURELY = 0.7
"""Score from near above which a find is kept even where the landmark network sees none: full
profiles are nothing to it."""

LEAST = 0.5
"""Least score, and least presence, of a find that is kept as a face."""

ALONE = 0.75
"""Score from which a doubtful find beside a sure face is kept, however little the landmark network
sees in it; below that it must be as present as a sure one."""

PRESENT_LARGER = 0.97
"""The same of a find that is much larger than the sure face."""

LARGER = 1.4
"""How many times as large that is."""

LIKE = 0.8
"""Least score from near of a face that may be read surely. Of faces with a quarter or more cut
off or hidden most are below it; of whole ones 1 in 100."""

PRESENT = 0.9
"""Least presence of a face that may be read surely."""

YAW = 35.0
"""Most degrees that a face may look aside. The landmark network flattens: a head turned by 45
degrees gives 36, a full profile 54."""

PITCH = 38.0
"""Most degrees that a face may look up or down; a level one gives 0 to 12."""

INSIDE = 0.82
"""Least share of the face's box that lies in the picture: with a sixth of it cut off, labels still
hold; with a quarter one in six changes."""


def is_face(score: float, presence: float) -> bool:
    """Whether a find counts as a face at all, however doubtful.

    Parameters
    ----------
    score : float
        Of the short-range network that looked at it from near, 0 to 1.
    presence : float
        Of the landmark network at the same place, 0 to 1.
    """
    return score >= SURELY or (score >= LEAST and presence >= LEAST)


def is_sure(score: float, presence: float) -> bool:
    """Whether score and presence, as of `is_face`, are those of a face that may be read surely."""
    return score >= LIKE and presence >= PRESENT


def is_phantom(score: float, presence: float, *, size: float) -> bool:
    """Whether a find counts as no face where a sure one is found beside it.

    The same picture turned, mirrored or made smaller shows now and then a large find in a blurred
    wall or a dark window behind somebody. Both networks see little in it. Doubtful faces beside
    sure ones (shaded, half behind somebody, in profile) are known to one of the two, and are not
    much larger. Of ten such walls and windows of the media set the best had 0.71 and 0.97 (all
    but one 1.8 times as large as the sure face or more), or 0.74 and 0.02; of a dozen doubtful
    faces the least had 0.60 and 0.95, or 0.78 and 0.

    Parameters
    ----------
    score, presence : float
        As of `is_face`.
    size : float > 0
        Its side, in sides of the largest sure face.
    """
    return score < ALONE and presence < (PRESENT_LARGER if size > LARGER else PRESENT)


def doubt(
    face: Found,
    mesh: Mesh,
    *,
    width: int,
    height: int,
    covered: bool = False,
    damaged: bool = False,
    light: str | None = None,
) -> str | None:
    """Why a face may not be read surely.

    Parameters
    ----------
    face : Found
    mesh : Mesh
        What the landmark network sees in it.
    width, height : int
        Of the picture, in pixels.
    covered : bool
        Whether `source.face.whole` sees something before it.
    damaged : bool
        Whether a part of the picture could not be decoded.
    light : str, optional
        What `source.face.exposure` says of it.

    Returns
    -------
    str or None
        One of `DOUBTS`; None where nothing speaks against it.
    """
    if damaged:
        return "damaged"
    yaw, pitch, _ = mesh.pose()
    if abs(yaw) > YAW or abs(pitch) > PITCH:
        return "turned"
    if inside(face.box, width=width, height=height) < INSIDE:
        return "cut"
    if not is_sure(face.score, mesh.presence):
        return "unlike"
    return "covered" if covered else light


def inside(box: np.ndarray, *, width: int, height: int) -> float:
    """Share of a box [left, top, right, bottom] that is inside the picture, 0 to 1.

    Examples
    --------
    >>> inside(np.array([-50.0, 0.0, 50.0, 100.0]), width=200, height=200)
    0.5
    """
    visible = np.clip(box, 0, [width, height, width, height])
    whole = float(np.prod(box[2:] - box[:2]))
    return float(np.prod(visible[2:] - visible[:2])) / max(whole, 1e-9)
