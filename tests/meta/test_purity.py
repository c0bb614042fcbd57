"""Time, chance and the environment enter at one place each; rules and approvals do no I/O at all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.meta.tree import PRODUCT, code, parsed, shown

# What must come through a port, and where the port is implemented or the product not yet started.
IMPURE: Mapping[str, tuple[str, ...]] = {
    "time.time": ("bot/store/clock.py",),
    "time.time_ns": (),
    "datetime.now": (),
    "datetime.utcnow": (),
    "datetime.today": (),
    "date.today": (),
    "random": (),
    "secrets": ("bot/compose/", "bot/demo.py"),
    "uuid": (),
    "os.urandom": (),
    "os.environ": ("bot/settings.py", "bot/demo.py"),
    "os.getenv": (),
}
PURE = ("bot/rules/", "bot/approvals/")
# All that pure code may import: values, text, numbers, calendars.
HARMLESS_WORDS = """
    __future__ bisect calendar collections dataclasses datetime decimal difflib enum fractions functools hashlib heapq
    html ipaddress itertools json math msgspec operator re statistics string textwrap types typing unicodedata
    urllib.parse zoneinfo
"""
HARMLESS = frozenset(HARMLESS_WORDS.split())
OURS = frozenset({"rules", "approvals", "errors", "records", "reply", "say"})


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything imported: `from a import b` is `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def touched(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and last two parts of each dotted name that code reads, and what it imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = ast.unparse(node).split(".")
            yield node.lineno, ".".join(dotted[-2:])
            yield node.lineno, dotted[0]
    yield from imports(tree)


def impure(paths: Iterable[Path]) -> list[str]:
    """Return each use of time, chance or environment outside the files that may."""
    return sorted(
        {
            f"{shown(path)}:{line} {name}"
            for path in paths
            for line, name in touched(parsed(path))
            for source, allowed in IMPURE.items()
            if (name == source or name.startswith(f"{source}.")) and not shown(path).startswith(allowed)
        }
    )


def worldly(paths: Iterable[Path]) -> list[str]:
    """Return each import of pure code that is neither harmless nor one of ours that is pure."""
    return [
        f"{shown(path)}:{line} {name}" for path in paths for line, name in imports(parsed(path)) if not is_pure(name)
    ]


def is_pure(name: str) -> bool:
    """Return whether pure code may import `name`. Of urllib only the parser: its sibling opens connections."""
    parts = name.split(".")
    return parts[0] in HARMLESS or ".".join(parts[:2]) in HARMLESS or (parts[0] == "bot" and parts[1] in OURS)


def test_time_chance_and_environment_come_through_ports() -> None:
    offenders = impure(code(*PRODUCT))
    assert not offenders, "\n".join(offenders)


def test_rules_and_approvals_touch_nothing_outside() -> None:
    offenders = worldly(path for path in code("bot") if shown(path).startswith(PURE))
    assert not offenders, "\n".join(offenders)


def test_offenders_are_named(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        "import os\nfrom time import time\nimport datetime as dt\nfrom bot.store import keys\n"
        "a = dt.datetime.now()\nb = os.environ['X']\nfrom uuid import uuid4\nimport time\nc = time.monotonic()\n",
        encoding="utf-8",
    )
    assert impure([planted]) == [
        "planted.py:2 time.time",
        "planted.py:5 datetime.now",
        "planted.py:6 os.environ",
        "planted.py:7 uuid.uuid4",
    ]
    assert worldly([planted]) == [
        "planted.py:1 os",
        "planted.py:2 time.time",
        "planted.py:4 bot.store.keys",
        "planted.py:7 uuid.uuid4",
        "planted.py:8 time",
    ]
