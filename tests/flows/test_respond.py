"""No payload stays without an answer, and no fault of Slack or of ours loses what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approvals.digest import digest
from bot.errors import ChatBusy, ChatFault, ChatRefused, ChatUnknown, StoreDown
from bot.flows.journal import opened
from bot.flows.respond import AGAIN, TELLING, respond
from bot.flows.routes import mourn
from bot.ports import Change, Entry
from bot.records import Approval, ApprovalState, Inbound, InboundKind, Operation, OperationState
from tests.flows.given import SHOWN, Given, asks, given, presses, record

WORDS = "bucket create b-1"


async def requested(found: Given, words: str = WORDS) -> str:
    """Let LI ask; return the id of the request."""
    identity = await asks(found, words)
    await respond(found.world, identity)
    return f"request-of-{identity}"


async def approval(found: Given, identity: str) -> Approval:
    stored = await found.store.load(Approval, identity)
    assert stored is not None
    return stored.record


async def test_a_request_is_stored_and_its_asker_told() -> None:
    found = given()
    identity = await requested(found)
    assert (await approval(found, identity)).state is ApprovalState.WAITING
    assert found.chat.keys == ["submit.requested"]
    assert found.acts() == ["requested"]


async def test_a_fault_of_our_own_is_said_with_the_id_that_finds_it() -> None:
    found = given()

    async def broken(name: str) -> str | None:
        raise ZeroDivisionError("not for people's eyes")

    found.buckets.region_of = broken  # type: ignore[method-assign]
    await requested(found)
    [(who, said)] = found.chat.said
    assert (who, said.key, said.facts) == ("LI", "respond.broken", {"reference": "corr-1"})


async def test_a_store_that_is_down_leaves_the_entry_to_another_delivery() -> None:
    found = given()

    async def down(user: str, *, live: bool = False) -> None:
        raise StoreDown("no answer")

    found.chat.person = down  # type: ignore[method-assign]
    with pytest.raises(StoreDown):
        await requested(found)
    assert found.chat.said == []


@pytest.mark.parametrize("fault", [ChatBusy("ratelimited", retry_after=30), ChatUnknown("no_answer")])
async def test_an_answer_that_slack_cannot_take_now_comes_later_and_nothing_is_done_twice(fault: ChatFault) -> None:
    found = given()
    found.chat.faults["answer"] = [fault]
    identity = await asks(found, WORDS)
    await respond(found.world, identity)
    assert found.waits(f"work:speech:{identity}") == max(AGAIN, fault.retry_after)
    assert found.chat.said == []
    await respond(found.world, identity)
    assert found.chat.keys == ["submit.requested"]
    assert found.acts() == ["requested"]


@pytest.mark.parametrize("seconds", [0.0, TELLING + 1])
async def test_nobody_can_be_told(seconds: float) -> None:
    found = given()
    found.chat.faults["answer"] = [ChatRefused("no_way_to_answer") if not seconds else ChatBusy("ratelimited")]
    identity = await asks(found, WORDS)
    found.clock.at += seconds
    await respond(found.world, identity)
    assert found.waits(f"work:speech:{identity}") is None
    assert found.acts() == ["requested"], "what was asked for stands all the same"


@pytest.mark.parametrize("call", ["may_ask", "administrators"])
async def test_slack_cannot_say_who_is_who(call: str) -> None:
    found = given()
    found.chat.faults[call] = [ChatBusy("ratelimited")]
    await requested(found)
    assert found.chat.keys == ["submit.chat"]
    assert found.acts() == []


async def test_an_ask_that_was_carried_out_already_is_answered_from_what_became_of_it() -> None:
    """A worker died before it answered; meanwhile the bucket was approved and made."""
    found = given()
    identity = await asks(found, WORDS)
    await respond(found.world, identity)
    await found.buckets.create("b-1", "cn-north-4", "standard")
    await respond(found.world, identity)
    assert found.chat.keys == ["submit.requested"] * 2
    assert found.acts() == ["requested"]


async def test_a_decision_is_told_again_to_who_made_it_and_refused_to_who_was_late() -> None:
    found = given()
    identity = await requested(found)
    for user in ("MEI", "MEI", "CHEN"):
        await respond(found.world, await presses(found, "approve", identity, user))
    assert found.chat.keys[1:] == ["approval.done.approve", "approval.done.approve", "approval.closed"]
    assert found.acts() == ["requested", "approval.approve", "press.refused"]


@pytest.mark.parametrize(
    ("action", "user"), [("approve", "LI"), ("approve", "GUEST"), ("deny", "LI"), ("withdraw", "MEI")]
)
async def test_a_press_without_the_right_changes_nothing_and_is_recorded(action: str, user: str) -> None:
    found = given()
    identity = await requested(found)
    await respond(found.world, await presses(found, action, identity, user))
    assert (await approval(found, identity)).state is ApprovalState.WAITING
    assert found.acts() == ["requested", "press.refused"]


async def test_a_press_that_cannot_be_checked_does_not_count() -> None:
    found = given()
    identity = await requested(found)
    found.chat.faults["administrators"] = [ChatUnknown("no_answer")]
    await respond(found.world, await presses(found, "approve", identity))
    assert found.chat.keys[-1] == "approval.cannot_check"
    assert (await approval(found, identity)).state is ApprovalState.WAITING


async def failed(found: Given) -> None:
    """Store a failed operation R1 of LI's."""
    operation = opened("R1", record(), SHOWN, "c", found.clock.now())
    await found.store.commit(Change().create(replace(operation, state=OperationState.FAILED)))


@pytest.mark.parametrize(
    ("user", "key"), [("LI", "operation.again"), ("MEI", "operation.again"), ("WANG", "operation.not_yours")]
)
async def test_retry_is_for_the_asker_and_administrators(user: str, key: str) -> None:
    found = given()
    await failed(found)
    await respond(found.world, await presses(found, "retry", "R1", user))
    assert found.chat.keys == [key]
    assert (await found.operation()).state is (
        OperationState.READY if key == "operation.again" else OperationState.FAILED
    )


async def test_an_unknown_button_is_answered() -> None:
    found = given()
    await respond(found.world, await presses(found, "dance", "R1"))
    assert found.chat.keys == ["respond.unknown_button"]


@pytest.mark.parametrize("kind", ["ask", "speech", "press"])
async def test_who_asked_for_something_that_was_given_up_is_told(kind: str) -> None:
    found = given()
    identity = await asks(found, WORDS, what=InboundKind(kind))
    assert await mourn(found.world, Entry("work", "1-0", kind, identity, 5)) is None
    assert found.chat.keys == ["respond.broken"]


async def test_an_operation_that_was_given_up_says_stuck_and_offers_retry() -> None:
    found = given()
    await found.store.commit(Change().create(opened("R1", record(), SHOWN, "c", found.clock.now())))
    change = await mourn(found.world, Entry("work", "1-0", "operation", "R1", 5))
    assert change is not None
    [(document, _, _)] = change.written
    assert isinstance(document, Operation)
    assert (document.state, document.failure and document.failure.key) == (OperationState.FAILED, "execute.stuck")
    assert [entry["what"] for entry in change.audits] == ["operation.stuck"]
    assert digest(document.record) == document.digest
    assert await found.store.load(Inbound, "R1") is None


@pytest.mark.rule("R1.01")
async def test_whoever_asks_for_the_first_time_is_welcomed_after_the_answer() -> None:
    found = given()
    await requested(found)
    assert found.chat.keys == ["submit.requested"]
    assert [entry.id for entry in await found.store.read("work", 99) if entry.kind == "welcome"] == ["LI"]
