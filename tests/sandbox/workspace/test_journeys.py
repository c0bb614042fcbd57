from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.sandbox.conftest import Company, Control, until
from tests.sandbox.workspace.small_bot import listen

Json = dict[str, Any]


async def test_a_command_is_answered_where_slack_shows_it(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, seen = await with_bot(lambda app: listen(app, bodies))
    answer = await control.say("li", "#modelarts", "/modelarts hi there")
    assert answer["ok"]
    assert answer["ack_ms"] > 0
    assert answer["response"]["text"] == "you said hi there"
    assert await control.messages("wang", "#modelarts") == []
    (mine,) = await control.messages("li", "#modelarts")
    assert (mine["from"], mine["ephemeral"]) == ("bot", True)
    fields = parse_qs(seen.requests[0][0].decode())
    assert fields["channel_name"] == ["modelarts"]
    assert fields["is_enterprise_install"] == ["false"]
    await control.say("li", "#modelarts", "/modelarts all")
    assert [row["text"] for row in await control.messages("wang", "#modelarts")] == ["for all"]
    await control.say("wang", "@bot", "/modelarts later")
    assert (await control.post("settle", {"timeout_s": 5}))["settled"]
    assert [row["text"] for row in await control.messages("wang", "@bot")] == ["later"]
    assert bodies[-1]["channel_name"] == "directmessage"


async def test_commands_that_slack_refuses(with_bot: Company) -> None:
    control, seen = await with_bot(listen, ack_s=0.3)
    slow = await control.say("li", "#modelarts", "/modelarts slow")
    assert not slow["ok"]
    assert "operation_timeout" in slow["response"]["text"]
    unknown = await control.say("li", "#modelarts", "/nonsense")
    assert "not a valid command" in unknown["response"]["text"]
    root = await control.say("li", "#modelarts", "a thread")
    threaded = await control.say("li", "#modelarts", "/modelarts hi", thread_ts=root["ts"])
    assert "not supported in threads" in threaded["response"]["text"]
    assert len(seen.requests) == 1
    rows = await control.messages("li", "#modelarts")
    assert [row["from"] for row in rows] == ["slackbot", "slackbot", "li", "slackbot"]


async def test_a_form_is_filled_in_refused_and_sent(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    assert await control.get("view", {"as": "li"}) is None
    await control.say("li", "#modelarts", "/modelarts form")
    view = await control.get("view", {"as": "li"})
    assert view["title"]["text"] == "Ask"
    empty = await control.post("submit", {"as": "li", "values": {}})
    assert empty == {"ack_ms": 0.0, "ok": False, "errors": {"b": "Please complete this required field."}}
    refused = await control.post("submit", {"as": "li", "values": {"name": "bad", "flavor": "modelarts.p1"}})
    assert (refused["ok"], refused["errors"]) == (False, {"b": "not like this"})
    assert (await control.get("view", {"as": "li"}))["errors"] == {"b": "not like this"}
    held = bodies[-1]["view"]["state"]["values"]["f"]["flavor"]
    assert held["selected_option"]["value"] == "modelarts.p1"
    broken = await control.post("submit", {"as": "li", "values": {"name": "broken"}})
    assert "trouble" in broken["error"]
    assert (await control.post("submit", {"as": "li", "values": {"b": "good"}}))["ok"]
    assert await control.get("view", {"as": "li"}) is None
    assert (bodies[-1]["type"], bodies[-1]["response_urls"]) == ("view_submission", [])
    await control.post("submit", {"as": "li", "values": {}}, status=400)


async def test_submissions_update_push_clear_and_close(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    await control.say("li", "#modelarts", "/modelarts form")
    await control.post("submit", {"as": "li", "values": {"name": "next"}})
    pushed = await control.get("view", {"as": "li"})
    await control.post("submit", {"as": "li", "values": {"name": "wait"}})
    waiting = await control.get("view", {"as": "li"})
    assert (waiting["id"], waiting["title"]["text"]) == (pushed["id"], "…")
    assert (await control.post("close", {"as": "li"}))["ok"]
    assert (await control.get("view", {"as": "li"}))["title"]["text"] == "Ask"
    assert (await control.post("close", {"as": "li"}))["ok"]
    assert (bodies[-1]["type"], bodies[-1]["is_cleared"]) == ("view_closed", False)
    await control.say("li", "#modelarts", "/modelarts form")
    await control.post("submit", {"as": "li", "values": {"name": "clear"}})
    assert await control.get("view", {"as": "li"}) is None


async def test_external_options_come_from_the_bot(with_bot: Company) -> None:
    control, seen = await with_bot(listen)
    await control.say("li", "#modelarts", "/modelarts form")
    before = len(seen.requests)
    assert await control.get("options", {"as": "li", "action_id": "flavor", "q": "m"}) == []
    assert len(seen.requests) == before
    found = await control.get("options", {"as": "li", "action_id": "flavor", "q": "p1"})
    assert [option["value"] for option in found] == ["modelarts.p1"]
    await control.post("submit", {"as": "li", "values": {"name": "x", "flavor": "other"}}, status=400)


async def test_a_choice_is_told_at_once_and_not_with_the_next_question_for_options(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    await control.say("li", "#modelarts", "/modelarts form")
    await control.post("submit", {"as": "li", "values": {"flavor": "modelarts.p1"}})
    told = bodies[-1]
    assert (told["type"], told["actions"][0]["selected_option"]["value"]) == ("block_actions", "modelarts.p1")
    assert told["view"]["state"]["values"]["f"]["flavor"]["selected_option"]["value"] == "modelarts.p1"
    await control.get("options", {"as": "li", "action_id": "flavor", "q": "c1"})
    assert bodies[-1]["type"] == "block_suggestion"
    assert bodies[-1]["view"]["state"]["values"]["f"]["flavor"]["selected_option"] is None
    await control.post("submit", {"as": "li", "values": {"flavor": "modelarts.p1", "name": "clear"}})
    assert [body["type"] for body in bodies[-2:]] == ["block_suggestion", "view_submission"]


async def test_a_press_reaches_the_bot_and_the_card_changes(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    await control.say("mei", "#modelarts", "/modelarts card")
    (card,) = await control.messages("mei", "@bot")
    where = {"as": "mei", "in": "@bot", "ts": card["ts"]}
    assert (await control.post("press", {**where, "action_id": "snooze", "selected": "1h"}))["ok"]
    assert bodies[-1]["actions"][0]["selected_option"]["value"] == "1h"
    pressed = await control.post("press", {**where, "action_id": "approve", "value": "r1"})
    assert pressed["ok"]
    body = bodies[-1]
    assert body["container"]["message_ts"] == body["message"]["ts"] == card["ts"]
    assert next(iter(body["state"]["values"].values()))["snooze"]["selected_option"]["value"] == "1h"
    assert (body["enterprise"], body["is_enterprise_install"]) == (None, False)
    await control.post("settle", {"timeout_s": 5})
    (card,) = await control.messages("mei", "@bot")
    assert (card["text"], card["blocks"], card["edited"]) == ("approved", [], True)
    gone = await control.post("press", {**where, "action_id": "approve"}, status=400)
    assert "no element 'approve'" in gone["error"]


async def test_presses_on_what_one_does_not_see_are_refused(with_bot: Company) -> None:
    control, seen = await with_bot(listen)
    await control.say("mei", "#modelarts", "/modelarts card")
    (card,) = await control.messages("mei", "@bot")
    count = len(seen.requests)
    for body in (
        {"as": "li", "in": "@bot", "ts": card["ts"], "action_id": "approve"},
        {"as": "mei", "in": "@bot", "ts": "1.1", "action_id": "approve"},
        {"as": "mei", "in": "@bot", "ts": card["ts"], "action_id": "approve", "value": "forged"},
        {"as": "mei", "action_id": "approve", "surface": "modal"},
        {"as": "mei", "action_id": "approve", "surface": "home"},
        {"as": "mei", "action_id": "approve", "surface": "wall"},
    ):
        assert (await control.post("press", body, status=400))["error"]
    assert len(seen.requests) == count


async def test_mentions_direct_messages_files_and_home(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    root = await control.say("wang", "#general", "nothing for the bot")
    await control.say("wang", "#general", "@bot help", thread_ts=root["ts"])
    assert bodies[-1]["event"]["text"] == "<@U0BOT00001> help"
    assert bodies[-1]["event"]["thread_ts"] == root["ts"]
    await control.say("wang", "@bot", "hello")
    assert (bodies[-1]["event"]["type"], bodies[-1]["event"]["channel_type"]) == ("message", "im")
    assert bodies[-1]["authorizations"][0]["is_bot"] is True
    dropped = {"as": "wang", "in": "@bot", "name": "a.csv", "content": "1,2"}
    assert (await control.post("file", dropped))["ok"]
    shown = bodies[-1]["event"]["files"][0]
    async with control.session.get(shown["url_private"], headers={"Authorization": "Bearer xoxb-test"}) as answer:
        assert await answer.read() == b"1,2"
    home = await control.get("home", {"as": "wang"})
    assert [block["type"] for block in home["blocks"]] == ["section", "actions"]
    pressed = {"as": "wang", "action_id": "approve", "surface": "home"}
    assert (await control.post("press", pressed))["ok"]
    assert bodies[-1]["container"]["type"] == "view"
    await control.post("settle", {"timeout_s": 5})
    said = [(row["from"], row["ephemeral"]) for row in await control.messages("wang", "#general")]
    assert said == [("wang", False), ("wang", False), ("bot", True)]


async def test_shortcuts_global_and_on_a_message(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    assert (await control.post("shortcut", {"as": "li", "callback_id": "modelarts"}))["ok"]
    assert (await control.get("view", {"as": "li"}))["callback_id"] == "ask"
    said = await control.say("li", "#general", "look")
    chosen = {"as": "li", "callback_id": "diagnose", "in": "#general", "ts": said["ts"]}
    assert (await control.post("shortcut", chosen))["ok"]
    assert (bodies[-1]["type"], bodies[-1]["message"]["text"]) == ("message_action", "look")
    for wrong in ({"callback_id": "diagnose"}, {**chosen, "callback_id": "modelarts"}):
        refused = await control.post("shortcut", {"as": "li", **wrong}, status=400)
        assert "there are:" in refused["error"]


async def test_a_duplicate_delivery_repeats_the_same_body(with_bot: Company) -> None:
    control, seen = await with_bot(listen)
    await control.post("slack/faults", {"kind": "duplicate_delivery", "method": "slash_commands"})
    await control.say("li", "#modelarts", "/modelarts hi")
    await until(lambda: len(seen.requests) == 2)
    assert seen.requests[0][0] == seen.requests[1][0]
    await control.say("li", "#modelarts", "/modelarts hi")
    assert len(seen.requests) == 3


@pytest.mark.parametrize(
    ("typed", "passed_on"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@bot hi", "<@U0BOT00001> hi"),
        ("@ModelArts hi", "<@U0BOT00001> hi"),
        ("<@U0BOT00001> hi", "<@U0BOT00001> hi"),
        ("mail me@bot.example", "mail me@bot.example"),
        ("ask @Wang or @modelarts-admins, not @wanglei", "ask <@U0WANG0001> or <!subteam^S0ADMINS01>, not @wanglei"),
        ("@here in #general, not #generally", "<!here> in <#C0GENERAL1|general>, not #generally"),
        ("https://x.example/#general", "<https://x.example/#general>"),
        ("see https://x.example/?a=1&b=2 there", "see <https://x.example/?a=1&amp;b=2> there"),
        ("桶 创建 —yes", "桶 创建 —yes"),
    ],
)
async def test_typed_text_is_passed_on_as_slack_writes_it(control: Control, typed: str, passed_on: str) -> None:
    await control.say("li", "#general", typed)
    assert [row["text"] for row in await control.messages("li", "#general")] == [passed_on]


async def test_a_command_is_escaped_but_keeps_its_addresses(with_bot: Company) -> None:
    bodies: list[Json] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    await control.say("li", "#general", "/modelarts name=<x> https://x.example/?a&b")
    assert bodies[-1]["text"] == "name=&lt;x&gt; https://x.example/?a&amp;b"
