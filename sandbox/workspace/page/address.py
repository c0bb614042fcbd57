"""Where the page stands: one or two sides, each a person looking at a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

HOME = "@bot"
HOME_TAB = "@home"
"""The other tab of the conversation with the app: its Home."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side: who looks (a name) and at what ("@bot", "#general")."""

    who: str
    where: str = HOME


@dataclass(frozen=True, slots=True)
class Address:
    """All sides, as the page's own address names them."""

    sides: tuple[Side, ...]

    @property
    def url(self) -> str:
        """Return the address of the page."""
        pairs: list[tuple[str, str]] = []
        for number, side in enumerate(self.sides, start=1):
            tail = "" if number == 1 else str(number)
            pairs += [(f"as{tail}", side.who), (f"in{tail}", side.where)]
        return "/?" + urlencode(pairs, safe="@")

    def moved(self, slot: int, who: str | None = None, where: str | None = None) -> str:
        """Return the address after one side changed its person or conversation."""
        sides = list(self.sides)
        side = sides[slot - 1]
        sides[slot - 1] = replace(side, who=who or side.who, where=where or side.where)
        return Address(tuple(sides)).url

    def split(self, who: str) -> str:
        """Return the address with a second side for `who`."""
        return Address((self.sides[0], Side(who))).url

    def without(self, slot: int) -> str:
        """Return the address with one side closed."""
        return Address(tuple(side for number, side in enumerate(self.sides, start=1) if number != slot)).url


def read_address(query: Mapping[str, str], first: str) -> Address:
    """Read the page's query; `first` is who looks when nobody is named."""
    sides = [Side(query.get("as") or first, query.get("in") or HOME)]
    if query.get("as2"):
        sides.append(Side(query["as2"], query.get("in2") or HOME))
    return Address(tuple(sides))
