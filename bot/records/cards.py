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


@dataclass(frozen=True, slots=True)
class Copy:
    """One message of a card. `address` is a person or channel id; `channel` and `ts` are known once it is sent."""

    audience: Audience
    address: str
    language: Language
    channel: str = ""
    ts: str = ""
    drawn: str = ""
    dead: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A thing that people watch, in several copies, all drawn from its subject's records (decision 7)."""

    kind_name: ClassVar[str] = "card"
    schema: ClassVar[int] = 1

    id: str
    subject: str
    copies: tuple[Copy, ...]
    lease: Lease | None = None
    updated: float = 0.0
