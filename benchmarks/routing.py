"""Whether an ack costs more with many commands than with one (budget 1)."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import cast
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from benchmarks.budgets import Finding, compared
from benchmarks.stage import BenchmarkFault, Stage
from bot.command import Argument, Ask, Command, Facts, Noun, Place, Text
from bot.observe import logs
from bot.ports import Change, D, Stored
from bot.records import Language, Person
from bot.registry import Registry
from bot.reply import Reply
from bot.say import say
from bot.slack.client import Identity, Slack
from bot.slack.people import People
from bot.slack.tasks import Tasks
from bot.slack.wiring import Web, build_app
from bot.texts import Catalog

MANY = 300
VERBS = 10
LI = Person("U1", "T1", "li", Language.EN, "UTC", member=True, active=True)
TEXT = Text(en="Something", zh="某物")


class Taking:
    """A store that takes everything and keeps nothing."""

    async def load(self, kind: type[D], identity: str) -> Stored[D] | None:  # noqa: ARG002 - the port's names
        """Return nothing."""
        return None

    async def load_all(self, kind: type[D], identities: Sequence[str]) -> list[Stored[D] | None]:  # noqa: ARG002
        """Return nothing of each."""
        return [None] * len(identities)

    async def commit(self, change: Change) -> None:
        """Keep nothing."""

    async def members(self, index: str, *, newest: int = 100) -> list[str]:  # noqa: ARG002 - the port's names
        """Return nothing."""
        return []


class Wall:
    """The machine's clock as both clocks, and numbers as ids."""

    _last = 0

    def now(self) -> float:
        """Return the time."""
        return time.time()

    def machine(self) -> float:
        """Return the time."""
        return time.time()

    def token(self) -> str:
        """Return the next number."""
        self._last += 1
        return f"{self._last:022}"


class Known(People):
    """Knows everybody without asking Slack."""

    async def glance(self, user: str) -> Person | None:  # noqa: ARG002 - the port's name
        """Return li."""
        return LI


async def measure(stage: Stage, rounds: int, times: int) -> list[Finding]:
    """Measure the CPU time of a dispatch through Bolt, the wiring and the hearing, in one process, in turns."""
    many, one = await stage.alone("benchmarks.routing", str(rounds), str(times))
    return [compared(f"routing with {MANY} commands ÷ with one", many, one, "most", 1.2, "µs of CPU")]


def _answer(_ask: Ask, _facts: Facts) -> Reply:
    return Reply(say("bucket.list.empty"))


def generated(count: int) -> Registry:
    """Return a registry of so many commands, at most ten to a noun."""
    pairs = [(f"noun-{number // VERBS}", f"verb-{number % VERBS}") for number in range(count)]
    nouns = tuple(Noun(name, TEXT, aliases=(f"名{name}",)) for name in dict.fromkeys(noun for noun, _ in pairs))
    arguments = (Argument("name", TEXT, required=True), Argument("region", TEXT, keyed_only=True))
    commands = tuple(
        Command(f"{noun} {verb}", TEXT, (), aliases=(f"动{verb}",), arguments=arguments, answer=_answer)
        for noun, verb in pairs
    )
    return Registry(nouns, commands)


def _app(registry: Registry) -> AsyncApp:
    """Return the product's own app over this registry."""
    wall, slack = Wall(), cast("Slack", None)  # nobody is asked, nothing is sent
    identity = Identity("T1", "", "U0", "B0", "", "")
    people = Known(slack, identity, wall)
    place = Place("d1", "cn-north-4")
    return build_app(
        Web(("secret",), identity, slack, Taking(), registry, place, Catalog.load(), people, wall, wall, Tasks())
    )


async def _cpu(app: AsyncApp, name: str, times: int) -> float:
    """Return the microseconds of CPU time that one slash command takes."""
    fields = {"team_id": "T1", "user_id": "U1", "command": "/modelarts", "text": f"{name} flowers region=cn-north-4"}
    start = urlencode(fields)
    began = time.process_time()
    for number in range(times):
        request = AsyncBoltRequest(body=f"{start}&trigger_id={number}", headers=FORM)
        answer = await app.async_dispatch(request)
        if answer.status != 200 or name not in answer.body:
            raise BenchmarkFault(f"{name} was not understood: {answer.body}")
    return 1e6 * (time.process_time() - began) / times


FORM: dict[str, str | Sequence[str]] = {"content-type": "application/x-www-form-urlencoded"}


async def _series(rounds: int, times: int) -> tuple[list[float], list[float]]:
    """Return the microseconds of each round, for the last of many commands and for a single one."""
    sizes = (MANY, 1)
    registries = [generated(count) for count in sizes]
    apps = [(_app(registry), registry.commands[-1].name) for registry in registries]
    series: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for (app, name), took in zip(apps, series, strict=True):
            spent = await _cpu(app, name, times)
            if number:  # the first round warms up
                took.append(spent)
    return series


def main() -> None:
    """Print both series as JSON."""
    rounds, times = sys.argv[1:]
    logs.configure("json", [])
    print(json.dumps(asyncio.run(_series(int(rounds), int(times)))))


if __name__ == "__main__":
    main()
