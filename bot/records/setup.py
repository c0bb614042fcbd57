"""The checklist of a new account: what was verified, and what a person ticked (R1.01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bot.say import Say


class ItemState(StrEnum):
    """What is known of a line: verified, found missing, impossible to verify from here, or ticked by a person."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"
    TICKED = "ticked"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `who` and `at` say who ticked it and when; `words` what was found."""

    name: str
    state: ItemState
    words: Say
    who: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Setup:
    """The checklist of one account, whose domain id is its id. `handle` is the opaque value of its buttons.

    `looked` is product time of the last look at the cloud, `asked` how often each person asked to see it.
    """

    kind_name: ClassVar[str] = "setup"
    schema: ClassVar[int] = 1

    id: str
    region: str
    handle: str
    items: tuple[Item, ...]
    looked: float
    asked: Mapping[str, int] = field(default_factory=dict)
