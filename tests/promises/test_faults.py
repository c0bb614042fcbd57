"""Every operation of the cloud × every kind of fault, and Slack's own: a stated outcome in words, and it goes on."""

from __future__ import annotations

import time

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
SHOWN = ("timeout_after",)
"""Kinds whose cards are waited for to the end: Slack takes 50 updates a minute."""
GROUP_AGE = 5.0
OPERATIONS = {"create_bucket": "", "put_object": "roses/"}
"""What is written, and the object it makes."""


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    house = open_house(1, 2, BOT_CHANNEL="")
    house.stack.post("people", id="chen", groups=[])  # fewer copies: Slack takes 50 updates a minute
    return house


def spoil(house: House, operation: str, kind: str, times: int = 1) -> None:
    """Order a fault of OBS."""
    house.stack.post("cloud/faults", service="obs", operation=operation, kind=kind, times=times)


def approved(house: House, name: str) -> str:
    """Ask for a bucket with a folder and approve; return the request's id."""
    identity = house.asked(name, "folder=roses")
    house.press(name, "approve")
    return identity


def thing(operation: str, kind: str) -> str:
    """Return the name of the bucket of one case."""
    return f"{operation}-{kind}".lower().replace("_", "-")


CASES = [(operation, kind) for operation in OPERATIONS for kind in (*REFUSING, *PASSING, *SILENT)]
CASES.remove(("put_object", "quota"))  # the provider has no quota of objects


@pytest.fixture(scope="module")
def requests(house: House) -> dict[str, str]:
    """Meet every fault once, each in a request of its own; return the ids of the requests by name.

    Silences last ten seconds, so they go on beside the others: those with an effect can be seen to have begun.
    """
    found = {}
    for operation, key in OPERATIONS.items():
        name = thing(operation, "timeout_after")
        spoil(house, operation, "timeout_after")
        found[name] = approved(house, name)
        until(lambda name=name, key=key: house.has(name, key))  # type: ignore[misc]
        assert not is_done(house.cards(name, "mei")[-1]), "nothing is done before an answer or a look says so"
    for operation, kind in CASES:
        if kind in SILENT:
            continue
        name, end = thing(operation, kind), "operation.failed" if kind in REFUSING else "operation.done"
        spoil(house, operation, kind)
        found[name] = identity = approved(house, name)
        until(lambda identity=identity, end=end: house.acts(identity)[end])  # type: ignore[misc]
    for operation in OPERATIONS:
        name = thing(operation, "timeout_before")
        spoil(house, operation, "timeout_before")
        found[name] = approved(house, name)
    return found


@pytest.fixture(scope="module")
def refused(house: House, requests: dict[str, str]) -> dict[str, str]:
    """Return what the cards of refused requests said before somebody pressed Retry on each."""
    said = {}
    for operation, kind in CASES:
        if kind in REFUSING:
            name = thing(operation, kind)
            until(lambda name=name: house.offers(name, "retry"))  # type: ignore[misc]
            said[name] = house.card(name)
            assert house.has(name) == (operation == "put_object"), "what was done before stays, and is not undone"
            assert house.acts(requests[name])["operation.done"] == 0
            house.press(name, "retry")
    return said


@pytest.mark.parametrize(("operation", "kind"), [case for case in CASES if case[1] in REFUSING])
def test_a_refusal_is_said_in_words(operation: str, kind: str, refused: dict[str, str]) -> None:
    said = refused[thing(operation, kind)]
    assert "Failed; what is done is marked below." in said
    assert REFUSING[kind] in said
    assert ("Done – " in said) == (operation == "put_object")


@pytest.mark.parametrize(("operation", "kind"), CASES)
@pytest.mark.usefixtures("refused")
def test_it_goes_on_and_is_done_once(operation: str, kind: str, house: House, requests: dict[str, str]) -> None:
    """By itself where the fault ends, by Retry where somebody had to mend something."""
    name = thing(operation, kind)
    until(lambda: house.acts(requests[name])["operation.done"])
    assert house.has(name, "roses/")
    for path, writes in ((f"/{name}", "create_bucket"), (f"/{name}/roses/", "put_object")):
        silent = kind == "timeout_after" and writes == operation
        answers = [status for status in house.puts(path) if status in (0, 200)]
        assert [a for a in answers if a or silent] == ([0] if silent else [200]), "one write had its effect"
    if kind in SHOWN:
        until(lambda: is_done(house.cards(name, "mei")[-1]))
    assert len(house.cards(name, "mei")) == 1


@pytest.mark.usefixtures("refused")
def test_slack_fails_in_every_way_while_cards_are_sent(house: House) -> None:
    names = ["slack-one", "slack-two", "slack-three"]
    for method in ("chat.postMessage", "chat.update"):
        for kind in ("ratelimited", "server_error", "timeout_after"):
            house.stack.post("slack/faults", method=method, kind=kind, times=1)
    for name in names:
        house.ask(name, "folder=roses")
    for name in names:
        until(lambda name=name: house.offers(name, "approve"))  # type: ignore[misc]
        house.press(name, "approve")
    for name in names:
        for place in ("mei", "li"):
            until(lambda name=name, place=place: [is_done(c) for c in house.cards(name, place)] == [True])  # type: ignore[misc]


def test_slack_cannot_say_who_may_approve(house: House) -> None:
    """The press does not count and says so; the next one does."""
    identity = house.asked("slack-groups")
    over = time.monotonic() + GROUP_AGE
    until(lambda: time.monotonic() > over)
    house.stack.post("slack/faults", method="usergroups.users.list", kind="server_error", times=2)
    house.press("slack-groups", "approve")
    until(lambda: house.acts(identity)["press.refused"])
    until(lambda: any("could not be checked" in text for text in house.told("mei")))
    assert not house.has("slack-groups")
    house.press("slack-groups", "approve")
    until(lambda: house.acts(identity)["operation.done"])
