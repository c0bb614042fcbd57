"""Reminders that fall due at once, in a process of their own: `python -m benchmarks.bursts HOW URL …` prints JSON.

`fill URL STAGES` arms things as the product does, all of it days away, and tells what Redis holds for it. `bot URL
COUNT` is a worker with nothing but the tick and the crew of the stream `work`, whose hands note the time. It takes one
burst and leaves it pending, which is where APScheduler is when it has begun its last job, and one that it finishes too.
`peer URL COUNT PENDING` is APScheduler as its manual shows it: a RedisJobStore and ten threads, with jobs that note the
time. All tell how late each came and the CPU that was spent, their own and Redis's, in milliseconds. What a reminder
then does is the same for both, and left out.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from apscheduler.jobstores.redis import RedisJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from redis import Redis

from bot.compose.worker import HANDS
from bot.flows.watch import arm, thing_id
from bot.flows.work import Crew
from bot.ports import Change, Entry
from bot.records import Phase, Thing, ThingKind
from bot.rules.reminder import DAY, HOUR, stages_of
from bot.store.clock import RedisClock
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.link import Link
from bot.store.redis_store import RedisStore
from bot.store.streams import Streams
from scheduler.engine import TICK_SECONDS, Engine

Clock = tuple[ThingKind, Phase, bool, float]
Due = tuple[str, float]

KEYS = Keys(Workspace("T0REMINDED"))
ACCOUNT, REGION = "05f7c2d9e880d2a72f3dc01b41a8a5c3", "cn-north-4"
FREE_RUNNING: Clock = (ThingKind.SERVICE, Phase.RUNNING, True, HOUR)
CLOCKS: tuple[Clock, ...] = (
    FREE_RUNNING,
    (ThingKind.SERVICE, Phase.STOPPED, True, 72 * HOUR),
    (ThingKind.SERVICE, Phase.RUNNING, False, 0.0),
    (ThingKind.PACKAGE, Phase.RUNNING, False, 40 * DAY),
)
"""What is watched: kind, phase, whether it is free, and the seconds until the provider acts."""
ANY = "*"
A_WRITE = 1000
LEAD_S = 0.5
BEFORE_S = 0.1
ADDING_S = 1e-3
LIMIT_S = 30.0
POLL_S = 0.02
THREADS = 10


def _dues(clock: Clock, since: float) -> list[Due]:
    """Return the members that the product keeps for a thing named `ANY` whose clock runs since then."""
    kind, phase, free, lasts = clock
    before = Thing(
        id=thing_id(ACCOUNT, REGION, kind, ANY),
        kind=kind,
        provider=ANY,
        name="flowers",
        region=REGION,
        handle="h1",
        zone="Asia/Shanghai",
        phase=phase,
        free=free,
        since=since,
        deadline=since + lasts if lasts else 0.0,
        epoch=3,
    )
    change = Change()
    arm(change, before, replace(before, stages=stages_of(before, since)), since, None)
    return [(member, at) for _, member, at in change.dues]


def _things(clocks: Iterable[Clock], since: float) -> Iterator[list[Due]]:
    """Yield the members of one thing after the other, for ever, a second apart."""
    patterns = [_dues(clock, since) for clock in clocks]
    for second in count():
        for pattern in patterns:
            name = str(uuid4())
            yield [(member.replace(ANY, name), at + second) for member, at in pattern]


def _write(redis: Redis, dues: Iterable[Due]) -> None:
    waiting = iter(dues)
    while some := dict(islice(waiting, A_WRITE)):
        redis.zadd(KEYS.due, some)


def fill(redis: Redis, stages: int) -> dict[str, float]:
    """Arm at least so many stages; return the bytes of each, its share of the looks at its thing included."""
    armed = 0

    def dues() -> Iterator[Due]:
        nonlocal armed
        for thing in _things(CLOCKS, time.time() + 30 * DAY):
            yield from thing
            armed += sum(":remind:" in member for member, _ in thing)
            if armed >= stages:
                return

    _write(redis, dues())
    return {"bytes": (redis.memory_usage(KEYS.due, samples=0) or 0) / armed, "stages": armed}


class _Meter:
    """Milliseconds of CPU since it was made, of this process and of the server."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._start = self._now()

    def _now(self) -> tuple[float, float]:
        server: dict[str, Any] = self._redis.info("cpu")
        return time.process_time() * 1e3, (server["used_cpu_user"] + server["used_cpu_sys"]) * 1e3

    def read(self) -> dict[str, float]:
        """Return both."""
        own, server = (now - then for now, then in zip(self._now(), self._start, strict=True))
        return {"own": own, "server": server}


def _found(late: list[float], cpu: dict[str, float], due: int) -> dict[str, Any]:
    if len(late) != due:
        sys.exit(f"{len(late)} came of {due}")
    return {"late": late, **cpu}


class _Kept(Streams):
    """Streams that are asked to finish nothing yet."""

    async def finish(self, entry: Entry) -> None:
        """Leave the entry pending."""


class _Worker:
    """The parts of a worker that a reminder passes, and the moments at which its hands took one."""

    def __init__(self, link: Link, streams: Streams, clock: RedisClock) -> None:
        self.clock = clock
        self.taken: list[float] = []
        self.ticked = asyncio.Event()
        self.crew = Crew(streams, "work", self._take, hands=HANDS["work"], idle_seconds=60.0)
        self._store = RedisStore(link, KEYS)

    async def _take(self, _entry: Entry) -> None:
        self.taken.append(self.clock.now())

    async def tick(self) -> None:
        """Do what a worker does every tick."""
        await self.clock.refresh()
        await self._store.promote(self.clock.now(), self.clock.machine())
        self.ticked.set()


@asynccontextmanager
async def _worker(url: str, how: type[Streams]) -> AsyncIterator[_Worker]:
    link, blocking = connect(url), connect(url)
    streams, stop, engine = how(link, blocking, KEYS, "bench"), asyncio.Event(), Engine()
    await streams.open()
    worker = _Worker(link, streams, await RedisClock.started(link, KEYS))
    engine.every(TICK_SECONDS, "tick", worker.tick)
    engine.start()
    working = asyncio.create_task(worker.crew.work(stop))
    yield worker
    engine.stop()
    stop.set()
    await working
    await link.close()
    await blocking.close()


async def _burst(redis: Redis, url: str, due: int, how: type[Streams]) -> dict[str, Any]:
    """Let a burst fall due that just missed a tick: none comes later."""
    async with _worker(url, how) as worker:
        things = list(islice(_things([FREE_RUNNING], worker.clock.now()), due))
        await worker.ticked.wait()
        at = worker.clock.now()
        _write(redis, [(member, at) for thing in things for member, _ in thing[:1]])
        meter = _Meter(redis)
        async with asyncio.timeout(LIMIT_S):
            while len(worker.taken) < due or worker.crew.busy:  # noqa: ASYNC110 - the crew tells nobody
                await asyncio.sleep(POLL_S)
        cpu = meter.read()
    redis.delete(KEYS.stream("work"))
    return _found([1e3 * (moment - at) for moment in worker.taken], cpu, due)


async def bot(redis: Redis, url: str, due: int) -> dict[str, Any]:
    """Let the product's own parts take two bursts: one that is left pending, one that is finished too."""
    return {
        "taken": await _burst(redis, url, due, _Kept),
        "finished": await _burst(redis, url, due, Streams),
    }


FIRED: list[float] = []


def fire() -> None:
    """Note the time."""
    FIRED.append(time.time())


def peer(redis: Redis, url: str, due: int, pending: int) -> dict[str, Any]:
    """Let APScheduler take a burst; what is pending besides stays for the next one."""
    store = RedisJobStore(unix_socket_path=urlsplit(url).path)
    scheduler = BackgroundScheduler(
        {"apscheduler.executors.default": {"type": "threadpool", "max_workers": str(THREADS)}},
        jobstores={"default": store},
        timezone=UTC,
        job_defaults={"misfire_grace_time": None},
    )
    scheduler.start(paused=True)

    def add(at: float, jobs: int) -> None:
        for _ in range(jobs):
            scheduler.add_job(fire, "date", run_date=datetime.fromtimestamp(at, UTC))

    add(time.time() + 30 * DAY, pending - redis.zcard(store.run_times_key))
    at = time.time() + LEAD_S + due * ADDING_S
    add(at, due)
    time.sleep(max(0.0, at - BEFORE_S - time.time()))
    meter = _Meter(redis)
    scheduler.resume()
    _until(lambda: len(FIRED) == due and redis.zcard(store.run_times_key) == pending)
    cpu = meter.read()
    scheduler.shutdown()
    return _found([1e3 * (moment - at) for moment in FIRED], cpu, due)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(POLL_S)


def main() -> None:
    """Do what the first word says."""
    how, url, *numbers = sys.argv[1:]
    redis = Redis.from_url(url)
    if how == "fill":
        found: dict[str, Any] = fill(redis, int(numbers[0]))
    elif how == "bot":
        found = asyncio.run(bot(redis, url, int(numbers[0])))
    else:
        found = peer(redis, url, int(numbers[0]), int(numbers[1]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
