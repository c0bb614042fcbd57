"""What the flows may touch: ports and data, handed in by `bot.compose`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.approvals.policy import Policy
from bot.command import Place
from bot.ports import Auditor, Chance, Chat, Clock, Cloud, Doctor, Files, Recorded, Store
from bot.records import Language
from bot.registry import Registry

FAIL_POINTS = (
    "submit.before_commit",
    "submit.committed",
    "decide.before_commit",
    "decide.committed",
    "execute.queued",
    "execute.leased",
    "execute.before_act",
    "execute.acted",
    "execute.recorded",
    "execute.finished",
    "cancel.committed",
    "undo.committed",
    "outbox.leased",
    "outbox.sent",
    "outbox.saved",
    "outbox.raised",
    "outbox.deleted",
    "watch.before_commit",
    "watch.committed",
    "converse.before_commit",
    "converse.committed",
)
"""Every place where a crash is tried out: the lines of the journal and the commits around them (architecture, 4)."""


def passes(_point: str) -> None:
    """Go on: nobody asked for a crash here."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports and the data that every flow shares. `reach` is called with each of FAIL_POINTS as it is passed.

    `zone`, `quiet` and `digest` are the operator's defaults: a zone, quiet hours, and the hour of the channel's digest.
    """

    store: Store
    chat: Chat
    cloud: Cloud
    clock: Clock
    chance: Chance
    registry: Registry
    policy: Policy
    place: Place
    owner: str
    recorded: Recorded
    files: Files
    channel: str = ""
    language: Language = Language.EN
    zone: str = "UTC"
    quiet: str = ""
    digest: str = ""
    lease_seconds: float = 60.0
    reach: Callable[[str], None] = passes
    doctor: Doctor | None = None
    auditor: Auditor | None = None

    @property
    def look_seconds(self) -> float:
        """Return how long to look after an unanswered write before acting again (decision 5): half a lease."""
        return self.lease_seconds / 2
