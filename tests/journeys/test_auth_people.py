"""Every kind of principal, shared and custom agencies, removal, mending a refusal, and an agency's end."""

from __future__ import annotations

import pytest

from tests.journeys.cards import offered, pass_time
from tests.journeys.identity import agencies, approve_typed, choose, grants, refused, rows
from tests.stack import Json, Stack

STUDENTS = "ma_agency_students"


@pytest.mark.rule("R3.04")
@pytest.mark.rule("R3.08")
@pytest.mark.rule("R3.13")
def test_an_iam_user_from_the_list_gets_custom_permissions_and_no_more(house: Stack) -> None:
    house.say("li", "/modelarts 授权 添加")
    offered = house.get("options", **{"as": "li", "action_id": "principal", "q": "li"})
    assert offered[0]["value"] == "li"
    fields = choose(house, "li", "permissions", "custom")
    assert fields[-4:] == ["grants", "mode", "regions", "agreed"]
    listed = house.get("options", **{"as": "li", "action_id": "grants", "q": "OBS Op"})
    assert "OBS OperateAccess" in [one["value"] for one in listed]
    assert house.submit("li", principal="li", name="li", grants="OBS OperateAccess", agreed="yes")["ok"]
    house.press("mei", "approve")
    assert rows(house)["li"] == "ma_agency_li"
    assert grants(house, "ma_agency_li") == {("OBS OperateAccess", "domain")}


@pytest.mark.rule("R3.04")
@pytest.mark.rule("R3.06")
@pytest.mark.rule("R3.25")
def test_federated_and_agency_users_share_an_agency_after_its_permissions_were_shown(house: Stack) -> None:
    shared = "use=existing agency=ma_agency_li agreed=yes"
    house.say("wang", f"/modelarts auth add federated zhang@corp {shared}")
    seen = house.cards("mei")[-1]["text"]
    assert "OBS OperateAccess" in seen
    assert "IAM user li" in seen
    house.press("mei", "approve")
    house.say("wang", f"/modelarts auth add agency console-broker {shared}")
    assert "Switch Role" in house.cards("mei")[-1]["text"]
    house.press("mei", "approve")
    found = rows(house)
    assert (found["zhang@corp"], found["console-broker"]) == ("ma_agency_li", "ma_agency_li")


@pytest.mark.rule("R3.19")
@pytest.mark.rule("R3.05")
def test_a_refused_call_is_mended_from_its_message(house: Stack) -> None:
    error = "403: not allowed to perform lts:groups:create"
    house.say("wang", f"/modelarts auth diagnose agency=ma_agency_li {error}")
    assert "lacks `lts:groups:create`" in house.texts("wang")
    house.press("wang", "ask_admin")
    house.press("mei", "open_form")
    assert house.submit("mei", agency="ma_agency_li")["ok"]
    seen = house.cards("chen")[-1]["text"]
    assert "zhang@corp" in seen
    house.press("chen", "approve")
    assert ("OBS OperateAccess", "domain") in grants(house, "ma_agency_li")
    assert len(grants(house, "ma_agency_li")) == 2
    house.say("wang", f"/modelarts auth diagnose agency=ma_agency_li {error}")
    assert "has everything" in house.texts("wang")


@pytest.mark.rule("R3.11")
@pytest.mark.rule("R3.12")
@pytest.mark.rule("R3.31")
def test_a_limited_agency_is_told_of_and_extended_from_its_card(house: Stack) -> None:
    house.settle()
    card = next(m for m in house.messages("mei", "#modelarts") if STUDENTS in m["text"])
    assert "ends within" in card["text"]
    before = agencies(house)[STUDENTS]["expire_time"]
    house.post("press", as_="mei", in_="#modelarts", ts=card["ts"], action_id="extend", surface="message")
    house.settle()
    assert "30" in house.cards("chen")[-1]["text"]
    house.press("chen", "approve")
    assert agencies(house)[STUDENTS]["expire_time"] > before
    house.settle()
    cards = [m["text"] for m in house.messages("mei", "#modelarts") if f"Agency {STUDENTS}" in m["text"]]
    assert "holds until" in cards[-1]
    house.say("li", f"/modelarts 委托 查看 {STUDENTS}")
    assert "有效期至" in house.texts("li")


@pytest.mark.rule("R3.14")
def test_removing_types_the_word_and_says_what_still_covers(house: Stack) -> None:
    house.say("wang", "/modelarts auth remove li")
    assert "DELETE" in refused(house.submit("wang", principal="li", confirm="DELET"), "confirm")
    assert house.submit("wang", confirm="DELETE")["ok"]
    assert "still covers" in house.cards("mei")[-1]["text"]
    approve_typed(house, "mei", "DELETE")
    assert "li" not in rows(house)
    assert "ma_agency_li" in agencies(house)


@pytest.mark.rule("R3.18")
def test_an_agency_in_use_is_not_deleted_and_an_idle_one_is(house: Stack) -> None:
    house.say("wang", "/modelarts agency delete ma_agency_li")
    assert "zhang@corp" in house.texts("wang")
    house.say("wang", f"/modelarts agency delete {STUDENTS}")
    approve_typed(house, "mei", "DELETE")
    assert STUDENTS not in agencies(house)


@pytest.mark.rule("R3.13")
@pytest.mark.rule("R3.26")
@pytest.mark.rule("R3.27")
def test_a_role_brings_what_it_depends_on_into_the_same_regions(house: Stack) -> None:
    asked = "/modelarts auth add iam mei permissions=custom mode=role grants='VPC Administrator' agreed=yes"
    house.say("wang", f"{asked} regions=cn-north-4,cn-north-1 name=net plan=yes")
    told = house.cards("wang")[-1]["text"]
    for region in ("cn-north-4", "cn-north-1"):
        for role in ("VPC Administrator", "Tenant Guest"):
            assert f"Grant {role} to ma_agency_net in {region}" in told
    assert "least privilege" in told
    house.say("wang", f"{asked} regions=all name=net")
    house.press("mei", "approve")
    assert grants(house, "ma_agency_net") == {("VPC Administrator", "inherited"), ("Tenant Guest", "inherited")}


@pytest.mark.rule("R3.12")
def test_an_agency_that_ends_is_told_of_before_and_after_with_everybody_who_uses_it(house: Stack) -> None:
    house.say("li", "/modelarts 委托 有效期 ma_agency_li 2天")
    assert "zhang@corp" in house.cards("mei")[-1]["text"]
    house.press("mei", "approve")
    house.settle()
    pass_time(house, 25 * 3600)
    card = newest(house, "ma_agency_li")
    assert "zhang@corp" in card["text"]
    assert "extend" in offered(card)
    pass_time(house, 24 * 3600)
    assert "ended" in newest(house, "ma_agency_li")["text"]
    assert "ma_agency_li" not in agencies(house)
    house.say("mei", "/modelarts auth list name=zhang")
    assert "no longer in IAM" in str(house.cards("mei")[-1]["blocks"])


def newest(house: Stack, name: str) -> Json:
    """Return the newest card of an agency that anybody is shown."""
    seen = [*house.messages("li"), *house.messages("mei", "#modelarts")]
    cards = [m for m in seen if f"Agency {name}" in m["text"] or f"委托 {name}" in m["text"]]
    return max(cards, key=lambda m: float(m["ts"]))


@pytest.mark.rule("R3.15")
def test_clearing_takes_two_administrators(house: Stack) -> None:
    house.say("li", "/modelarts auth clear DELETE")
    assert '"ask_admin"' in house.texts("li")
    house.say("mei", "/modelarts auth clear DELETE")
    assert rows(house)
    assert '"approve"' not in str(house.cards("mei")[-1]["blocks"])
    approve_typed(house, "chen", "DELETE")
    assert rows(house) == {}
