"""An administrator looks for what was recorded: by what, who, about what and since when; as far as is worth while."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.approvals.digest import reference
from bot.flows.recorded import sought
from bot.records import Sought, Values
from bot.rules.figures import FIGURES


class Book:
    """A hundred thousand entries that nobody has to write down."""

    def __init__(self, entries: Sequence[Values]) -> None:
        self.entries = entries
        self.read = 0

    async def earlier(self, token: str, most: int) -> list[tuple[str, Values]]:
        start = int(token) + 1 if token else 0
        page = self.entries[start : start + most]
        self.read += len(page)
        return [(str(start + index), entry) for index, entry in enumerate(page)]


ENTRIES: list[Values] = [
    {"at": "400.0", "what": "approval.deny", "who": "U2", "id": "r-2", "correlation": "c4"},
    {"at": "300.0", "what": "operation.done", "who": "U1", "id": "r-1", "correlation": "c3"},
    {"at": "200.0", "what": "approval.approve", "who": "U2", "id": "r-1", "correlation": "c3"},
    {"at": "100.0", "what": "cloud.write", "who": "U1", "name": "c-flowers", "correlation": "c1"},
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Sought(), ["400.0", "300.0", "200.0", "100.0"]),
        (Sought(what="approval"), ["400.0", "200.0"]),
        (Sought(what="Approval.Approve"), ["200.0"]),
        (Sought(who="U1"), ["300.0", "100.0"]),
        (Sought(about="r-1"), ["300.0", "200.0"]),
        (Sought(about=reference("r-1")), ["300.0", "200.0"]),
        (Sought(about="flowers"), ["100.0"]),
        (Sought(about="c3"), ["300.0", "200.0"]),
        (Sought(since=200.0), ["400.0", "300.0", "200.0"]),
        (Sought(what="approval", who="U2", about="r-1", since=150.0), ["200.0"]),
        (Sought(who="U9"), []),
    ],
)
async def test_what_is_wanted_is_found_the_newest_first(wanted: Sought, found: list[str]) -> None:
    entries, whole = await sought(Book(ENTRIES), wanted)
    assert ([entry["at"] for entry in entries], whole) == (found, True)


async def test_a_search_ends_where_it_is_told_to() -> None:
    row = ENTRIES[0]
    book = Book([row] * (2 * FIGURES.audit.looked_at))
    entries, whole = await sought(book, Sought())
    assert (len(entries), whole) == (FIGURES.audit.found, False)
    assert book.read <= FIGURES.audit.found + 1000
    assert await sought(Book([row] * (FIGURES.audit.looked_at + 1)), Sought(who="U9")) == ([], False)
