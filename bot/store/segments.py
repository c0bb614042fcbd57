"""Old audit entries as files: one line of JSON an entry, one file a segment, never changed once written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bot.audit.chain import Sealed, from_line, to_line

_NAMES = "audit-*.jsonl"


class Segments:
    """`ports.Archive` in a folder (BOT_AUDIT_DIR)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, entries: Sequence[Sealed]) -> None:
        """Write a segment, readable by its owner alone, and return only when it was read back as it is.

        Raises OSError, and ValueError if something else was read.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"audit-{entries[0].number:012d}-{entries[-1].number:012d}.jsonl"
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{to_line(entry)}\n" for entry in entries)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _settle(self._folder)
        if _read(path) != list(entries):
            raise ValueError(f"{path.name} does not read as it was written")

    def read(self) -> list[Sealed]:
        """Return the entries of all segments in order; what two segments both have counts once."""
        found = [entry for path in sorted(self._folder.glob(_NAMES)) for entry in _read(path)]
        return list({to_line(entry): entry for entry in found}.values())


def _read(path: Path) -> list[Sealed]:
    with path.open(encoding="utf-8") as file:
        return [from_line(line) for line in file if line.strip()]


def _settle(folder: Path) -> None:
    """Have the file's name on the disk as well as its lines."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
