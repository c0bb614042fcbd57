"""Attacks on approvals that need a story of their own; docs/attacks.md lists all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.promises.conftest import LEASE, Open
from tests.promises.house import TAG, House, until


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    """Open a house whose mei is the only one who approves: fewer copies of each card."""
    house = open_house(1, 1, BOT_CHANNEL="")
    house.stack.post("people", id="chen", groups=[])
    return house


def test_five_requests_are_decided_in_an_odd_order(house: House) -> None:
    """Attack 15: each press counts for the request behind its value and for no other."""
    names = [f"five-{number}" for number in range(5)]
    ids = {name: house.asked(name) for name in names}
    for name, action in (("five-3", "approve"), ("five-0", "deny"), ("five-4", "approve"), ("five-1", "deny")):
        house.press(name, action)
        until(lambda name=name, action=action: house.acts(ids[name])[f"approval.{action}"])  # type: ignore[misc]
    until(lambda: house.acts(ids["five-3"])["operation.done"] and house.acts(ids["five-4"])["operation.done"])
    assert [house.has(name) for name in names] == [False, False, False, True, True]
    assert set(house.acts(ids["five-2"])) == {"requested"}


def test_who_asked_left_before_the_click(house: House) -> None:
    """Attack 8."""
    identity = house.asked("left-before", who="wang")
    house.stack.post("people", id="wang", deleted=True)
    try:
        house.press("left-before", "approve")
        until(lambda: house.acts(identity)["approval.void"])
        until(lambda: any("no longer an active member" in text for text in house.told("mei")))
    finally:
        house.stack.post("people", id="wang", deleted=False)
    assert not house.has("left-before")
    until(lambda: "Void" in house.card("left-before"))


def test_a_record_that_was_changed_in_redis_is_not_carried_out(house: House) -> None:
    """Attack 10: what is approved is what was hashed, whoever can write to the store."""
    identity = house.asked("true-plan")
    key = f"{TAG}doc:approval:{identity}"
    text: Any = house.redis.get(key)
    version, _, body = text.partition(b"\n")
    fields = json.loads(body)
    fields["record"]["steps"][0]["target"] = "forged-plan"
    house.redis.set(key, version + b"\n" + json.dumps(fields).encode(), keepttl=True)
    house.press("true-plan", "approve")
    until(lambda: house.acts(identity)["press.refused"])
    assert [e["why"] for e in house.audit(identity) if e["what"] == "press.refused"] == ["approval.changed"]
    assert not house.has("true-plan")
    assert not house.has("forged-plan")


def test_another_policy_is_recorded_with_both_versions(house: House) -> None:
    """Attack 16: nobody changes the policy in the chat; a process that starts with another one says so."""
    before = [entry for entry in house.audit() if entry["what"] == "policy"]
    house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_CHANNEL="", BOT_SINGLE_ADMIN="refuse")
    until(lambda: len([e for e in house.audit() if e["what"] == "policy"]) > len(before))
    entry = [e for e in house.audit() if e["what"] == "policy"][-1]
    assert entry["before"] == before[-1]["after"] != entry["after"]
