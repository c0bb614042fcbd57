"""An operation carried on fakes: once, resumable, patient, and never done before the cloud confirmed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import ChatBusy
from bot.flows.execute import PATIENCE, execute
from bot.flows.world import FAIL_POINTS
from bot.ports import Change
from bot.records import Approval, Lease, Operation, OperationState, StepState
from bot.say import say
from tests.fakes.cloud import Kept
from tests.flows.given import HERE, Given, approved, given


class Cut(BaseException):
    """The end of a process, in the middle."""


def dying(point: str, number: int = 1) -> Given:
    """Return a world whose worker ends at the n-th pass of a point."""
    left = number

    def reach(passed: str) -> None:
        nonlocal left
        left -= passed == point
        if passed == point and left == 0:
            raise Cut

    return given(reach=reach)


async def carried(found: Given) -> Operation:
    """Let workers look whenever they are due, until nothing is due; return the operation."""
    await execute(found.world, "R1")
    while (pause := found.waits()) is not None:
        found.clock.at += max(pause, 0.0)
        del found.store.waiting["later"]["work:operation:R1"]
        await execute(found.world, "R1")
    return await found.operation()


async def test_two_steps_in_order_each_confirmed() -> None:
    found = given()
    await approved(found, "roses/")
    operation = await carried(found)
    assert operation.state is OperationState.DONE
    assert [line.outcome["region"] for line in operation.lines[:1]] == [HERE]
    assert [name for name, _ in found.buckets.calls if name in ("create", "make_folder")] == ["create", "make_folder"]
    assert found.acts() == ["operation.done"]
    assert operation.lease is None


async def test_what_is_there_already_is_found_and_not_made() -> None:
    found = given()
    await approved(found)
    found.buckets.kept["b-1"] = Kept(HERE)
    operation = await carried(found)
    assert operation.lines[0].found
    assert "create" not in [name for name, _ in found.buckets.calls]


EXECUTION = [point for point in FAIL_POINTS if point.startswith("execute.")]


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("point", EXECUTION)
async def test_cut_off_anywhere_the_next_worker_does_the_rest_once(point: str, number: int) -> None:
    found = dying(point, number)
    await approved(found, "roses/")
    try:
        await execute(found.world, "R1")
    except Cut:
        found.clock.at += found.world.lease_seconds + 1
    found.world = replace(found.world, owner="w2")
    operation = await carried(found)
    assert operation.state is OperationState.DONE
    assert found.buckets.kept["b-1"].objects == {"roses/": 0}
    assert [name for name, _ in found.buckets.calls].count("create") == 1
    assert [name for name, _ in found.buckets.calls].count("make_folder") == 1
    assert found.acts() == ["operation.done"]


@pytest.mark.parametrize(("kind", "writes"), [("timeout_before", 2), ("timeout_after", 1)])
async def test_after_an_unanswered_write_it_looks_for_thirty_seconds(kind: str, writes: int) -> None:
    found = given()
    await approved(found)
    found.buckets.fault("create", kind)
    begun = found.clock.at
    await execute(found.world, "R1")
    looks: list[float] = []
    while (await found.operation()).state is not OperationState.DONE:
        pause = found.waits()
        assert pause is not None
        found.clock.at += pause
        looks.append(found.clock.at - begun)
        assert [name for name, _ in found.buckets.calls].count("create") == 1
        await execute(found.world, "R1")
    assert [name for name, _ in found.buckets.calls].count("create") == writes
    assert writes == 1 or (looks[-1] >= 30 and len(looks) > 2), "it looked several times before it acted again"


async def test_pauses_grow_and_patience_ends_in_words() -> None:
    found = given()
    await approved(found)
    found.buckets.fault("create", "throttled", 100)
    pauses: list[float] = []
    await execute(found.world, "R1")
    while (pause := found.waits()) is not None:
        pauses.append(pause)
        found.clock.at += pause
        del found.store.waiting["later"]["work:operation:R1"]
        await execute(found.world, "R1")
    operation = await found.operation()
    assert len(pauses) == PATIENCE
    assert pauses == sorted(pauses)
    assert pauses[-1] == 120.0
    assert operation.state is OperationState.FAILED
    assert operation.failure is not None
    assert operation.failure.key == "execute.gave_up"


async def test_a_refusal_ends_it_and_marks_the_line() -> None:
    found = given()
    await approved(found, "roses/")
    found.buckets.fault("make_folder", "arrears")
    operation = await carried(found)
    assert operation.state is OperationState.FAILED
    assert [line.state for line in operation.lines] == [StepState.DONE, StepState.FAILED]
    assert found.acts() == ["operation.failed"]


async def test_a_lease_of_another_worker_is_respected_and_looked_at_again() -> None:
    found = given()
    await approved(found)
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    lease = Lease("other", found.clock.at + 40)
    await found.store.commit(Change().replace(stored, replace(stored.record, lease=lease)))
    await execute(found.world, "R1")
    assert found.waits() == 40
    assert found.buckets.calls == []


async def test_slack_cannot_say_who_may_approve_so_it_waits() -> None:
    found = given()
    await approved(found)
    found.chat.faults["administrators"] = [ChatBusy("ratelimited")]
    found.chat.faults["person"] = [ChatBusy("ratelimited")]
    await execute(found.world, "R1")
    waiting = (await found.operation()).waiting
    assert waiting is not None
    assert waiting.key == "execute.cannot_check"
    assert found.buckets.calls == []
    assert (await carried(found)).state is OperationState.DONE


CHANGED = {
    "approver_gone": lambda found: setattr(found.chat, "admins", frozenset({"CHEN"})),
    "asker_gone": lambda found: setattr(found.chat, "gone", frozenset({"LI"})),
    "policy_changed": lambda found: setattr(
        found, "world", replace(found.world, policy=replace(found.world.policy, single_administrator=False))
    ),
}


@pytest.mark.parametrize("why", CHANGED)
async def test_what_changed_after_the_approval_voids_it(why: str) -> None:
    found = given()
    await approved(found)
    CHANGED[why](found)
    operation = await carried(found)
    assert operation.state is OperationState.VOID
    assert operation.failure is not None
    assert operation.failure.key == f"execute.{why}"
    assert found.buckets.calls == []


async def test_a_changed_record_is_not_carried_out() -> None:
    found = given()
    await approved(found)
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    forged = replace(stored.record, record=replace(stored.record.record, region="cn-north-1"))
    await found.store.commit(Change().replace(stored, forged))
    assert (await carried(found)).state is OperationState.VOID
    assert found.buckets.calls == []


async def test_it_does_not_begin_before_its_time() -> None:
    found = given()
    await approved(found, not_before=found.clock.now() + 60)
    await execute(found.world, "R1")
    assert found.store.waiting["due"] == {"work:operation:R1": found.clock.now() + 60}
    assert found.buckets.calls == []
    found.clock.ahead = 60
    assert (await carried(found)).state is OperationState.DONE


async def test_an_approved_plan_whose_approval_is_gone_is_void() -> None:
    found = given()
    await approved(found)
    stored, approval = await found.store.load(Operation, "R1"), await found.store.load(Approval, "R1")
    assert stored is not None
    assert approval is not None
    change = Change().replace(stored, replace(stored.record, approved=True)).remove(approval)
    await found.store.commit(change)
    operation = await carried(found)
    assert (operation.state, operation.failure) == (OperationState.VOID, say("execute.approval_lost"))
    assert not found.buckets.kept


async def test_a_record_that_vanishes_under_its_worker_is_told_and_not_gone_on_with() -> None:
    found = given()
    await approved(found, "roses/")

    def reach(passed: str) -> None:
        if passed == "execute.acted":
            found.store.__init__(found.clock)  # type: ignore[misc]

    await execute(replace(found.world, reach=reach), "R1")
    assert found.chat.keys == ["lost.operation"]
    assert found.acts() == ["operation.forgotten"]
    assert [name for name, _ in found.buckets.calls if name in ("create", "make_folder")] == ["create"]
