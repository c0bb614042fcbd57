"""What Slack does by itself: posts later, counts replies, tells of people and groups that change under the app."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.sandbox.conftest import Company, Control, until
from tests.sandbox.workspace.test_web_api import refusal

Json = dict[str, Any]
SUBSCRIBED = """extends = "default"
[app]
id = "A0MODELART"
name = "ModelArts"
bot_id = "B0MODELART"
bot_user = "U0BOT00001"
commands = ["/modelarts"]
events = ["user_change", "subteam_members_changed", "subteam_updated", "message.channels"]
scopes = ["users:read", "usergroups:read", "channels:history"]
"""


async def test_a_scheduled_message_comes_when_its_time_has_come(control: Control) -> None:
    client, soon = control.client(), int(time()) + 2
    metadata = {"event_type": "card", "event_payload": {}}
    kept = await client.chat_scheduleMessage(channel="C0MODELART", post_at=soon, text="later")
    lost = await client.chat_scheduleMessage(channel="C0MODELART", post_at=soon, text="never", metadata=metadata)
    gone = await client.chat_scheduleMessage(channel="C0MODELART", post_at=soon, text="taken back")
    waiting = (await client.chat_scheduledMessages_list(channel="C0MODELART"))["scheduled_messages"]
    assert [row["text"] for row in waiting] == ["later", "never", "taken back"]
    assert {kept["post_at"], lost["post_at"]} == {soon}
    await client.chat_deleteScheduledMessage(channel="C0MODELART", scheduled_message_id=gone["scheduled_message_id"])
    assert await control.messages("li", "#modelarts") == []
    await until(lambda: not control.running.controls.site.scheduled, 10)
    assert [row["text"] for row in await control.messages("li", "#modelarts")] == ["later"]


async def test_thirty_scheduled_messages_within_five_minutes_are_enough(control: Control) -> None:
    client, at = control.client(), (int(time()) // 300 + 4) * 300
    for second in range(30):
        await client.chat_scheduleMessage(channel="C0MODELART", post_at=at + second, text="x")
    answer = await refusal(client.chat_scheduleMessage(channel="C0MODELART", post_at=at + 299, text="x"))
    assert answer["error"] == "restricted_too_many"
    for where, when in (("C0MODELART", at + 300), ("C0GENERAL1", at)):
        assert (await client.chat_scheduleMessage(channel=where, post_at=when, text="x"))["ok"]


async def test_a_message_that_was_replied_to_tells_of_its_thread(control: Control) -> None:
    client = control.client()
    root = await client.chat_postMessage(channel="U0LI000001", text="root")
    await control.say("li", "@bot", "one", thread_ts=root["ts"])
    last = await client.chat_postMessage(channel=root["channel"], text="two", thread_ts=root["ts"])
    found = (await client.conversations_history(channel=root["channel"]))["messages"]
    assert [message["text"] for message in found] == ["root"]
    told = {name: found[0][name] for name in ("thread_ts", "reply_count", "reply_users", "latest_reply")}
    assert told == {
        "thread_ts": root["ts"],
        "reply_count": 2,
        "reply_users": ["U0LI000001", "U0BOT00001"],
        "latest_reply": last["ts"],
    }


async def test_the_app_hears_of_people_groups_and_channels(with_bot: Company, tmp_path: Path) -> None:
    heard: list[Json] = []

    def listen(app: AsyncApp) -> None:
        for kind in ("user_change", "subteam_members_changed", "subteam_updated", "message"):

            @app.event(kind)
            async def note(event: Json) -> None:
                heard.append(event)

    scenario = tmp_path / "subscribed.toml"
    scenario.write_text(SUBSCRIBED, encoding="utf-8")
    control, _ = await with_bot(listen, scenario=str(scenario))
    await control.post("people", {"id": "li", "locale": "en-GB", "guest": True})
    await control.post("people", {"id": "chen", "groups": []})
    await control.post("people", {"id": "chen", "groups": []})  # changes nothing: nothing is told
    await control.say("li", "#general", "hello")
    await until(lambda: len(heard) == 4)
    told = {event["type"]: event for event in heard}
    assert told["user_change"]["user"]["locale"] == "en-GB"
    assert told["user_change"]["user"]["is_restricted"] is True
    delta = told["subteam_members_changed"]
    assert (delta["removed_users"], delta["removed_users_count"], delta["added_users"]) == (["U0CHEN0001"], "1", [])
    assert told["subteam_updated"]["subteam"]["users"] == ["U0MEI00001"]
    assert (told["message"]["channel_type"], told["message"]["text"]) == ("channel", "hello")


OFFERS: dict[str, tuple[Any, str]] = {
    "101 options": (
        {"options": [{"text": {"type": "plain_text", "text": "x"}, "value": "v"}] * 101},
        "no more than 100",
    ),
    "mrkdwn": ({"options": [{"text": {"type": "mrkdwn", "text": "x"}, "value": "v"}]}, "unsupported type: mrkdwn"),
    "text of 76": ({"options": [{"text": {"type": "plain_text", "text": "x" * 76}, "value": "v"}]}, "less than 76"),
    "neither": ({}, "exactly one of: options, option_groups"),
}


@pytest.mark.parametrize("name", OFFERS)
async def test_options_that_slack_does_not_show(with_bot: Company, name: str) -> None:
    offer, complaint = OFFERS[name]

    def listen(app: AsyncApp) -> None:
        @app.options("which")
        async def give(ack: Any) -> None:
            await ack(offer)

    control, _ = await with_bot(listen)
    select = {"type": "external_select", "action_id": "which", "min_query_length": 0}
    blocks = [{"type": "actions", "elements": [select]}]
    await control.client().chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks)
    answer = await control.get("options", {"as": "li", "action_id": "which", "q": "x"}, status=400)
    assert complaint in answer["error"]
