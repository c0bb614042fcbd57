"""People steer what is carried out: cancel between steps, take it back, wait for a turn; what happened is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flows.execute import TURN, execute
from bot.flows.journal import opened
from bot.flows.respond import respond
from bot.flows.routes import mourn, route
from bot.flows.turns import lines_of
from bot.ports import Change, Entry
from bot.records import Approval, ApprovalState, Card, Halt, Line, Operation, OperationState, StepState, Turn
from bot.rules.figures import FIGURES
from tests.fakes.cloud import Kept
from tests.flows.given import HERE, SHOWN, Given, approved, given, presses, record

LINE = f"d1/{HERE}/bucket/b-1"


async def pressed(found: Given, action: str, identity: str = "R1", user: str = "LI") -> str:
    """Let somebody press a button; return the key of the answer."""
    await respond(found.world, await presses(found, action, identity, user))
    return found.chat.keys[-1]


async def second(found: Given, identity: str = "R2") -> None:
    """Store another operation on the same bucket."""
    await found.store.commit(Change().create(opened(identity, record(), SHOWN, "c2", found.clock.now())))


async def test_cancelled_before_the_second_step_what_is_done_stays() -> None:
    found = given()
    await approved(found, "roses/")
    found.buckets.fault("make_folder", "throttled")
    await execute(found.world, "R1")
    assert await pressed(found, "cancel") == "operation.halting"
    found.clock.at += 60
    await execute(found.world, "R1")
    operation = await found.operation()
    assert operation.state is OperationState.CANCELLED
    assert [line.state for line in operation.lines] == [StepState.DONE, StepState.TODO]
    assert "b-1" in found.buckets.kept
    assert found.acts()[-3:] == ["operation.cancel", "operation.cancelled"][-3:]
    assert [name for name, _ in found.buckets.calls].count("make_folder") == 1, "nothing goes out after the wish"
    assert await pressed(found, "cancel") == "operation.ended_already"


async def test_a_step_that_was_sent_is_looked_for_before_the_end() -> None:
    found = given()
    await approved(found, "roses/")
    found.buckets.fault("create", "timeout_after")
    await execute(found.world, "R1")
    await pressed(found, "cancel")
    await execute(found.world, "R1")
    operation = await found.operation()
    assert [line.state for line in operation.lines] == [StepState.DONE, StepState.TODO]
    assert operation.state is OperationState.CANCELLED


async def test_cancelled_too_late_is_done() -> None:
    found = given()
    await approved(found)
    found.buckets.fault("create", "timeout_after")
    await execute(found.world, "R1")
    await pressed(found, "cancel")
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.DONE


async def test_a_single_administrators_minute_can_be_cancelled_at_once() -> None:
    found = given()
    await approved(found, not_before=found.clock.now() + 60)
    await pressed(found, "cancel")
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.CANCELLED
    assert found.buckets.calls == []


async def test_a_retry_forgets_the_wish_to_cancel() -> None:
    found = given()
    await approved(found)
    found.buckets.fault("create", "throttled")
    await execute(found.world, "R1")
    await found.store.commit(Change().create(Halt("R1", "LI", 0.0)))
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    failed = replace(stored.record, state=OperationState.FAILED, lines=(Line(stored.record.record.steps[0]),))
    await found.store.commit(Change().replace(stored, failed))
    assert await pressed(found, "retry") == "operation.again"
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.DONE


@pytest.mark.parametrize("action", ["cancel", "undo", "retry"])
@pytest.mark.parametrize("user", ["WANG", "GUEST1"])
async def test_others_steer_nothing_and_it_is_recorded(action: str, user: str) -> None:
    found = given()
    await approved(found)
    assert await pressed(found, action, user=user) == "operation.not_yours"
    assert found.acts() == ["press.refused"]


async def test_undo_is_the_opposite_command_under_its_own_policy() -> None:
    found = given()
    await approved(found, "roses/")
    await execute(found.world, "R1")
    undo = (await found.operation()).undo
    assert undo is not None
    assert (undo.command, undo.values) == ("bucket delete", {"name": "b-1"})
    assert undo.until == (await found.operation()).finished + FIGURES.undo.seconds
    assert await pressed(found, "undo") == "submit.requested"
    request = (await found.operation()).undo
    assert request is not None
    stored = await found.store.load(Approval, request.asked)
    assert stored is not None
    assert [step.kind for step in stored.record.record.steps] == ["unfold", "delete"]
    assert (stored.record.need.approvers, stored.record.need.typed) == (1, "DELETE")
    assert await pressed(found, "undo", user="MEI") == "operation.undo_asked"
    await pressed(found, "deny", request.asked, "MEI")
    assert await pressed(found, "undo", user="CHEN") == "submit.requested", "a denied one does not stand in the way"


async def test_undo_is_refused_once_something_is_inside_and_once_its_time_is_over() -> None:
    found = given()
    await approved(found)
    await execute(found.world, "R1")
    found.buckets.kept["b-1"].objects["data.csv"] = 5
    assert await pressed(found, "undo") == "bucket.delete.full"
    undo = (await found.operation()).undo
    assert undo is not None
    assert undo.asked == ""
    found.clock.ahead += FIGURES.undo.seconds
    assert await pressed(found, "undo") == "operation.undo_over"
    await route(found.world, Entry("work", "1-0", "undone", "R1"))
    assert (await found.operation()).undo is None


async def test_what_was_there_before_is_not_taken_back() -> None:
    found = given()
    found.buckets.kept["b-1"] = Kept(HERE)
    await approved(found, "roses/")
    await execute(found.world, "R1")
    undo = (await found.operation()).undo
    assert undo is not None
    assert undo.values == {"name": "b-1", "folder": "roses/"}


async def test_two_on_one_thing_go_one_after_the_other_in_their_order() -> None:
    found = given()
    await approved(found, "roses/")
    await second(found)
    found.buckets.fault("make_folder", "throttled")
    await execute(found.world, "R1")
    await execute(found.world, "R2")
    waiting = (await found.operation("R2")).waiting
    assert waiting is not None
    assert (waiting.key, waiting.facts["title"]) == ("execute.turn", SHOWN.title)
    assert found.waits("work:operation:R2") == TURN
    version = await found.store.load(Operation, "R2")
    await execute(found.world, "R2")
    assert await found.store.load(Operation, "R2") == version, "waiting on draws no card and costs no patience"
    found.clock.at += 60
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.DONE
    assert ("operation", "R2") in [(e.kind, e.id) for e in found.store._entries["work"].values()]
    await execute(found.world, "R2")
    last = await found.operation("R2")
    assert (last.state, last.lines[0].found) == (OperationState.DONE, True)
    assert await found.store.load(Turn, LINE) is None


async def test_what_touches_access_stands_in_one_line_whatever_it_names() -> None:
    """An authorization names an agency, clearing takes all of them, and each new agency counts in one quota."""
    found = given()
    await approved(found, "roses/")
    bucket = await found.operation()
    auth, agency = (
        replace(bucket, record=replace(bucket.record, command=command)) for command in ("auth add", "agency delete")
    )
    assert lines_of(bucket) == [LINE]
    assert lines_of(auth) == lines_of(agency) == [f"{bucket.record.account}/access"]


async def test_who_waits_can_be_cancelled_and_one_that_ended_unseen_is_passed() -> None:
    found = given()
    await approved(found, "roses/")
    await second(found)
    found.buckets.fault("make_folder", "throttled")
    await execute(found.world, "R1")
    await pressed(found, "cancel", "R2")
    await execute(found.world, "R2")
    assert (await found.operation("R2")).state is OperationState.CANCELLED
    await second(found, "R3")
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    await found.store.commit(Change().replace(stored, replace(stored.record, state=OperationState.FAILED)))
    await execute(found.world, "R3")
    assert (await found.operation("R3")).state is OperationState.DONE, "a worker that died before it left the line"


async def test_a_failure_tells_what_happened_and_is_put_before_the_askers_eyes() -> None:
    found = given()
    await approved(found, "roses/")
    found.buckets.fault("make_folder", "arrears")
    await execute(found.world, "R1")
    operation = await found.operation()
    assert (operation.raised, operation.alarms) == (1, 0)
    assert operation.failure is not None
    assert [note.what.key for note in operation.notes] == ["execute.note.confirmed", operation.failure.key]
    assert operation.undo is not None, "what was done can be taken back"


async def test_a_stuck_operation_is_shown_to_every_administrator() -> None:
    found = given()
    await approved(found)
    await found.store.commit(Change().create(Card("request-R1", "R1", ())))
    change = await mourn(found.world, Entry("work", "1-0", "operation", "R1", 5))
    assert change is not None
    await found.store.commit(change)
    operation = await found.operation()
    assert (operation.state, operation.raised, operation.alarms) == (OperationState.FAILED, 1, 1)
    stored = await found.store.load(Card, "request-R1")
    assert stored is not None
    assert [copy.address for copy in stored.record.copies] == ["CHEN", "MEI"]


async def test_who_asked_left_before_the_click() -> None:
    found = given()
    await approved(found)
    stored = await found.store.load(Approval, "R1")
    assert stored is not None
    waiting = replace(stored.record, state=ApprovalState.WAITING, votes=())
    await found.store.commit(Change().replace(stored, waiting))
    found.chat.gone = frozenset({"LI"})
    assert await pressed(found, "approve", user="MEI") == "approval.asker_gone"
    after = await found.store.load(Approval, "R1")
    assert after is not None
    assert after.record.state is ApprovalState.VOID
