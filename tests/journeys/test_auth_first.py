"""The first authorization of an empty account, by one administrator and by two people, until the quota is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.identity import agencies, approve_typed, choose, grants, refused, rows, scenario, wait
from tests.journeys.shapes import house_in
from tests.journeys.test_setup import card
from tests.journeys.test_setup_empty import start, tick
from tests.stack import CHECKLIST, Stack, eventually

FULL = """
[[cloud.crowds]]
owner = "flower-lab"
kind = "agency"
prefix = "old-agency-"
count = 48

[[cloud.crowds]]
owner = "flower-lab"
kind = "user"
prefix = "student-"
count = 300
"""
EVERYBODY = "all-users"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An account without authorizations, with room for two more agencies, and one administrator."""
    folder: Path = tmp_path_factory.mktemp("house")
    with house_in(folder, scenario=scenario(folder, FULL)) as found:
        found.post("people", id="chen", groups=[])
        found.settle()
        yield found


@pytest.mark.rule("R3.28")
@pytest.mark.rule("R3.05")
def test_not_authorized_is_said_and_asked_for_with_one_click(house: Stack) -> None:
    house.say("li", "/modelarts 授权 列表")
    assert "未授权" in house.texts("li")
    house.press("li", "ask_admin")
    assert "auth add use=new permissions=common" in house.texts("mei")
    house.press("mei", "open_form")
    view = house.view("mei")
    assert view is not None
    assert view["title"]["text"] == "auth add"
    house.post("close", as_="mei")


@pytest.mark.rule("R1.01")
@pytest.mark.rule("R3.03")
@pytest.mark.rule("R3.09")
def test_one_administrator_alone_sets_the_whole_account_up_from_the_checklists_buttons(house: Stack) -> None:
    house.post("cloud/console", service="bss", action="verify", real_name=-1)
    assert "What I can do" in str(house.say("mei", "/modelarts help")["response"])
    assert "4 of 9" in card(house, "mei")["text"]
    assert "Real-name authentication: missing" in card(house, "mei")["text"]
    assert "realNameAuth" in str(card(house, "mei")["blocks"])
    house.post("cloud/console", service="bss", action="verify")
    house.press("mei", "look_again")
    assert "Real-name authentication: done" in card(house, "mei")["text"]

    start(house, "mei", "console")
    assert house.submit("mei", page="home")["ok"]
    tick(house, "mei", "console")
    tick(house, "mei", "charges")

    start(house, "mei", "auth add")
    choose(house, "mei", "kind", "all")
    assert house.submit("mei", name="first", agreed="yes")["ok"]
    approve_typed(house, "mei", "ma_agency_first")
    assert rows(house) == {}
    wait(house, 61)
    assert rows(house) == {EVERYBODY: "ma_agency_first"}
    assert len(grants(house, "ma_agency_first")) > 2

    start(house, "mei", "bucket create")
    assert house.submit("mei", name="alone-flowers", folder="flowers")["ok"]
    approve_typed(house, "mei", "alone-flowers")
    wait(house, 61)
    eventually(lambda: "Ready for ModelArts" in card(house, "mei")["text"])
    assert "准备就绪" in card(house, "li")["text"]

    house.say("mei", "/modelarts audit list")
    assert "ModelArts Service Statement" in house.texts("mei")


@pytest.mark.rule("R1.01")
def test_a_finished_checklist_greets_nobody(house: Stack) -> None:
    house.say("wang", "/modelarts bucket list")
    assert [m for m in house.messages("wang") if CHECKLIST in str(m["blocks"]).replace("'", '"')] == []


@pytest.mark.rule("R3.15")
def test_one_administrator_alone_clears_by_typing_twice(house: Stack) -> None:
    house.say("mei", "/modelarts auth clear")
    assert "DELETE" in refused(house.submit("mei", confirm="delete"), "confirm")
    assert house.submit("mei", confirm="DELETE")["ok"]
    assert rows(house) == {EVERYBODY: "ma_agency_first"}
    approve_typed(house, "mei", "flower-lab")
    wait(house, 61)
    assert rows(house) == {}
    assert "ma_agency_first" in agencies(house)
    assert "single administrator" in house.texts("mei")


@pytest.mark.rule("R3.22")
@pytest.mark.rule("R3.23")
@pytest.mark.rule("R3.24")
def test_two_people_authorize_everybody_by_form(house: Stack) -> None:
    house.say("li", "/modelarts auth add")
    preset = [
        block["element"].get("initial_option", {}).get("value") for block in (house.view("li") or {})["blocks"][1:]
    ]
    assert [value for value in preset if value in ("new", "existing", "common", "custom")] == ["new", "common"]
    assert choose(house, "li", "kind", "iam") == ["kind", "principal", "use", "name", "permissions", "agreed"]
    assert choose(house, "li", "kind", "all") == ["kind", "use", "name", "permissions", "agreed"]
    house.submit("li", name="team")
    assert rows(house) == {}
    assert house.submit("li", agreed="yes")["ok"]
    seen = house.texts("mei")
    assert "preset grant is broad" in seen
    assert "all 300 IAM users" in seen
    assert "last seen to get" in seen
    house.press("mei", "approve")
    assert rows(house) == {EVERYBODY: "ma_agency_team"}
    house.say("wang", "/modelarts auth list")
    assert "ma_agency_team" in house.texts("wang")


@pytest.mark.rule("R3.06")
@pytest.mark.rule("R3.07")
def test_a_full_account_is_refused_before_anything_is_created_and_an_agency_shared_instead(house: Stack) -> None:
    house.say("wang", "/modelarts auth add iam student-287 agreed=yes")
    told = house.texts("wang")
    assert "50 of 50" in told
    assert "`ma_agency_first`" in told
    assert len(agencies(house)) == 50
    house.press("wang", "ask_admin")
    house.press("mei", "open_form")
    assert "existing" in str(house.view("mei"))
    assert house.submit("mei", agency="ma_agency_team", agreed="yes")["ok"]
    approve_typed(house, "mei", "student-287")
    wait(house, 61)
    assert rows(house) == {EVERYBODY: "ma_agency_team", "student-287": "ma_agency_team"}


@pytest.mark.rule("R3.14")
def test_one_administrator_alone_removes_an_authorization_by_typing_twice(house: Stack) -> None:
    house.say("mei", "/modelarts auth remove student-287")
    assert "DELETE" in refused(house.submit("mei", principal="student-287", confirm="delete it"), "confirm")
    assert house.submit("mei", confirm="DELETE")["ok"]
    assert "still covers" in house.cards("mei")[-1]["text"]
    approve_typed(house, "mei", "student-287")
    wait(house, 61)
    assert rows(house) == {EVERYBODY: "ma_agency_team"}


@pytest.mark.rule("R3.04")
@pytest.mark.rule("R3.10")
def test_several_hundred_users_and_fifty_agencies_are_searched_and_paged(house: Stack) -> None:
    house.say("wang", "/modelarts auth add")
    found = house.get("options", **{"as": "wang", "action_id": "principal", "q": "dent-29"})
    assert {"student-29", *(f"student-29{n}" for n in range(10))} <= {one["value"] for one in found}
    house.post("close", as_="wang")
    house.say("wang", "/modelarts agency list")
    first = house.cards("wang")[-1]
    assert "of 50" in first["text"]
    house.press("wang", "open_form")
    assert house.submit("wang")["ok"]
    assert "old-agency" in str(house.view("wang"))
