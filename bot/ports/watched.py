"""What is watched, as commands may ask about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bot.audit.chain import Verdict
from bot.records import Approval, Dead, Finding, Operation, Person, Sought, Standing, Thing, ThingKind, Values
from bot.records.identity import Principal
from bot.say import Say


class Asked(NamedTuple):
    """A request as one person may see it; `acts` are the buttons that count for this person now."""

    approval: Approval
    operation: Operation | None
    acts: tuple[str, ...]


class Failed(NamedTuple):
    """What failed for somebody: its reference, command and title, the reason, and for whom it was (R3.19, R3.21)."""

    reference: str
    command: str
    title: Say
    why: Say
    principal: Principal | None


class Watched(Protocol):
    """The watched things of this account, from our own records; nothing of the cloud is asked."""

    async def all(self) -> Sequence[Thing]:
        """Return every thing that is not gone."""
        ...

    async def compared(self, kind: ThingKind) -> bool:
        """Return whether the cloud was compared with the records of this kind lately; else there may be more."""
        ...

    async def find(self, word: str, kind: ThingKind | None = None) -> Sequence[Thing]:
        """Return the things whose name or provider's id is `word`."""
        ...

    async def of(self, person: Person) -> Sequence[Thing]:
        """Return the things this person may decide about: their own and nobody's; all, for an administrator.

        Raises `ChatFault` when nobody can say who is one.
        """
        ...

    async def administers(self, person: Person) -> bool:
        """Return whether this person is an administrator now. Raises `ChatFault`."""
        ...

    async def principal(self, person: Person) -> Principal | None:
        """Return the IAM principal that this person is linked to, None where nobody confirmed one (R3.21)."""
        ...

    async def learned(self, name: str) -> Values:
        """Return what was last seen under this name, {} for nothing yet (R3.08)."""
        ...

    async def standing(self, person: Person, *, of_channel: bool) -> Standing:
        """Return what holds for a person about being told, or for the shared channel. Raises `Refusal` without one."""
        ...

    async def told(self, thing: Thing) -> Standing:
        """Return what holds for whoever is told about a thing: its owner, else the shared channel."""
        ...

    async def requests(self, person: Person) -> Sequence[Asked]:
        """Return the newest requests that this person asked for or may decide; all, for an administrator.

        Raises `ChatFault` when nobody can say who may decide.
        """
        ...

    async def request(self, person: Person, reference: str) -> Asked | None:
        """Return a request by its reference, or None where there is none that this person may see."""
        ...

    async def failed(self, person: Person, words: str) -> Failed | None:
        """Return the newest failure that `words` name by reference or command, the person's newest for "".

        None where there is none that this person may see. Raises `ChatFault`.
        """
        ...

    async def recorded(self, person: Person, wanted: Sought) -> tuple[Sequence[Values], bool]:
        """Return the audit entries that are wanted, newest first, and whether all were looked at.

        Raises `Refusal` for whoever is no administrator.
        """
        ...

    async def verified(self, person: Person) -> Verdict | None:
        """Return what the chain of seals says, None where this process has no key to check it.

        Raises `Refusal` for whoever is no administrator, and where the segments cannot be read.
        """
        ...

    async def examined(self, person: Person, newest: int) -> tuple[Sequence[Finding], Sequence[Dead]]:
        """Return what was found of the bot's surroundings, and the `newest` entries that were given up.

        Raises `Refusal` for whoever is no administrator.
        """
        ...
