"""The ways in which the product can be spread over processes: what holds in one has to hold in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stack import Stack, stack

SOCKET_MODE = ("--socket-mode", "--socket-life-s", "8", "--socket-warn-s", "2")


@dataclass(frozen=True)
class Shape:
    """The roles of the processes that listen, how many only work, and further words for the sandbox."""

    roles: Sequence[str]
    workers: int = 0
    sandbox: Sequence[str] = ()


SHAPES = {
    "one": Shape(["all"]),
    "replicas": Shape(["all", "all"]),
    "roles": Shape(["web", "web"], workers=2),
    "sockets": Shape(["web", "web"], workers=2, sandbox=SOCKET_MODE),
}


@contextmanager
def in_shape(folder: Path, shape: Shape) -> Iterator[Stack]:
    """Run the product in a shape while the block lasts."""
    with stack(folder, bots=len(shape.roles), options=shape.sandbox) as found:
        for _ in range(shape.workers):
            found.start_bot("worker")
        for role, port in zip(shape.roles, found.ports, strict=True):
            found.start_bot(role, port)
        found.ready()
        yield found
