from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Command
from bot.errors import Refusal
from bot.records import Stage, StageState, Thing, ThingKind
from bot.rules.attention import KEPT
from bot.rules.reminder import AGENCY, FREE_SERVICE_RUNNING, FREE_SERVICE_STOPPED, NIGHTS, PACKAGE
from bot.say import Language
from handlers.remind.add import command as add
from handlers.remind.list import command as list_
from handlers.remind.mute import command as mute
from handlers.remind.snooze import command as snooze
from handlers.remind.unmute import command as unmute
from tests.fakes.cloud import FakeCloud
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records, rows_of
from tests.rules.things import DAY, HOUR, NOON, moment, thing

ENDING = thing(
    kind=ThingKind.PACKAGE,
    provider="p1",
    name="CPU 100 h",
    owner="",
    free=False,
    deadline=NOON + 8 * DAY,
    told="expiry_30d",
    stages=(
        Stage("expiry_30d", NOON - DAY, StageState.SAID),
        Stage("expiry_7d", NOON + DAY),
        Stage("expiry_1d", NOON + 7 * DAY),
    ),
)


def desk(*things: Thing, mine: list[Thing] | None = None) -> Desk:
    return Desk(FakeCloud(), Records(things, mine))


# ---------------------------------------------------------------- list


@pytest.mark.rule("R5.37")
@pytest.mark.parametrize("kind", list(ThingKind))
async def test_every_kind_of_thing_has_its_row(kind: ThingKind) -> None:
    reply = await desk(thing(kind=kind, stages=(Stage("end_7d", NOON + DAY),))).answered(list_)
    for language in Language:
        assert "flowers" in words_of(reply, language)


@pytest.mark.rule("R5.37")
async def test_what_is_still_to_be_said_with_its_time_the_most_urgent_first() -> None:
    soon = thing(stages=(Stage("stop_15m", NOON + 60), Stage("stop_5m", NOON + 660)))
    rows = rows_of(await desk(ENDING, soon).answered(list_))
    assert "2026-11-23 12:01 UTC: a warning before it stops" in rows[0]
    assert "2026-11-24 12:00 UTC: a warning before it ends" in rows[1]
    assert "expiry_30d" not in rows[1]
    assert rows[1].count("a warning") == 2


async def test_what_was_decided_is_shown_and_a_snooze_delays() -> None:
    decided = thing(muted=True, snoozed=NOON + DAY, keep_until=NOON + HOUR, prepared="renew", stages=ENDING.stages)
    row = rows_of(await desk(decided).answered(list_))[0]
    for part in ("muted", "put off until", "kept until", "approved and is not listed", "2026-11-24 12:00"):
        assert part in row


@pytest.mark.rule("R5.37")
@pytest.mark.parametrize(
    ("quiet", "said", "own"),
    [
        ("19:00-21:00", "2026-11-24 13:00 UTC: a warning before it ends (after", "without them at 2026-11-24 12:00"),
        ("06:00-07:00", "2026-11-24 12:00 UTC: a warning before it ends\n", ""),
    ],
)
async def test_a_moment_that_quiet_hours_move_is_shown_with_its_reason(quiet: str, said: str, own: str) -> None:
    table = Desk(FakeCloud(), Records([ENDING], quiet=quiet))
    row = rows_of(await table.answered(list_))[0]
    assert said in row
    assert own in row
    assert ("without them" in row) == bool(own)


@pytest.mark.rule("R5.37")
async def test_what_would_be_lost_in_quiet_hours_is_listed_before_them() -> None:
    ends_in_them = replace(ENDING, deadline=NOON + DAY + HOUR / 2, stages=(Stage("expiry_1h", NOON + DAY),))
    row = rows_of(await Desk(FakeCloud(), Records([ends_in_them], quiet="19:00-21:00")).answered(list_))[0]
    assert "2026-11-24 10:55 UTC: a warning before it ends (before the quiet hours" in row
    assert "without them at 2026-11-24 12:00" in row


async def test_only_what_the_asker_may_decide_about_is_listed() -> None:
    assert "Nothing is to be said" in words_of(await desk(ENDING, mine=[]).answered(list_))
    assert "Nothing is to be said" in words_of(await desk(thing()).answered(list_))


NAMES = [rung.name for rung in (*FREE_SERVICE_RUNNING, *FREE_SERVICE_STOPPED, *PACKAGE, *AGENCY)] + [
    *NIGHTS,
    "long",
    KEPT,
]


@pytest.mark.parametrize("name", [*NAMES, "own_1"])
async def test_every_stage_has_words(name: str) -> None:
    assert rows_of(await desk(thing(stages=(Stage(name, NOON),))).answered(list_))


# ---------------------------------------------------------------- snooze, mute, unmute


@pytest.mark.rule("R5.62")
@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("", NOON + DAY),
        ("1h", NOON + HOUR),
        ("3d", NOON + 3 * DAY),
        ("2026-11-25 18:00", moment("2026-11-25T10:00")),
        ("30d", NOON + 7 * DAY),
    ],
)
async def test_a_reminder_is_put_off_by_a_span_or_until_a_time_of_the_asker(typed: str, until: float) -> None:
    after, reply = await desk(ENDING).adjusted(snooze, thing="p1", **({"for": typed} if typed else {}))
    assert after.snoozed == until
    assert "Put off" in words_of(reply)


@pytest.mark.parametrize("typed", ["yesterday", "2020-01-01 10:00", "2030-01-01 10:00"])
async def test_a_time_that_makes_no_sense_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        await desk(ENDING).adjusted(snooze, thing="p1", **{"for": typed})
    assert refused.value.argument == "for"


@pytest.mark.rule("R5.37")
async def test_muting_and_unmuting() -> None:
    after, reply = await desk(ENDING).adjusted(mute, thing="CPU 100 h")
    assert after.muted
    assert "remind unmute" in words_of(reply)
    again, _ = await desk(after).adjusted(unmute, thing="p1")
    assert not again.muted


# ---------------------------------------------------------------- add


@pytest.mark.rule("R5.37")
@pytest.mark.parametrize(
    ("values", "at"),
    [({"in": "2h"}, NOON + 2 * HOUR), ({"at": "21:30"}, moment("2026-11-23T13:30"))],
)
async def test_ones_own_reminder_is_added_in_a_span_or_at_a_time(values: dict[str, str], at: float) -> None:
    after, reply = await desk(ENDING).adjusted(add, thing="p1", **values)
    assert Stage("own_1", at) in after.stages
    assert "remind you" in words_of(reply)


@pytest.mark.parametrize("values", [{}, {"in": "2h", "at": "18:00"}])
async def test_one_of_both_is_needed(values: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        await desk(ENDING).adjusted(add, thing="p1", **values)
    assert refused.value.argument == "in"


@pytest.mark.parametrize("command", [snooze, mute, unmute, add])
async def test_what_is_not_watched_and_what_is_not_clear_is_asked_back(command: Command) -> None:
    with pytest.raises(Refusal) as missing:
        await desk(ENDING).adjusted(command, thing="nothing", **{"in": "2h"} if command is add else {})
    assert (missing.value.say.key, missing.value.argument) == ("remind.missing", "thing")
    twice = desk(ENDING, thing(name="CPU 100 h", provider="p2"))
    with pytest.raises(Refusal) as unclear:
        await twice.adjusted(command, thing="CPU 100 h", **{"in": "2h"} if command is add else {})
    assert "`p1`, `p2`" in words_of(unclear.value)
