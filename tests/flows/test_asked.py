"""`approval list | show | withdraw`: each person sees what they asked for or may decide, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approvals.digest import reference
from bot.approvals.policy import Policy, Section
from bot.flows.respond import respond
from bot.ports import Change
from bot.records import Approval, ApprovalState, Circle
from bot.reply import Reply
from bot.say import Language
from tests.fakes.words import words_of
from tests.flows.given import Given, asks, given, presses


async def told(found: Given, words: str, user: str = "LI") -> Reply | str:
    """Return the answer to somebody's words, or the key of a refusal."""
    answers: list[Reply] = []

    async def kept(surface: object, reply: Reply, language: Language) -> None:
        answers.append(reply)

    found.chat.answer = kept  # type: ignore[method-assign]
    before = len(found.chat.said)
    await respond(found.world, await asks(found, words, user=user))
    return answers[-1] if answers else found.chat.said[before:][-1][1].key


async def requested(found: Given, name: str = "b-1", user: str = "LI") -> str:
    """Let somebody ask for a bucket; return the request's id."""
    identity = await asks(found, f"bucket create {name}", user=user)
    await respond(found.world, identity)
    return f"request-of-{identity}"


@pytest.mark.parametrize(
    ("user", "sees", "acts"),
    [("LI", True, ["withdraw"]), ("MEI", True, ["approve", "deny"]), ("WANG", False, [])],
)
async def test_who_sees_a_request_and_what_they_may_do(user: str, sees: bool, acts: list[str]) -> None:
    found = given()
    identity = await requested(found)
    listed = await told(found, "approval list", user)
    assert isinstance(listed, Reply)
    assert (f"`{reference(identity)}`" in words_of(listed)) is sees
    shown = await told(found, f"approval show {reference(identity)}", user)
    assert isinstance(shown, Reply)
    assert ("Waiting for approval (0 of 1)" in words_of(shown)) is sees
    offered = [button for button in shown.buttons if button.value == identity]
    assert [button.action for button in offered] == acts


async def test_whom_the_policy_names_sees_what_waits_for_them() -> None:
    found = given()
    named = Policy(commands={"bucket create": Section(people=Circle(("WANG",)))})
    found.world = replace(found.world, policy=named)
    await requested(found)
    listed = await told(found, "审批 列表", "WANG")
    assert isinstance(listed, Reply)
    assert listed.table is not None
    assert "等待审批" in words_of(listed, Language.ZH)


async def test_what_ended_is_listed_on_demand() -> None:
    found = given()
    identity = await requested(found)
    await respond(found.world, await presses(found, "deny", identity))
    waiting, every = await told(found, "approval list"), await told(found, "approval list all")
    assert isinstance(waiting, Reply)
    assert isinstance(every, Reply)
    assert waiting.head.key == "approval.list.nothing"
    assert "Denied by" in words_of(every)


async def test_withdrawn_by_a_command_like_by_the_button() -> None:
    found = given()
    identity = await requested(found)
    for user in ("WANG", "MEI"):
        await told(found, f"approval withdraw {reference(identity)}", user)
    stored = await found.store.load(Approval, identity)
    assert stored is not None
    assert stored.record.state is ApprovalState.WAITING
    assert found.acts() == ["requested", "press.refused"], "mei sees it and may not, wang does not see it"
    done = await told(found, f"审批 撤回 {reference(identity)}")
    assert isinstance(done, Reply)
    assert done.head.key == "approval.done.withdraw"
    again = await told(found, f"approval withdraw {reference(identity)}")
    assert isinstance(again, Reply)
    assert found.acts()[2:] == ["approval.withdraw"]


async def test_a_forgotten_record_is_passed_over() -> None:
    found = given()
    await found.store.commit(Change().index("approvals", "gone", 1.0))
    listed = await told(found, "approval list")
    assert isinstance(listed, Reply)
    assert listed.head.key == "approval.list.nothing"
