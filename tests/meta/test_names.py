"""A module is named after what it knows; a drawer for anything is not a module."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.meta.tree import ROOT, files, shown

DRAWERS = {"helper", "util", "utility", "common", "manager", "misc", "base", "shared", "stuff", "lib"}


def drawers(paths: Iterable[Path]) -> list[str]:
    """Return the paths of which a part, in singular or plural, is the name of a drawer."""
    return [shown(path) for path in paths if any(is_drawer(part) for part in words(path))]


def words(path: Path) -> list[str]:
    names = Path(shown(path)).with_suffix("").parts
    return [word for name in names for word in name.lower().split("_")]


def is_drawer(word: str) -> bool:
    return bool({word, word.removesuffix("s"), word.removesuffix("ies") + "y"} & DRAWERS)


def test_no_drawers() -> None:
    assert drawers(files(".py", ".lua", ".sh")) == []


def test_a_drawer_is_named() -> None:
    good = ROOT / "bot" / "command.py"
    bad = [ROOT / "bot" / name for name in ("slack_utils.py", "helpers/x.py", "managers.py", "rules/utilities.py")]
    assert drawers([good, *bad]) == [shown(path) for path in bad]
