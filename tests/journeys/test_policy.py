"""A policy file at work: two approvers for one noun, reasons, others asked later, who may ask; in both languages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.cards import offered, pass_time
from tests.journeys.shapes import house_in
from tests.stack import Json, Stack, eventually

POLICY = """
[command."bucket create"]
approvers = 2
reason = ["ask"]

[command."bucket folder"]
approve_users = ["U0WANG0001"]
reason = ["approve", "deny"]
escalate_after = "1h"
escalate_groups = ["S0ADMINS01"]
escalate_channel = "C0GENERAL1"

[command."bucket delete"]
ask_groups = ["S0ADMINS01"]
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everybody under this policy."""
    folder: Path = tmp_path_factory.mktemp("house")
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    with house_in(folder, BOT_POLICY_FILE=str(folder / "policy.toml")) as found:
        yield found


def card(house: Stack, who: str, name: str, where: str = "@bot") -> Json:
    """Return the newest card about `name` that somebody sees."""
    seen = house.messages(who, where)
    return next(m for m in reversed(seen) if name in m["text"] and m["blocks"] and not m["ephemeral"])


def told(house: Stack, who: str) -> str:
    """Return what somebody was told last."""
    return str(next(m for m in reversed(house.messages(who)) if m["ephemeral"])["text"])


def test_two_approve_and_the_reason_stands_on_every_copy(house: Stack) -> None:
    house.say("li", "/modelarts bucket create quorum-one")
    assert "审批策略要求说明原因" in told(house, "li")
    house.say("li", "/modelarts 桶 创建 quorum-one 原因=“新数据集”")
    assert "等待审批（0/2）" in card(house, "li", "quorum-one")["text"]
    assert "Why it is asked for: 新数据集" in card(house, "mei", "quorum-one")["text"].replace("_", "")
    house.press("mei", "approve")
    assert "(1 of 2)" in card(house, "mei", "quorum-one")["text"]
    assert house.bucket("quorum-one") is None
    house.press("mei", "approve")
    assert "Somebody else has to approve it too" in told(house, "mei")
    house.press("chen", "approve")
    assert house.bucket("quorum-one") is not None
    assert "U0MEI00001" in card(house, "li", "quorum-one")["text"]


def test_the_form_asks_for_the_reason_too(house: Stack) -> None:
    house.say("wang", "/modelarts bucket create")
    assert '"reason"' in json.dumps(house.view("wang"))
    assert house.submit("wang", name="quorum-form", reason="For the <!channel> course")["ok"]
    text = json.dumps(card(house, "mei", "quorum-form")["blocks"])
    assert "For the &lt;!channel&gt; course" in text
    house.press("mei", "deny")
    house.press("mei", "open_form")
    assert "stand on the card" in json.dumps(house.view("mei"))
    assert "give a reason" in house.submit("mei", reason=" ")["errors"]["reason"]
    house.submit("mei", reason="Use the shared one")
    assert "Reason: Use the shared one" in card(house, "wang", "quorum-form")["text"].replace("_", "")
    assert "原因：Use the shared one" in card(house, "chen", "quorum-form")["text"].replace("_", "")


def test_others_are_asked_later_and_may_approve_then(house: Stack) -> None:
    house.say("li", "/modelarts bucket folder lab-datasets late/")
    asked = card(house, "wang", "late/")
    assert {"approve", "deny"} <= offered(asked)
    assert not [m for m in house.messages("mei") if "late/" in m["text"]]
    pass_time(house, 3660)
    for who, where in (("mei", "@bot"), ("mei", "#general")):
        assert {"approve", "deny"} <= offered(card(house, who, "late/", where))
    house.press("mei", "approve")
    assert "counts only after" in json.dumps(house.view("mei"))
    house.submit("mei", reason="wang is away")
    done = card(house, "mei", "late/")["text"].replace("_", "")
    assert "confirmed by the cloud" in done
    assert "Reason: wang is away" in done
    assert offered(card(house, "wang", "late/")) == {"undo"}


def test_a_request_is_listed_shown_and_withdrawn_by_words(house: Stack) -> None:
    house.say("li", "/modelarts 桶 创建 by-words 原因=课程")
    reference = card(house, "li", "by-words")["text"].split("编号 ")[1][:8]
    house.say("wang", f"/modelarts approval show {reference}")
    assert "There is no request" in told(house, "wang")
    house.say("mei", "/modelarts approval list")
    assert reference in json.dumps(house.cards("mei")[-1])
    house.say("mei", f"/modelarts approval show {reference}")
    assert {"approve", "deny"} <= offered(house.cards("mei")[-1])
    house.press("mei", "approve")
    assert "(1 of 2)" in card(house, "mei", "by-words")["text"]
    assert len([m for m in house.messages("mei") if "by-words" in m["text"] and not m["ephemeral"]]) == 1
    house.say("mei", f"/modelarts approval withdraw {reference}")
    assert "Only the person who asked" in told(house, "mei")
    house.say("li", f"/modelarts 审批 撤回 {reference}")
    assert "您已撤回" in told(house, "li")
    assert (
        "Withdrawn by" in card(house, "chen", "by-words")["text"] or "已由" in card(house, "chen", "by-words")["text"]
    )
    assert house.bucket("by-words") is None


def test_only_the_group_may_ask_and_the_attempt_is_recorded(house: Stack) -> None:
    house.say("wang", "/modelarts bucket delete quorum-one plan")
    assert "does not let you ask" in told(house, "wang")
    house.say("li", "/modelarts bucket delete quorum-one")
    assert "审批策略不允许" in told(house, "li")
    house.press("li", "ask_admin")
    house.press("mei", "open_form")
    assert "quorum-one" in json.dumps(house.view("mei"))
    house.post("close", as_="mei")
    house.say("mei", "/modelarts audit list")
    assert "what_asked=bucket delete" in json.dumps(house.cards("mei")[-1])
    house.say("mei", "/modelarts bucket delete quorum-one")
    assert "Your request was sent" in told(house, "mei")


def test_a_vote_stops_counting_when_its_voter_is_removed_before_the_second_one(house: Stack) -> None:
    """Attack 7, between two votes: the list of administrators is at most five seconds old."""
    house.say("li", "/modelarts 桶 创建 quorum-removed 原因=课程")
    house.press("mei", "approve")
    for who, counted in (("chen", "（1/2）"), ("li", "（1/2）"), ("mei", "(1 of 2)")):
        assert counted in card(house, who, "quorum-removed")["text"]
    house.post("people", id="mei", groups=[])
    removed = time.monotonic()
    eventually(lambda: time.monotonic() > removed + 5)
    pass_time(house, 61)
    for who, where in (("chen", "@bot"), ("li", "@bot"), ("chen", "#modelarts")):
        shown = card(house, who, "quorum-removed", where)["text"]
        assert "（0/2）" in shown or "(0 of 2)" in shown
        assert "不再计入" in shown or "does not count any more" in shown
    house.press("chen", "approve")
    assert "（1/2）" in told(house, "chen")
    assert "（1/2）" in card(house, "li", "quorum-removed")["text"]
    assert house.bucket("quorum-removed") is None
    house.post("people", id="mei", groups=["S0ADMINS01"])
    back = time.monotonic()
    eventually(lambda: time.monotonic() > back + 5)
    house.press("mei", "approve")
    assert house.bucket("quorum-removed") is not None
    assert "U0CHEN0001" in card(house, "li", "quorum-removed")["text"]
