"""Clocks that meet: a jump over everything, a renewal at the moment of its reminder, two people at the same instant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.promises.clocks import HOUR, MINUTE, OWNERS, ClockHouse, Given, clock_house, gone, packages
from tests.promises.house import PEOPLE, until

LI, WANG = (who for who, name in OWNERS.items() if name in ("li", "wang"))
RESTS = Given(1, "rests", "stopped", "1h", "modelarts.vm.gpu.free", LI)
TWICE = Given(2, "twice", "stopped", "1h")
WHOSE = Given(3, "whose", "running", "10m", "modelarts.vm.cpu.2u")
EXPIRY = "expiry_3d"
ADMINISTRATORS = ("mei", "chen")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClockHouse]:
    """Two web processes and two workers; what nobody owns is shown to both administrators."""
    more = packages(renewed="74h", forgotten="74h")
    with clock_house(tmp_path_factory.mktemp("races"), [RESTS, TWICE, WHOSE], more, webs=2) as opened:
        opened.belong(RESTS.id, RESTS.owner)
        for port in opened.stack.ports:
            opened.stack.start_bot("web", port, BOT_CHANNEL="")
        for _ in range(2):
            opened.worker()
        opened.stack.ready()
        until(lambda: opened.things().keys() >= {"rests", "twice", "whose", "renewed", "forgotten"})
        until(opened.idle, 60.0)
        yield opened


def both_press(house: ClockHouse, name: str, action: str) -> dict[str, list[str]]:
    """Let both administrators press at the same instant; return what each was told."""
    before = {who: len(house.told(who)) for who in ADMINISTRATORS}
    for who in ADMINISTRATORS:
        until(lambda who=who: house.offers(name, action, who))  # type: ignore[misc]
    with ThreadPoolExecutor(len(ADMINISTRATORS)) as hands:
        answers = list(hands.map(lambda who: house.press(name, action, who), ADMINISTRATORS))
    assert all(answer["ok"] for answer in answers)
    until(lambda: all(len(house.told(who)) > before[who] for who in ADMINISTRATORS))
    until(house.idle, 60.0)
    return {who: house.told(who)[before[who] :] for who in ADMINISTRATORS}


def test_two_people_start_the_same_service(house: ClockHouse) -> None:
    said = both_press(house, "twice", "start_again")
    assert {who: len(texts) for who, texts in said.items()} == {"mei": 1, "chen": 1}
    calls = house.stack.get("calls", service="modelarts")
    starts = [call["status"] for call in calls if call["method"] == "PUT" and call["path"].endswith(TWICE.id)]
    assert starts.count(200) == 1
    until(lambda: house.things()["twice"].facts["state"] == "running")
    assert house.things()["twice"].owner in {PEOPLE[who] for who in ADMINISTRATORS}
    ended = {entry["who"]: entry["what"] for entry in house.audit() if entry["what"].startswith("operation.")}
    assert "operation.done" in ended.values()
    for who, texts in said.items():
        assert told_how_it_went(house, who, texts[0], ended.get(PEOPLE[who], ""))


def told_how_it_went(house: ClockHouse, who: str, text: str, end: str) -> bool:
    """Return whether somebody knows: refused at once, or by a card that is done or passes the provider's refusal on."""
    if not end:
        return "twice" in text
    words = "ModelArts.3519" if end == "operation.failed" else "confirmed by the cloud"
    return any(words in card["text"] for card in house.cards("twice", who))


def test_two_people_say_that_it_is_theirs(house: ClockHouse) -> None:
    said = both_press(house, "whose", "mine")
    owner = house.things()["whose"].owner
    first, late = ADMINISTRATORS if owner == PEOPLE["mei"] else ADMINISTRATORS[::-1]
    assert [entry["who"] for entry in house.audit() if entry["what"] == "thing.mine"] == [owner] == [PEOPLE[first]]
    assert [len(texts) for texts in said.values()] == [1, 1]
    assert f"<@{owner}>" not in said[first][0]
    assert f"<@{owner}>" in said[late][0], "who was late hears whose it is"
    standing = {who: [card for card in house.cards("whose", who) if "actions" in _types(card)] for who in said}
    assert (len(standing[first]), len(standing[late])) == (1, 0)


def _types(card: dict[str, object]) -> str:
    return json.dumps(card["blocks"])


def test_a_package_is_renewed_as_its_reminder_falls_due(house: ClockHouse) -> None:
    """The look before the word sees the renewal; the package beside it, which nobody renewed, is reminded of."""
    old = f"{'renewed':0<32}"
    house.console("bss", "renew", package=old)
    house.advance(2 * HOUR + MINUTE)
    until(lambda: house.reminders()["forgotten", 1, EXPIRY])
    until(house.idle, 60.0)
    assert "renewed" not in {name for name, _, stage in house.reminders() if stage == EXPIRY}
    assert house.unsaid()["renewed", 1, EXPIRY] == "stages", "it is recorded as void"
    assert [thing.epoch for thing in house.watched() if thing.provider == old] == [2]


def test_a_jump_says_the_latest_only(house: ClockHouse) -> None:
    house.advance(64 * HOUR)
    until(lambda: house.reminders()["rests", 1, "release_6h"])
    until(house.idle, 60.0)
    said = [stage for name, _, stage in house.reminders() if name == "rests"]
    assert said == ["stopped", "release_6h"]
    assert house.unsaid()["rests", 1, "release_24h"] == "superseded"
    assert len(house.cards("rests", "li")) == 1


def test_a_jump_over_both_deadlines_ends_in_gone(house: ClockHouse) -> None:
    """An hour of running, 72 hours of rest: all over between two looks."""
    made = house.console("modelarts", "create", name="runs", model="flower-recognition:1.0.0", flavor=SMALL)
    house.belong(made["service_id"], WANG)
    until(lambda: (thing := house.things().get("runs")) and thing.phase == "running")
    epoch = house.things()["runs"].epoch
    house.advance(73 * HOUR + MINUTE)
    until(lambda: all(gone(house.things()[name]) for name in ("runs", "rests")))
    until(house.idle, 60.0)
    assert not [fate for fate in house.reminders() if fate[0] == "runs"]
    void = {fate for fate, why in house.unsaid().items() if why == "stages"}
    assert {("runs", epoch, "stop_15m"), ("runs", epoch, "stop_5m"), ("rests", 1, "release_1h")} <= void
    for name, who in (("runs", "wang"), ("rests", "li")):
        [card] = house.cards(name, who)
        assert "is gone" in card["text"]
        assert "action_id" not in _types(card)


SMALL = "modelarts.vm.small.free"
