"""Each attack that docs/attacks.md tells of is tried by a test that exists."""

from __future__ import annotations

import re

from tests.meta.tree import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ATTACKS = 22


def rows() -> list[str]:
    """Return the rows of the table."""
    text = (ROOT / "docs" / "attacks.md").read_text("utf-8")
    return [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]


def test_every_attack_names_tests_that_exist() -> None:
    assert [int(row.split("|")[1]) for row in rows()] == list(range(1, ATTACKS + 1))
    for row in rows():
        named = NAMED.findall(row)
        assert named, row
        missing = [pair for pair in named if f"def {pair[1]}(" not in (ROOT / pair[0]).read_text("utf-8")]
        assert missing == []
