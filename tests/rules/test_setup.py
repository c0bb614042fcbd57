"""The checklist: what the cloud decides, what a person may tick, and what a tick is worth later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.records import Item, ItemState
from bot.records.identity import RealName
from bot.rules.setup import Line, Seen, items, mend, merged, ticked, unfinished
from bot.say import Say, say

READY = Seen("cn-north-4", "acme", RealName.DONE, "p1", (1, 0), ["c-flowers"], 2)
EMPTY = Seen("cn-north-4", "acme", RealName.NOT_DONE, "", (0, 0), [], 0)
UNREAD = say("cloud.no_account")


def line(seen: Seen, name: Line) -> Item:
    return next(item for item in items(seen) if item.name == name)


@pytest.mark.rule("R1.01")
@pytest.mark.parametrize(
    ("seen", "name", "state", "words"),
    [
        (READY, Line.ACCOUNT, ItemState.DONE, "setup.account.done"),
        (READY, Line.REAL_NAME, ItemState.DONE, "setup.real_name.done"),
        (EMPTY, Line.REAL_NAME, ItemState.OPEN, "setup.real_name.not_done"),
        (replace(EMPTY, real_name=RealName.IN_REVIEW), Line.REAL_NAME, ItemState.OPEN, "setup.real_name.in_review"),
        (replace(EMPTY, real_name=RealName.REJECTED), Line.REAL_NAME, ItemState.OPEN, "setup.real_name.rejected"),
        (
            replace(READY, real_name=RealName.UNAVAILABLE),
            Line.REAL_NAME,
            ItemState.UNKNOWN,
            "setup.real_name.unavailable",
        ),
        (READY, Line.PROJECT, ItemState.DONE, "setup.project.done"),
        (EMPTY, Line.PROJECT, ItemState.OPEN, "setup.project.open"),
        (READY, Line.REGION, ItemState.DONE, "setup.region.done"),
        (replace(READY, region="cn-east-3"), Line.REGION, ItemState.UNKNOWN, "setup.region.ask"),
        (READY, Line.AUTHORIZATION, ItemState.DONE, "setup.authorization.done"),
        (EMPTY, Line.AUTHORIZATION, ItemState.OPEN, "setup.authorization.open"),
        (replace(EMPTY, authorizations=(0, 2)), Line.AUTHORIZATION, ItemState.OPEN, "setup.authorization.keys"),
        (READY, Line.BUCKET, ItemState.DONE, "setup.bucket.done"),
        (EMPTY, Line.BUCKET, ItemState.OPEN, "setup.bucket.open"),
        (READY, Line.PACKAGES, ItemState.DONE, "setup.packages.done"),
        (EMPTY, Line.PACKAGES, ItemState.DONE, "setup.packages.none"),
        (READY, Line.CONSOLE, ItemState.UNKNOWN, "setup.console.ask"),
    ],
)
def test_each_line_says_what_the_cloud_shows(seen: Seen, name: Line, state: ItemState, words: str) -> None:
    found = line(seen, name)
    assert (found.state, found.words.key) == (state, words)


@pytest.mark.rule("R1.03")
def test_that_only_what_is_used_is_paid_for_is_a_line_that_a_person_ticks() -> None:
    assert line(READY, Line.CHARGES).state is ItemState.UNKNOWN
    assert line(READY, Line.CHARGES) in unfinished(items(READY))


def test_what_could_not_be_read_is_neither_done_nor_missing_and_says_why() -> None:
    found = line(replace(READY, packages=UNREAD), Line.PACKAGES)
    assert found.state is ItemState.UNKNOWN
    assert found.words.facts["why"] == UNREAD


@pytest.mark.rule("R1.01")
def test_a_tick_keeps_who_and_when_and_outlives_a_look() -> None:
    by_hand = ticked(items(READY), Line.CONSOLE, "MEI", 12.0)
    again = next(item for item in merged(by_hand, items(READY)) if item.name == Line.CONSOLE)
    assert (again.state, again.who, again.at) == (ItemState.TICKED, "MEI", 12.0)


def test_a_tick_is_worth_nothing_once_the_cloud_answers_the_line_itself() -> None:
    unread = items(replace(READY, real_name=RealName.UNAVAILABLE))
    by_hand = ticked(unread, Line.REAL_NAME, "MEI", 12.0)
    answered = merged(by_hand, items(replace(READY, real_name=RealName.NOT_DONE)))
    assert next(item for item in answered if item.name == Line.REAL_NAME).state is ItemState.OPEN


@pytest.mark.parametrize(
    ("seen", "name", "key"),
    [
        (EMPTY, Line.BUCKET, "setup.not_for_ticks.open"),
        (READY, Line.BUCKET, "setup.not_for_ticks.done"),
        (READY, "nonsense", "setup.no_such_line"),
    ],
)
def test_what_the_cloud_answers_nobody_ticks(seen: Seen, name: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        ticked(items(seen), name, "MEI", 12.0)
    assert refused.value.say.key == key


def test_a_second_tick_names_the_first() -> None:
    once = ticked(items(READY), Line.CONSOLE, "MEI", 12.0)
    with pytest.raises(Refusal) as refused:
        ticked(once, Line.CONSOLE, "CHEN", 13.0)
    assert refused.value.say.key == "setup.ticked_already"


@pytest.mark.rule("R3.16")
def test_an_account_on_access_keys_is_offered_the_migration() -> None:
    found = mend(line(replace(EMPTY, authorizations=(0, 1)), Line.AUTHORIZATION))
    assert found is not None
    assert found.command == "auth migrate"


def test_every_unfinished_line_but_a_pure_tick_has_a_mend() -> None:
    without = {item.name for item in unfinished(items(EMPTY)) if mend(item) is None}
    assert without == {Line.CHARGES}
    assert isinstance(line(EMPTY, Line.CHARGES).words, Say)
