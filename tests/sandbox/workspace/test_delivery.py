from __future__ import annotations

import contextlib
import inspect
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import machine_now
from sandbox.workspace import limits
from sandbox.workspace.app import METHODS
from sandbox.workspace.coverage import COVERED, EVENTS, PAYLOADS, RETIRED, unsimulated
from sandbox.workspace.deliver import Deliverer
from sandbox.workspace.faults import Faults
from sandbox.workspace.posting import Poster
from sandbox.workspace.scenario import build_workspace, read_scenario
from sandbox.workspace.tickets import ResponseUrl
from tests.sandbox.conftest import SECRET, Company, Control, company, serving, until
from tests.sandbox.workspace.small_bot import listen
from tests.sandbox.workspace.test_web_api import refusal

Json = dict[str, Any]


@dataclass
class Ear:
    """A bare receiver: answers with the statuses it was given, then with 200."""

    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    url: str = ""


@asynccontextmanager
async def ear(*statuses: int, headers: dict[str, str] | None = None) -> AsyncIterator[Ear]:
    found = Ear(list(statuses))

    async def hear(request: Request) -> Response:
        found.heard.append((await request.body(), dict(request.headers)))
        return Response(status_code=found.statuses.pop(0) if found.statuses else 200, headers=headers)

    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as bound:
        found.url = f"http://127.0.0.1:{bound.getsockname()[1]}/slack/events"
        async with serving(Starlette(routes=[Route("/slack/events", hear, methods=["POST"])]), bound):
            yield found


def closed_port() -> str:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as bound:
        return f"http://127.0.0.1:{bound.getsockname()[1]}/slack/events"


@asynccontextmanager
async def delivering(targets: list[str], retry_scale: float = 0.0) -> AsyncIterator[Deliverer]:
    deliverer = Deliverer(Poster(targets, SECRET), Faults(), retry_scale=retry_scale)
    try:
        yield deliverer
    finally:
        await deliverer.close()


async def test_slacks_own_verifier_takes_the_signature() -> None:
    async with ear() as heard, delivering([heard.url]) as deliverer:
        assert (await deliverer.command({"text": "桶 创建"})).ok
        body, headers = heard.heard[0]
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    assert not SignatureVerifier("another").is_valid_request(body, headers)


async def test_events_come_again_three_times_with_the_reason() -> None:
    async with ear(500, 500, 500, 500) as heard, delivering([heard.url]) as deliverer:
        assert not (await deliverer.event({"type": "event_callback"})).ok
        await until(lambda: deliverer.in_flight == 0)
        retries = [
            (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for _, headers in heard.heard
        ]
    assert retries == [(None, None), *((str(n), "http_error") for n in (1, 2, 3))]
    assert len({body for body, _ in heard.heard}) == 1


async def test_an_event_that_the_app_wants_no_more_is_not_sent_again() -> None:
    async with ear(500, 500, headers={"X-Slack-No-Retry": "1"}) as heard, delivering([heard.url]) as deliverer:
        assert not (await deliverer.event({"type": "event_callback"})).ok
        await until(lambda: deliverer.in_flight == deliverer.waiting == 0)
        assert len(heard.heard) == 1


async def test_interactions_are_not_sent_again() -> None:
    async with ear(500) as heard, delivering([heard.url]) as deliverer:
        ack = await deliverer.interactive({"type": "block_actions"})
        assert (ack.ok, ack.error, deliverer.in_flight, len(heard.heard)) == (False, "dispatch_failed", 0, 1)


async def test_replicas_take_turns_and_a_dead_one_is_passed_over() -> None:
    async with ear() as one, ear() as two, delivering([one.url, closed_port(), two.url]) as deliverer:
        for _ in range(6):
            assert (await deliverer.command({})).ok
        assert len(one.heard) + len(two.heard) == 6
        assert min(len(one.heard), len(two.heard)) >= 2


async def test_nobody_there_is_a_failed_dispatch() -> None:
    async with delivering([closed_port()]) as deliverer:
        ack = await deliverer.command({})
    assert (ack.error, ack.reason) == ("dispatch_failed", "connection_failed")


async def post(url: str, body: Json) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.text()


def new_url(control: Control, source_ts: str | None = None) -> str:
    site = control.running.controls.site
    return site.response_url(ResponseUrl("C0GENERAL1", "U0LI000001", machine_now(), source_ts=source_ts))


async def test_a_response_url_serves_five_times(control: Control) -> None:
    url = new_url(control)
    answers = [await post(url, {"text": f"n{number}"}) for number in range(6)]
    assert answers[:5] == [(200, "ok")] * 5
    assert (answers[5][0], json.loads(answers[5][1])["error"]) == (404, "used_url")
    assert len(await control.messages("li", "#general")) == 5
    assert await control.messages("wang", "#general") == []


async def test_a_response_url_ends_after_half_an_hour_of_machine_time(control: Control) -> None:
    url = new_url(control)
    await control.post("clock", {"advance_s": 7_200})
    assert (await post(url, {"text": "still good"}))[0] == 200
    tickets = control.running.controls.site.tickets
    tickets.urls[url.rpartition("/")[2]].at -= 1_801
    status, text = await post(url, {"text": "too late"})
    assert (status, json.loads(text)["error"]) == (404, "expired_url")


async def test_a_response_url_replaces_and_deletes(control: Control) -> None:
    said = await control.client().chat_postEphemeral(channel="C0GENERAL1", user="U0LI000001", text="old")
    url = new_url(control, said["message_ts"])
    await post(url, {"text": "new", "replace_original": True})
    assert [row["text"] for row in await control.messages("li", "#general")] == ["new"]
    await post(url, {"text": "all", "response_type": "in_channel"})
    assert [row["text"] for row in await control.messages("wang", "#general")] == ["all"]
    await post(url, {"delete_original": True})
    assert [row["text"] for row in await control.messages("li", "#general")] == ["all"]


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"blocks": [{"type": "nope"}]}, [1]])
async def test_a_response_url_refuses_what_slack_does_not_show(control: Control, body: Any) -> None:
    assert (await post(new_url(control), body))[0] == 400


async def test_coverage_lists_what_is_there(with_bot: Company) -> None:
    listed = {kind: {one.name for one in COVERED if one.kind == kind} for kind in ("method", "block", "element")}
    assert listed == {"method": set(METHODS), "block": set(limits.BLOCKS), "element": set(limits.ELEMENTS)}
    app = build_workspace(read_scenario("default"), "t", "s").app
    assert app.events <= set(EVENTS)
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    said = await control.say("li", "#general", "/modelarts form")
    await control.get("options", {"as": "li", "action_id": "flavor", "q": "p1"})
    await control.post("close", {"as": "li"})
    await control.say("li", "#general", "/modelarts form")
    await control.post("submit", {"as": "li", "values": {"name": "x"}})
    await control.post("shortcut", {"as": "li", "callback_id": "modelarts"})
    said = await control.say("li", "#general", "x")
    chosen = {"as": "li", "callback_id": "diagnose", "in": "#general", "ts": said["ts"]}
    await control.post("shortcut", chosen)
    await control.get("home", {"as": "li"})
    await control.post("press", {"as": "li", "action_id": "approve", "surface": "home"})
    kinds = {body.get("type", "slash_commands") for body in bodies}
    assert kinds | {"block_suggestion"} == set(PAYLOADS)


async def test_addresses_are_verified_as_when_they_are_entered(with_bot: Company) -> None:
    control, seen = await with_bot(lambda app: listen(app, []))
    async with ear() as deaf:
        control.running.controls.site.poster.targets.append(deaf.url)  # type: ignore[union-attr]
        assert list((await control.post("slack/verify", {})).values()) == [True, False]
        assert json.loads(deaf.heard[0][0])["type"] == "url_verification"
    assert SignatureVerifier(SECRET).is_valid_request(*seen.requests[0])
    async with company(socket_mode=True) as (other, _):
        assert "no address to verify" in (await other.post("slack/verify", {}, 400))["error"]


async def test_a_method_that_is_not_simulated_says_so(control: Control) -> None:
    answer = await refusal(control.client().api_call("reactions.add"))
    assert answer["error"] == "unknown_method"
    assert "reactions.add is Slack's, but not simulated here" in answer["response_metadata"]["messages"][0]
    assert "response_metadata" not in (await refusal(control.client().api_call("cats.purr"))).data


def test_every_method_of_slacks_sdk_is_simulated_or_said_to_be_missing() -> None:
    """What the list of the missing leaves out would be answered as if Slack had no such method."""
    known = set(re.findall(r'self\.api_call\(\s*"([\w.]+)"', inspect.getsource(WebClient)))
    assert len(known) > 200
    assert sorted(name for name in known if name not in METHODS and not unsimulated(name) and name not in RETIRED) == []


async def test_an_event_that_waits_for_its_next_try_is_not_in_flight() -> None:
    async with ear(500, 500) as heard, delivering([heard.url], retry_scale=1.0) as deliverer:
        assert not (await deliverer.event({"type": "event_callback"})).ok
        await until(lambda: len(heard.heard) == 2 and deliverer.in_flight == 0)
        assert deliverer.waiting == 1


async def test_the_app_hears_of_its_own_direct_messages(with_bot: Company) -> None:
    control, seen = await with_bot(listen)
    client = control.client()
    sent = await client.chat_postMessage(channel="U0LI000001", text="one")
    await until(lambda: len(seen.requests) == 1)
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="two")
    await client.chat_postMessage(channel="C0GENERAL1", text="not here")
    assert (await control.post("settle", {"timeout_s": 5}))["settled"]
    first, second = (json.loads(body)["event"] for body, _ in seen.requests)
    assert (first["bot_id"], first["text"], first["channel_type"]) == ("B0MODELART", "one", "im")
    assert (second["subtype"], second["message"]["text"]) == ("message_changed", "two")
