"""An answer, free of any chat's markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.say import Say, Text


@dataclass(frozen=True, slots=True)
class Link:
    """A console link with its click path, because deep links change (R2.01, R2.03)."""

    label: Say
    url: str
    path: Say


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is, what is known of it, where it stands in the console."""

    head: Say
    details: tuple[Say, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of a list, and how many there are in all."""

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an answer; `value` is an opaque id or a command word, never a fact to be trusted."""

    action: str
    label: Say
    value: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A choice among many: each option is its value and its words; `label` stands there until one is chosen.

    One with a `block` instead asks us for its options while somebody types; `block` says which question it answers.
    """

    action: str
    label: Say
    options: tuple[tuple[str, Text], ...] = ()
    block: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A form that the answer offers: its command, what is filled in already, and the words on its button.

    With `approval` it is the form of an act on that request instead (approve, deny, explain).
    """

    command: str
    values: Mapping[str, str]
    label: Say
    approval: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a headline, lines, perhaps a table, links, menus and buttons; offers become buttons when it is given.

    `fleeting` are links that nothing may keep: they are left out where an answer stays (R2.02).
    `asks` are forms for administrators: whoever is one opens the form, anybody else asks them with one click (R3.05).
    """

    head: Say
    lines: tuple[Say, ...] = ()
    table: Table | None = None
    links: tuple[Link, ...] = ()
    fleeting: tuple[Link, ...] = field(default=(), repr=False)
    menus: tuple[Menu, ...] = ()
    buttons: tuple[Button, ...] = ()
    offers: tuple[Offer, ...] = ()
    asks: tuple[Offer, ...] = ()


def first_rows(rows: Sequence[Row], limit: int) -> Table:
    """Return a table of the first `limit` rows that remembers how many there are."""
    return Table(tuple(rows[:limit]), len(rows))
