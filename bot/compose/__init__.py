"""Build the product from its parts and run it: the only package that knows concrete classes."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.approvals.policy import Policy
from bot.compose.parts import build, until
from bot.compose.path import Path
from bot.compose.web import start_clock, start_web
from bot.errors import CloudRefused, Unreadable
from bot.listen import Front, listening
from bot.observe import logs
from bot.observe.figures import Figures
from bot.observe.probes import Health
from bot.settings import SECRETS, Role, Settings
from bot.store.address import BadAddress
from bot.store.audit import RedisLedger
from bot.store.clock import RedisClock
from bot.store.connect import check, connect
from bot.store.embedded import Embedded, EmbeddedFault
from bot.store.link import Link
from bot.store.streams import Streams

log = structlog.get_logger(__name__)

RECORDED = 40
"""How many audit entries the sandbox is told."""
COLLECT = (10_000, 20, 20)
"""Allocations between two rounds of the garbage collector, and how many young rounds make an older one."""


async def serve(settings: Settings, policy: Policy, role: Role) -> int:
    """Run the product until SIGTERM or SIGINT; return the exit code: 1 with a line of log for what cannot start at all.

    Never raises for a server that is not up yet.
    """
    logs.configure(settings.BOT_LOG_FORMAT, [getattr(settings, name).get_secret_value() for name in SECRETS])
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        running = asyncio.create_task(_run(settings, policy, role, stop, stack))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([running, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        try:
            return await running
        except (EmbeddedFault, OSError, Unreadable) as fault:
            log.error("cannot start", fault=str(fault))
            return 1
        except CloudRefused as fault:
            lacks = ", ".join(fault.actions)
            log.error("cannot start", fault=str(fault), request_id=fault.request_id, lacks=lacks, see="doctor")
            return 1


async def _run(settings: Settings, policy: Policy, role: Role, stop: asyncio.Event, stack: AsyncExitStack) -> int:
    url = await _redis_url(settings, stack)
    try:
        link = connect(url)
    except BadAddress as fault:
        log.error("redis.address", fault=str(fault))
        return 2
    stack.push_async_callback(link.close)
    health = Health(Figures(), depths=_nothing_yet, own_work=lambda: 0, missing={"start": "not finished"})
    front = Front(health)
    await stack.enter_async_context(listening(front, settings.BOT_HOST, settings.BOT_PORT))
    if not await _server_is_fit(link, health, stop):
        return 1
    parts = await build(settings, policy, url, link, health, stop, stack)
    if parts is None:
        return 0
    observer = parts.streams("observer", link)
    await until(observer.open, "redis", health, stop)
    health.depths = partial(_depths, parts.clock, observer)
    path = Path(parts.store, observer, parts.clock, parts.slack, parts.figures, parts.chance.token())
    health.path, health.worse, health.measure = path.missing, path.worse, path.measure
    health.own_work = lambda: len(parts.tasks)
    if settings.BOT_SANDBOX:
        health.coming = parts.store.coming
        health.recorded = partial(RedisLedger(parts.link, parts.keys).newest, RECORDED)
    if role != "worker":
        start_web(parts, front, health, stack)
    if role != "web":
        from bot.compose.worker import start_worker  # noqa: PLC0415 - the web role starts faster without

        await start_worker(parts, health, stop, stack)
    else:
        start_clock(parts, stack)
    _calm_memory()
    health.missing.pop("start")
    if not stop.is_set():
        log.info("ready", role=role, team=parts.identity.team)
    await stop.wait()
    log.info("stopping")
    return 0


def _calm_memory() -> None:
    """Take what was built so far out of the garbage collector's rounds, and make them rarer.

    A full round over it stops everything for 50 ms and more, acks included (budget 2). What an ack leaves behind is
    freed by its reference count; cycles wait a little longer now.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


async def _nothing_yet() -> Mapping[str, int]:
    return {"work": 1, "outbox": 0, "due": 0, "later": 0}


async def _depths(clock: RedisClock, streams: Streams) -> Mapping[str, int]:
    await clock.refresh()
    return await streams.depths(clock.now())


async def _redis_url(settings: Settings, stack: AsyncExitStack) -> str:
    if url := settings.REDIS_URL.get_secret_value():
        return url
    return (await stack.enter_async_context(Embedded(settings.BOT_DATA_DIR / "redis"))).url


async def _server_is_fit(link: Link, health: Health, stop: asyncio.Event) -> bool:
    """Refuse an evicting server, warn where nothing is persisted (decision 2)."""
    findings = await until(lambda: check(link), "redis", health, stop)
    for finding in findings or []:
        log.log(40 if finding.fatal else 30, finding.code, detail=finding.detail)
    return not any(finding.fatal for finding in findings or [])
