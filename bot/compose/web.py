"""The web role: answer Slack, call no cloud."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack

from starlette.requests import Request
from starlette.responses import Response

from bot.command import Place
from bot.compose.parts import Parts
from bot.listen import Events
from bot.slack.wiring import Web, build_events
from scheduler.engine import TICK_SECONDS, Engine


def events_of(parts: Parts) -> Events:
    """Return what answers `POST /slack/events`, and counts how long that took by the status answered."""
    events, figures = build_events(_web(parts)), parts.figures

    async def timed(request: Request) -> Response:
        started = time.perf_counter()
        response = await events(request)
        figures.ack.labels(response.status_code).observe(time.perf_counter() - started)
        return response

    return timed


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
    )


def start_clock(parts: Parts, stack: AsyncExitStack) -> None:
    """Keep the two clocks true in a process that does not tick."""
    engine = Engine()
    engine.every(TICK_SECONDS, "clock", parts.clock.refresh)
    engine.start()
    stack.callback(engine.stop)
