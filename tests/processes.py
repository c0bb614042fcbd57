"""What Linux tells of running processes: which are below one, with what words and settings they were started."""

from __future__ import annotations

import contextlib
from pathlib import Path

PROC = Path("/proc")
TOLD = (PROC / "self" / "task").exists()
"""Whether this system tells it."""


def descendants(pid: int) -> set[int]:
    """Return the processes below `pid`, all generations."""
    found = set()
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one that ended meanwhile has none any more
        for task in (PROC / str(pid) / "task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found |= {child, *descendants(child)}
    return found


def words(pid: int) -> list[str]:
    """Return a process's command line; nothing of one that ended."""
    return _parts(pid, "cmdline")


def settings(pid: int) -> dict[str, str]:
    """Return the environment a process was started with."""
    return dict(part.split("=", 1) for part in _parts(pid, "environ") if "=" in part)


def gone(pid: int) -> bool:
    """Return whether a process ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _parts(pid: int, name: str) -> list[str]:
    try:
        return (PROC / str(pid) / name).read_text().rstrip("\0").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
