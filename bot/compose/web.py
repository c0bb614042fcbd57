"""The web role: answer Slack over HTTP, Socket Mode or both; call no cloud."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.command import Place
from bot.compose.parts import Parts
from bot.errors import StoreDown
from bot.listen import Events, Front
from bot.observe.probes import Health
from bot.slack.line import Answer, Envelope
from bot.slack.sockets import Sockets
from bot.slack.web import Ack
from bot.slack.wiring import Web, build_answer, build_events
from bot.store.clock import RedisClock

log = structlog.get_logger(__name__)

CLOCK_SECONDS = 0.5
"""How often a process that does not tick asks Redis for the time: as often as one that does."""


def start_web(parts: Parts, front: Front, health: Health, stack: AsyncExitStack) -> None:
    """Open the doors that the settings give keys for: HTTP with a signing secret, Socket Mode with an app token.

    On the way out no more is taken in first, then what follows an acknowledgement is finished.
    """
    web = _web(parts)
    stack.push_async_callback(parts.tasks.drain)
    front.events = _over_http(parts, web)
    if token := parts.settings.SLACK_APP_TOKEN.get_secret_value():
        sockets = Sockets(parts.slack, token, _over_sockets(parts, web), partial(_counted, parts, health))
        sockets.start()
        stack.push_async_callback(sockets.close)


def _over_http(parts: Parts, web: Web) -> Events:
    """Return what answers `POST /slack/events`, and counts how long that took by the status answered."""
    events, figures = build_events(web), parts.figures

    async def timed(request: Request) -> Response:
        started = time.perf_counter()
        response = await events(request)
        figures.ack.labels(response.status_code).observe(time.perf_counter() - started)
        return response

    return timed


def _over_sockets(parts: Parts, web: Web) -> Answer:
    """Return what answers Socket Mode's envelopes, counted alike."""
    answer, figures = build_answer(web), parts.figures

    async def timed(envelope: Envelope) -> Ack:
        started = time.perf_counter()
        ack = await answer(envelope)
        figures.ack.labels(ack.status).observe(time.perf_counter() - started)
        return ack

    return timed


def _counted(parts: Parts, health: Health, open_now: int, why: str) -> None:
    """Show how many connections are open; without one nobody is heard, so the process is not ready."""
    parts.figures.sockets.set(open_now)
    if open_now:
        health.missing.pop("socket", None)
    else:
        health.missing["socket"] = why


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
        policy=parts.policy,
        most=settings.BOT_ASKS_PER_MINUTE,
    )


def start_clock(parts: Parts, stack: AsyncExitStack) -> None:
    """Keep the two clocks true in a process that does not tick."""
    task = asyncio.create_task(_kept_true(parts.clock))
    stack.callback(task.cancel)


async def _kept_true(clock: RedisClock) -> None:
    while True:
        await asyncio.sleep(CLOCK_SECONDS)
        try:
            await clock.refresh()
        except StoreDown as fault:
            log.warning("clock not read, store down", fault=str(fault))
        except Exception:
            log.exception("clock not read")  # it goes on as it was; the next look tries again
