"""Questions that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from bot.records.people import Surface, Values
from bot.say import Say

MOST_SEEN = 20
"""How many payloads a conversation remembers: a repeat comes within minutes, and nobody answers that often."""


class TalkState(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one person was asked in one place, and everything they said so far: nothing is kept anywhere else.

    `id` names the place, `token` the question that stands there now, so that a button of an earlier one is known for
    it. `asked` is the argument in question and `why` what was wrong with it; `meant` are whole commands to choose from
    instead. `seen` are the payloads that brought it here, the newest last, so that a repeat of one changes nothing, and
    `request` is the newest one's request, under which its forms are stored. `expires` is product time; `told` says
    that the expiry was said.
    """

    kind_name: ClassVar[str] = "conversation"
    schema: ClassVar[int] = 1

    id: str
    surface: Surface
    token: str
    seen: tuple[str, ...]
    request: str
    expires: float
    command: str = ""
    values: Values = field(default_factory=dict)
    asked: str = ""
    why: Say | None = None
    suggestion: str = ""
    meant: tuple[str, ...] = ()
    plan_only: bool = False
    state: TalkState = TalkState.OPEN
    told: bool = False

    @property
    def open(self) -> bool:
        """Return whether it waits for an answer."""
        return self.state is TalkState.OPEN

    def after(self, payload: str) -> tuple[str, ...]:
        """Return what was seen once `payload` is, too."""
        return (*self.seen[-MOST_SEEN:], payload)

    def ended(self, state: TalkState, payload: str) -> Conversation:
        """Return the conversation as it ended with `payload`."""
        return replace(self, state=state, seen=self.after(payload))
