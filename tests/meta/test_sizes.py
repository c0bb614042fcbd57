"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import pytest

from tests.meta.tree import code, files, parsed, shown

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
MEDIAN_FUNCTION = 10
WRITTEN = (".py", ".lua", ".sh", ".html", ".css", ".js", ".toml")


def too_long(paths: Iterable[Path]) -> list[str]:
    lengths = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in paths)
    return [f"{shown(path)}: {length} lines" for path, length in lengths if length > LONGEST_FILE]


def functions(paths: Iterable[Path]) -> list[tuple[str, int]]:
    """Return every function with its number of lines, signature and docstring included."""
    return [
        (f"{shown(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def oversized(paths: Iterable[Path]) -> list[str]:
    return [f"{where}: {length} lines" for where, length in functions(paths) if length > LONGEST_FUNCTION]


def test_files_are_short() -> None:
    ours = [path for path in files(*WRITTEN) if "vendor" not in path.parts]
    offenders = too_long(ours)
    assert not offenders, "\n".join(offenders)


def test_no_function_is_long() -> None:
    offenders = oversized(files(".py"))
    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize("folder", ["bot", "handlers", "scheduler", "sandbox"])
def test_half_of_the_functions_are_very_short(folder: str) -> None:
    lengths = [length for _, length in functions(code(folder))]
    assert median(lengths) <= MEDIAN_FUNCTION, f"median of {folder}: {median(lengths)} lines"


def test_offenders_are_named(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def long():\n" + "    x = 1\n" * LONGEST_FILE, encoding="utf-8")
    assert too_long([planted]) == ["planted.py: 301 lines"]
    assert oversized([planted]) == ["planted.py:1 long: 301 lines"]
