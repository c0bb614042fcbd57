"""What the product is compared with: `python -m benchmarks.apps NAME PORT`, served by uvicorn as the product is.

`hello` answers nothing at all; `bolt` is Bolt with one empty command that is acknowledged in the answer, the product's
own mode; `polling` the same in Bolt's default mode; `hundred` has a hundred commands, of which the last one is meant.
`slow` is no bot but a cloud: every call takes a second, and lists no bucket.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SLOW_S = 1.0
NO_BUCKETS = (
    '<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult><Owner><ID>d1</ID></Owner><Buckets/>'
    "</ListAllMyBucketsResult>"
)


def _routed(path: str, answer: Callable[..., object]) -> Starlette:
    return Starlette(routes=[Route(path, answer, methods=["GET", "POST"])])


async def _nothing(_request: Request) -> Response:
    return Response()


async def _slowly(request: Request) -> Response:
    if request.method == "POST":  # an answer for a person, not a call
        return Response("ok")
    await asyncio.sleep(SLOW_S)
    return Response(NO_BUCKETS, media_type="application/xml")


def bolt(commands: int = 1, *, before: bool = True) -> Starlette:
    """Return Bolt's own app with so many commands, the last of them `/modelarts`."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler  # noqa: PLC0415
    from slack_bolt.async_app import AsyncAck, AsyncApp  # noqa: PLC0415
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415

    app = AsyncApp(
        client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=before,
    )

    async def empty(ack: AsyncAck) -> None:
        await ack()

    for number in range(1, commands):
        app.command(f"/other-{number}")(empty)
    app.command("/modelarts")(empty)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return _routed("/slack/events", events)


APPS: dict[str, Callable[[], Starlette]] = {
    "hello": lambda: _routed("/slack/events", _nothing),
    "bolt": bolt,
    "polling": lambda: bolt(before=False),
    "hundred": lambda: bolt(100),
    "slow": lambda: _routed("/{path:path}", _slowly),
}


def main() -> None:
    """Serve until SIGTERM."""
    name, port = sys.argv[1:]
    uvicorn.run(APPS[name](), port=int(port), log_config=None, access_log=False, lifespan="off", backlog=2048)


if __name__ == "__main__":
    main()
