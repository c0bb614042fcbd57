"""Lists that come in pages, by each way in which the provider counts; every list call goes through one of these.

A list that ignores what it is asked for, or counts wrongly, still ends: a page without a new row is the last one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")
Numbered = Callable[[int], Awaitable[tuple[Sequence[T], float]]]
"""Asks for the page at an offset; returns its rows, and how many there are in all (endless where that is not said)."""
Marked = Callable[[str], Awaitable[tuple[Sequence[T], str]]]
"""Asks for the page behind a marker; returns its rows, and the marker of the next page, "" on the last one."""


async def by_page(ask: Numbered[T], size: int) -> list[T]:
    """Return all rows of a list whose pages count from 1 (IAM). A page that is not full is the last."""
    found: dict[T, None] = {}
    page = 1
    while True:
        rows, total = await ask(page)
        known = len(found)
        found.update(dict.fromkeys(rows))
        if len(found) == known or len(rows) < size or len(found) >= total:
            return list(found)
        page += 1


async def by_record(ask: Numbered[T], key: Callable[[T], Hashable]) -> list[T]:
    """Return all rows of a list whose offset counts records (billing), each `key` once."""
    found: dict[Hashable, T] = {}
    while True:
        rows, total = await ask(len(found))
        known = len(found)
        found |= {key(row): row for row in rows if key(row) not in found}
        if len(found) == known or len(found) >= total:
            return list(found.values())


async def by_offset(ask: Numbered[T], key: Callable[[T], Hashable], size: int) -> list[T]:
    """Return all rows of a list of ModelArts, each `key` once.

    The provider calls `offset` a start page, its examples count records. So the second page asks for 1: where it
    begins with a row that is known, records are counted.
    """
    found: dict[Hashable, T] = {}
    offset, counts_pages = 0, True
    while True:
        rows, total = await ask(offset)
        counts_pages = counts_pages and not (rows and key(rows[0]) in found)
        known = len(found)
        found |= {key(row): row for row in rows if key(row) not in found}
        if len(found) == known or len(rows) < size or len(found) >= total:
            return list(found.values())
        offset = offset + 1 if counts_pages else len(found)


async def by_marker(ask: Marked[T], enough: Callable[[Sequence[T]], bool] = lambda _: False) -> list[T]:
    """Return the rows of a list whose pages name the next one (OBS), as far as they are `enough`."""
    found: list[T] = []
    marker = ""
    while True:
        rows, following = await ask(marker)
        found += rows
        if not following or following == marker or enough(found):
            return found
        marker = following
