"""What every test shares: domain rules are marked by ids of one form, and nothing is compiled twice."""

from __future__ import annotations

import os
import re
import sys

import pytest

RULE = re.compile(r"R\d\.\d\d")

# Where the environment forbids bytecode, each of the hundreds of processes started here would compile all it imports.
os.environ["PYTHONDONTWRITEBYTECODE"] = ""
sys.dont_write_bytecode = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a `rule` mark that names no rule, so that a slip of the pen is not counted as proof."""
    for item in items:
        for mark in item.iter_markers("rule"):
            wrong = [name for name in mark.args if not (isinstance(name, str) and RULE.fullmatch(name))]
            if wrong or not mark.args:
                raise pytest.UsageError(f"{item.nodeid}: a rule mark names ids such as R4.04, not {wrong}")
