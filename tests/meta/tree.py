"""The repository as the tests of this folder read it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bot", "handlers", "scheduler")


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Return the repository's files, those not yet committed included, by their endings (none: all)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout.split("\0")
    found = (ROOT / name for name in sorted(listed) if name and (not suffixes or name.endswith(suffixes)))
    return tuple(path for path in found if path.is_file())


def code(*folders: str) -> list[Path]:
    """Return the Python files below the named top folders."""
    return [path for path in files(".py") if path.relative_to(ROOT).parts[0] in folders]


def shown(path: Path) -> str:
    """Return a path as a reader of the failure wants it: from the repository's root, where it lies in it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def strings(path: Path) -> Iterator[str]:
    """Yield every string of a file, docstrings included, the fixed parts of f-strings too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
