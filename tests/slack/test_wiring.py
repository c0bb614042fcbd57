from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.slack.manifest import EVENTS, OPTIONAL_SCOPES, SCOPES, manifest
from bot.slack.quick import GLOBAL, ON_MESSAGE
from bot.slack.shapes import SHAPES
from bot.slack.wiring import KINDS
from sandbox.workspace.scenario import read_scenario
from tests.slack.conftest import House
from tests.slack.given import IDENTITY, SECRET, command, event, interaction, request, signed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["actions", "view", "event", "text", "command", "trigger_id", "user", "user_id", "type", "team", "channel"]
KIND_NAMES = ["block_actions", "view_submission", "view_closed", "block_suggestion", "shortcut", "message_action"]


async def status(house: House, body: bytes, headers: dict[str, str]) -> int:
    answer = await house.events(request(body, headers))
    return int(answer.status_code)


async def test_only_slack_comes_in(house: House) -> None:
    body = command("bucket list")
    assert await status(house, body, {}) == 401
    assert await status(house, body, signed(body, "wrong")) == 401
    assert await status(house, body, signed(body, at=time.time() - 301)) == 401
    assert await status(house, body, signed(body) | {"content-length": "9999999"}) == 413
    assert await house.taken() == []
    assert await status(house, body, signed(body)) == 200
    assert await status(house, body, signed(body, "new-secret")) == 200
    assert len(await house.taken()) == 1


async def test_other_workspaces_stay_outside(house: House) -> None:
    for body in (
        command("bucket list", team_id="T0OTHER"),
        interaction("block_actions", team={"id": "T0OTHER"}, actions=[{"action_id": "approve", "value": "x"}]),
        event(text="bucket list").replace(IDENTITY.team.encode(), b"T0OTHER"),
    ):
        assert (await house.deliver(body)).status_code == 401
    assert await house.taken() == []


async def test_slack_may_check_the_address(house: House) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
    answer = await house.deliver(body)
    assert (answer.status_code, json.loads(bytes(answer.body))) == (200, {"challenge": "abc"})


async def test_what_cannot_be_read_is_said_to_be_so(house: House) -> None:
    for body in (b"{", b"{]", b"\xff\xfe", urlencode({"payload": "{"}).encode()):
        answer = await house.events(request(body, signed(body), "application/json"))
        assert answer.status_code in (400, 401)


async def test_what_we_offer_nobody_is_acked(house: House) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "ask", "state": {"values": {}}}
    assert await house.acked(interaction("view_closed", view=view)) == {}
    assert await house.acked(interaction("shortcut", callback_id="x")) == {}
    asked = interaction("block_suggestion", action_id="x", block_id="b", value="q", container={"type": "view"})
    assert await house.acked(asked) == {"options": []}
    assert set(KINDS) == set(SHAPES) - {"url_verification"}, "the check of the address is Bolt's to answer"


async def test_a_fault_of_our_own_is_said_in_words_with_a_reference(house: House) -> None:
    house.store.broken = True
    ack = await house.acked(command("bucket list", user="U0WANG0001"))
    assert "failed in the bot itself" in ack["text"]
    assert "id00" in ack["text"]
    assert (await house.deliver(event(text="bucket list"))).status_code == 503


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("block_actions", {"team": 1}, "")
@given(st.sampled_from(KIND_NAMES), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5), st.text(max_size=60))
async def test_any_signed_input_gets_an_answer(house: House, kind: str, fields: dict[str, Any], words: str) -> None:
    whole = {"type": kind, "team": {"id": IDENTITY.team}, "user": {"id": "U0LI000001"}} | fields
    for body in (
        urlencode({"payload": json.dumps(whole)}).encode(),
        command(words),
        json.dumps({"type": "event_callback", "team_id": IDENTITY.team} | fields).encode(),
    ):
        answer = await house.deliver(body, **signed(body, SECRET))
        assert answer.status_code in (200, 400, 401, 404, 503), (body, answer.status_code)
    await house.quiet()


def test_the_manifest_asks_for_the_contracts_scopes_and_no_more() -> None:
    made = manifest("https://bot.example.org/")
    assert set(SCOPES) == {
        *["commands", "chat:write", "im:write", "im:history", "app_mentions:read", "users:read", "usergroups:read"]
    }
    assert set(OPTIONAL_SCOPES) == {"files:read", "files:write", "channels:history", "groups:history"}
    assert made["oauth_config"]["scopes"]["bot_optional"] == list(OPTIONAL_SCOPES)
    assert [c["command"] for c in made["features"]["slash_commands"]] == ["/modelarts"]
    urls = [made["settings"]["event_subscriptions"]["request_url"], made["settings"]["interactivity"]["request_url"]]
    assert urls == ["https://bot.example.org/slack/events"] * 2
    assert not made["settings"]["socket_mode_enabled"]
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["features"]["slash_commands"][0]["description"]) <= 2000


def test_every_shortcut_of_the_manifest_is_answered_and_known_to_the_sandbox() -> None:
    shortcuts = manifest("")["features"]["shortcuts"]
    assert {one["callback_id"] for one in shortcuts} == {GLOBAL, ON_MESSAGE}
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in shortcuts)
    there = [dict(one) for one in read_scenario("default")["app"]["shortcuts"]]
    assert there == [{name: one[name] for name in ("name", "type", "callback_id")} for one in shortcuts]
    assert set(read_scenario("default")["app"]["events"]) == set(EVENTS)


def test_for_socket_mode_the_manifest_names_no_address() -> None:
    made = manifest("")
    assert made["settings"]["socket_mode_enabled"]
    assert "http" not in json.dumps(made)
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


async def test_an_answer_names_what_logs_and_audit_know_the_payload_by(house: House) -> None:
    answer = await house.deliver(command("bucket list"))
    (taken,) = await house.taken()
    assert answer.headers["x-request-id"] == taken.correlation
