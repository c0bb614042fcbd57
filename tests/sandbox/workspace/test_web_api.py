from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.workspace.rates import RateLimits
from tests.sandbox.conftest import Control, company

MODAL = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "b",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "name"},
        }
    ],
}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


def trigger(control: Control, who: str = "li", view_id: str | None = None) -> str:
    site = control.running.controls.site
    return site.tickets.new_trigger(site.workspace.person(who).id, view_id)


async def refusal(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_the_sync_client_works_unmodified(control: Control) -> None:
    client = WebClient(token="xoxb-test", base_url=control.running.announced["slack_api"])

    def journey() -> tuple[Any, Any, Any]:
        me = client.auth_test()
        posted = client.chat_postMessage(channel="C0MODELART", text="hi", blocks=[SECTION])
        updated = client.chat_update(channel="C0MODELART", ts=posted["ts"], text="changed")
        return me, posted, updated

    me, posted, updated = await asyncio.to_thread(journey)
    assert me["user_id"] == "U0BOT00001"
    assert "chat:write" in me.headers["x-oauth-scopes"]
    assert posted["message"]["blocks"][0]["block_id"]
    assert "blocks" not in updated["message"]
    rows = await control.messages("li", "#modelarts")
    assert [(row["from"], row["text"], row["edited"]) for row in rows] == [("bot", "changed", True)]


async def test_people_and_groups_are_shown_as_slack_shows_them(control: Control) -> None:
    client = control.client()
    li = (await client.users_info(user="U0LI000001", include_locale=True))["user"]
    assert (li["locale"], li["tz"], li["is_restricted"]) == ("zh-CN", "Asia/Shanghai", False)
    assert "locale" not in (await client.users_info(user="U0LI000001"))["user"]
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert groups[0]["users"] == ["U0MEI00001", "U0CHEN0001"]
    await control.post("people", {"id": "mei", "groups": [], "guest": True})
    assert (await client.usergroups_users_list(usergroup="S0ADMINS01"))["users"] == ["U0CHEN0001"]
    assert (await client.users_info(user="U0MEI00001"))["user"]["is_restricted"] is True
    await control.post("people", {"id": "chen", "deleted": True})
    assert (await client.usergroups_users_list(usergroup="S0ADMINS01"))["users"] == []
    assert (await client.users_info(user="U0CHEN0001"))["user"]["deleted"] is True
    stranger = await control.post("people", {"id": "wang", "team": "T0OTHER"})
    assert (await client.users_info(user=stranger["id"]))["user"]["is_stranger"] is True
    assert len((await client.users_list(limit=2))["members"]) == 2


async def test_direct_messages_history_and_metadata(control: Control) -> None:
    client = control.client()
    channel = (await client.conversations_open(users="U0LI000001"))["channel"]["id"]
    metadata = {"event_type": "card", "event_payload": {"id": "7"}}
    first = await client.chat_postMessage(channel="U0LI000001", text="one", metadata=metadata)
    reply = await client.chat_postMessage(channel=channel, text="two", thread_ts=first["ts"])
    await client.chat_postEphemeral(channel=channel, user="U0LI000001", text="psst")
    found = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert [m["text"] for m in found["messages"]] == ["one"]
    assert found["messages"][0]["metadata"] == metadata
    thread = await client.conversations_replies(channel=channel, ts=first["ts"])
    assert [m["ts"] for m in thread["messages"]] == [first["ts"], reply["ts"]]
    link = await client.chat_getPermalink(channel=channel, message_ts=first["ts"])
    assert link["permalink"].endswith(first["ts"].replace(".", ""))
    await client.chat_delete(channel=channel, ts=reply["ts"])
    assert [row["text"] for row in await control.messages("li", "@bot")] == ["one", "psst"]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0MODELART"}, "no_text"),
    ("chat.postMessage", {"channel": "C0MODELART", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "C0MODELART", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "C0MODELART", "blocks": [{"type": "nope"}]}, "invalid_blocks"),
    (
        "chat.postMessage",
        {"channel": "C0MODELART", "text": "x", "metadata": {"a": 1}},
        "invalid_metadata_format",
    ),
    ("chat.postMessage", {"channel": "C0MODELART", "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0MODELART", "text": "x", "a-b": "x"}, "invalid_arg_name"),
    ("chat.update", {"channel": "C0MODELART", "ts": "1.1", "text": "x"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": "C0MODELART", "user": "U0", "text": "x"}, "user_not_in_channel"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("usergroups.users.list", {"usergroup": "S0"}, "no_such_subteam"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("conversations.info", {"channel": "C0MODELART"}, "missing_scope"),
    ("conversations.history", {"channel": "C0MODELART"}, "missing_scope"),
    ("team.info", {}, "missing_scope"),
    ("views.open", {"trigger_id": "no", "view": MODAL}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "no", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
    ("views.update", {"view_id": "V0", "view": MODAL}, "not_found"),
    ("views.publish", {"user_id": "U0", "view": {"type": "home", "blocks": []}}, "user_not_found"),
    ("no.such", {}, "unknown_method"),
]


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "form"])
async def test_refusals_carry_slacks_error_names(control: Control, as_json: bool) -> None:
    for method, body, error in REFUSED:
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
        kind: Any = {"json": body} if as_json else {"data": form}
        answer = await refusal(control.client().api_call(method, **kind))
        assert answer["error"] == error, (method, answer.data)
        assert answer.status_code == 200


async def test_missing_scope_says_what_is_needed(control: Control) -> None:
    answer = await refusal(control.client().conversations_history(channel="C0MODELART"))
    assert answer["needed"] == "channels:history"
    assert "im:history" in answer["provided"].split(",")


async def test_the_bot_must_be_in_the_channel_and_own_the_message(control: Control) -> None:
    workspace = control.running.controls.site.workspace
    said = await control.say("li", "#general", "mine")
    answer = await refusal(control.client().chat_update(channel="C0GENERAL1", ts=said["ts"], text="x"))
    assert answer["error"] == "cant_update_message"
    workspace.conversations["C0GENERAL1"].members.discard(workspace.app.bot_user)
    answer = await refusal(control.client().chat_postMessage(channel="C0GENERAL1", text="x"))
    assert answer["error"] == "not_in_channel"


async def test_an_ephemeral_message_cannot_be_updated(control: Control) -> None:
    client = control.client()
    sent = await client.chat_postEphemeral(channel="C0GENERAL1", user="U0LI000001", text="psst")
    answer = await refusal(client.chat_update(channel="C0GENERAL1", ts=sent["message_ts"], text="x"))
    assert answer["error"] == "message_not_found"
    assert [row["ephemeral"] for row in await control.messages("li", "#general")] == [True]
    assert await control.messages("wang", "#general") == []


async def test_a_workspace_may_close_the_window_for_edits(control: Control) -> None:
    client, workspace = control.client(), control.running.controls.site.workspace
    sent = await client.chat_postMessage(channel="C0GENERAL1", text="first")
    workspace.edit_window_s = 60.0
    assert (await client.chat_update(channel="C0GENERAL1", ts=sent["ts"], text="second"))["ok"]
    workspace.edit_window_s = 1e-6
    answer = await refusal(client.chat_update(channel="C0GENERAL1", ts=sent["ts"], text="third"))
    assert answer["error"] == "edit_window_closed"
    assert [row["text"] for row in await control.messages("li", "#general")] == ["second"]


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
async def test_a_wrong_token_is_refused(control: Control, token: str, error: str) -> None:
    answer = await refusal(control.client(token).auth_test())
    assert answer["error"] == error


async def test_trigger_ids_live_three_seconds_and_once(control: Control) -> None:
    client, tickets = control.client(), control.running.controls.site.tickets
    once = trigger(control)
    opened = await client.views_open(trigger_id=once, view=MODAL)
    assert opened["view"]["state"]["values"] == {"b": {"name": {"type": "plain_text_input", "value": None}}}
    assert (await refusal(client.views_open(trigger_id=once, view=MODAL)))["error"] == "exchanged_trigger_id"
    late = trigger(control)
    tickets.triggers[late].at -= 3.1
    assert (await refusal(client.views_open(trigger_id=late, view=MODAL)))["error"] == "expired_trigger_id"
    bad: dict[str, Any] = {key: value for key, value in MODAL.items() if key != "submit"}
    answer = await refusal(client.views_open(trigger_id=trigger(control), view=bad))
    assert "submit" in answer["response_metadata"]["messages"][0]


async def test_modals_stack_to_three_and_move_on_by_hash(control: Control) -> None:
    client = control.client()
    view = (await client.views_open(trigger_id=trigger(control), view=MODAL))["view"]
    for _ in range(2):
        await client.views_push(trigger_id=trigger(control, "li", view["id"]), view=MODAL)
    answer = await refusal(client.views_push(trigger_id=trigger(control, "li", view["id"]), view=MODAL))
    assert answer["error"] == "push_limit_reached"
    changed = await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    answer = await refusal(client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL))
    assert (answer["error"], changed["view"]["root_view_id"]) == ("hash_conflict", view["id"])
    named = {**MODAL, "external_id": "same"}
    await client.views_open(trigger_id=trigger(control, "wang"), view=named)
    answer = await refusal(client.views_open(trigger_id=trigger(control, "mei"), view=named))
    assert answer["error"] == "duplicate_external_id"


async def test_a_view_over_250_kb_is_too_large(control: Control) -> None:
    section = {"type": "section", "text": {"type": "plain_text", "text": "桶" * 3_000}}
    home = {"type": "home", "blocks": [section] * 30}
    answer = await refusal(control.client().views_publish(user_id="U0LI000001", view=home))
    assert answer["error"] == "view_too_large"


async def test_one_message_a_second_a_channel_after_a_short_burst() -> None:
    async with company(rates=RateLimits(burst=2)) as (control, _):
        client = control.client()
        for _ in range(2):
            await client.chat_postMessage(channel="C0GENERAL1", text="x")
        answer = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x"))
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
        assert (await client.chat_postMessage(channel="C0MODELART", text="x"))["ok"]


async def test_user_groups_are_tier_two() -> None:
    async with company(rates=RateLimits()) as (control, _):
        for _ in range(20):
            await control.client().usergroups_list()
        answer = await refusal(control.client().usergroups_list())
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


async def test_ordered_faults_hit_the_next_calls_of_that_method(control: Control) -> None:
    client = control.client()
    for kind, status in (("ratelimited", 429), ("server_error", 500)):
        await control.post("slack/faults", {"method": "chat.postMessage", "kind": kind, "times": 1})
        assert (await client.auth_test())["ok"]
        answer = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x"))
        assert answer.status_code == status
        assert (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ok"]
    assert len(await control.messages("li", "#general")) == 2


async def test_timeout_after_does_the_work_and_gives_no_answer(control: Control) -> None:
    await control.post("slack/faults", {"kind": "timeout_after"})
    client = control.client()
    client.timeout = 1
    with pytest.raises((TimeoutError, aiohttp.ClientError)):
        await client.chat_postMessage(channel="C0GENERAL1", text="done")
    assert [row["text"] for row in await control.messages("li", "#general")] == ["done"]


@pytest.mark.parametrize("kind", ["disconnect", "nonsense"])
async def test_faults_that_cannot_be_had_are_refused(control: Control, kind: str) -> None:
    answer = await control.post("slack/faults", {"kind": kind}, status=400)
    assert "error" in answer
