"""A world of fakes with memory: a store, a clock that is turned by hand, people who hear, and a cloud."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

from bot.approvals.digest import digest
from bot.approvals.policy import Policy
from bot.command import Place
from bot.describe import registry
from bot.errors import ChatFault, Refusal
from bot.flows.journal import opened
from bot.flows.world import World
from bot.ports import Change
from bot.records import (
    Approval,
    ApprovalState,
    Circle,
    Inbound,
    InboundKind,
    Language,
    Need,
    Operation,
    Person,
    Record,
    Shown,
    Step,
    Surface,
    SurfaceKind,
    Vote,
)
from bot.reply import Reply
from bot.say import Say, say
from tests.fakes.cloud import FakeBuckets, FakeCloud
from tests.fakes.files import FakeFiles
from tests.fakes.store import FakeStore

HERE = "cn-north-4"
START = 1_000_000.0
REGISTRY = registry()
PLACE = Place("d1", HERE)


@dataclass
class Hands:
    """A clock turned by hand; product time may run ahead."""

    at: float = START
    ahead: float = 0.0

    def now(self) -> float:
        return self.at + self.ahead

    def machine(self) -> float:
        return self.at


class Numbers:
    """Ids in order."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def token(self) -> str:
        return f"token-{next(self._next)}"


@dataclass
class People:
    """A chat with memory: `said` is what was told to whom; `faults` spoil the next calls of that name."""

    admins: frozenset[str] = frozenset({"MEI", "CHEN"})
    gone: frozenset[str] = frozenset()
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    said: list[tuple[str, Say]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    faults: dict[str, list[ChatFault]] = field(default_factory=dict)

    def _spoil(self, name: str) -> None:
        if self.faults.get(name):
            raise self.faults[name].pop(0)

    async def person(self, user: str, *, live: bool = False) -> Person | None:
        self._spoil("person")
        guest, active = user.startswith("GUEST"), user not in self.gone
        return Person(user, "T1", user.lower(), Language.EN, "UTC", member=not guest, active=active)

    async def administrators(self) -> frozenset[str]:
        self._spoil("administrators")
        return self.admins

    async def circle(self, people: Circle) -> frozenset[str]:
        self._spoil("circle")
        found = {*people.users}.union(*(self.groups.get(group, frozenset()) for group in people.groups))
        return frozenset(found) - self.gone

    async def may_ask(self, person: Person) -> bool:
        self._spoil("may_ask")
        return person.member and person.active

    async def answer(self, surface: Surface, reply: Reply, language: Language) -> None:
        self._spoil("answer")
        self.said.append((surface.user, reply.head))
        self.replies.append(reply)

    async def refuse(self, inbound: Inbound, refusal: Refusal, language: Language) -> None:
        self._spoil("answer")
        self.said.append((inbound.surface.user, refusal.say))

    async def direct_link(self, user: str) -> str:
        return f"https://slack.example/{user}"

    @property
    def keys(self) -> list[str]:
        """Return the text keys of what was said."""
        return [said.key for _, said in self.said]


@dataclass
class Given:
    """The world and its parts, each as the fake that it is."""

    clock: Hands
    store: FakeStore
    chat: People
    cloud: FakeCloud
    world: World

    @property
    def buckets(self) -> FakeBuckets:
        """Return the fake OBS."""
        return self.cloud.buckets

    async def operation(self, identity: str = "R1") -> Operation:
        """Return an operation as it is stored."""
        stored = await self.store.load(Operation, identity)
        assert stored is not None
        return stored.record

    def waits(self, member: str = "work:operation:R1") -> float | None:
        """Return in how many seconds of machine time a member is due, or None."""
        at = self.store.waiting["later"].get(member)
        return None if at is None else at - self.clock.at

    def acts(self) -> list[str]:
        """Return what the audit says was done, in order."""
        return [str(entry["what"]) for entry in self.store.audits]


def given(**changed: object) -> Given:
    """Return a world of fakes; `changed` replaces fields of the world."""
    clock, chat, cloud = Hands(), People(), FakeCloud()
    store = FakeStore(clock)
    world = World(
        store=store,
        chat=chat,
        cloud=cloud,
        clock=clock,
        chance=Numbers(),
        registry=REGISTRY,
        policy=Policy(),
        place=PLACE,
        owner="w1",
        recorded=store,
        **{"files": FakeFiles(), **changed},  # type: ignore[arg-type]
    )
    return Given(clock, store, chat, cloud, world)


def record(folder: str = "", asker: str = "LI") -> Record:
    """Return the record of a bucket, with a folder if wanted."""
    steps = [Step("create", "b-1", {"region": HERE, "class": "standard"})]
    steps += [Step("folder", "b-1", {"key": folder})] if folder else []
    policy = Policy().version
    return Record("bucket create", asker, asker, {"name": "b-1"}, tuple(steps), "pay-per-use", "d1", HERE, policy)


SHOWN = Shown(say("bucket.create.title", name="b-1", region=HERE))


async def approved(found: Given, folder: str = "", *, voter: str = "MEI", not_before: float = 0.0) -> None:
    """Store a request that `voter` approved, and its operation R1."""
    made, now = record(folder), found.clock.now()
    vote = Vote(voter, now, digest(made))
    approval = Approval(
        "R1", made, digest(made), Need(1), SHOWN, "c1", now, now + 60, state=ApprovalState.APPROVED, votes=(vote,)
    )
    operation = opened("R1", made, SHOWN, "c1", now, not_before)
    await found.store.commit(Change().create(approval).create(operation))


DIRECT = Surface(SurfaceKind.DIRECT, "LI", "D1")


async def asks(
    found: Given, words: str, *, user: str = "LI", what: InboundKind = InboundKind.SPEECH, where: Surface = DIRECT
) -> str:
    """Store what somebody said, in a direct message if nothing else is given; return the id of the inbound record."""
    surface = replace(where, user=user)
    identity = found.world.chance.token()
    made = Inbound(identity, what, "corr-1", surface, found.clock.now(), f"request-of-{identity}", words=words)
    await found.store.commit(Change().create(made))
    return identity


async def presses(found: Given, action: str, value: str, user: str = "MEI") -> str:
    """Store a press; return the id of the inbound record."""
    surface = Surface(SurfaceKind.BUTTON, user, "D1")
    identity = found.world.chance.token()
    made = Inbound(
        identity, InboundKind.PRESS, "corr-2", surface, found.clock.now(), f"r-{identity}", action=action, value=value
    )
    await found.store.commit(Change().create(made))
    return identity
