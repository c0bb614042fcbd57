from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.records import Phase, Stage, StageState, Thing, ThingKind
from bot.rules.attention import kept, let_go, muted, reminded, snoozed, unmuted
from bot.rules.figures import FIGURES
from bot.rules.reminder import due_now, stages_of
from tests.fakes.words import words_of
from tests.rules.things import DAY, HOUR, NOON, thing


def ending(**more: object) -> Thing:
    """Return a package that ends in eight days, with the first warning said."""
    plain = thing(kind=ThingKind.PACKAGE, free=False, deadline=NOON + 8 * DAY, told="expiry_30d", **more)
    first, *rest = stages_of(plain, NOON)
    return thing(
        kind=ThingKind.PACKAGE,
        free=False,
        deadline=plain.deadline,
        told=first.name,
        stages=(Stage(first.name, first.at, StageState.SAID), *rest),
    )


@pytest.mark.rule("R5.62")
@pytest.mark.parametrize("days", FIGURES.package.snooze_days[:2])
def test_a_warning_is_put_off_for_the_days_that_were_chosen(days: int) -> None:
    after, reply = snoozed(ending(), NOON + days * DAY)
    assert after.snoozed == NOON + days * DAY
    assert after.stages[0] == Stage("expiry_30d", NOON + days * DAY)
    assert "Put off" in words_of(reply)


@pytest.mark.rule("R5.62")
def test_the_last_warning_is_never_put_off() -> None:
    after, reply = snoozed(ending(), NOON + 30 * DAY)
    assert after.snoozed == NOON + 7 * DAY
    assert "last warning" in words_of(reply)
    spoken = due_now(after.stages, after.snoozed)
    assert spoken is not None
    assert spoken.name == "expiry_1d"


def test_what_has_no_deadline_is_put_off_for_as_long_as_wished() -> None:
    after, _ = snoozed(thing(free=False, stages=(Stage("evening", NOON + HOUR),)), NOON + 3 * DAY)
    assert after.snoozed == NOON + 3 * DAY


def test_letting_go_ends_this_epochs_reminders_and_deletes_nothing() -> None:
    before = ending()
    after, reply = let_go(before)
    assert after.quiet
    assert {stage.state for stage in after.stages} == {StageState.SAID, StageState.VOID}
    assert "Nothing was deleted" in words_of(reply)


def test_unmuting_brings_back_what_was_let_go_and_is_still_to_come() -> None:
    quiet, _ = let_go(ending())
    after, _ = unmuted(muted(quiet)[0], NOON + DAY + 1)
    assert (after.muted, after.quiet) == (False, False)
    pending = [stage.name for stage in after.stages if stage.state is StageState.PENDING]
    assert pending == ["expiry_3d", "expiry_1d"]


@pytest.mark.rule("R5.84")
def test_a_free_service_is_kept_for_twelve_hours_at_most() -> None:
    after, reply = kept(thing(quiet=True), NOON + 12 * HOUR, NOON)
    assert (after.keep_until, after.quiet) == (NOON + 12 * HOUR, False)
    assert "start it again" in words_of(reply)
    for seconds in (12 * HOUR + 1, 0.0, -1.0):
        with pytest.raises(Refusal) as refused:
            kept(thing(), NOON + seconds, NOON)
        assert "12 hours" in words_of(refused.value)


@pytest.mark.rule("R5.49")
def test_a_paid_service_that_is_kept_is_asked_about_again_then() -> None:
    after, reply = kept(thing(free=False), NOON + 4 * HOUR, NOON)
    assert after.stages == (Stage("kept", NOON + 4 * HOUR),)
    assert "ask again" in words_of(reply)
    moved, _ = kept(after, NOON + 8 * HOUR, NOON)
    assert moved.stages == (Stage("kept", NOON + 8 * HOUR),)


@pytest.mark.parametrize("more", [{"kind": ThingKind.PACKAGE, "free": False}, {"phase": Phase.GONE}])
def test_only_what_can_run_is_kept(more: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        kept(thing(**more), NOON + HOUR, NOON)


@pytest.mark.rule("R5.37")
def test_a_reminder_of_ones_own_speaks_even_of_what_was_muted() -> None:
    after, reply = reminded(thing(muted=True, quiet=True), NOON + HOUR)
    assert (after.muted, after.quiet) == (False, False)
    assert after.stages == (Stage("own_1", NOON + HOUR),)
    assert "remind you" in words_of(reply)
    for _ in range(FIGURES.remind.most - 1):
        after, _ = reminded(after, NOON + HOUR)
    assert len({stage.name for stage in after.stages}) == FIGURES.remind.most
    with pytest.raises(Refusal):
        reminded(after, NOON + HOUR)
