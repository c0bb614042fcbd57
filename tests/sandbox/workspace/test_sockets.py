"""Socket Mode as the simulated Slack speaks it, met by a bare WebSocket client that knows nothing of the sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.server import Options
from sandbox.workspace.page.words import WORDS
from sandbox.workspace.sockets import REASONS, Pace
from tests.sandbox.conftest import Control, company, until
from tests.sandbox.page.test_page import fetch, send

Json = dict[str, Any]
LONG = Pace()
APP_TOKEN = Options.app_token


@dataclass
class Ear:
    """One connection of an app that answers only when the test says so."""

    socket: aiohttp.ClientWebSocketResponse

    async def hears(self) -> Json:
        return json.loads(await self.socket.receive_str(timeout=5))  # type: ignore[no-any-return]

    async def acks(self, envelope: Json, payload: Json | None = None) -> None:
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload or {}})

    async def is_closed(self) -> bool:
        return (await self.socket.receive(timeout=5)).type in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.CLOSING,
        )


@dataclass
class House:
    """A sandbox in Socket Mode; `company` speaks to its control API."""

    control: Control
    session: aiohttp.ClientSession

    async def url(self) -> str:
        answer = await self.control.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN)
        return str(answer["url"])

    async def joins(self) -> Ear:
        """Connect and take the greeting."""
        ear = Ear(await self.session.ws_connect(await self.url()))
        assert (await ear.hears())["type"] == "hello"
        return ear

    def says(self, text: str, who: str = "wang", where: str = "#general") -> asyncio.Task[Json]:
        return asyncio.create_task(self.control.say(who, where, text))


@asynccontextmanager
async def socket_house(**options: Any) -> AsyncIterator[House]:
    settings = {"socket_mode": True, "ack_s": 1.0, "retry_scale": 0.0, **options}
    async with company(**settings) as (control, _), aiohttp.ClientSession() as session:
        yield House(control, session)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with socket_house() as found:
        yield found


async def test_the_greeting_counts_the_connections(house: House) -> None:
    first = await house.session.ws_connect(await house.url())
    hello = json.loads(await first.receive_str())
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0MODELART"}
    assert hello["debug_info"]["approximate_connection_time"] == LONG.life_s
    second = json.loads(await (await house.session.ws_connect(await house.url())).receive_str())
    assert second["num_connections"] == 2


async def test_an_address_is_good_once(house: House) -> None:
    url = await house.url()
    await house.session.ws_connect(url)
    for bad in (url, url.replace("ticket=", "ticket=x")):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await house.session.ws_connect(bad)
        assert refused.value.status == 401


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-test", "not_allowed_token_type"), ("xapp-other", "invalid_auth"), ("", "not_authed")],
)
async def test_only_the_app_level_token_opens_connections(house: House, token: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await house.control.client(token).apps_connections_open(app_token=token)


async def test_the_app_level_token_opens_nothing_else(house: House) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await house.control.client(APP_TOKEN).auth_test()


async def test_without_socket_mode_nobody_knows_the_token(control: Control) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await control.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN)
    refused = await control.post("slack/faults", {"kind": "disconnect"}, status=400)
    assert "--socket-mode" in refused["error"]


async def test_a_command_is_acknowledged_with_its_answer(house: House) -> None:
    ear = await house.joins()
    said = house.says("/modelarts help")
    envelope = await ear.hears()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["command"] == "/modelarts"
    await ear.acks(envelope, {"text": "here you are"})
    assert (await said)["response"]["text"] == "here you are"


async def test_an_event_says_which_try_it_is(house: House) -> None:
    ear = await house.joins()
    said = house.says("hello", where="@bot")
    first, again = await ear.hears(), await ear.hears()
    await ear.acks(again)
    assert (await said)["ok"] is False
    told = [(e["type"], e["retry_attempt"], e["retry_reason"], e["accepts_response_payload"]) for e in (first, again)]
    assert told == [("events_api", 0, "", False), ("events_api", 1, "timeout", False)]
    assert first["payload"]["event_id"] == again["payload"]["event_id"]
    assert first["envelope_id"] != again["envelope_id"]


async def test_connections_take_turns(house: House) -> None:
    ears = [await house.joins(), await house.joins()]
    said = [house.says("/modelarts help") for _ in range(4)]
    for ear in ears:
        for _ in range(2):
            await ear.acks(await ear.hears())
    assert all([(await one)["ok"] for one in said])


async def test_what_a_lost_connection_left_goes_to_another_one(house: House) -> None:
    ears = [await house.joins(), await house.joins()]
    said = house.says("/modelarts help")
    heard = [asyncio.create_task(ear.hears()) for ear in ears]
    done, _ = await asyncio.wait(heard, return_when=asyncio.FIRST_COMPLETED)
    at = heard.index(done.pop())
    assert ears[at].socket._response.connection
    ears[at].socket._response.connection.transport.abort()  # type: ignore[union-attr]
    envelope = await heard[1 - at]
    assert envelope["envelope_id"] != heard[at].result()["envelope_id"]
    await ears[1 - at].acks(envelope, {"text": "after all"})
    assert (await said)["response"]["text"] == "after all"


async def test_nobody_connected_is_a_failed_dispatch(house: House) -> None:
    said = await house.says("/modelarts help")
    assert "dispatch_failed" in said["response"]["text"]


async def test_noise_is_no_acknowledgement(house: House) -> None:
    ear = await house.joins()
    said = house.says("/modelarts help")
    envelope = await ear.hears()
    for noise in ("no json", "[]", "{}", '{"envelope_id": "another"}', '{"envelope_id": []}'):
        await ear.socket.send_str(noise)
    await ear.acks(envelope)
    assert (await said)["ok"]


async def test_the_eleventh_connection_is_one_too_many(house: House) -> None:
    kept = [await house.joins() for _ in range(10)]
    late = Ear(await house.session.ws_connect(await house.url()))
    refused = await late.hears()
    assert (refused["type"], refused["reason"]) == ("disconnect", "too_many_websockets")
    assert await late.is_closed()
    assert not any(ear.socket.closed for ear in kept)


async def test_a_connection_is_warned_before_its_end_and_still_serves() -> None:
    async with socket_house(sockets=Pace(life_s=0.4, warn_s=0.3)) as house:
        ear = await house.joins()
        assert (await ear.hears())["reason"] == "warning"
        said = house.says("/modelarts help")
        await ear.acks(await ear.hears())
        assert (await said)["ok"]
        assert (await ear.hears())["reason"] == "refresh_requested"
        assert await ear.is_closed()


@pytest.mark.parametrize("how", ["refresh_requested", "link_disabled"])
async def test_a_disconnect_on_order_says_why(house: House, how: str) -> None:
    ears = [await house.joins(), await house.joins()]
    await house.control.post("slack/faults", {"kind": "disconnect", "method": how})
    assert (await ears[0].hears())["reason"] == how
    assert await ears[0].is_closed()
    said = house.says("/modelarts help")
    await ears[1].acks(await ears[1].hears())
    assert (await said)["ok"]


async def test_a_connection_lost_on_order_is_cut_without_a_word(house: House) -> None:
    ear = await house.joins()
    await house.control.post("slack/faults", {"kind": "disconnect", "method": "lost", "times": 5})
    assert await ear.is_closed()
    refused = await house.control.post("slack/faults", {"kind": "disconnect", "method": "softly"}, status=400)
    assert "refresh_requested" in refused["error"]


async def test_pings_keep_a_connection_and_silence_ends_it() -> None:
    async with socket_house(sockets=Pace(ping_s=0.1)) as house:
        lively = await house.joins()
        silent = await house.session.ws_connect(await house.url(), autoping=False)
        listening = asyncio.create_task(lively.hears())
        kinds = [(await silent.receive()).type for _ in range(2)]
        assert kinds == [aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING]
        sockets = house.control.running.controls.site.sockets
        assert sockets
        await until(lambda: len(sockets.lines) == 1)
        said = house.says("/modelarts help")
        await lively.acks(await listening)
        assert (await said)["ok"]


async def test_the_page_ends_connections_where_there_are_some(house: House) -> None:
    """The faults' panel offers each way of the control API, and counts what is open."""
    ears = [await house.joins(), await house.joins()]
    assert "connections open: 2" in await fetch(house.control, path="/control/behind/faults")
    html = await fetch(house.control, path="/control/behind/switches")
    for way in REASONS:
        assert f'value="slack {way}"' in html
    order = {"where": "slack link_disabled", "kind": "disconnect", "times": "1"}
    await send(house.control, "/control/behind/faults", order)
    assert (await ears[0].hears())["reason"] == "link_disabled"
    assert "connections open: 1" in await fetch(house.control, path="/control/behind/faults")


async def test_over_http_the_page_offers_no_connection_to_end(control: Control) -> None:
    assert "disconnect" not in await fetch(control, path="/control/behind/switches")
    assert "connections open" not in await fetch(control, path="/control/behind/faults")
    assert {f"way_{way}" for way in REASONS} <= WORDS.keys()
