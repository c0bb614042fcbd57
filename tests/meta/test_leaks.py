"""Nothing in the repository names a machine's folders or where packages were fetched from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.meta.tree import ROOT, files, shown

# Put together from parts, so that this file does not find itself.
FOLDERS = ("/" + "root/", "/" + "work/", "/" + "home/[a-z]", "/" + "Users/[A-Za-z]", "C:" + r"\\Users")
INDEXES = (
    "pythonhosted" + r"\.org",
    "pypi" + r"\.(?:org|tuna)",
    "/" + "simple/",
    "registry" + r"\.npm",
    "extra-" + "index-url",
)
LEAK = re.compile("|".join((*FOLDERS, *INDEXES)))


def leaks(paths: Iterable[Path]) -> list[str]:
    """Return each line of a text file that names such a place."""
    return [
        f"{shown(path)}:{number} {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(lines(path), 1)
        if LEAK.search(line)
    ]


def lines(path: Path) -> list[str]:
    content = path.read_bytes()
    return [] if b"\0" in content else content.decode("utf-8").splitlines()


def test_nothing_leaks() -> None:
    offenders = leaks(files())
    assert not offenders, "\n".join(offenders)


def test_no_second_lock_names_a_registry() -> None:
    assert not (ROOT / "uv.lock").exists()


def test_a_leak_is_named(tmp_path: Path) -> None:
    planted = tmp_path / "notes.md"
    planted.write_text("see /" + "home/ann/bot\nfine\n", encoding="utf-8")
    assert leaks([planted]) == ["notes.md:1 see /" + "home/ann/bot"]
