"""What both roles are made of, once Slack has said which workspace this is."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from bot.approvals.policy import Policy
from bot.describe import registry as discovered
from bot.errors import ChatFault, CloudBusy, CloudUnknown, StoreDown
from bot.observe.figures import Figures
from bot.observe.probes import Health
from bot.registry import Registry
from bot.settings import Settings
from bot.slack.chat import SlackChat
from bot.slack.client import Identity, Slack
from bot.slack.client import connect as connect_slack
from bot.slack.people import People
from bot.slack.tasks import Tasks
from bot.store.clock import RedisClock
from bot.store.keys import Keys, Workspace
from bot.store.link import Link
from bot.store.redis_store import RedisStore
from bot.store.streams import Streams
from bot.texts import Catalog

log = structlog.get_logger(__name__)
T = TypeVar("T")

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
    url: str
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
        return Streams(self.link, blocking, self.keys, consumer, clock=self.clock)


async def build(
    settings: Settings,
    policy: Policy,
    url: str,
    link: Link,
    health: Health,
    stop: asyncio.Event,
    stack: AsyncExitStack,
) -> Parts | None:
    """Return the parts that both roles need, or None when stopped before Slack and Redis answered."""
    token, address = settings.SLACK_BOT_TOKEN.get_secret_value(), settings.SLACK_API_URL
    joined = await until(lambda: connect_slack(token, url=address), "slack", health, stop)
    if joined is None:
        return None
    slack, identity = joined
    stack.push_async_callback(slack.close)
    keys = Keys(Workspace(identity.team, identity.enterprise))
    clock = await until(lambda: RedisClock.started(link, keys, sandbox=settings.BOT_SANDBOX), "redis", health, stop)
    if clock is None:
        return None
    store, texts, commands = (
        RedisStore(link, keys, clock=clock, recorded=health.figures.recorded),
        Catalog.load(),
        discovered(),
    )
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
        url,
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
        policy,
        health.figures,
    )


async def until(ask: Callable[[], Awaitable[T]], what: str, health: Health, stop: asyncio.Event) -> T | None:
    """Ask until it answers or the process is stopped; meanwhile `/readyz` names what is missing.

    Every step of the start that asks anybody goes through here, so it may be taken twice; each try is a line of log.
    """
    while not stop.is_set():
        try:
            answer = await ask()
        except (StoreDown, ChatFault, CloudBusy, CloudUnknown) as fault:
            health.missing[what] = str(fault)
            log.warning("waiting", on=what, fault=str(fault))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)
        else:
            health.missing.pop(what, None)
            return answer
    return None
