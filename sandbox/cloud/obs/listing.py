"""One page of a listing: keys after a marker, folded into common prefixes at a delimiter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """Keys and common prefixes of one page; `next_marker` is empty on the last one."""

    keys: tuple[str, ...]
    prefixes: tuple[str, ...]
    next_marker: str


def page_of_keys(keys: Iterable[str], prefix: str, marker: str, delimiter: str, size: int) -> Page:
    """Return at most `size` entries in UTF-8 order, keys and prefixes counted together."""
    entries = {_entry(key, prefix, delimiter) for key in keys if key.startswith(prefix)}
    after = sorted((entry for entry in entries if entry > marker), key=str.encode)
    shown, more = after[:size], len(after) > size
    folded = {entry for entry in shown if _folds(entry, prefix, delimiter)}
    return Page(
        tuple(entry for entry in shown if entry not in folded),
        tuple(entry for entry in shown if entry in folded),
        shown[-1] if more else "",
    )


def _entry(key: str, prefix: str, delimiter: str) -> str:
    if not _folds(key, prefix, delimiter):
        return key
    return key[: key.index(delimiter, len(prefix)) + len(delimiter)]


def _folds(key: str, prefix: str, delimiter: str) -> bool:
    return bool(delimiter) and delimiter in key[len(prefix) :]
