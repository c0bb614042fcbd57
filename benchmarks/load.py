"""The load client, a process of its own: jobs as JSON lines on standard input, what it saw as lines on the output.

It writes ready-made requests to kept-alive connections and reads as little of an answer as it can; what it is capable
of shows in its rate against an app that does nothing (`hello`), which every run reports.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from benchmarks.forms import Origin

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
LATEST_S = 10.0


class Line(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, answered: Callable[[Line, bool, float], None]) -> None:
        self._answered = answered
        self._transport: asyncio.WriteTransport | None = None
        self._read = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note that requests may be sent."""
        self._transport = transport  # type: ignore[assignment]  # a socket's transport can be written to

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Count a request that gets no answer any more as a bad one."""
        self._transport = None
        if self._sent:
            self._done(good=False)

    @property
    def alive(self) -> bool:
        """Return whether the server still keeps the connection."""
        return self._transport is not None

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self._read, self._sent = b"", perf_counter()
        if self._transport is None:
            self._done(good=False)
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take an answer in, by its length."""
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        length = LENGTH.search(head) if found else None
        if length and len(body) >= int(length[1]):
            self._done(good=head.startswith(b"HTTP/1.1 200"))

    def _done(self, *, good: bool) -> None:
        took, self._sent = perf_counter() - self._sent, 0.0
        self._answered(self, good, took)

    def close(self) -> None:
        """End the connection."""
        if self._transport:
            self._transport.close()


@dataclass
class Seen:
    """What came back: seconds from sending to the whole answer."""

    took: list[float] = field(default_factory=list)
    bad: int = 0

    def add(self, good: bool, took: float) -> None:
        """Count an answer."""
        if good:
            self.took.append(took)
        else:
            self.bad += 1

    def summary(self, seconds: float) -> dict[str, float]:
        """Return answers a second, their number, and quantiles in milliseconds."""
        ordered = sorted(self.took) or [0.0]
        at = {name: ordered[int(share * (len(ordered) - 1))] * 1000 for name, share in (("p50", 0.5), ("p99", 0.99))}
        return {"per_second": len(self.took) / seconds, "answers": len(self.took), "bad": self.bad, **at}


async def opened(port: int, answered: Callable[[Line, bool, float], None]) -> Line:
    """Return a new connection."""
    _, line = await asyncio.get_running_loop().create_connection(lambda: Line(answered), "127.0.0.1", port)
    return line


async def flood(port: int, requests: list[bytes], connections: int, seconds: float) -> dict[str, float]:
    """Keep every connection busy for so long, or until the requests are used up."""
    seen, waiting, done = Seen(), deque(requests), asyncio.Event()
    ends, busy = perf_counter() + seconds, connections

    def answered(line: Line, good: bool, took: float) -> None:
        nonlocal busy
        seen.add(good, took)
        if waiting and line.alive and perf_counter() < ends:
            line.ask(waiting.popleft())
            return
        busy -= 1
        if not busy:
            done.set()

    lines = [await opened(port, answered) for _ in range(connections)]
    started = perf_counter()
    ends = started + seconds
    for line in lines:
        line.ask(waiting.popleft())
    await asyncio.wait_for(done.wait(), seconds + LATEST_S)
    passed = perf_counter() - started
    for line in lines:
        line.close()
    return seen.summary(passed)


async def paced(port: int, requests: list[bytes], connections: int, rate: float) -> dict[str, float]:
    """Send at a steady rate whatever the answers do, each on a free connection."""
    seen, free, done = Seen(), deque[Line](), asyncio.Event()

    def answered(line: Line, good: bool, took: float) -> None:
        seen.add(good, took)
        free.append(line)
        if len(seen.took) + seen.bad == len(requests):
            done.set()

    free.extend([await opened(port, answered) for _ in range(connections)])
    started = perf_counter()
    for number, request in enumerate(requests):
        await asyncio.sleep(started + number / rate - perf_counter())
        line = free.popleft() if free else await opened(port, answered)
        line.ask(request)
    await asyncio.wait_for(done.wait(), LATEST_S)
    for line in free:
        line.close()
    return seen.summary(perf_counter() - started)


async def run(job: dict[str, Any]) -> dict[str, float]:
    """Make the requests of a job, then send them."""
    requests = list(Origin(**job["origin"]).requests(job["text"], job["count"]))
    if job["how"] == "flood":
        return await flood(job["port"], requests, job["connections"], job["seconds"])
    return await paced(job["port"], requests, job["connections"], job["rate"])


def main() -> None:
    """Do one job after the other until the input ends."""
    gc.disable()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(asyncio.run(run(json.loads(line))))}\n")
        sys.stdout.flush()
        gc.collect()


if __name__ == "__main__":
    main()
