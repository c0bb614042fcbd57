"""Many presses at the same instant, over several processes: a decision counts once, an effect happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.promises.conftest import Open
from tests.promises.forger import Forger, Signed
from tests.promises.house import House, until

TOGETHER = 5


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    return open_house(3, 3)


def at_once(house: House, identity: str, presses: list[tuple[str, str]]) -> None:
    """Let people press buttons on their copies of a card in the same moment, and wait for what follows.

    The presses are signed beforehand: who looks for the button first may find the card redrawn.
    """
    forger, ports = Forger(house), house.stack.ports
    signed = [
        forger.press(action, identity, who=who, where=house.place_of(identity, who), at=f"1700000000.{number:06d}")
        for number, (who, action) in enumerate(presses)
    ]
    with ThreadPoolExecutor(len(signed)) as hands:
        answers = list(hands.map(lambda number: signed[number].to(ports[number % len(ports)]), range(len(signed))))
    assert answers == [200] * len(signed)
    until(house.quiet)


def test_two_administrators_and_one_of_them_five_times(house: House) -> None:
    identity = house.asked("race-approve", approvers=("mei", "chen"))
    before = {who: len(house.told(who)) for who in ("mei", "chen")}
    at_once(house, identity, [("mei", "approve"), ("chen", "approve")] * TOGETHER)
    assert house.puts("/race-approve") == [200]
    acts = house.acts(identity)
    assert (acts["approval.approve"], acts["operation.done"]) == (1, 1)
    said = {who: house.told(who)[before[who] :] for who in before}
    assert {who: len(texts) for who, texts in said.items()} == {"mei": TOGETHER, "chen": TOGETHER}
    winner = next(e["who"] for e in house.audit(identity) if e["what"] == "approval.approve")
    first, late = ("mei", "chen") if winner == "U0MEI00001" else ("chen", "mei")
    assert all("race-approve" in text for text in said[first])
    assert all(f"<@{winner}>" in text for text in said[late]), "who was late hears who decided"
    assert acts["press.refused"] == TOGETHER


def test_one_approves_while_the_other_denies(house: House) -> None:
    identity = house.asked("race-deny", approvers=("mei", "chen"))
    at_once(house, identity, [("mei", "approve"), ("chen", "deny")])
    acts = house.acts(identity)
    assert acts["approval.approve"] + acts["approval.deny"] == 1
    assert house.has("race-deny") == bool(acts["approval.approve"])


def test_the_asker_withdraws_while_it_is_approved(house: House) -> None:
    identity = house.asked("race-withdraw")
    at_once(house, identity, [("mei", "approve"), ("li", "withdraw")])
    acts = house.acts(identity)
    assert acts["approval.approve"] + acts["approval.withdraw"] == 1
    assert house.has("race-withdraw") == bool(acts["approval.approve"])


def test_slack_delivers_everything_again(house: House) -> None:
    """Commands, presses and events come a second time, later than the ack of the first."""
    house.stack.post("slack/faults", kind="duplicate_delivery", times=1)
    identity = house.asked("again-command")
    house.stack.post("slack/faults", kind="duplicate_delivery", times=1)
    house.press("again-command", "approve")
    until(house.quiet)
    assert len(house.cards("again-command", "mei")) == 1
    assert house.puts("/again-command") == [200]
    assert house.acts(identity)["approval.approve"] == 1


def test_the_same_signed_command_four_times(house: House) -> None:
    request = Forger(house).command("bucket create replayed-command", trigger="1.2.replay")
    assert send(house, request, 4) == [200] * 4
    until(lambda: house.offers("replayed-command", "approve"))
    until(house.quiet)
    assert len(house.cards("replayed-command", "mei")) == 1
    assert house.acts(house.request("replayed-command"))["requested"] == 1


def test_the_same_signed_press_four_times(house: House) -> None:
    identity = house.asked("replayed-press")
    before = len(house.told("mei"))
    request = Forger(house).press("approve", identity, where=house.place_of(identity, "mei"))
    assert send(house, request, 4) == [200] * 4
    until(house.quiet)
    assert house.puts("/replayed-press") == [200]
    assert house.acts(identity)["approval.approve"] == 1
    assert house.acts(identity)["press.refused"] == 0
    assert len(house.told("mei")) == before + 1, "three of four were repeats, which are not even answered"


def send(house: House, request: Signed, times: int) -> list[int]:
    """Send one signed request several times at once, over all web processes, as an eavesdropper would."""
    ports = [house.stack.ports[number % len(house.stack.ports)] for number in range(times)]
    with ThreadPoolExecutor(times) as hands:
        return list(hands.map(request.to, ports))
