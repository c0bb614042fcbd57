"""Every call that a gateway makes has a row in the table of IAM actions, and every row has a call (R3.01)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.huawei.agencies import CHANGES
from bot.huawei.bucket_settings import PAIRS
from bot.rules.actions import TABLE
from tests.meta.tree import ROOT, code, parsed, shown

GATEWAYS = [path for path in code("bot") if path.is_relative_to(ROOT / "bot" / "huawei")]
# An operation is named in camel case, as a value in a call of a method: `self._clients.read(OBS, "listBuckets", …)`.
OPERATION = re.compile(r"[a-z]+(?:[A-Z][a-z0-9]*)+")
READERS = frozenset({"get", "pop"})
SETTINGS = {f"{verb}Bucket{pair.operation}" for verb in ("get", "set") for pair in PAIRS.values()}
GRANTS = {operation for pair in CHANGES.values() for operation in pair}
MADE = SETTINGS | GRANTS


def named(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of each operation that a gateway names."""
    for node in ast.walk(parsed(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)) or node.func.attr in READERS:
            continue
        for value in node.args:
            if isinstance(value, ast.Constant) and OPERATION.fullmatch(str(value.value)):
                yield node.lineno, str(value.value)


def unlisted(paths: Iterable[Path]) -> list[str]:
    """Return each operation that no service's table knows."""
    known = {operation for rows in TABLE.values() for operation in rows}
    return [f"{shown(path)}:{line} {name}" for path in paths for line, name in named(path) if name not in known]


def test_every_call_has_a_row() -> None:
    assert unlisted(GATEWAYS) == []
    assert SETTINGS - TABLE["obs"].keys() == set()
    assert GRANTS - TABLE["iam"].keys() == set()


def test_every_row_has_a_call_so_that_the_policy_grants_no_more() -> None:
    made = MADE | {name for path in GATEWAYS for _, name in named(path)}
    assert {operation for rows in TABLE.values() for operation in rows} - made == set()


def test_a_call_without_a_row_is_found(tmp_path: Path) -> None:
    source = tmp_path / "gateway.py"
    source.write_text(
        'self._clients.read(OBS, "listBuckets", work)\nself._put("eatBuckets", 1)\nrow.get("marketPlace")\n'
    )
    assert unlisted([source]) == ["gateway.py:2 eatBuckets"]
