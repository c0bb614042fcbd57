"""Calls that Slack refuses, over the wire: Web API, scopes and tokens, response urls, answers of the app.

`source` is the page of Slack's documentation that names the error, or the section of the reference the limit is from.
What `tests/sandbox/workspace/test_web_api.py` has is not repeated here.
"""

from __future__ import annotations

import json
from time import time
from typing import Any, NamedTuple

import pytest

from sandbox.workspace.tickets import ResponseUrl
from tests.sandbox.conftest import Control, company
from tests.sandbox.refused.test_blocks_refused import cell, table
from tests.sandbox.workspace.test_blocks import modal, plain, section
from tests.sandbox.workspace.test_web_api import refusal, trigger

pytestmark = pytest.mark.asyncio(loop_scope="package")
Json = dict[str, Any]
ROOM = {"channel": "C0MODELART"}
HOME = {"type": "home", "blocks": []}


class Call(NamedTuple):
    """A call of the Web API, the error it gets, and what documents it."""

    method: str
    arguments: Json
    error: str
    source: str


def post(error: str, source: str = "chat.postMessage method", **more: Any) -> Call:
    return Call("chat.postMessage", ROOM | more, error, source)


def later(error: str, **more: Any) -> Call:
    return Call("chat.scheduleMessage", ROOM | {"text": "x"} | more, error, "chat.scheduleMessage method")


CALLS: dict[str, Call] = {
    "blank text": post("no_text", text="  "),
    "blocks as object": post("invalid_blocks_format", blocks={"type": "divider"}),
    "blocks too long": post("msg_blocks_too_long", "reference B.4", blocks=[section(text=plain("x" * 2_900))] * 5),
    "attachments as text": post("invalid_attachments", attachments="{"),
    "attachments of texts": post("invalid_attachments", attachments=["x"]),
    "blocks in attachments": post("invalid_attachments", attachments=[{"blocks": [{"type": "nope"}]}]),
    "101 attachments": post("too_many_attachments", attachments=[{"text": "x"}] * 101),
    "markdown beside text": post("markdown_text_conflict", text="x", markdown_text="x"),
    "markdown of 12001": post("msg_too_long", markdown_text="x" * 12_001),
    "two tables": post("invalid_blocks", "Table block", blocks=[table([cell("x")]), table([cell("x")])]),
    "metadata as text": post("invalid_metadata_format", text="x", metadata="{"),
    "metadata without type": post("invalid_metadata_format", text="x", metadata={"event_payload": {}}),
    "metadata payload as list": post(
        "invalid_metadata_schema", text="x", metadata={"event_type": "e", "event_payload": []}
    ),
    "metadata of 8000": post(
        "metadata_too_large", text="x", metadata={"event_type": "e", "event_payload": {"x": "x" * 8_000}}
    ),
    "archived": Call(
        "chat.postMessage", {"channel": "C0ARCHIVED", "text": "x"}, "is_archived", "chat.postMessage method"
    ),
    "private, not in it": Call(
        "chat.postMessage", {"channel": "C0SECRET01", "text": "x"}, "channel_not_found", "chat.postMessage method"
    ),
    "public, not in it": Call(
        "chat.postMessage", {"channel": "C0OUTSIDE1", "text": "x"}, "not_in_channel", "chat.postMessage method"
    ),
    "stream for nobody": Call(
        "chat.startStream", ROOM | {"recipient_team_id": "T0"}, "missing_recipient_user_id", "chat.startStream method"
    ),
    "append to nothing": Call(
        "chat.appendStream", ROOM | {"ts": "1.1", "markdown_text": "x"}, "message_not_found", "chat.appendStream method"
    ),
    "no such method": Call("chat.sing", {}, "unknown_method", "Web API errors"),
    "upload of old": Call("files.upload", {}, "method_deprecated", "files.upload method"),
    "update of nothing": Call(
        "chat.update", ROOM | {"ts": "1.1", "text": "x"}, "message_not_found", "chat.update method"
    ),
    "update without ts": Call("chat.update", ROOM | {"text": "x"}, "invalid_arguments", "chat.update method"),
    "delete of nothing": Call("chat.delete", ROOM | {"ts": "1.1"}, "message_not_found", "chat.delete method"),
    "permalink of nothing": Call(
        "chat.getPermalink", ROOM | {"message_ts": "1.1"}, "message_not_found", "chat.getPermalink method"
    ),
    "ephemeral to nobody": Call(
        "chat.postEphemeral", ROOM | {"text": "x"}, "invalid_arguments", "chat.postEphemeral method"
    ),
    "schedule without time": later("invalid_time"),
    "schedule in the past": later("time_in_past", post_at=1_000_000_000),
    "schedule in 121 days": later("time_too_far", post_at=int(time()) + 121 * 86_400),
    "schedule as word": later("invalid_arguments", post_at="soon"),
    "unschedule nothing": Call(
        "chat.deleteScheduledMessage",
        ROOM | {"scheduled_message_id": "Q0"},
        "invalid_scheduled_message_id",
        "chat.deleteScheduledMessage method",
    ),
    "mail of nobody": Call(
        "users.lookupByEmail", {"email": "no@one.example"}, "users_not_found", "users.lookupByEmail method"
    ),
    "user not named": Call("users.info", {}, "invalid_arguments", "users.info method"),
    "team of others": Call("team.info", {"team": "T0OTHER"}, "team_not_found", "team.info method"),
    "DM with a bot": Call("conversations.open", {"users": "U0BOT00001"}, "cannot_dm_bot", "conversations.open method"),
    "DM with the deactivated": Call(
        "conversations.open", {"users": "U0GONE0001"}, "user_disabled", "conversations.open method"
    ),
    "DM with several": Call(
        "conversations.open", {"users": "U0LI000001,U0WANG0001"}, "missing_scope", "conversations.open method"
    ),
    "strange cursor": Call("users.list", {"cursor": "x"}, "invalid_cursor", "Pagination"),
    "cursor of another kind": Call("conversations.list", {"cursor": "next:x"}, "invalid_cursor", "Pagination"),
    "limit as word": Call("users.list", {"limit": "many"}, "invalid_arguments", "Pagination"),
    "strange type": Call("conversations.list", {"types": "mpim,nope"}, "invalid_types", "conversations.list method"),
    "thread of nothing": Call(
        "conversations.replies", ROOM | {"ts": "1.1"}, "thread_not_found", "conversations.replies method"
    ),
    "view as text": Call("views.open", {"trigger_id": "x", "view": "{"}, "invalid_arguments", "views.open method"),
    "no view": Call("views.open", {"trigger_id": "x"}, "invalid_arguments", "views.open method"),
    "no trigger": Call("views.open", {"view": modal()}, "invalid_arguments", "views.open method"),
    "push outside a modal": Call(
        "views.push", {"trigger_id": "$fresh", "view": modal()}, "invalid_arguments", "views.push method"
    ),
    "unknown external id": Call(
        "views.update", {"external_id": "nobody", "view": modal()}, "not_found", "views.update method"
    ),
    "Home of a modal": Call(
        "views.publish", {"user_id": "U0LI000001", "view": modal()}, "invalid_arguments", "views.publish method"
    ),
    "Home of old hash": Call(
        "views.publish", {"user_id": "U0LI000001", "view": HOME, "hash": "1.x"}, "hash_conflict", "views.publish method"
    ),
}
SCENE = """extends = "default"
[app]
id = "A0MODELART"
name = "ModelArts"
bot_id = "B0MODELART"
bot_user = "U0BOT00001"
commands = ["/modelarts"]
events = []
scopes = [SCOPES]
[[people]]
id = "U0LI000001"
name = "li"
real_name = "Li Na"
[[people]]
id = "U0WANG0001"
name = "wang"
real_name = "Wang Wei"
[[people]]
id = "U0GONE0001"
name = "gone"
real_name = "Gone"
deleted = true
[[groups]]
id = "S0ADMINS01"
handle = "admins"
name = "Admins"
[[channels]]
id = "C0MODELART"
name = "modelarts"
[[channels]]
id = "C0ARCHIVED"
name = "archived"
archived = true
[[channels]]
id = "C0SECRET01"
name = "secret"
private = true
members = ["li"]
[[channels]]
id = "C0OUTSIDE1"
name = "outside"
members = ["li"]
"""
ALL = (
    "chat:write",
    "im:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
    "team:read",
    "channels:read",
    "groups:read",
    "im:read",
    "channels:history",
    "im:history",
    "commands",
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give a writer of scenarios in which the app has these scopes."""

    def write(*scopes: str) -> str:
        path = tmp_path_factory.mktemp("scene") / "scene.toml"
        path.write_text(SCENE.replace("SCOPES", ", ".join(f'"{scope}"' for scope in scopes)), encoding="utf-8")
        return str(path)

    return write


async def test_each_call_is_refused_by_the_documented_name(scene: Any) -> None:
    async with company(scenario=scene(*ALL)) as (control, _):
        for name, call in CALLS.items():
            arguments = dict(call.arguments)
            if arguments.get("trigger_id") == "$fresh":
                arguments["trigger_id"] = trigger(control)
            answer = await refusal(control.client().api_call(call.method, json=arguments))
            assert (answer["error"], answer.status_code) == (call.error, 200), (name, call.source, answer.data)


NEEDED: dict[str, tuple[Json, str]] = {  # "Scopes" and the page of each method
    "chat.postMessage": (ROOM | {"text": "x"}, "chat:write"),
    "chat.scheduleMessage": (ROOM | {"text": "x", "post_at": 1}, "chat:write"),
    "conversations.open": ({"users": "U0LI000001"}, "im:write"),
    "conversations.members": (ROOM, "channels:read"),
    "conversations.replies": (ROOM | {"ts": "1"}, "channels:history"),
    "users.list": ({}, "users:read"),
    "users.lookupByEmail": ({"email": "li@lab.example"}, "users:read.email"),
    "usergroups.list": ({}, "usergroups:read"),
    "usergroups.users.list": ({"usergroup": "S0ADMINS01"}, "usergroups:read"),
    "team.info": ({}, "team:read"),
}


async def test_each_method_needs_its_scope_and_says_which(scene: Any) -> None:
    async with company(scenario=scene("commands")) as (control, _):
        for method, (arguments, needed) in NEEDED.items():
            answer = await refusal(control.client().api_call(method, json=arguments))
            found = (answer["error"], answer["needed"], answer["provided"])
            assert found == ("missing_scope", needed, "commands"), method


async def test_the_email_is_shown_with_its_scope_only(scene: Any) -> None:
    for scopes, shown in ((ALL, "li@lab.example"), (("users:read",), None)):
        async with company(scenario=scene(*scopes)) as (control, _):
            answer = await control.client().users_info(user="U0LI000001")
            assert answer["user"]["profile"].get("email") == shown
            assert answer.headers["x-accepted-oauth-scopes"] == "users:read"


async def test_a_token_given_up_is_of_no_use(scene: Any) -> None:
    async with company(scenario=scene(*ALL)) as (control, _):
        client = control.client()
        assert (await client.auth_revoke(test=True))["revoked"] is False
        assert (await client.auth_test())["ok"]
        assert (await client.auth_revoke())["revoked"] is True
        assert (await refusal(client.auth_test()))["error"] == "token_revoked"  # "Token revoked", auth.test method


REQUESTS: dict[str, tuple[Json, str]] = {  # "Web API", section on passing arguments and on errors
    "broken JSON": ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "invalid_json"),
    "a JSON list": ({"data": b"[]", "headers": {"Content-Type": "application/json; charset=utf-8"}}, "json_not_object"),
    "no token": ({"data": b"", "headers": {"Authorization": ""}}, "not_authed"),
    "basic credentials": ({"data": b"", "headers": {"Authorization": "Basic eDp5"}}, "not_authed"),
    "somebody's token": ({"data": b"", "headers": {"Authorization": "Bearer xoxb-other"}}, "invalid_auth"),
}


async def test_requests_that_cannot_be_read(shared: Control) -> None:
    for name, (sent, error) in REQUESTS.items():
        headers = {"Authorization": "Bearer xoxb-test", **sent["headers"]}
        address = f"{shared.running.announced['slack_api']}auth.test"
        async with shared.session.post(address, data=sent["data"], headers=headers) as answer:
            assert (answer.status, (await answer.json())["error"]) == (200, error), name


ANSWERS: dict[str, tuple[Any, str]] = {  # "Handling user interaction", section on message responses
    "a list": ([], "invalid_payload"),
    "no JSON": (b"hello", "invalid_payload"),
    "nothing": ({}, "no_text"),
    "text as number": ({"text": 7}, "no_text"),
    "unknown block": ({"blocks": [{"type": "nope"}]}, "invalid_blocks"),
    "51 blocks": ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    "modal block": ({"blocks": [{"type": "alert", "text": plain("x")}]}, "invalid_blocks"),
    "nothing to delete": ({"delete_original": True}, "message_not_found"),
}


async def test_answers_by_response_url_that_slack_does_not_show(shared: Control) -> None:
    site = shared.running.controls.site
    for name, (body, error) in ANSWERS.items():
        url = site.response_url(ResponseUrl("C0MODELART", "U0LI000001", time()))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with shared.session.post(url, data=data) as answer:
            assert answer.status == 400, name
            assert (await answer.json())["error"].partition(":")[0] == error, name
    async with shared.session.post(f"{site.base_url}/response/nothing", json={"text": "x"}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "expired_url")
    assert [row["text"] for row in await shared.messages("li", "#modelarts") if row["text"] == "x"] == []
