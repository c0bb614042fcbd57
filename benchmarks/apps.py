"""What the product is compared with: `python -m benchmarks.apps NAME PORT`, served by uvicorn as the product is.

`hello` answers nothing at all; `bolt` is Bolt with one empty command that is acknowledged in the answer, the product's
own mode; `polling` the same in Bolt's default mode; `hundred` has a hundred commands, of which the last one is meant.
`slow` is a cloud that lists no bucket, and that only while its gate is open (`POST /gate/open`, `/gate/shut`);
both say how many calls wait there. `distant` is a cloud with ten buckets that takes 50 ms for each answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

LONGEST_S = 8.0
NO_BUCKETS = (
    '<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult><Owner><ID>d1</ID></Owner><Buckets/>'
    "</ListAllMyBucketsResult>"
)


DISTANCE_S = 0.05
BUCKETS = "".join(
    f"<Bucket><Name>lab-{n}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate>"
    "<Location>cn-north-4</Location><BucketType>OBJECT</BucketType></Bucket>"
    for n in range(10)
)
TEN_BUCKETS = NO_BUCKETS.replace("<Buckets/>", f"<Buckets>{BUCKETS}</Buckets>")
NOT_ENCRYPTED = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchEncryptionConfiguration</Code>'
    "<Message>The server side encryption configuration was not found</Message></Error>"
)


def _routed(path: str, answer: Callable[..., object]) -> Starlette:
    return Starlette(routes=[Route(path, answer, methods=["GET", "POST"])])


async def _nothing(_request: Request) -> Response:
    return Response()


def slow() -> Starlette:
    """Return the cloud with the gate, which is open at first."""
    gate, held = asyncio.Event(), set[Request]()
    gate.set()

    async def move(request: Request) -> Response:
        if request.path_params["way"] == "open":
            gate.set()
        elif request.path_params["way"] == "shut":
            gate.clear()
        return Response(str(len(held)))

    async def call(request: Request) -> Response:
        held.add(request)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gate.wait(), LONGEST_S)
        held.discard(request)
        return Response(NO_BUCKETS, media_type="application/xml")

    told = Route("/answers", _nothing, methods=["POST"])
    return Starlette(routes=[told, Route("/gate/{way}", move, methods=["POST"]), Route("/{path:path}", call)])


def distant() -> Starlette:
    """Return the cloud that is far away."""

    async def call(request: Request) -> Response:
        await asyncio.sleep(DISTANCE_S)
        whole = request.url.path == "/"
        text, status = (TEN_BUCKETS, 200) if whole else (NOT_ENCRYPTED, 404)
        return Response(text, status, media_type="application/xml")

    return Starlette(routes=[Route("/{path:path}", call)])


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
    "slow": slow,
    "distant": distant,
}


def main() -> None:
    """Serve until SIGTERM."""
    name, port = sys.argv[1:]
    uvicorn.run(APPS[name](), port=int(port), log_config=None, access_log=False, lifespan="off", backlog=2048)


if __name__ == "__main__":
    main()
