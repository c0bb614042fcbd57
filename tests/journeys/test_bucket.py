"""A bucket, from a slash command to the cloud and back."""

from __future__ import annotations

import json
import os
import re

import pytest
import requests

from tests.stack import Stack


@pytest.mark.rule("R4.01")
@pytest.mark.rule("R4.02")
@pytest.mark.rule("R4.04")
def test_form_error_correction_approval_and_the_bucket_exists(house: Stack) -> None:
    house.say("li", "/modelarts bucket create", "#modelarts")
    view = house.view("li")
    assert view is not None
    refused = house.submit("li", name="C_Flowers")
    assert "c-flowers" in str(refused)
    assert house.submit("li", name="c-flowers")["ok"]
    assert house.bucket("c-flowers") is None
    assert "c-flowers" in house.texts("mei")

    house.press("mei", "approve")

    made = house.bucket("c-flowers")
    assert made is not None
    assert made["region"] == "cn-north-4"
    assert not made["encryption"]
    told = house.texts("li")
    assert "console.huaweicloud.com" in told or "storage.huaweicloud.com" in told
    assert '"approve"' not in house.texts("chen")


def test_the_askers_own_press_is_refused_in_words(house: Stack) -> None:
    house.say("mei", "/modelarts bucket create mei-data")
    house.press("chen", "deny")
    assert house.bucket("mei-data") is None
    house.say("mei", "/modelarts bucket create mei-data-2", "#modelarts")
    shown = house.messages("mei", "#modelarts")[-1]
    found = house.post("press", as_="mei", in_="#modelarts", ts=shown["ts"], action_id="approve", surface="message")
    house.settle()
    assert found["ok"]
    assert "somebody else has to approve" in house.texts("mei", "#modelarts")
    assert house.bucket("mei-data-2") is None


@pytest.mark.rule("R4.06")
def test_folder_typed_and_again(house: Stack) -> None:
    house.say("wang", "/modelarts bucket folder lab-datasets roses")
    house.press("mei", "approve")
    keys = {o["key"] for o in (house.bucket("lab-datasets") or {})["objects"]}
    assert "roses/" in keys
    said = house.say("wang", "/modelarts bucket folder lab-datasets roses")
    assert said["ok"]


@pytest.mark.rule("R4.05")
def test_list_in_both_languages(house: Stack) -> None:
    house.say("wang", "/modelarts bucket list")
    assert "lab-datasets" in house.texts("wang")
    house.say("li", "/modelarts 桶 列表")
    assert "lab-datasets" in house.texts("li")


@pytest.mark.rule("R4.08")
def test_show_typed_and_by_mention(house: Stack) -> None:
    house.say("wang", "@bot bucket show lab-archive", "#general")
    assert "cn-north-1" in house.texts("wang", "#general")


def test_plan_asks_for_nothing(house: Stack) -> None:
    before = len(house.messages("mei"))
    house.say("li", "/modelarts bucket create only-a-plan plan")
    assert "only-a-plan" in house.texts("li")
    assert len(house.messages("mei")) == before


def test_a_guest_is_told_so_and_gets_nothing(house: Stack) -> None:
    house.say("guest", "/modelarts bucket list")
    assert "lab-datasets" not in house.texts("guest")
    assert "full members" in house.texts("guest")


def page(house: Stack, path: str) -> str:
    """Return a part of the demo's page as wang's browser gets it."""
    answer = requests.get(f"{house.sandbox['url']}{path}", headers={"HX-Current-URL": "http://x/?as=wang"}, timeout=30)
    assert answer.ok
    return answer.text


def asked_with(house: Stack, words: str) -> str:
    """Return where the inspector shows what was called for the command with these words, one of the newest requests."""
    for number in re.findall(r"/page/inspect/(\d+)", page(house, "/page/part/requests")):
        shown = page(house, f"/page/inspect/{number}")
        if words in shown and "slash_commands" in shown:
            address: str = re.findall(r'hx-get="(/control/behind/made[^"]+)"', shown)[0]
            return address
    raise AssertionError(f"no command {words!r} among the requests")


@pytest.mark.skipif(os.environ.get("JOURNEYS") == "sockets", reason="what acknowledges an envelope names no request")
def test_the_page_shows_the_cloud_calls_under_the_command_that_they_were_made_for(house: Stack) -> None:
    names = ("inspected-one", "inspected-two")
    places = []
    for name in names:
        house.say("wang", f"/modelarts bucket create {name}")
        places.append(asked_with(house, f"bucket create {name}"))
    for _ in names:
        house.press("mei", "approve")
    assert all(house.bucket(name) for name in names)
    one, two = (page(house, place) for place in places)
    assert ("PUT /inspected-one<" in one, "PUT /inspected-two<" in one) == (True, False)
    assert ("PUT /inspected-one<" in two, "PUT /inspected-two<" in two) == (False, True)


def test_somebody_of_another_organisation_is_told_so_alone_and_it_is_recorded(house: Stack) -> None:
    """The last of these: who somebody is may be known for some seconds after it changed."""
    house.post("people", id="U0WANG0001", team="T0PARTNER1")
    try:
        house.say("wang", "<@U0BOT00001> bucket list", "#modelarts")
        told = [message["text"] for message in house.messages("wang", "#modelarts") if message["ephemeral"]]
        assert "full members" in told[-1]
        assert all("lab-datasets" not in text for text in told)
        house.say("mei", "/modelarts audit list what=refused")
        assert "U0WANG0001" in json.dumps(house.cards("mei")[-1]["blocks"])
    finally:
        house.post("people", id="U0WANG0001", team="T0LAB00001")
