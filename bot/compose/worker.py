"""The worker role: crews on the streams, and the tick."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.command import Place
from bot.compose.audit import Auditor
from bot.compose.calls import COUNTED_SECONDS, CallRecord, judged
from bot.compose.cloud import cloud_settings
from bot.compose.doctor import Examiner
from bot.compose.parts import Parts, until
from bot.compose.policy import record
from bot.crash import crasher
from bot.errors import NewerSchema, StoreDown
from bot.flows import failures
from bot.flows.journal import KEPT_SECONDS
from bot.flows.lost import compared
from bot.flows.routes import mourn, route
from bot.flows.seal import MEMBER
from bot.flows.upkeep import REPAIR
from bot.flows.wishes import digest_member
from bot.flows.work import Crew, Mourn, Run, put_back
from bot.flows.world import World
from bot.huawei.cloud import HuaweiCloud
from bot.huawei.iam import completed
from bot.observe.figures import Figures
from bot.observe.probes import Health
from bot.ports import Change, Clock, Entry
from bot.records import OFF
from bot.rules.figures import FIGURES
from bot.rules.moments import moment_of
from bot.rules.quiet import check_hour, check_quiet
from bot.slack.files import SlackFiles
from bot.slack.homes import Homes
from bot.slack.outbox import Sender
from bot.store.audit import RedisLedger
from bot.store.clock import RedisClock
from bot.store.connect import connect
from bot.store.segments import Segments
from bot.store.streams import Streams
from scheduler.engine import TICK_SECONDS, Engine
from scheduler.jobs.memory import WITNESS_SECONDS, Witness
from scheduler.jobs.seal import SEAL_SECONDS, Sealer

log = structlog.get_logger(__name__)

HANDS = {"work": 16, "outbox": 8}
DRAIN_SECONDS = 20.0
BEAT_SECONDS = 5.0
REARM_SECONDS = 30.0
TIDY_SECONDS = 600.0
SAID = frozenset({"ask", "speech", "press"})
"""Entries that somebody waits for the answer to."""


async def start_worker(parts: Parts, health: Health, stop: asyncio.Event, stack: AsyncExitStack) -> None:
    """Start the crews and the tick; on the way out stop reading first, then drain (decision 3)."""
    owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    calls = CallRecord(parts.store, parts.figures, owner, remember=parts.settings.BOT_SANDBOX)
    cloud, account = await _cloud(parts, calls, owner, health, stop, stack)
    health.breakers = cloud.breakers
    health.calls = calls.newest if parts.settings.BOT_SANDBOX else None
    streams = parts.streams(owner, parts.link)
    world = _world(parts, cloud, account, streams, owner)
    crews = [
        _crew(parts, "work", owner, partial(route, world), partial(mourn, world), stack),
        _crew(parts, "outbox", owner, _senders(parts, world), partial(_card_again, parts), stack),
    ]
    await until(streams.open, "redis", health, stop)
    await until(lambda: record(parts.store, parts.policy), "redis", health, stop)
    await until(lambda: _arm_sweeps(parts), "redis", health, stop)
    await until(lambda: streams.beat(parts.clock.machine()), "redis", health, stop)
    engine = Engine()
    engine.every(TICK_SECONDS, "tick", partial(_tick, parts))
    engine.every(BEAT_SECONDS, "beat", lambda: streams.beat(parts.clock.machine()))
    engine.every(REARM_SECONDS, "rearm", partial(_rearm_sweeps, parts))
    engine.every(TIDY_SECONDS, "tidy", partial(_tidy, parts, streams))
    engine.every(COUNTED_SECONDS, "calls", calls.count)
    if keys := parts.settings.seal_keys:
        engine.every(SEAL_SECONDS, "seal", _sealer(parts, keys[0]).beat)
    engine.every(WITNESS_SECONDS, "witness", Witness(parts.store, parts.clock, parts.chance).beat)
    engine.start()
    loops = [asyncio.create_task(crew.work(stop)) for crew in crews]
    stack.push_async_callback(_stop_worker, engine, crews, loops, calls)


def _world(parts: Parts, cloud: HuaweiCloud, account: str, streams: Streams, owner: str) -> World:
    settings = parts.settings
    return World(
        store=parts.store,
        chat=parts.chat,
        cloud=cloud,
        clock=parts.clock,
        chance=parts.chance,
        registry=parts.registry,
        policy=parts.policy,
        place=Place(account, settings.HUAWEICLOUD_REGION),
        owner=owner,
        recorded=RedisLedger(parts.link, parts.keys),
        files=SlackFiles(parts.slack),
        channel=settings.BOT_CHANNEL,
        zone=settings.BOT_ZONE,
        quiet=check_quiet(settings.BOT_QUIET_HOURS or OFF),
        digest=check_hour(settings.BOT_DIGEST or OFF),
        language=settings.BOT_LANGUAGE,
        lease_seconds=settings.BOT_LEASE_SECONDS,
        reach=crasher(settings.BOT_FAIL_POINT),
        doctor=Examiner(parts.link, streams, parts.clock, parts.slack, settings.BOT_CHANNEL, cloud, parts.store),
        auditor=_auditor(parts),
    )


def _auditor(parts: Parts) -> Auditor | None:
    """Return who checks the chain of seals, where there is a key to check it by."""
    keys = parts.settings.seal_keys
    return Auditor(RedisLedger(parts.link, parts.keys), keys, parts.settings.BOT_AUDIT_DIR) if keys else None


def _senders(parts: Parts, world: World) -> Run:
    """Return who draws what the outbox names: cards, and the Homes of those who opened them.

    What shows a document of a newer release is left for a newer worker (decision 2).
    """
    cards = _sender(parts, world)
    homes = Homes(parts.slack, parts.store, parts.clock, parts.texts, parts.people, parts.registry)

    async def send(entry: Entry) -> None:
        try:
            await (cards.send(entry) if entry.kind == "card" else homes.publish(entry))
        except NewerSchema as newer:
            log.info("left for a newer worker", document=newer.name)
            await parts.store.commit(put_back(entry, parts.clock.machine()))

    return send


def _sender(parts: Parts, world: World) -> Sender:
    return Sender(
        parts.slack,
        parts.store,
        parts.clock,
        parts.texts,
        parts.identity,
        world.owner,
        lease_seconds=world.lease_seconds,
        between=parts.settings.BOT_CARD_SECONDS,
        reach=world.reach,
        shaken=parts.link.shaken,
    )


async def _cloud(
    parts: Parts, calls: CallRecord, owner: str, health: Health, stop: asyncio.Event, stack: AsyncExitStack
) -> tuple[HuaweiCloud, str]:
    """Return the cloud and the account's id, looked up where the settings leave them out."""
    given = cloud_settings(parts.settings)
    whole = await until(lambda: completed(given), "cloud", health, stop) or given
    judgement = partial(judged, parts.store, parts.clock, whole.region, owner)
    cloud = HuaweiCloud(
        whole, on_call=calls.called, on_write=calls.written, on_judgement=judgement, now=parts.clock.now
    )
    stack.push_async_callback(cloud.close)
    return cloud, whole.domain_id


def _crew(
    parts: Parts,
    stream: str,
    owner: str,
    run: Run,
    mourner: Mourn,
    stack: AsyncExitStack,
) -> Crew:
    if parts.settings.BOT_SANDBOX:
        run = partial(in_time, parts.clock, run)
    blocking = connect(parts.url)
    stack.push_async_callback(blocking.close)
    queue = parts.streams(owner, blocking)
    idle = parts.settings.BOT_LEASE_SECONDS
    return Crew(
        queue,
        stream,
        partial(_timed, parts.figures, parts.clock, run),
        hands=HANDS[stream],
        idle_seconds=idle,
        mourn=mourner,
    )


async def in_time(clock: RedisClock, run: Run, entry: Entry) -> None:
    """Carry an entry by a clock that is no older than that of the worker who promoted it: a sandbox's time leaps."""
    await clock.refresh()
    await run(entry)


async def _timed(figures: Figures, clock: Clock, run: Run, entry: Entry) -> None:
    with figures.work.labels(entry.stream, entry.kind).time():
        await run(entry)
    if entry.kind in SAID:
        figures.answer.labels(entry.kind).observe(max(0.0, clock.machine() - entry.since))


def _sealer(parts: Parts, key: bytes) -> Sealer:
    folder = parts.settings.BOT_AUDIT_DIR
    return Sealer(RedisLedger(parts.link, parts.keys), parts.clock, key, Segments(folder) if folder else None)


async def _arm_sweeps(parts: Parts) -> None:
    """Have everything compared with the cloud now, and the audit's head told if a day has passed.

    From then on these re-arm themselves.
    """
    change = Change().due(MEMBER, parts.clock.now()).due(REPAIR, parts.clock.now() + FIGURES.watch.repair_seconds)
    for member in compared(parts.registry):
        change.due(member, parts.clock.now())
    await parts.store.commit(change)


async def _card_again(parts: Parts, entry: Entry) -> Change | None:
    """Look at a given-up card once more after a lease: no card may stay behind its records for good (decision 7)."""
    at = parts.clock.machine() + parts.settings.BOT_LEASE_SECONDS
    return Change().later(f"{entry.stream}:{entry.kind}:{entry.id}", at)


async def _rearm_sweeps(parts: Parts) -> None:
    """Put what is missing back on the clock: after a loss of Redis nothing else would (decision 8)."""
    for member in compared(parts.registry):
        await parts.store.arm(member, parts.clock.now() + FIGURES.watch.sweep_seconds)
    await parts.store.arm(MEMBER, parts.clock.now())
    if (hour := parts.settings.BOT_DIGEST) and parts.settings.BOT_CHANNEL:
        at = moment_of(check_hour(hour), parts.clock.now(), parts.settings.BOT_ZONE, "digest")
        await parts.store.arm(digest_member(parts.settings.BOT_CHANNEL), at)
    await parts.store.arm(REPAIR, parts.clock.now() + FIGURES.watch.repair_seconds)


async def _tick(parts: Parts) -> None:
    await parts.clock.refresh()
    await parts.store.promote(parts.clock.now(), parts.clock.machine())


async def _tidy(parts: Parts, streams: Streams) -> None:
    """Forget idle consumers, and requests and failures as old as their records live."""
    await streams.tidy()
    for index in ("approvals", failures.INDEX):
        await parts.store.forget(index, parts.clock.now() - KEPT_SECONDS)


async def _stop_worker(engine: Engine, crews: list[Crew], loops: list[asyncio.Task[None]], calls: CallRecord) -> None:
    engine.stop()
    await asyncio.gather(*loops)
    await asyncio.gather(*(crew.drain(DRAIN_SECONDS) for crew in crews))
    with contextlib.suppress(StoreDown):
        await calls.count()
