"""What the tests of commands about watched things share: asks, a cloud, and our own records of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.audit.chain import Verdict
from bot.command import Ask, Command, Place, Plan
from bot.errors import Refusal
from bot.flows.hear import checked_values
from bot.ports import Asked, Failed, Principal
from bot.records import Dead, Finding, Person, Sought, Standing, Thing, ThingKind, Values, Wishes
from bot.reply import Reply
from bot.say import Language
from tests.fakes.cloud import FakeCloud
from tests.fakes.words import words_of
from tests.rules.things import HERE, NOON

LI = Person(id="U1", team="T1", name="li", language=Language.ZH, zone="Asia/Shanghai", member=True, active=True)


@dataclass
class Records:
    """Our own records, by hand; `mine` are those that the asker may decide about."""

    things: Sequence[Thing] = ()
    mine: Sequence[Thing] | None = None
    entries: Sequence[Values] = ()
    administrator: bool = True
    linked: Principal | None = None
    channel: str = "C1"
    quiet: str = ""
    lessons: Mapping[str, Values] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    dead: Sequence[Dead] = ()
    verdict: Verdict | None = None
    failure: Failed | None = None
    looked: bool = True

    async def all(self) -> Sequence[Thing]:
        return self.things

    async def compared(self, kind: ThingKind) -> bool:
        return self.looked

    async def find(self, word: str, kind: ThingKind | None = None) -> Sequence[Thing]:
        return [one for one in self.things if word in (one.provider, one.name) and kind in (None, one.kind)]

    async def of(self, person: Person) -> Sequence[Thing]:
        return self.things if self.mine is None else self.mine

    async def administers(self, person: Person) -> bool:
        return self.administrator

    async def principal(self, person: Person) -> Principal | None:
        return self.linked

    async def learned(self, name: str) -> Values:
        return self.lessons.get(name, {})

    async def standing(self, person: Person, *, of_channel: bool) -> Standing:
        if of_channel and not self.channel:
            raise Refusal("settings.no_channel", argument="for")
        wishes = Wishes(self.channel if of_channel else person.id)
        return Standing(wishes, "UTC" if of_channel else person.zone, channel=of_channel)

    async def told(self, thing: Thing) -> Standing:
        return Standing(Wishes(thing.owner, quiet=self.quiet), LI.zone)

    async def requests(self, person: Person) -> Sequence[Asked]:
        return ()

    async def request(self, person: Person, reference: str) -> Asked | None:
        return None

    async def failed(self, person: Person, words: str) -> Failed | None:
        return self.failure if self.failure and words in ("", self.failure.reference) else None

    async def recorded(self, person: Person, wanted: Sought) -> tuple[Sequence[Values], bool]:
        return self.entries, True

    async def verified(self, person: Person) -> Verdict | None:
        return self.verdict

    async def examined(self, person: Person, newest: int) -> tuple[Sequence[Finding], Sequence[Dead]]:
        return self.findings, self.dead[:newest]


@dataclass
class Desk:
    """A person at their desk: the region they work in, the cloud, and what is watched."""

    cloud: FakeCloud
    records: Records
    region: str = HERE

    def ask(self, command: Command, **values: str) -> Ask:
        """Return an ask with its values checked. Raises `Refusal`."""
        place = Place("d1", self.region)
        return Ask(command.name, checked_values(command, values, place), LI, place, at=NOON)

    async def facts(self, command: Command, ask: Ask) -> dict[str, Any]:
        """Return the facts, gathered as for a typed command. Raises `Refusal`."""
        recalled = await command.recall(ask, self.records)
        return {**recalled, **await command.read(replace(ask, recalled=recalled), self.cloud)}

    async def planned(self, command: Command, **values: str) -> Plan:
        """Return the plan. Raises `Refusal`."""
        ask = self.ask(command, **values)
        assert command.plan is not None
        return command.plan(ask, await self.facts(command, ask))

    async def answered(self, command: Command, **values: str) -> Reply:
        """Return the answer. Raises `Refusal`."""
        ask = self.ask(command, **values)
        assert command.answer is not None
        return command.answer(ask, await self.facts(command, ask))

    async def adjusted(self, command: Command, **values: str) -> tuple[Thing, Reply]:
        """Return the thing as it is after the command, and the answer. Raises `Refusal`."""
        ask = self.ask(command, **values)
        assert command.adjust is not None
        facts = await self.facts(command, ask)
        return command.adjust(ask, facts["thing"])


def rows_of(reply: Reply) -> list[str]:
    """Return the rows of an answer, each as one text."""
    rows = reply.table.rows if reply.table else ()
    return ["\n".join(words_of(what) for what in (row.head, *row.details)) for row in rows]
