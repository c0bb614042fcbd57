"""A world whose services and packages live by the same clock, and a worker that does what falls due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.flows.routes import route
from bot.flows.things import pressed_thing
from bot.ports import Change
from bot.records import Card, Handle, Inbound, InboundKind, Person, Surface, SurfaceKind, Thing
from bot.records.provider import Flavor, Package, Quota, Service
from bot.reply import Reply
from tests.fakes.packages import FakePackages
from tests.fakes.services import FakeServices
from tests.flows.given import HERE, START, Given, given

HOUR, DAY = 3600.0, 86400.0
SERVICE = f"d1/{HERE}/service/s1"
PACKAGE = f"d1/{HERE}/package/p1"
FLAVORS = (
    Flavor("cpu.free", "CPU (free)", True, False, False, "CPU"),
    Flavor("gpu.p4", "GPU P4", False, False, False, "GPU"),
)


def service(**more: Any) -> Service:
    """Return a free service that was started just now."""
    plain = Service("s1", "flowers", "running", "cpu.free", True, 1, "m:1", START, START, START + HOUR)
    return replace(plain, **more)


def stopped(**more: Any) -> Service:
    """Return a free service that was stopped just now."""
    return service(**{"state": "stopped", "due": 0.0, **more})


def package(**more: Any) -> Package:
    """Return a package that ends in eight days."""
    plain = Package("p1", "o1", "CPU100", "CPU 100 h", HERE, "active", START - 22 * DAY, START + 8 * DAY)
    return replace(plain, **{"quotas": (Quota("q1", "CPU hours", 100.0, 70.0, "h"),), **more})


class House:
    """One worker, and a cloud that it watches. `log` is every reminder that was said, with its stage."""

    def __init__(self, services: Iterable[Service] = (), packages: Iterable[Package] = (), **changed: object) -> None:
        self.given: Given = given(**changed)
        self.world, self.store, self.clock = self.given.world, self.given.store, self.given.clock
        self.services = self.given.cloud.services = FakeServices(services, FLAVORS, now=self.clock.now)
        self.packages = self.given.cloud.packages = FakePackages(packages, now=self.clock.now)

    async def sweep(self) -> None:
        """Compare everything with the cloud, as at a start, and do what follows at once."""
        await self.store.commit(Change().work("sweep", "service").work("sweep", "package"))
        await self.drain()

    async def drain(self) -> None:
        """Do what is due now, and what follows from it, until nothing is left."""
        while await self.store.promote(self.clock.now(), self.clock.machine()) or (await self.work()):
            pass

    async def work(self) -> int:
        """Do what lies in the stream; return how much it was."""
        entries = await self.store.read("work")
        for entry in entries:
            await route(self.world, entry)
            await self.store.finish(entry)
        return len(entries)

    async def advance(self, seconds: float) -> None:
        """Let time pass, and do each thing at its moment."""
        end = self.clock.at + seconds
        await self.drain()
        while (moment := self._next()) <= end:
            self.clock.at = max(self.clock.at, moment)
            await self.drain()
        self.clock.at = end
        await self.drain()

    def _next(self) -> float:
        moments = [*self.store.waiting["due"].values(), *self.store.waiting["later"].values()]
        return min(moments, default=float("inf"))

    async def thing(self, identity: str = SERVICE) -> Thing:
        """Return a watched thing as it is stored."""
        stored = await self.store.load(Thing, identity)
        assert stored is not None
        return stored.record

    async def change(self, identity: str = SERVICE, **more: Any) -> None:
        """Change a watched thing behind everybody's back."""
        stored = await self.store.load(Thing, identity)
        assert stored is not None
        await self.store.commit(Change().replace(stored, replace(stored.record, **more)))

    async def card(self, identity: str = SERVICE) -> Card | None:
        """Return the card of a thing."""
        stored = await self.store.load(Card, f"thing-{(await self.thing(identity)).handle}")
        return stored.record if stored else None

    def said(self) -> list[str]:
        """Return the stages that were said, in order."""
        return [str(entry["stage"]) for entry in self.store.audits if entry["what"] == "reminded"]

    def pending(self) -> set[str]:
        """Return the stages that wait on the clock."""
        members = self.store.waiting["due"]
        return {member.rpartition(":")[2] for member in members if member.startswith("work:remind:")}

    async def press(self, action: str, choice: str = "", who: str = "LI", identity: str = SERVICE) -> Reply:
        """Press a button of a thing's card, and return the answer. Raises `Refusal`."""
        thing = await self.thing(identity)
        value = f"{thing.handle}|{choice}" if choice else thing.handle
        return await pressed_thing(self.world, self.pressed(action, value, who), await self.person(who))

    def pressed(self, action: str, value: str, who: str) -> Inbound:
        """Return a press as it was taken in."""
        token = self.world.chance.token()
        surface = Surface(SurfaceKind.BUTTON, who, "D1")
        return Inbound(token, InboundKind.PRESS, token, surface, self.clock.now(), token, action=action, value=value)

    async def person(self, who: str) -> Person:
        """Return a member."""
        person = await self.world.chat.person(who)
        assert person is not None
        return person

    async def handle(self, value: str) -> Handle | None:
        """Return what a button's value stands for."""
        stored = await self.store.load(Handle, value)
        return stored.record if stored else None
