"""Attacks on approvals that need a story of their own; docs/attacks.md lists all of them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.promises.conftest import LEASE, Open
from tests.promises.forger import Forger
from tests.promises.house import PEOPLE, TAG, House, until
from tests.stack import free_ports


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


def rewritten(house: House, key: str, change: Callable[[dict[str, Any]], None]) -> Any:
    """Change a stored document behind the product's back, as its next version; return what stood there."""
    text: Any = house.redis.get(key)
    version, _, body = text.partition(b"\n")
    fields = json.loads(body)
    change(fields)
    house.redis.set(key, b"%d\n" % (int(version) + 1) + json.dumps(fields).encode(), keepttl=True)
    return text


FIELDS: dict[str, Callable[[Any], None]] = {
    "command": lambda record: record.update(command="bucket folder"),
    "asker": lambda record: record.update(asker=PEOPLE["chen"]),
    "beneficiary": lambda record: record.update(beneficiary=PEOPLE["chen"]),
    "an argument": lambda record: record["arguments"].update(name="forged-plan"),
    "one more argument": lambda record: record["arguments"].update(forged="yes"),
    "a step's kind": lambda record: record["steps"][0].update(kind="forged"),
    "a step's target": lambda record: record["steps"][0].update(target="forged-plan"),
    "a step's facts": lambda record: record["steps"][0].setdefault("facts", {}).update(forged="yes"),
    "one more step": lambda record: record["steps"].append({**record["steps"][0], "target": "forged-plan"}),
    "no step": lambda record: record["steps"].clear(),
    "charge": lambda record: record.update(charge="forged"),
    "account": lambda record: record.update(account="f" * 32),
    "region": lambda record: record.update(region="xx-forged-1"),
    "plan_schema": lambda record: record.update(plan_schema=99),
}


def refused(house: House, identity: str) -> list[tuple[str, str]]:
    """Return who pressed in vain and why."""
    return [(e["who"], e["why"]) for e in house.audit(identity) if e["what"] == "press.refused"]


def test_a_record_that_was_changed_in_redis_is_not_carried_out(house: House) -> None:
    """Attack 10: what is approved is what was hashed, field by field, whoever can write to the store."""
    identity = house.asked("true-plan")
    key, where = f"{TAG}doc:approval:{identity}", house.place_of(identity, "mei")
    for number, change in enumerate(FIELDS.values(), 1):
        true = rewritten(house, key, lambda fields, change=change: change(fields["record"]))  # type: ignore[misc]
        Forger(house).press("approve", identity, where=where, at=f"10.{number}").to(house.stack.ports[0])
        until(lambda number=number: len(refused(house, identity)) == number)  # type: ignore[misc]
        house.redis.set(key, true, keepttl=True)
    assert refused(house, identity) == [(PEOPLE["mei"], "approval.changed")] * len(FIELDS)
    rewritten(house, key, lambda fields: fields["record"].update(policy="forged"))
    house.press("true-plan", "approve")
    until(lambda: house.acts(identity)["approval.void"])
    assert house.acts(identity)["approval.approve"] == 0
    assert not house.has("true-plan")
    assert not house.has("forged-plan")


def failed(house: House, name: str) -> str:
    """Have a bucket made whose folder is refused; return the id of what failed half-way."""
    house.stack.post("cloud/faults", service="obs", operation="put_object", kind="arrears", times=1)
    identity = house.asked(name, "folder=roses")
    house.press(name, "approve")
    until(lambda: house.offers(name, "retry", "li"))
    return identity


def test_retry_cancel_and_undo_by_whoever_has_no_right(house: House) -> None:
    """Attack 18: each button of what failed half-way, by a colleague and by a guest; then its plan is changed, too."""
    identity = failed(house, "not-theirs")
    where, pressed = house.place_of(identity, "li"), 0
    for who in ("chen", "guest"):
        for action in ("retry", "cancel", "undo"):
            pressed += 1
            Forger(house).press(action, identity, who=who, where=where, at=f"18.{pressed}").to(house.stack.ports[0])
    until(lambda: len(refused(house, identity)) == pressed)
    assert {who for who, _ in refused(house, identity)} == {PEOPLE["chen"], PEOPLE["guest"]}
    assert {why for _, why in refused(house, identity)} == {"operation.not_yours"}
    assert house.figure('acts_total{what="press.refused"}') >= pressed
    until(house.quiet)
    acts = house.acts(identity)
    assert not {"operation.retry", "operation.cancel", "operation.undo", "operation.done"} & set(acts)
    assert house.has("not-theirs")
    assert not house.has("not-theirs", "roses/")


@pytest.mark.parametrize("part", ["record", "lines"])
def test_a_plan_that_was_changed_after_the_approval_is_void(part: str, house: House) -> None:
    """Attack 10: the journal is held against what was approved each time that its work begins; the bucket exists."""

    def forge(fields: dict[str, Any]) -> None:
        steps = fields["record"]["steps"] if part == "record" else [line["step"] for line in fields["lines"]]
        steps[-1]["target"] = "five-3"

    name = f"changed-{part}"
    identity = failed(house, name)
    rewritten(house, f"{TAG}doc:operation:{identity}", forge)
    house.press(name, "retry", "li")
    until(lambda: house.acts(identity)["operation.void"])
    assert house.acts(identity)["operation.done"] == 0
    assert not house.has(name, "roses/")
    assert not house.has("five-3", "roses/")


def test_a_press_after_the_end_with_a_restart_in_between(house: House) -> None:
    """Attack 12: no timer is relied on; nobody was there when the request ended, and the press came first."""
    identity = house.asked("too-late")
    where = house.place_of(identity, "mei")
    [worker] = [child for child in house.stack.children if child.name == "bot-worker" and not child.died()]
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    house.stack.post("clock", advance_s=8 * 3600 + 60)
    assert Forger(house).press("approve", identity, where=where, at="12.1").to(house.stack.ports[0]) == 200
    house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_CHANNEL="")
    until(lambda: refused(house, identity) and house.acts(identity)["approval.expired"])
    Forger(house).press("approve", identity, where=where, at="12.2").to(house.stack.ports[0])
    until(lambda: len(refused(house, identity)) == 2)
    assert {why for _, why in refused(house, identity)} <= {"approval.too_late", "approval.closed"}
    assert house.acts(identity)["approval.approve"] == 0
    assert not house.has("too-late")


def test_somebody_elses_form_is_opened_by_nobody_else(house: House) -> None:
    """Attack 14: the button that mei was given, pressed by li."""
    identity = house.asked("denied-form")
    house.press("denied-form", "deny")
    until(lambda: house.acts(identity)["approval.deny"])
    given = until(lambda: [v for m in house.stack.messages("mei") if m["ephemeral"] for v in forms(m)])[-1]
    Forger(house).press("open_form", given, who="li", at="14.1").to(house.stack.ports[0])
    until(lambda: any("其他人" in text for text in house.told("li", "#modelarts")))
    assert house.stack.view("li") is None


def forms(message: dict[str, Any]) -> list[str]:
    """Return the values of the buttons that open a form."""
    found = [element for block in message["blocks"] for element in block.get("elements", ())]
    return [str(element["value"]) for element in found if element.get("action_id") == "open_form"]


def test_whoever_comes_too_fast_is_told_and_nothing_is_done_or_lost(house: House) -> None:
    """Attack 20: what one person does in a minute is counted over all processes; here one that lets five through."""
    [port], forger = free_ports(1), Forger(house)
    house.stack.start_bot("web", port, BOT_ASKS_PER_MINUTE="5", BOT_CHANNEL="")
    until(lambda: answers(port))
    house.redis.delete(f"{TAG}rate:{PEOPLE['wang']}")  # of what this person did before
    for number in range(5):
        asked = forger.command(f"bucket show flood-{number}", who="wang", trigger=f"20.{number}.0")
        assert "Working on" in asked.sent(house.stack.ports[0] if number % 2 else port).json()["text"]
    late = forger.command("bucket create flood-late", who="wang", trigger="20.6.0").sent(port).json()
    assert late["response_type"] == "ephemeral"
    assert "more than 5 commands and presses" in late["text"]
    assert "You typed: /modelarts bucket create flood-late" in late["text"]
    before = len(house.told("wang", "#modelarts"))
    assert forger.press("approve", "flood", who="wang", at="20.1").to(port) == 200
    until(lambda: "more than 5" in "".join(house.told("wang", "#modelarts")[before:]))
    assert forger.command("help", who="li", trigger="20.7.0").to(port) == 200, "others are let through"
    assert len([e for e in house.audit() if e["what"] == "held_back" and e["who"] == PEOPLE["wang"]]) == 1
    assert house.figure('acts_total{what="held_back"}', port) == 1
    until(house.quiet)
    assert not house.cards("flood-late", "mei")
    assert 0 < int(house.redis.pttl(f"{TAG}rate:{PEOPLE['wang']}")) <= 60_000
    house.redis.delete(f"{TAG}rate:{PEOPLE['wang']}")  # as in a minute
    again = forger.command("bucket show flood-late", who="wang", trigger="20.8.0").sent(port).json()
    assert "Working on" in again["text"]


def answers(port: int) -> bool:
    """Return whether a process is ready."""
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).ok
    return False


def test_a_thing_of_somebody_else_is_stopped_and_silenced_by_nobody(house: House) -> None:
    """Attack 14: every button of a running service that is mei's, pressed by li, who is no administrator."""
    found = until(lambda: with_button(house, "mine"))
    house.stack.post("press", as_="mei", in_="@bot", ts=found["ts"], action_id="mine", surface="message")
    own = until(lambda: with_button(house, "stop"))
    [handle] = {e["value"] for b in own["blocks"] for e in b.get("elements", ()) if e.get("action_id") == "stop"}
    before = house.stack.cloud("modelarts")["services"]
    for number, press in enumerate(("stop", "let_go", "mute", "snooze|3600", "keep_until|3600", "mine")):
        action, _, choice = press.partition("|")
        value = f"{handle}|{choice}" if choice else handle
        Forger(house).press(action, value, who="li", at=f"14.{number}1").to(house.stack.ports[0])
    until(lambda: len(refused_of(house, handle)) == 6)
    refusals = refused_of(house, handle)
    assert set(refusals) == {(PEOPLE["li"], "thing.not_yours"), (PEOPLE["li"], "thing.claimed_already")}
    until(house.quiet)
    assert [s["status"] for s in house.stack.cloud("modelarts")["services"]] == [s["status"] for s in before]
    until(lambda: '"mute"' in json.dumps(with_button(house, "stop")))


def refused_of(house: House, handle: str) -> list[tuple[str, str]]:
    """Return who pressed a thing's buttons in vain, and why."""
    return [(e["who"], e["why"]) for e in house.audit() if e["what"] == "press.refused" and handle in e["id"]]


def with_button(house: House, action: str) -> dict[str, Any]:
    """Return mei's newest message about a thing that offers a button, {} for none."""
    rows = [m for m in house.stack.messages("mei") if f'"{action}"' in json.dumps(m["blocks"]) and not m["ephemeral"]]
    return rows[-1] if rows else {}


def test_a_restart_between_the_card_and_the_press(house: House) -> None:
    """Attack 13: the card is the old processes', the press comes to new ones."""
    identity = house.asked("over-the-restart")
    [worker] = [one for one in house.stack.children if one.name == "bot-worker" and not one.died()]
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_CHANNEL="")
    house.press("over-the-restart", "approve")
    until(lambda: house.acts(identity)["operation.done"])
    assert house.puts("/over-the-restart") == [200]


def test_nobody_named_means_nobody(house: House) -> None:
    """Attack 5: a process that is given no approvers does not start, and says why."""
    bot = house.stack.start_bot("all", BOT_ADMIN_USERS="", BOT_ADMIN_GROUPS=" , ")
    assert bot.process.wait(30) == 2
    assert "name who may approve" in bot.log.read_text("utf-8")
    assert "Traceback" not in bot.log.read_text("utf-8")


def test_another_policy_is_recorded_with_both_versions(house: House) -> None:
    """Attack 16: nobody changes the policy in the chat; a process that starts with another one says so."""
    before = [entry for entry in house.audit() if entry["what"] == "policy"]
    house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_CHANNEL="", BOT_SINGLE_ADMIN="refuse")
    until(lambda: len([e for e in house.audit() if e["what"] == "policy"]) > len(before))
    entry = [e for e in house.audit() if e["what"] == "policy"][-1]
    assert entry["before"] == before[-1]["after"] != entry["after"]
