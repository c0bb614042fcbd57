from __future__ import annotations

import asyncio
import json

from tests.sandbox.conftest import Company, Control, company
from tests.sandbox.workspace.small_bot import listen


async def test_settle_and_state_wait_for_the_bot(with_bot: Company) -> None:
    control, seen = await with_bot(listen)
    seen.unsettled = 2.0
    answer = await control.post("settle", {"timeout_s": 0.2})
    assert (answer["settled"], answer["unsettled"]) == (False, 2.0)
    seen.unsettled = 0.0
    assert (await control.post("settle", {"timeout_s": 5}))["settled"]
    seen.ready = False
    asking = asyncio.create_task(control.get("state"))
    done, _ = await asyncio.wait([asking], timeout=0.2)
    assert not done
    seen.ready = True
    assert [person["name"] for person in (await asking)["people"]] == ["mei", "chen", "li", "wang", "guest"]


async def test_bad_input_is_answered_with_what_to_do(control: Control) -> None:
    for path, body, words in (
        ("say", {"as": "bob", "in": "#general", "text": "x"}, "mei, chen, li, wang, guest"),
        ("say", {"as": "li", "in": "#nowhere", "text": "x"}, "#modelarts, #general and @bot"),
        ("say", {"as": "li", "in": "#general"}, "text is missing"),
        ("say", {"as": "li", "in": "#general", "text": "x", "speed": 1}, "unknown: speed"),
        ("people", {"id": "li", "groups": ["nobody"]}, "modelarts-admins"),
        ("people", {"id": "li", "guest": "yes"}, "guest must be a truth value"),
        ("clock", {"advance_s": -1}, "forward"),
        ("submit", {"as": "li", "values": {}}, "no modal open"),
        ("cloud/faults", {"service": "moon", "kind": "slow"}, "moon"),
    ):
        answer = await control.post(path, body, status=400)
        assert words in answer["error"], (path, answer)
    assert "there are" in (await control.get("cloud/moon", status=400))["error"]


async def test_the_clock_the_cloud_and_the_calls_are_at_hand(control: Control) -> None:
    before = (await control.get("state"))["time"]
    after = (await control.post("clock", {"advance_s": 3_600}))["time"]
    assert after - before >= 3_600
    assert (await control.get("cloud/obs"))["buckets"]
    await control.client().auth_test()
    (call,) = await control.get("calls", {"service": "slack"})
    assert (call["method"], call["path"], call["status"]) == ("POST", "/api/auth.test", 200)


async def test_without_a_bot_slack_says_that_dispatch_failed() -> None:
    async with company() as (control, _):
        answer = await control.say("li", "#modelarts", "/modelarts help")
        assert not answer["ok"]
        assert "dispatch_failed" in json.dumps(answer)
        assert (await control.post("settle", {"timeout_s": 5}))["settled"]
