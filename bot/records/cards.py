"""The cards that people watch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from bot.records.operations import Lease
from bot.say import Language


class Audience(StrEnum):
    """For whom a copy of a card is drawn."""

    ASKER = "asker"
    APPROVER = "approver"
    CHANNEL = "channel"
    OWNER = "owner"
    FINDER = "finder"


@dataclass(frozen=True, slots=True)
class Copy:
    """One message of a card. `address` is a person or channel id; `channel` and `ts` are known once it is sent.

    `raised` is the thing's `raised` when it was last posted, `old` the messages that a newer post replaced and that are
    still to be deleted. A `retired` copy is drawn once more, says where the card went, and is left alone then.
    """

    audience: Audience
    address: str
    language: Language
    channel: str = ""
    ts: str = ""
    drawn: str = ""
    dead: str = ""
    raised: int = 0
    old: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What people watch, in several copies, all drawn from its subject's records (decision 7).

    `subject` is the id of a request and its operation, or `thing:<id>`. When a thing's `raised` grows, every copy is
    posted anew at the end of its conversation and the older message deleted: a warning must be noticed, one stands.
    """

    kind_name: ClassVar[str] = "card"
    schema: ClassVar[int] = 1

    id: str
    subject: str
    copies: tuple[Copy, ...]
    lease: Lease | None = None
    updated: float = 0.0
