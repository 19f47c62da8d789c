"""Colours: one an emotion, legible on both surfaces, the same in the stylesheet."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from source.core.emotions import EMOTIONS, VIEWS
from source.views import palette

STYLES = Path(__file__).resolve().parents[2] / "static" / "base.css"


def test_every_emotion_has_one_colour_of_its_own():
    assert tuple(palette.COLOURS) == EMOTIONS
    assert len(set(palette.COLOURS.values())) == len(EMOTIONS)


@pytest.mark.parametrize("surface", [s for pair in palette.SURFACES.values() for s in pair])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_colour_has_a_contrast_of_three_to_one(emotion, surface):
    assert palette.contrast(palette.COLOURS[emotion], surface) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("text", [palette.INK, palette.MUTED])
def test_words_have_a_contrast_of_four_and_a_half(text, theme):
    for surface in palette.SURFACES[theme]:
        assert palette.contrast(text[theme], surface) >= 4.5


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_words_on_a_colour_can_be_read(emotion):
    assert palette.contrast(palette.on(emotion), palette.colour(emotion)) >= 4.5


def test_every_label_of_every_view_has_a_colour():
    for view in VIEWS.values():
        assert all(re.fullmatch("#[0-9a-f]{6}", palette.colour(label)) for label in view)


def test_the_stylesheet_has_the_same_colours():
    written = dict(re.findall(r"\.e-(\w+) \{ --e: (#[0-9a-f]{6}); \}", STYLES.read_text("utf-8")))
    assert written == palette.COLOURS


# Machado, Oliveira, Fernandes 2009, severity 1.0
SIGHTS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _lab(colour, sight):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    seen = [min(1, max(0, sum(a * b for a, b in zip(r, linear, strict=True)))) for r in sight]
    to_cone = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    cones = [sum(a * b for a, b in zip(r, seen, strict=True)) ** (1 / 3) for r in to_cone]
    to_lab = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    return [sum(a * b for a, b in zip(r, cones, strict=True)) for r in to_lab]


@pytest.mark.parametrize("sight", SIGHTS)
def test_no_two_colours_look_the_same_to_anybody(sight):
    least = 0.088 if sight == "usual" else 0.057
    seen = {e: _lab(c, SIGHTS[sight]) for e, c in palette.COLOURS.items()}
    for one, other in combinations(seen, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert apart >= least, f"{one} and {other} under {sight}"
