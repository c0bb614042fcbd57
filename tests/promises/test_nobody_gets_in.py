"""Whoever is not Slack, not of this workspace, or not an approver at this moment changes nothing, and is told so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.promises.conftest import LEASE, Open
from tests.promises.forger import Forger, Signed
from tests.promises.house import House, until

GROUP_AGE = 5.0
"""How old the list of administrators may be, in seconds (decision 6)."""


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    return open_house(1, 1)


def remove(house: House, name: str) -> None:
    """Take somebody out of the administrators, and wait until no process remembers otherwise."""
    house.stack.post("people", id=name, groups=[])
    over = time.monotonic() + GROUP_AGE
    until(lambda: time.monotonic() > over)


def inbound(house: House) -> set[bytes]:
    """Return the keys of everything that was taken in."""
    found: Any = house.redis.keys("*:doc:inbound:*")
    return set(found)


def refused(house: House, identity: str) -> list[tuple[str, str]]:
    """Return who pressed in vain and why, as the audit has it."""
    return [(e["who"], e["why"]) for e in house.audit(identity) if e["what"] == "press.refused"]


ATTACKS: dict[str, Callable[[House], Signed]] = {
    "another secret": lambda house: Forger(house, secret="guessed").command("bucket create stolen"),
    "an empty secret": lambda house: Forger(house, secret="").command("bucket create stolen"),
    "six minutes old": lambda house: Forger(house, age=360).command("bucket create stolen"),
    "from the future": lambda house: Forger(house, age=-360).command("bucket create stolen"),
    "no signature": lambda house: Signed(Forger(house).command("bucket create stolen").body, {}),
    "a body that was changed": lambda house: Signed(
        Forger(house).command("bucket create stolen").body, Forger(house).command("bucket list").headers
    ),
    "another workspace": lambda house: Forger(house, team="T0EVIL0001").command("bucket create stolen"),
    "no workspace": lambda house: Forger(house, team="").command("bucket create stolen"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_request_that_is_not_slacks_or_not_ours(attack: str, house: House) -> None:
    before = inbound(house)
    assert ATTACKS[attack](house).to(house.stack.ports[0]) in (400, 401)
    assert inbound(house) == before
    assert not house.has("stolen")


@pytest.mark.parametrize("attack", [{"secret": "guessed"}, {"team": "T0EVIL0001"}])
def test_a_forged_press(attack: dict[str, str], house: House) -> None:
    name = f"forged-{len(next(iter(attack)))}"
    identity = house.asked(name)
    forger = Forger(house, **attack)  # type: ignore[arg-type]
    assert forger.press("approve", identity, where=house.place_of(identity, "mei")).to(house.stack.ports[0]) == 401
    until(house.quiet)
    assert not house.has(name)
    assert house.acts(identity)["approval.approve"] == 0


def test_guests_ask_and_press_in_vain(house: House) -> None:
    identity = house.asked("guest-press")
    house.ask("guest-asks", who="guest")
    assert any("full members" in text for text in house.told("guest"))
    Forger(house).press("approve", identity, who="guest").to(house.stack.ports[0])
    until(lambda: refused(house, identity))
    assert refused(house, identity) == [("U0GUEST001", "approval.not_an_approver")]
    assert not house.has("guest-press")
    assert not house.has("guest-asks")


def test_the_asker_and_a_colleague_approve_in_vain(house: House) -> None:
    identity = house.asked("own-request")
    for action in ("approve", "deny"):
        Forger(house).press(action, identity, who="li", at=f"17{len(action)}.1").to(house.stack.ports[0])
    until(lambda: len(refused(house, identity)) == 2)
    assert set(refused(house, identity)) == {
        ("U0LI000001", "approval.not_an_approver"),
        ("U0LI000001", "approval.withdraw_instead"),
    }
    own = house.asked("administrators-own", who="mei", approvers=("chen",))
    house.press("administrators-own", "approve", "mei", "channel")
    until(lambda: refused(house, own))
    assert refused(house, own) == [("U0MEI00001", "approval.own_request")]
    until(house.quiet)
    assert not house.has("own-request")
    assert not house.has("administrators-own")


@pytest.mark.parametrize("value", ["no-such-request", "", "x" * 2000, "../../approval", "U0MEI00001"])
def test_a_value_that_was_never_given_out(value: str, house: House) -> None:
    before, at = len(house.audit()), str(len(value))
    Forger(house).press("approve", value, at=f"1.{at}").to(house.stack.ports[0])
    until(lambda: len(house.audit()) > before)
    entry = house.audit()[-1]
    assert (entry["what"], entry["why"], entry["who"]) == ("press.refused", "approval.unknown", "U0MEI00001")
    until(house.quiet)
    assert "no longer known" in house.stack.messages("mei", "#modelarts")[-1]["text"]


def test_what_is_carried_out_is_the_record_not_the_message(house: House) -> None:
    """Blocks that were edited, and the value of another request: only the record behind the value is decided."""
    first, other = house.asked("true-name"), house.asked("another-name")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Create bucket `edited-name`"}}]
    forged = Forger(house).press("approve", other, where=house.place_of(first, "mei"), blocks=blocks)
    assert forged.to(house.stack.ports[0]) == 200
    until(lambda: house.acts(other)["operation.done"])
    until(house.quiet)
    assert house.has("another-name")
    assert not house.has("true-name")
    assert not house.has("edited-name")
    assert "another-name" in house.stack.cards("mei")[-1]["text"]
    assert house.acts(first)["approval.approve"] == 0


def test_approvers_who_were_removed_before_the_click(house: House) -> None:
    """One is told so; once the last other one is gone too, a request is refused before it is sent."""
    identity = house.asked("removed-before")
    try:
        remove(house, "mei")
        house.press("removed-before", "approve")
        until(lambda: refused(house, identity))
        remove(house, "chen")
        house.ask("nobody-may")
        until(house.quiet)
    finally:
        for name in ("mei", "chen"):
            house.stack.post("people", id=name, groups=["modelarts-admins"])
    assert refused(house, identity) == [("U0MEI00001", "approval.not_an_approver")]
    assert "Only an administrator" in house.told("mei")[-1]
    assert not house.has("removed-before")
    assert any("BOT_ADMIN_USERS" in text for text in house.told("li"))
    assert not house.cards("nobody-may", "li")


def test_an_approver_who_was_removed_after_the_click(house: House) -> None:
    """The worker that took the vote dies, the approver loses the right, another worker takes over."""
    [worker] = [child for child in house.stack.children if child.name == "bot-worker"]
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    dying = house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_FAIL_POINT="decide.committed")
    identity = house.asked("removed-after")
    house.press("removed-after", "approve")
    until(dying.died)
    house.stack.post("people", id="mei", groups=[])
    house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE)
    until(lambda: house.acts(identity)["operation.void"])
    until(lambda: "lost the right to approve" in house.card("removed-after"))
    assert not house.has("removed-after")
    assert house.puts("/removed-after") == []
