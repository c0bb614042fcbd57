"""People, and answers given at once."""

from __future__ import annotations

from typing import Protocol

from bot.errors import Refusal
from bot.records import Circle, Inbound, Language, Person, Surface
from bot.reply import Reply


class Chat(Protocol):
    """People, and answers given at once. Cards go through the outbox instead, drawn from their records."""

    async def person(self, user: str, *, live: bool = False) -> Person | None:
        """Return a member of the workspace, or None; at most a minute old, or asked now if `live`."""
        ...

    async def administrators(self) -> frozenset[str]:
        """Return the ids of those who may approve, at most 5 s old (decision 6). Raises `ChatFault`: nobody may."""
        ...

    async def circle(self, people: Circle) -> frozenset[str]:
        """Return who of these people and groups is an active full member, at most 5 s old. Raises `ChatFault`."""
        ...

    async def may_ask(self, person: Person) -> bool:
        """Return whether this person may ask for anything (BOT_USER_GROUPS; full members of this workspace)."""
        ...

    async def answer(self, surface: Surface, reply: Reply, language: Language) -> None:
        """Answer the asker alone, once, where they spoke.

        A closed form or a dead response_url falls back to a direct message.
        """
        ...

    async def refuse(self, inbound: Inbound, refusal: Refusal, language: Language) -> None:
        """Say a refusal where they spoke; an open form is shown again with its values and the refusal at its field."""
        ...

    async def direct_link(self, user: str) -> str:
        """Return a link that opens this person's direct messages with the bot."""
        ...
