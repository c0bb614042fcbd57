"""A bot that does nothing but tell what is due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.server import listening
from tests.sandbox.conftest import serving


@dataclass
class Waiting:
    """What the bot tells; `asked` counts how often it was asked."""

    url: str
    told: Any
    status: int = 200
    asked: int = 0


@asynccontextmanager
async def waiting(told: Any) -> AsyncIterator[Waiting]:
    """Run such a bot while the block lasts."""
    with listening("127.0.0.1", 0) as bound:
        bot = Waiting(f"http://127.0.0.1:{bound.getsockname()[1]}", told)

        async def due(_: Request) -> Response:
            bot.asked += 1
            return JSONResponse(bot.told, bot.status)

        async with serving(Starlette(routes=[Route("/sandbox/due", due)]), bound):
            yield bot
