"""Long lists, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bot.errors import Refusal
from bot.reply import Offer, Row, Table
from bot.rules.figures import FIGURES
from bot.say import Say, say

ROWS = FIGURES.lists.rows


def check_page(value: str, _place: object = None) -> str:
    """Return a page number without leading zeros. Refuses what is none."""
    number = value.strip()
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 9 and int(number) > 0):
        raise Refusal("page.bad", argument="page", suggestion="1", page=number[:20])
    return str(int(number))


def paged(rows: Sequence[Row], page: str) -> tuple[Table, tuple[Say, ...]]:
    """Return the rows of a page as a table, and which page it is where there are several. Refuses one past the end."""
    number, last = int(page or 1), max(1, math.ceil(len(rows) / ROWS))
    if number > last:
        raise Refusal("page.none", argument="page", suggestion=str(last), page=number)
    shown = tuple(rows[(number - 1) * ROWS : number * ROWS])
    return Table(shown, len(shown)), ((say("page.of", page=number, last=last),) if last > 1 else ())


def following(command: str, values: Mapping[str, str], total: int) -> tuple[Offer, ...]:
    """Return the form of the next page of the same list, where there is one."""
    page = int(values.get("page") or 1) + 1
    if (page - 1) * ROWS >= total:
        return ()
    return (Offer(command, {**values, "page": str(page)}, say("page.next", page=page)),)
