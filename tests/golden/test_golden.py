"""The samples' results are those that were looked at and kept.

Figures may differ in the last digits between processors, so they are compared to 0.002; names,
times, counts and everything else exactly.
"""

import json

import pytest

from tests.golden.generate import FOLDER, SAMPLES, golden


def differences(kept, found, where="result"):
    """Paths at which two written forms differ."""
    if isinstance(kept, dict) and isinstance(found, dict):
        if kept.keys() != found.keys():
            return [f"{where}: keys {sorted(kept.keys() ^ found.keys())}"]
        return [d for k in kept for d in differences(kept[k], found[k], f"{where}.{k}")]
    if isinstance(kept, list) and isinstance(found, list):
        if len(kept) != len(found):
            return [f"{where}: {len(found)} instead of {len(kept)}"]
        pairs = enumerate(zip(kept, found, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{where}[{i}]")]
    if isinstance(kept, float) and isinstance(found, int | float):
        return [] if abs(kept - found) <= 0.002 else [f"{where}: {found} instead of {kept}"]
    return [] if kept == found else [f"{where}: {found!r} instead of {kept!r}"]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_reads_as_it_did(name):
    kept = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert differences(kept, json.loads(json.dumps(golden(name)))) == []
