"""What the doctor finds on Slack's side: scopes, the clock, the shared channel."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.flows.clock_skew import clock_skew
from bot.records import Finding, Level
from bot.say import Language
from bot.slack.client import connect
from bot.slack.examined import examine
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from tests.fakes.words import words_of
from tests.slack.conftest import House

ALL = frozenset((*SCOPES, *OPTIONAL_SCOPES))


async def found(house: House, scopes: frozenset[str], channel: str = "", ahead: float = 0.0) -> list[Finding]:
    workspace = house.site.workspace
    workspace.app = replace(workspace.app, scopes=scopes)
    return await examine(house.web.slack, channel, time.time() + ahead)


def bad(findings: list[Finding], level: Level) -> list[str]:
    return [words_of(one.what) for one in findings if one.level is level]


async def test_with_everything_granted_nothing_is_at_fault(house: House) -> None:
    assert bad(await found(house, ALL), Level.FAULT) == []


@pytest.mark.parametrize("scope", sorted(ALL))
async def test_each_missing_scope_is_named_with_what_lacks_it_and_its_mend(house: House, scope: str) -> None:
    findings = [one for one in await found(house, ALL - {scope}) if scope in words_of(one.what)]
    [one] = findings
    assert one.level is (Level.WARNING if scope in OPTIONAL_SCOPES else Level.FAULT)
    assert one.mend is not None
    assert scope in words_of(one.mend)
    assert words_of(one.what, Language.ZH) != words_of(one.what)


@pytest.mark.parametrize(
    ("name", "scopes", "level", "words"),
    [
        ("modelarts", ALL, Level.FINE, "The bot is in"),
        ("nowhere", ALL, Level.FAULT, "cannot use"),
        ("modelarts", ALL - {"channels:history"}, Level.WARNING, "cannot be read without"),
        ("", ALL, Level.WARNING, "is not set"),
    ],
)
async def test_the_shared_channel(house: House, name: str, scopes: frozenset[str], level: Level, words: str) -> None:
    channels = {place.name: place.id for place in house.site.workspace.conversations.values()}
    findings = await found(house, scopes, channels[name] if name in channels and name else name)
    assert [one.level for one in findings if words in words_of(one.what)] == [level]


async def test_a_clock_that_is_off_is_said_with_its_mend(house: House) -> None:
    [said] = bad(await found(house, ALL, ahead=400), Level.FAULT)
    assert "clock is" in said
    assert "400" in said or "399" in said or "401" in said


async def test_a_token_that_slack_refuses_is_one_fault(house: House) -> None:
    slack, _ = await connect(house.site.workspace.app.bot_token, url=house.web.slack.web.base_url)
    slack.web.token = "xoxb-revoked"
    [one] = await examine(slack, "", time.time())
    await slack.close()
    assert one.level is Level.FAULT
    assert "SLACK_BOT_TOKEN" in words_of(one.mend or one.what)


@pytest.mark.parametrize(
    ("date", "off", "level"),
    [
        ("Thu, 01 Jan 1970 00:16:40 GMT", 0, Level.FINE),
        ("Thu, 01 Jan 1970 00:16:40 GMT", 60, Level.FINE),
        ("Thu, 01 Jan 1970 00:16:40 GMT", 61, Level.FAULT),
        ("Thu, 01 Jan 1970 00:16:40 GMT", -61, Level.FAULT),
    ],
)
def test_a_minute_is_allowed(date: str, off: float, level: Level) -> None:
    assert [one.level for one in clock_skew("Slack", date, 1000.0 + off)] == [level]


@pytest.mark.parametrize("date", ["", "yesterday", "32 Foo"])
def test_a_header_that_cannot_be_read_is_no_finding(date: str) -> None:
    assert clock_skew("Slack", date, 0.0) == []
