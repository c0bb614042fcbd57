"""The price is asked again at the approval and before the work; nobody pays what they did not see (decision 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.approvals.policy import Policy, Section
from bot.errors import CloudBusy
from bot.flows.execute import execute
from bot.flows.respond import respond
from bot.ports import Cloud
from bot.records import Approval, ApprovalState, OperationState, PriceLine, Step
from bot.registry import Registry
from bot.say import say
from tests.flows.given import REGISTRY, Given, asks, given, presses


class Quote:
    """A price of a bucket that is turned by hand."""

    def __init__(self) -> None:
        self.amount = "1.00"
        self.down = False

    def line(self) -> PriceLine:
        return PriceLine(say("bucket.price.storage"), self.amount, "CNY", "GB")

    async def ask(self, _steps: Sequence[Step], _cloud: Cloud) -> tuple[PriceLine, ...]:
        if self.down:
            raise CloudBusy(say("cloud.bucket_not_empty", name="b", code="busy"))
        return (self.line(),)


def priced(tolerance: float = 0.0) -> tuple[Given, Quote]:
    """Return a world in which making a bucket has a price that can be asked again."""
    found, quote = given(), Quote()
    create = REGISTRY.named("bucket create")
    assert create.plan is not None
    planned = create.plan
    command = replace(
        create, price=quote.ask, plan=lambda ask, facts: replace(planned(ask, facts), price=(quote.line(),))
    )
    others = tuple(one for one in REGISTRY.commands if one.name != command.name)
    policy = Policy(commands={"bucket create": Section(approvers=2, tolerance=tolerance)})
    found.world = replace(found.world, registry=Registry(REGISTRY.nouns, (*others, command)), policy=policy)
    return found, quote


async def requested(found: Given) -> str:
    identity = await asks(found, "bucket create b-1")
    await respond(found.world, identity)
    return f"request-of-{identity}"


async def approves(found: Given, identity: str, who: str) -> Approval:
    await respond(found.world, await presses(found, "approve", identity, who))
    stored = await found.store.load(Approval, identity)
    assert stored is not None
    return stored.record


async def test_a_risen_price_does_not_count_and_is_shown() -> None:
    found, quote = priced()
    identity = await requested(found)
    assert len((await approves(found, identity, "MEI")).votes) == 1
    quote.amount = "1.01"
    after = await approves(found, identity, "CHEN")
    assert (after.state, after.votes, after.shown.price[0].amount) == (ApprovalState.WAITING, (), "1.01")
    assert found.chat.keys[-1] == "approval.price_raised"
    assert found.acts()[-2:] == ["approval.price_raised", "press.refused"]
    for who in ("MEI", "CHEN"):
        after = await approves(found, identity, who)
    assert after.state is ApprovalState.APPROVED


@pytest.mark.parametrize(("amount", "state"), [("1.05", ApprovalState.APPROVED), ("0.50", ApprovalState.APPROVED)])
async def test_within_the_tolerance_and_cheaper_counts(amount: str, state: ApprovalState) -> None:
    found, quote = priced(tolerance=0.05)
    identity = await requested(found)
    quote.amount = amount
    await approves(found, identity, "MEI")
    assert (await approves(found, identity, "CHEN")).state is state


async def test_a_price_that_cannot_be_asked_is_no_approval() -> None:
    found, quote = priced()
    identity = await requested(found)
    quote.down = True
    assert (await approves(found, identity, "MEI")).votes == ()
    assert found.chat.keys[-1] == "approval.cannot_price"


async def test_a_price_that_rose_after_the_approval_voids_it() -> None:
    found, quote = priced()
    identity = await requested(found)
    for who in ("MEI", "CHEN"):
        await approves(found, identity, who)
    quote.amount = "2"
    await execute(found.world, identity)
    operation = await found.operation(identity)
    assert operation.state is OperationState.VOID
    assert operation.failure is not None
    assert operation.failure.key == "execute.price_raised"
    assert "b-1" not in found.buckets.kept


async def test_somebody_without_the_right_learns_no_new_price() -> None:
    found, quote = priced()
    identity = await requested(found)
    quote.amount = "9"
    after = await approves(found, identity, "WANG")
    assert after.shown.price[0].amount == "1.00"
    assert found.chat.keys[-1] == "approval.not_an_approver"
