"""Seeds are data, checked field by field; the cloud lets go of waiting requests when it closes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud, default_seed
from sandbox.cloud.faults import Faults
from sandbox.cloud.front import Front, Job
from sandbox.cloud.seed import Options
from sandbox.cloud.wire import Refusal, Reply, Request


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"options": {"wrong_region": 302}},
        {"buckets": [{"name": "a", "owner": "nobody", "region": "cn-north-4"}]},
        {"buckets": [{"name": "a", "owner": "flower-lab", "region": "cn-north-4", "storage_class": "TEPID"}]},
        {"accounts": [{"name": "no id"}]},
    ],
)
def test_wrong_seeds_are_named(change: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError):
        build_cloud(Clock(), Calls(), default_seed() | dict(change))


def test_empty_seed_is_an_empty_cloud() -> None:
    cloud = build_cloud(Clock(), Calls(), {})
    assert cloud.truth("obs")["buckets"] == []
    assert cloud.truth("iam")["accounts"] == []


class Nothing:
    """A service that accepts everything."""

    name = "nothing"
    routes = ()

    def accept(self, request: Request) -> Job:
        return Job("any", lambda: Reply(200))

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Reply:
        return Reply(refusal.status)

    def stamp(self, request: Request, reply: Reply, request_id: str, /) -> Reply:
        return reply.having({"x-request-id": request_id})

    def fault(self, kind: str, operation: str, /) -> Refusal:
        return Refusal(400, kind, kind)

    def needs(self, operation: str) -> tuple[str, ...]:
        return ()

    def truth(self) -> dict[str, Any]:
        return {}


async def test_lifespan_is_acknowledged() -> None:
    front = Front(Nothing(), Faults({}), Calls(), Options())
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    for step in ("startup", "shutdown"):
        await inbox.put({"type": f"lifespan.{step}"})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await front({"type": "lifespan"}, inbox.get, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_closing_answers_requests_that_wait() -> None:
    faults, calls = Faults({"nothing": ["any"]}), Calls()
    faults.add("nothing", None, "timeout_before", 1)
    front = Front(Nothing(), faults, calls, Options())
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    await inbox.put({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": []}
    task = asyncio.create_task(front(scope, inbox.get, send))
    await asyncio.sleep(0)
    front.closing.set()
    await asyncio.wait_for(task, 5)
    assert [message.get("status") for message in sent] == [504, None]
    assert calls.listed()[0]["status"] == 504
