from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ChatBusy, ChatFault, ChatRefused
from bot.records import Language, Person
from bot.slack.people import Fresh, People, person_of
from tests.slack.given import IDENTITY, Hands

TEAM = IDENTITY.team
MEMBER: dict[str, Any] = {"id": "U1", "team_id": TEAM, "name": "li", "locale": "zh-CN", "tz": "Asia/Shanghai"}
GRID = replace(IDENTITY, enterprise="E1")


class Answers:
    """A Slack that answers from a table and remembers what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked = answers, list[str]()

    async def read(self, method: str, **params: Any) -> dict[str, Any]:
        key = str(params.get("user") or params["usergroup"])
        self.asked.append(key)
        await asyncio.sleep(0)
        found = self.answers[key]
        if isinstance(found, Exception):
            raise found
        return {"user": found, "users": found}


def people(slack: Answers, clock: Hands | None = None, **groups: Any) -> People:
    return People(slack, IDENTITY, clock or Hands(), **groups)  # type: ignore[arg-type]


def person(**changed: Any) -> Person:
    return person_of(MEMBER | changed, IDENTITY, Language.EN)


@pytest.mark.parametrize(
    ("changed", "member", "active"),
    [
        ({}, True, True),
        ({"deleted": True}, True, False),
        ({"is_restricted": True}, False, True),
        ({"is_ultra_restricted": True}, False, True),
        ({"is_bot": True}, False, True),
        ({"is_stranger": True}, False, True),
        ({"team_id": "T0OTHER"}, False, True),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": [TEAM]}}, True, True),
        ({"id": "W9", "team_id": TEAM}, True, True),
    ],
)
def test_who_is_a_member(changed: dict[str, Any], member: bool, active: bool) -> None:
    found = person(**changed)
    assert (found.member, found.active) == (member, active)


def test_a_grid_member_is_at_home_in_the_organisation() -> None:
    assert person_of(MEMBER | {"team_id": "E1"}, GRID, Language.EN).member
    assert not person_of(MEMBER | {"team_id": "E2"}, GRID, Language.EN).member
    assert not person_of(MEMBER | {"team_id": ""}, IDENTITY, Language.EN).member


def test_language_and_name_are_the_persons_own() -> None:
    found = person(profile={"display_name": "Li"})
    assert (found.language, found.name, found.zone) == (Language.ZH, "Li", "Asia/Shanghai")
    assert person_of({"id": "U1"}, IDENTITY, Language.ZH).language is Language.ZH


async def test_a_person_is_asked_for_once_a_minute_or_live() -> None:
    slack, clock = Answers(U1=MEMBER), Hands()
    asked = people(slack, clock)
    await asyncio.gather(*(asked.person("U1") for _ in range(50)))
    assert slack.asked == ["U1"]
    clock.ahead = 59
    await asked.person("U1")
    assert slack.asked == ["U1"]
    await asked.person("U1", live=True)
    clock.ahead = 120
    await asked.person("U1")
    assert slack.asked == ["U1", "U1", "U1"]


async def test_nobody_is_found_where_slack_knows_nobody() -> None:
    assert await people(Answers(U9=ChatRefused("user_not_found"))).person("U9") is None
    with pytest.raises(ChatRefused):
        await people(Answers(U9=ChatRefused("missing_scope"))).person("U9")


async def test_a_glance_gives_up_rather_than_wait() -> None:
    assert await people(Answers(U1=ChatBusy("ratelimited"))).glance("U1") is None
    assert await people(Answers(U1=MEMBER)).glance("U1") is not None


async def test_administrators_are_named_or_in_a_group_and_never_older_than_five_seconds() -> None:
    slack, clock = (
        Answers(S1=["U2"], S2=["U3"], **{user: MEMBER | {"id": user} for user in ("U1", "U2", "U3")}),
        Hands(),
    )
    asked = people(slack, clock, admins=["U1"], admin_groups=["S1", "S2"])
    assert await asked.administrators() == {"U1", "U2", "U3"}
    slack.answers["S1"] = []
    clock.ahead = 4
    assert await asked.administrators() == {"U1", "U2", "U3"}
    clock.ahead = 10
    assert await asked.administrators() == {"U1", "U3"}


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_restricted": True}, {"is_bot": True}])
async def test_an_administrator_who_left_or_became_a_guest_is_none(change: dict[str, bool]) -> None:
    slack, clock = Answers(S1=["U2"], U1=MEMBER | {"id": "U1"}, U2=MEMBER | {"id": "U2"}), Hands()
    asked = people(slack, clock, admins=["U1"], admin_groups=["S1"])
    assert await asked.administrators() == {"U1", "U2"}
    slack.answers["U2"] = MEMBER | {"id": "U2"} | change
    clock.ahead = 6
    assert await asked.administrators() == {"U1"}


async def test_a_group_that_cannot_be_read_makes_nobody_an_administrator() -> None:
    slack, clock = Answers(S1=["U2"], U1=MEMBER | {"id": "U1"}, U2=MEMBER | {"id": "U2"}), Hands()
    asked = people(slack, clock, admins=["U1"], admin_groups=["S1"])
    await asked.administrators()
    slack.answers["S1"] = ChatBusy("ratelimited")
    clock.ahead = 6
    with pytest.raises(ChatFault):
        await asked.administrators()


@pytest.mark.parametrize(
    ("groups", "who", "may"),
    [
        ([], person(), True),
        ([], person(is_restricted=True), False),
        ([], person(deleted=True), False),
        (["S1"], person(), True),
        (["S2"], person(), False),
        (["S2", "S1"], person(), True),
        (["S1"], person(is_restricted=True), False),
    ],
)
async def test_who_may_ask(groups: list[str], who: Person, may: bool) -> None:
    assert await people(Answers(S1=["U1"], S2=["U5"]), user_groups=groups).may_ask(who) is may


async def test_a_live_question_does_not_take_an_answer_that_was_under_way() -> None:
    values, gate = [1, 2], asyncio.Event()

    async def ask(_key: str) -> int:
        value = values.pop(0)
        await gate.wait()
        return value

    fresh = Fresh(ask, 60, Hands())
    early = asyncio.create_task(fresh.get("k"))
    await asyncio.sleep(0)
    live = asyncio.create_task(fresh.get("k", live=True))
    await asyncio.sleep(0)
    gate.set()
    assert (await early, await live) == (1, 2)
