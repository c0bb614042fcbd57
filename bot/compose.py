"""Build the product from its parts and run it: the only file that knows concrete classes."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import structlog

from bot.approvals.policy import Policy
from bot.command import Place
from bot.crash import crasher
from bot.describe import registry as discovered
from bot.errors import ChatFault, CloudBusy, CloudUnknown, StoreDown
from bot.flows.routes import mourn, route
from bot.flows.work import Crew
from bot.flows.world import World
from bot.huawei.client import CloudSettings
from bot.huawei.cloud import HuaweiCloud
from bot.huawei.iam import completed
from bot.listen import Front, listening
from bot.observe import logs
from bot.observe.figures import Figures
from bot.observe.probes import Health
from bot.ports import Entry
from bot.registry import Registry
from bot.settings import SECRETS, Role, Settings
from bot.slack.chat import SlackChat
from bot.slack.client import Identity, Slack
from bot.slack.client import connect as connect_slack
from bot.slack.outbox import Sender
from bot.slack.people import People
from bot.slack.tasks import Tasks
from bot.slack.wiring import Web, build_events
from bot.store.clock import RedisClock
from bot.store.connect import check, connect
from bot.store.embedded import Embedded
from bot.store.keys import Keys, Workspace
from bot.store.link import Link
from bot.store.redis_store import RedisStore
from bot.store.streams import Streams
from bot.texts import Catalog
from scheduler.engine import TICK_SECONDS, Engine

log = structlog.get_logger(__name__)
T = TypeVar("T")

HANDS = {"work": 16, "outbox": 8}
DRAIN_SECONDS = 20.0
BEAT_SECONDS = 5.0
TIDY_SECONDS = 600.0
AGAIN_SECONDS = 1.0


class Tokens:
    """Ids from the system's source of randomness: 128 bits, safe in URLs and Redis keys."""

    def token(self) -> str:
        """Return a new id."""
        return secrets.token_urlsafe(16)


@dataclass
class Parts:
    """What one process is made of, once Slack has said which workspace this is."""

    settings: Settings
    link: Link
    slack: Slack
    identity: Identity
    keys: Keys
    store: RedisStore
    clock: RedisClock
    people: People
    chat: SlackChat
    texts: Catalog
    registry: Registry
    policy: Policy
    figures: Figures
    tasks: Tasks = field(default_factory=Tasks)
    chance: Tokens = field(default_factory=Tokens)

    def streams(self, consumer: str, blocking: Link) -> Streams:
        """Return the streams for one consumer."""
        return Streams(self.link, blocking, self.keys, consumer)


async def serve(settings: Settings, role: Role) -> int:
    """Run the product until SIGTERM or SIGINT; return the exit code. Never raises for a server that is not up yet."""
    logs.configure(settings.BOT_LOG_FORMAT, [getattr(settings, name).get_secret_value() for name in SECRETS])
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        running = asyncio.create_task(_run(settings, role, stop, stack))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([running, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        return await running


async def _run(settings: Settings, role: Role, stop: asyncio.Event, stack: AsyncExitStack) -> int:
    link = connect(await _redis_url(settings, stack))
    stack.push_async_callback(link.close)
    health = Health(Figures(), depths=_nothing_yet, own_work=lambda: 0, missing={"start": "not finished"})
    front = Front(health)
    await stack.enter_async_context(listening(front, settings.BOT_HOST, settings.BOT_PORT))
    if not await _server_is_fit(link, health, stop):
        return 1
    parts = await _parts(settings, link, health, stop, stack)
    if parts is None:
        return 0
    observer = parts.streams("observer", link)
    await observer.open()
    health.depths = partial(_depths, parts.clock, observer)
    health.own_work = lambda: len(parts.tasks)
    if role != "worker":
        front.events = build_events(_web(parts))
        stack.push_async_callback(parts.tasks.drain)
    if role != "web":
        await _start_worker(parts, health, stop, stack)
    else:
        _start_clock(parts, stack)
    health.missing.pop("start")
    log.info("ready", role=role, team=parts.identity.team)
    await stop.wait()
    log.info("stopping")
    return 0


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
    findings = await _until(lambda: check(link), "redis", health, stop)
    for finding in findings or []:
        log.log(40 if finding.fatal else 30, finding.code, detail=finding.detail)
    return not any(finding.fatal for finding in findings or [])


async def _parts(
    settings: Settings, link: Link, health: Health, stop: asyncio.Event, stack: AsyncExitStack
) -> Parts | None:
    """Return the parts that both roles need, or None when stopped before Slack answered."""
    token, url = settings.SLACK_BOT_TOKEN.get_secret_value(), settings.SLACK_API_URL
    joined = await _until(lambda: connect_slack(token, url=url), "slack", health, stop)
    if joined is None:
        return None
    slack, identity = joined
    stack.push_async_callback(slack.close)
    keys = Keys(Workspace(identity.team, identity.enterprise))
    clock = await RedisClock.started(link, keys, sandbox=settings.BOT_SANDBOX)
    store, texts, commands = RedisStore(link, keys), Catalog.load(), discovered()
    people = People(
        slack,
        identity,
        clock,
        admins=frozenset(settings.BOT_ADMIN_USERS),
        admin_groups=settings.BOT_ADMIN_GROUPS,
        user_groups=settings.BOT_USER_GROUPS,
        language=settings.BOT_LANGUAGE,
    )
    return Parts(
        settings,
        link,
        slack,
        identity,
        keys,
        store,
        clock,
        people,
        SlackChat(slack, people, store, commands, texts, identity),
        texts,
        commands,
        Policy(single_administrator=settings.BOT_SINGLE_ADMIN == "allow"),
        health.figures,
    )


async def _until(ask: Callable[[], Awaitable[T]], what: str, health: Health, stop: asyncio.Event) -> T | None:
    """Ask until it answers or the process is stopped; meanwhile `/readyz` names what is missing."""
    while not stop.is_set():
        try:
            answer = await ask()
        except (StoreDown, ChatFault, CloudBusy, CloudUnknown) as fault:
            health.missing[what] = str(fault)
            log.warning("waiting", on=what, fault=str(fault))
            await asyncio.wait([asyncio.create_task(stop.wait())], timeout=AGAIN_SECONDS)
        else:
            health.missing.pop(what, None)
            return answer
    return None


def _web(parts: Parts) -> Web:
    settings = parts.settings
    return Web(
        secrets=settings.signing_secrets,
        identity=parts.identity,
        slack=parts.slack,
        store=parts.store,
        registry=parts.registry,
        place=Place(settings.HUAWEICLOUD_SDK_DOMAIN_ID, settings.HUAWEICLOUD_REGION),
        texts=parts.texts,
        people=parts.people,
        clock=parts.clock,
        chance=parts.chance,
        tasks=parts.tasks,
        language=settings.BOT_LANGUAGE,
    )


def _start_clock(parts: Parts, stack: AsyncExitStack) -> None:
    """Keep the two clocks true in a process that does not tick."""
    engine = Engine()
    engine.every(TICK_SECONDS, "clock", parts.clock.refresh)
    engine.start()
    stack.callback(engine.stop)


async def _start_worker(parts: Parts, health: Health, stop: asyncio.Event, stack: AsyncExitStack) -> None:
    """Start the crews and the tick; on the way out stop reading first, then drain (decision 3)."""
    cloud = await _cloud(parts, health, stop, stack)
    owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    world = _world(parts, cloud, owner)
    sender = Sender(parts.slack, parts.store, parts.clock, parts.texts, parts.identity, owner, reach=world.reach)
    crews = [
        await _crew(parts, "work", owner, partial(route, world), partial(mourn, world), stack),
        await _crew(parts, "outbox", owner, sender.send, None, stack),
    ]
    engine = Engine()
    streams = parts.streams(owner, parts.link)
    engine.every(TICK_SECONDS, "tick", partial(_tick, parts))
    engine.every(BEAT_SECONDS, "beat", lambda: streams.beat(parts.clock.machine()))
    engine.every(TIDY_SECONDS, "tidy", partial(_tidy, streams))
    engine.start()
    loops = [asyncio.create_task(crew.work(stop)) for crew in crews]
    stack.push_async_callback(_stop_worker, engine, crews, loops)


def _world(parts: Parts, cloud: HuaweiCloud, owner: str) -> World:
    settings = parts.settings
    return World(
        store=parts.store,
        chat=parts.chat,
        cloud=cloud,
        clock=parts.clock,
        chance=parts.chance,
        registry=parts.registry,
        policy=parts.policy,
        place=Place(cloud.account, settings.HUAWEICLOUD_REGION),
        owner=owner,
        channel=settings.BOT_CHANNEL,
        language=settings.BOT_LANGUAGE,
        lease_seconds=settings.BOT_LEASE_SECONDS,
        reach=crasher(settings.BOT_FAIL_POINT),
    )


async def _cloud(parts: Parts, health: Health, stop: asyncio.Event, stack: AsyncExitStack) -> HuaweiCloud:
    """Return the cloud with its account and project looked up where the settings leave them out."""
    settings = parts.settings
    given = CloudSettings(
        ak=settings.HUAWEICLOUD_SDK_AK.get_secret_value(),
        sk=settings.HUAWEICLOUD_SDK_SK.get_secret_value(),
        region=settings.HUAWEICLOUD_REGION,
        domain_id=settings.HUAWEICLOUD_SDK_DOMAIN_ID,
        project_id=settings.HUAWEICLOUD_SDK_PROJECT_ID,
        endpoints=settings.endpoints,
    )
    whole = await _until(lambda: completed(given), "cloud", health, stop)
    cloud = HuaweiCloud(whole or given, on_call=partial(_called, parts.figures))
    stack.push_async_callback(cloud.close)
    return cloud


def _called(figures: Figures, service: str, operation: str, outcome: str, seconds: float, request_id: str) -> None:
    figures.cloud.labels(service, operation, outcome).observe(seconds)
    log.info("cloud call", service=service, operation=operation, outcome=outcome, request_id=request_id)


async def _crew(
    parts: Parts,
    stream: str,
    owner: str,
    run: Callable[[Entry], Awaitable[None]],
    mourner: Callable[..., Awaitable[object]] | None,
    stack: AsyncExitStack,
) -> Crew:
    blocking = connect(await _redis_url(parts.settings, stack))
    stack.push_async_callback(blocking.close)
    queue = parts.streams(owner, blocking)
    await queue.open()
    return Crew(queue, stream, run, hands=HANDS[stream], idle_seconds=parts.settings.BOT_LEASE_SECONDS)


async def _tick(parts: Parts) -> None:
    await parts.clock.refresh()
    await parts.store.promote(parts.clock.now(), parts.clock.machine())


async def _tidy(streams: Streams) -> None:
    await streams.tidy()


async def _stop_worker(engine: Engine, crews: list[Crew], loops: list[asyncio.Task[None]]) -> None:
    engine.stop()
    await asyncio.gather(*loops)
    await asyncio.gather(*(crew.drain(DRAIN_SECONDS) for crew in crews))
