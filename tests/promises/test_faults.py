"""Every operation of the cloud × every kind of fault, and Slack's own: a stated outcome in words, and it goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.promises.conftest import Open
from tests.promises.house import House, is_done, until

REFUSING = {
    "arrears": "InArrearOrInsufficientBalance",
    "not_real_name": "NotSignedUp",
    "forbidden": "AccessDenied",
    "quota": "TooManyBuckets",
}
"""Kinds that stay until somebody mends something, and a word of the provider that the card passes on."""
PASSING = ("throttled", "server_error", "slow")
"""Kinds that end by themselves; so does the work, with nobody's help."""
SILENT = ("timeout_after", "timeout_before")
OPERATIONS = {"createBucket": "", "putContent": "roses/"}
"""What is written, and the object it makes."""


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    house = open_house(1, 2)
    house.stack.post("people", id="chen", groups=[])  # fewer copies: Slack takes 50 updates a minute
    return house


def spoil(house: House, operation: str, kind: str, times: int = 1) -> None:
    """Order a fault of OBS."""
    house.stack.post("cloud/faults", service="obs", operation=operation, kind=kind, times=times)


def started(house: House, name: str, *, folder: bool = True) -> str:
    """Ask and approve; return the request's id."""
    identity = house.asked(name, "folder=roses" if folder else "")
    house.press(name, "approve")
    return identity


def finished(house: House, name: str, identity: str) -> None:
    """Wait for the end; fail unless everything exists, was written once with success, and the card says so."""
    until(lambda: house.acts(identity)["operation.done"])
    assert house.has(name, "roses/")
    for path in (f"/{name}", f"/{name}/roses/"):
        assert [status for status in house.puts(path) if status == 200] == [200], house.puts(path)
    until(lambda: is_done(house.cards(name, "mei")[-1]))
    assert len(house.cards(name, "mei")) == 1


def thing(operation: str, kind: str) -> str:
    return f"{operation}-{kind}".lower().replace("_", "-")


@pytest.mark.parametrize("kind", REFUSING)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_refusal_is_said_and_retry_goes_on(operation: str, kind: str, house: House) -> None:
    if (operation, kind) == ("putContent", "quota"):
        pytest.skip("there is no quota of objects")
    name = thing(operation, kind)
    spoil(house, operation, kind)
    identity = started(house, name)
    until(lambda: house.acts(identity)["operation.failed"])
    until(lambda: house.offers(name, "retry"))
    assert "Failed" in house.card(name)
    assert not is_done(house.cards(name, "mei")[-1])
    assert house.has(name) == (operation == "putContent"), "what was done before stays, and is not undone"
    assert house.acts(identity)["operation.done"] == 0
    house.press(name, "retry")
    finished(house, name, identity)


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_passes_is_waited_for(operation: str, kind: str, house: House) -> None:
    name = thing(operation, kind)
    spoil(house, operation, kind)
    finished(house, name, started(house, name))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_answer_is_looked_into_before_anything_is_done_again(operation: str, house: House) -> None:
    """Both silences at once on two requests: one write had its effect, the other one had not."""
    after, before = thing(operation, "after"), thing(operation, "before")
    key = OPERATIONS[operation]
    spoil(house, operation, "timeout_after")
    first = started(house, after)
    until(lambda: house.has(after, key))
    assert not is_done(house.cards(after, "mei")[-1]), "nothing is said to be done before an answer or a look"
    spoil(house, operation, "timeout_before")
    second = started(house, before)
    until(lambda: house.acts(first)["operation.done"])
    assert house.puts(f"/{after}/{key}".rstrip("/") + ("/" if key else "")) == [0], "one write, never a second"
    until(lambda: house.acts(second)["operation.done"])
    finished(house, before, second)


SLACK: dict[str, Callable[[House], None]] = {
    "ratelimited": lambda house: house.stack.post(
        "slack/faults", method="chat.postMessage", kind="ratelimited", times=3
    ),
    "server_error": lambda house: house.stack.post(
        "slack/faults", method="chat.postMessage", kind="server_error", times=2
    ),
    "who may approve": lambda house: house.stack.post(
        "slack/faults", method="usergroups.users.list", kind="server_error", times=2
    ),
    "who asks": lambda house: house.stack.post("slack/faults", method="users.info", kind="ratelimited", times=1),
}


@pytest.mark.parametrize("kind", ["ratelimited", "server_error", "timeout_after"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_slack_fails_while_a_card_is_sent(method: str, kind: str, house: House) -> None:
    name = f"slack-{method[5:]}-{kind}".lower().replace("_", "-")
    house.stack.post("slack/faults", method=method, kind=kind, times=1)
    identity = started(house, name)
    finished(house, name, identity)
    assert [is_done(card) for card in house.cards(name, "li")] == [True]


@pytest.mark.parametrize("kind", ["ratelimited", "server_error"])
def test_slack_cannot_say_who_may_approve(kind: str, house: House) -> None:
    name = f"slack-groups-{kind}".replace("_", "-")
    identity = house.asked(name)
    house.stack.post("slack/faults", method="usergroups.users.list", kind=kind, times=2)
    house.press(name, "approve")
    until(house.quiet)
    acts = house.acts(identity)
    if acts["press.refused"]:
        assert any("could not be checked" in text for text in house.told("mei"))
        assert not house.has(name)
        house.press(name, "approve")
    until(lambda: house.acts(identity)["operation.done"])
