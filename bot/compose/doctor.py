"""The examination of everything the bot stands on, for `modelarts-bot doctor` and `/modelarts account doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.compose.audit import redis_url
from bot.compose.cloud import cloud_settings
from bot.compose.path import ALIVE_SECONDS
from bot.errors import ChatFault, CloudFault, StoreDown
from bot.flows.clock_skew import skewed
from bot.flows.outages import open_outages
from bot.huawei.cloud import HuaweiCloud
from bot.huawei.iam import completed
from bot.huawei.probes import examine as examine_cloud
from bot.records import Dead, Finding, Level, Outage
from bot.say import Fact, Moment, say
from bot.settings import Settings
from bot.slack.client import Slack
from bot.slack.client import connect as connect_slack
from bot.slack.examined import examine as examine_slack
from bot.store.clock import RedisClock
from bot.store.connect import Finding as Checked
from bot.store.connect import check, connect
from bot.store.keys import Keys, Workspace
from bot.store.link import Link
from bot.store.redis_store import RedisStore
from bot.store.streams import Streams

SHOWN = 20
LAG_SECONDS = 30.0
FAULTS = frozenset({"redis.evicts", "redis.unwritten", "redis.full"})
"""What of `check` stops the bot, now or soon; the rest are warnings."""


@dataclass(frozen=True)
class Examiner:
    """`ports.Doctor` on what a process has at hand."""

    link: Link
    streams: Streams
    clock: RedisClock
    slack: Slack
    channel: str
    cloud: HuaweiCloud
    store: RedisStore

    async def findings(self) -> Sequence[Finding]:
        """Return everything that was looked at, fine or not."""
        slack, redis, work, cloud = await asyncio.gather(
            examine_slack(self.slack, self.channel, self.clock.host()),
            examine_redis(self.link, self.clock),
            examine_work(self.streams, self.store, self.clock),
            examine_cloud(self.cloud, self.clock.host),
        )
        return [*slack, *redis, *work, *cloud]

    async def dead(self, newest: int) -> Sequence[Dead]:
        """Return the newest entries that were given up."""
        return await self.streams.dead(newest)

    async def revive(self, token: str) -> bool:
        """Give one of them another start."""
        return await self.streams.revive(token)


async def examine_redis(link: Link, clock: RedisClock) -> list[Finding]:
    """Return what speaks against this server (decision 2); its version is never asked."""
    try:
        found = await check(link)
        await clock.refresh()
    except StoreDown:
        return [Finding(Level.FAULT, say("doctor.redis_down"), say("doctor.redis_down_mend"))]
    findings = [_worded(one) for one in found] or [Finding(Level.FINE, say("doctor.redis_fine"))]
    return [*findings, skewed("Redis", clock.host() - clock.machine())]


def _worded(found: Checked) -> Finding:
    key = f"doctor.{found.code.replace('.', '_')}"
    level = Level.FAULT if found.code in FAULTS else Level.WARNING
    return Finding(level, say(key, detail=found.detail or "–"), say(f"{key}_mend"))


async def examine_work(streams: Streams, store: RedisStore, clock: RedisClock) -> list[Finding]:
    """Return whether workers are alive, the clock ticks, nothing was given up, and no worker leaves a service alone."""
    try:
        workers, dead = await streams.alive(clock.machine() - ALIVE_SECONDS), await streams.dead(SHOWN)
        lag, away = await streams.lag(clock.now()), await open_outages(store, clock.now())
    except StoreDown:
        return []
    alive = Finding(Level.FINE, say("doctor.workers_fine", count=len(workers)))
    none = Finding(Level.FAULT, say("doctor.workers"), say("doctor.workers_mend"))
    late = Finding(Level.FAULT, say("doctor.late", seconds=round(lag)), say("doctor.late_mend"))
    given_up = Finding(Level.FAULT, say("doctor.dead", count=len(dead)), say("doctor.dead_mend"))
    return [
        alive if workers else none,
        *([late] if lag > LAG_SECONDS else []),
        *map(_away, away),
        *([given_up] if dead else [Finding(Level.FINE, say("doctor.dead_fine"))]),
    ]


def _away(outage: Outage) -> Finding:
    facts: dict[str, Fact] = {"service": outage.id.upper(), "since": Moment(outage.since), "worker": outage.worker}
    return Finding(Level.WARNING, say("doctor.resting", **facts), say("doctor.resting_mend"))


async def examine(settings: Settings) -> list[Finding]:
    """Examine from the console, whether or not the bot runs. What cannot be reached hides only itself."""
    async with AsyncExitStack() as stack:
        found = [Finding(Level.FINE, say("doctor.settings_fine"))]
        link = connect(await redis_url(settings, stack))
        stack.push_async_callback(link.close)
        clock = await _clock(link, Keys(Workspace("", "")))
        found += await examine_redis(link, clock)
        team, slack = await _slack(settings, clock, stack)
        if team is not None:
            keys = Keys(team)
            clock = await _clock(link, keys)
            found += await examine_work(Streams(link, link, keys, "doctor"), RedisStore(link, keys), clock)
        return [*found, *slack, *await _cloud(settings, clock, stack)]


async def _clock(link: Link, keys: Keys) -> RedisClock:
    """Return a clock; one that has not asked Redis where that is down."""
    clock = RedisClock(link, keys, sandbox=False)
    try:
        await clock.refresh()
    except StoreDown:
        return clock
    return clock


async def _slack(
    settings: Settings, clock: RedisClock, stack: AsyncExitStack
) -> tuple[Workspace | None, list[Finding]]:
    try:
        token = settings.SLACK_BOT_TOKEN.get_secret_value()
        slack, identity = await connect_slack(token, url=settings.SLACK_API_URL)
    except ChatFault as fault:
        return None, [Finding(Level.FAULT, say("doctor.slack_down", fault=fault.code), say("doctor.slack_mend"))]
    stack.push_async_callback(slack.close)
    found = await examine_slack(slack, settings.BOT_CHANNEL, clock.host())
    return Workspace(identity.team, identity.enterprise), found


async def _cloud(settings: Settings, clock: RedisClock, stack: AsyncExitStack) -> list[Finding]:
    given = cloud_settings(settings)
    try:
        whole = await completed(given)
    except CloudFault as fault:
        return [Finding(Level.FAULT, say("doctor.cloud", service="IAM", calls="keystoneListProjects"), fault.say)]
    cloud = HuaweiCloud(whole, now=clock.now)
    stack.push_async_callback(cloud.close)
    return await examine_cloud(cloud, clock.host)
