"""The watched things, read from the store for commands that ask about them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.audit.chain import Verdict
from bot.errors import Refusal
from bot.flows.asked import request_of, requests_of
from bot.flows.failures import failed_of
from bot.flows.recorded import sought
from bot.flows.sweep import MOST
from bot.flows.thing_cards import INDEX
from bot.flows.wishes import standing, standing_of
from bot.flows.world import World
from bot.ports import Asked, Change, Failed, Principal
from bot.records import (
    Dead,
    Finding,
    Learned,
    Linked,
    Names,
    Person,
    Phase,
    Sought,
    Standing,
    Thing,
    ThingKind,
    Values,
    names_id,
)


class StoredThings:
    """`ports.Watched` on the store."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def all(self) -> Sequence[Thing]:
        """Return every thing of this account that is not gone, by kind and name."""
        store = self._world.store
        names = await store.members(INDEX, newest=MOST)
        mine = [name for name in names if name.startswith(f"{self._world.place.account}/")]
        found = await store.load_all(Thing, mine)
        things = [stored.record for stored in found if stored and stored.record.phase is not Phase.GONE]
        return sorted(things, key=lambda thing: (thing.kind, thing.name))

    async def compared(self, kind: ThingKind) -> bool:
        """Return whether a sweep of this kind came to its end within the last day."""
        return await self._world.store.load(Names, names_id(self._world.place.region, kind)) is not None

    async def find(self, word: str, kind: ThingKind | None = None) -> Sequence[Thing]:
        """Return the things whose name or provider's id is `word`."""
        return [
            thing
            for thing in await self.all()
            if word in (thing.provider, thing.name) and (kind is None or thing.kind is kind)
        ]

    async def of(self, person: Person) -> Sequence[Thing]:
        """Return the things this person may decide about: their own and nobody's; all, for an administrator."""
        things, administrators = await self.all(), await self._world.chat.administrators()
        return [thing for thing in things if thing.owner in ("", person.id) or person.id in administrators]

    async def administers(self, person: Person) -> bool:
        """Return whether this person is an administrator now."""
        return person.id in await self._world.chat.administrators()

    async def principal(self, person: Person) -> Principal | None:
        """Return the IAM principal that this person is linked to, or None."""
        stored = await self._world.store.load(Linked, person.id)
        return stored.record.principal if stored else None

    async def learned(self, name: str) -> Values:
        """Return what was last seen under this name, {} for nothing yet."""
        stored = await self._world.store.load(Learned, name)
        return stored.record.facts if stored else {}

    async def standing(self, person: Person, *, of_channel: bool) -> Standing:
        """Return what holds for a person about being told, or for the shared channel. Raises `Refusal` without one."""
        if not of_channel:
            return await standing(self._world, person.id, person.zone)
        if not self._world.channel:
            raise Refusal("settings.no_channel", argument="for")
        return await standing(self._world, self._world.channel)

    async def told(self, thing: Thing) -> Standing:
        """Return what holds for whoever is told about a thing."""
        return await standing_of(self._world, thing)

    async def requests(self, person: Person) -> Sequence[Asked]:
        """Return the newest requests that this person asked for or may decide; all, for an administrator."""
        return await requests_of(self._world, person)

    async def request(self, person: Person, reference: str) -> Asked | None:
        """Return a request by its reference, or None where there is none that this person may see."""
        return await request_of(self._world, person, reference)

    async def failed(self, person: Person, words: str) -> Failed | None:
        """Return the newest failure that `words` name, or the person's newest for ""."""
        return await failed_of(self._world, person, words)

    async def recorded(self, person: Person, wanted: Sought) -> tuple[Sequence[Values], bool]:
        """Return the audit entries that are wanted. Whoever may not see them is refused, and that is recorded."""
        await self._administrator(person, "audit list", "audit.not_yours")
        return await sought(self._world.recorded, wanted)

    async def verified(self, person: Person) -> Verdict | None:
        """Return what the chain of seals says; to administrators only, as the entries themselves."""
        await self._administrator(person, "audit list", "audit.not_yours")
        try:
            return await self._world.auditor.verify() if self._world.auditor else None
        except (OSError, ValueError) as fault:
            raise Refusal("audit.unreadable", fault=str(fault)) from fault

    async def examined(self, person: Person, newest: int) -> tuple[Sequence[Finding], Sequence[Dead]]:
        """Return what was found of the bot's surroundings, and what was given up; to administrators only."""
        await self._administrator(person, "account doctor", "doctor.not_yours")
        doctor = self._world.doctor
        return (await doctor.findings(), await doctor.dead(newest)) if doctor else ((), ())

    async def _administrator(self, person: Person, asked: str, words: str) -> None:
        """Refuse anyone but administrators, and record who was refused what."""
        if person.id not in await self._world.chat.administrators():
            await self._world.store.commit(Change().audit("refused", who=person.id, what_asked=asked))
            raise Refusal(words).mended_by(asked)
