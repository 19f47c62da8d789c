"""What the product is made with may be passed on, and known faults of it are read."""

import json

import pytest

from tests.house.audit import SILENT, read
from tests.house.licences import BROUGHT, EXCEPTIONS, Licence, faults, licences, pinned


def test_every_package_is_under_a_licence_that_the_product_may_use():
    assert faults() == []


def test_every_exception_is_pinned_and_says_why():
    assert {*EXCEPTIONS, *BROUGHT} <= set(pinned())
    assert all(len(why) > 10 for _, why in (*EXCEPTIONS.values(), *BROUGHT.values()))


def test_most_pinned_packages_were_looked_at():
    """Those of other systems, and maybe those for several machines, are not installed."""
    assert len(licences()) > 0.6 * len(pinned())


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("MIT", True),
        ("BSD License, Apache Software License", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("LGPL-2.1-or-later", False),
        ("Mozilla Public License 2.0 (MPL 2.0)", False),
        ("Other/Proprietary License", False),
        ("", False),
    ],
)
def test_a_licence_is_told_from_another(name, good):
    assert Licence("x", name).permissive is good


def test_where_the_registry_does_not_answer_it_is_said_and_nothing_claimed():
    skipped = {"dependencies": [{"name": "a", "skip_reason": "not found"}]}
    assert read(json.dumps(skipped)) == ([], SILENT) == read("")


def test_a_known_fault_is_told_with_package_and_version():
    row = {"name": "a", "version": "1.0", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
    found, told = read(json.dumps({"dependencies": [row, {"name": "b", "version": "2"}]}))
    assert found == ["a 1.0 has CVE-1, CVE-2."] and told.startswith("2 of 2")
