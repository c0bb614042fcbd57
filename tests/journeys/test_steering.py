"""What is carried out is cancelled between its steps, taken back, and waits for its turn; in both languages."""

from __future__ import annotations

import json

import pytest

from tests.console import console
from tests.journeys.cards import offered, pass_time
from tests.journeys.identity import agencies, approve_typed
from tests.journeys.test_free_service import FREE, state_of
from tests.journeys.test_policy import card, told
from tests.stack import Json, Stack, eventually


@pytest.fixture(scope="module", autouse=True)
def fewer_copies(house: Stack) -> None:
    """Let mei be the only administrator: Slack takes 50 updates a minute."""
    house.post("people", id="chen", groups=[])


def newest(house: Stack, who: str, name: str, words: str) -> Json:
    """Return the newest card about `name`, once it says so."""

    def look() -> Json | None:
        found = card(house, who, name)
        return found if words in found["text"] else None

    return eventually(look, 30) or {}


def begun(house: Stack, name: str, who: str = "li") -> None:
    """Have a bucket with a folder approved whose folder the cloud is too busy to make for a while."""
    house.post("cloud/faults", service="obs", operation="put_object", kind="throttled", times=2)
    house.say(who, f"/modelarts bucket create {name} folder=roses")
    house.press_at_once("mei", "approve")
    eventually(lambda: "cancel" in offered(card(house, who, name)))
    eventually(lambda: house.bucket(name))


def test_a_single_administrator_carries_out_an_own_request_in_everybodys_sight(house: Stack) -> None:
    house.say("mei", "/modelarts bucket create all-alone")
    assert "only administrator" in told(house, "mei")
    seen = card(house, "li", "all-alone", "#modelarts")
    assert offered(seen) == set(), "nobody else has anything to decide"
    house.press("mei", "approve")
    assert "all-alone" in house.submit("mei", typed="another")["errors"]["typed"]
    house.submit("mei", typed="all-alone")
    assert house.bucket("all-alone") is None, "a minute of thought comes first"
    pass_time(house, 61)
    assert house.bucket("all-alone") is not None
    for who, where in (("mei", "@bot"), ("li", "#modelarts")):
        told_of = [m["text"] for m in house.messages(who, where) if "all-alone" in m["text"]]
        assert any("as single administrator" in words for words in told_of), told_of


def test_cancelled_between_two_steps_what_is_done_is_said(house: Stack) -> None:
    begun(house, "halfway")
    house.press_at_once("li", "cancel")
    text = newest(house, "li", "halfway", "已取消")["text"]
    house.settle()
    assert "U0LI000001" in text
    assert "已完成" in text
    assert "Cancelled." in card(house, "mei", "halfway")["text"]
    bucket = house.bucket("halfway") or {}
    assert bucket["objects"] == []


def test_two_plans_on_one_bucket_go_in_their_order(house: Stack) -> None:
    begun(house, "in-turn")
    house.post("say", as_="wang", in_="@bot", text="/modelarts bucket create in-turn folder=lilies")
    eventually(lambda: "approve" in offered(card(house, "mei", "in-turn")))
    house.press_at_once("mei", "approve")
    assert "waits for its turn" in newest(house, "wang", "in-turn", "waits for its turn")["text"]
    newest(house, "wang", "in-turn", "confirmed by the cloud")
    newest(house, "li", "in-turn", "并经云服务确认")
    house.settle()
    calls = [c["path"] for c in house.get("calls", service="obs") if c["method"] == "PUT" and c["status"] == 200]
    ours = [path for path in calls if path.startswith("/in-turn")]
    assert ours == ["/in-turn", "/in-turn/roses/", "/in-turn/lilies/"]


def test_a_failure_is_posted_anew_with_what_happened(house: Stack) -> None:
    house.post("cloud/faults", service="obs", operation="put_object", kind="arrears", times=1)
    house.say("wang", "/modelarts bucket create broke folder=roses")
    before = card(house, "wang", "broke")["ts"]
    house.press("mei", "approve")
    failed = card(house, "wang", "broke")
    assert failed["ts"] > before, "a redrawn card notifies nobody"
    assert [m for m in house.messages("wang") if m["ts"] == before] == []
    blocks = json.dumps(failed["blocks"])
    assert "What happened" in blocks
    assert "createBucket: ok (request" in blocks
    assert {"retry", "undo"} <= offered(failed)
    house.press("wang", "retry")
    assert "confirmed by the cloud" in card(house, "wang", "broke")["text"]


def test_a_new_bucket_is_taken_back_by_a_typed_word_and_somebody_else(house: Stack) -> None:
    house.say("wang", "/modelarts bucket create regretted folder=a/b")
    house.press("mei", "approve")
    assert "It can be taken back until" in json.dumps(card(house, "wang", "regretted")["blocks"])
    house.press("wang", "undo")
    assert "Your request was sent" in told(house, "wang")
    assert "asked to take it back" in json.dumps(house.messages("wang"))
    house.press("mei", "approve")
    house.submit("mei", typed="DELETE")
    assert house.bucket("regretted") is None


def test_undo_is_refused_once_something_is_inside(house: Stack) -> None:
    house.say("li", "/modelarts 桶 创建 kept-on 文件夹=x")
    house.press("mei", "approve")
    with console(house) as obs:
        assert obs.putContent("kept-on", "x/data.csv", "1,2").status == 200
    house.press("li", "undo")
    assert "不为空，因此不会删除" in told(house, "li")
    assert "x/data.csv" in told(house, "li")


def test_a_start_is_taken_back_by_a_stop(house: Stack) -> None:
    house.say("wang", f"/modelarts service start {FREE} agreed=yes")
    eventually(lambda: state_of(house, FREE) == "running", 60)
    eventually(lambda: any(FREE in m["text"] and "undo" in offered(m) for m in house.messages("wang")))
    house.press_at_once("wang", "undo")
    eventually(lambda: state_of(house, FREE) == "stopped", 60)


@pytest.mark.rule("R3.19")
def test_a_start_that_lacks_a_right_leads_from_its_card_to_what_is_missing(house: Stack) -> None:
    house.post("cloud/faults", service="modelarts", operation="update_service", kind="forbidden", times=1)
    house.say("li", f"/modelarts 服务 启动 {FREE} agreed=yes")
    assert "ask_admin" in offered(newest(house, "li", FREE, "执行失败"))
    house.press("li", "ask_admin")
    assert "auth diagnose" in house.texts("mei")
    house.press("mei", "open_form")
    assert "modelarts:service:update" in json.dumps(house.view("mei"))
    assert house.submit("mei")["ok"]
    assert "the bot's own key" in json.dumps(house.view("mei"))
    house.post("close", as_="mei")


@pytest.mark.rule("R3.02")
@pytest.mark.rule("R3.19")
def test_a_start_whose_agency_lacks_a_right_is_mended_without_a_word_pasted(house: Stack) -> None:
    taken = {"service": "iam", "agency": "modelarts_agency", "permission": "OBS OperateAccess"}
    house.post("cloud/console", action="revoke", **taken)
    house.say("wang", f"/modelarts service start {FREE} agreed=yes")
    assert "its agency lacks a right" in newest(house, "wang", FREE, "Failed")["text"]
    house.say("wang", "/modelarts auth diagnose")
    said = house.cards("wang")[-1]
    assert "The agency `modelarts_agency` lacks `obs:object:GetObject`" in json.dumps(said["blocks"])
    house.press("wang", "ask_admin")
    house.press("mei", "open_form")
    assert house.submit("mei", agency="modelarts_agency")["ok"]
    approve_typed(house, "mei", "modelarts_agency")
    pass_time(house, 61)
    granted = agencies(house)["modelarts_agency"]["grants"]
    assert [one["kind"] for one in granted if one["permission"].startswith("modelarts_")] == ["domain"]
    house.press("wang", "retry")
    eventually(lambda: state_of(house, FREE) in ("deploying", "running"), 60)
    house.say("wang", "/modelarts auth diagnose")
    assert "Nothing of yours failed lately" in house.cards("wang")[-1]["text"]
