"""Which IAM principal a Slack person is: asked by the person, confirmed by an administrator, never guessed (R3.21)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.records.identity import Principal


@dataclass(frozen=True, slots=True)
class Linked:
    """A Slack person, whose user id is its id, and their principal; `at` is product time of the confirmation."""

    kind_name: ClassVar[str] = "linked"
    schema: ClassVar[int] = 1

    id: str
    principal: Principal
    confirmed_by: str
    at: float
