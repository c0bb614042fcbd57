"""Redis is emptied while everything runs: what the cloud knows is rebuilt, the rest is told, nothing is done by halves.

Nothing restarts: the processes notice by themselves.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.promises.conftest import Open
from tests.promises.forger import Forger, Signed
from tests.promises.house import TAG, House, until
from tests.stack import Json

EMPTIED = "My memory (Redis) was emptied"
CARRIED = "while-it-is-carried"


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    """One web process and two workers: both notice, one tells."""
    house = open_house(1, 2)
    house.stack.post("people", id="chen", groups=[])  # fewer copies of each card
    return house


def approval_of(house: House, identity: str, at: str) -> Signed:
    return Forger(house).press("approve", identity, where=house.place_of(identity, "mei"), at=at)


def stages(house: House) -> Counter[str]:
    """Return how many reminders of each kind wait on the clock, whatever the thing's epoch is."""
    members: Any = house.redis.zrange(f"{TAG}due", 0, -1)
    found = [member.decode().split(":") for member in members if member.startswith(b"work:remind:")]
    return Counter(f"{parts[2]}:{parts[-1]}" for parts in found)


def channel(house: House, words: str) -> list[Json]:
    return [m for m in house.stack.messages("mei", "#modelarts") if words in m["text"]]


@pytest.fixture(scope="module")
def before(house: House) -> dict[str, object]:
    """Let one request be done, one wait, one be half-way, one be in the midst of a call; then empty Redis."""
    done, waiting = house.asked("done-before"), house.asked("waits-for-ever")
    press = approval_of(house, done, "1.1")
    assert press.to(house.stack.ports[0]) == 200
    until(lambda: house.acts(done)["operation.done"])
    house.stack.post("cloud/faults", service="obs", operation="put_object", kind="arrears", times=1)
    halfway = house.asked("stays-halfway", "folder=roses")
    house.press("stays-halfway", "approve")
    until(lambda: house.offers("stays-halfway", "retry", "li"))
    midst = house.asked(CARRIED, "folder=roses")
    late = approval_of(house, waiting, "1.2")
    told = stages(house)
    house.stack.post("cloud/faults", service="obs", operation="create_bucket", kind="slow", times=1)
    house.press(CARRIED, "approve")
    until(lambda: b'"acting"' in (house.redis.get(f"{TAG}doc:operation:{midst}") or b""))
    house.redis.flushall()
    ids = {"done": done, "waiting": waiting, "halfway": halfway, "midst": midst}
    return {**ids, "press": press, "late": late, "stages": told}


@pytest.mark.usefixtures("before")
def test_it_is_told_once_in_the_channel_what_is_rebuilt_and_what_is_gone(house: House) -> None:
    until(lambda: channel(house, EMPTIED))
    until(lambda: house.acts("")["memory.lost"])
    until(house.quiet)
    [told] = channel(house, EMPTIED)
    for words in ("rebuilt from the cloud", "nothing more is done in their name", "no longer known", "new chain"):
        assert words in told["text"].replace("*", "")
    assert len([entry for entry in house.audit() if entry["what"] == "memory.lost"]) == 1
    assert not any(child.died() for child in house.stack.children)


def test_reminders_are_back_without_a_restart(house: House, before: dict[str, object]) -> None:
    assert before["stages"], "a service that runs and a package are there from the beginning"
    until(lambda: stages(house) == before["stages"])


def test_who_asked_is_told_how_far_it_was_and_nobody_goes_on(house: House, before: dict[str, object]) -> None:
    until(lambda: any(CARRIED in m["text"] and "丢失" in m["text"] for m in house.stack.messages("li")))
    until(lambda: house.acts(str(before["midst"]))["operation.forgotten"])
    until(house.quiet)
    assert house.puts(f"/{CARRIED}/roses/") == [], "no step is begun in the name of what nobody knows any more"
    assert len([status for status in house.puts(f"/{CARRIED}") if status == 200]) <= 1


def test_an_old_card_answers_loses_its_buttons_and_does_nothing(house: House, before: dict[str, object]) -> None:
    house.press("waits-for-ever", "approve")
    until(lambda: any("no longer known" in text for text in house.told("mei")))
    until(lambda: any("record behind this card is gone" in m["text"] for m in house.stack.messages("mei")))
    assert not house.cards("waits-for-ever", "mei")
    house.press("stays-halfway", "retry", "li")
    until(lambda: any("找不到该申请" in text for text in house.told("li")))
    until(house.quiet)
    assert not house.has("waits-for-ever")
    assert not house.has("stays-halfway", "roses/")


def test_presses_of_before_are_delivered_again_and_carry_nothing_out(house: House, before: dict[str, object]) -> None:
    """What Slack redelivers is new to an empty Redis; without a record there is nothing that it could approve."""
    for press in ("press", "late"):
        signed = before[press]
        assert isinstance(signed, Signed)
        assert signed.to(house.stack.ports[0]) == 200
    ids = [str(before[name]) for name in ("done", "waiting")]
    until(lambda: all(house.acts(identity)["press.refused"] for identity in ids))
    until(house.quiet)
    for identity in ids:
        assert not {"approval.approve", "operation.done"} & set(house.acts(identity))
    assert house.puts("/done-before") == [200]
    assert not house.has("waits-for-ever")


def test_what_is_asked_again_is_carried_out_once_and_finds_what_is_there(house: House) -> None:
    identity = house.asked(CARRIED, "folder=roses")
    house.press(CARRIED, "approve")
    until(lambda: house.acts(identity)["operation.done"])
    assert house.has(CARRIED, "roses/")
    assert [status for status in house.puts(f"/{CARRIED}") if status == 200] == [200]
    until(lambda: house.redis.xlen(f"{TAG}stream:seals") == house.redis.xlen(f"{TAG}stream:audit"))
