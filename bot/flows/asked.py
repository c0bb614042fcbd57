"""The requests as one person may see them, for commands that ask about them."""

from __future__ import annotations

import asyncio

from bot.approvals.digest import reference
from bot.flows.approvers import able
from bot.flows.request_words import steering
from bot.flows.world import World
from bot.ports import Asked
from bot.records import Approval, ApprovalState, Operation, Person

NEWEST = 100
MOST = 100_000


async def requests_of(world: World, person: Person) -> list[Asked]:
    """Return the newest requests that this person may see, the newest first. Raises `ChatFault`."""
    names = await world.store.members("approvals", newest=NEWEST)
    found = await asyncio.gather(*(_seen(world, name, person) for name in names))
    return [asked for asked in found if asked is not None]


async def request_of(world: World, person: Person, word: str) -> Asked | None:
    """Return a request by its reference, or None where there is none that this person may see. Raises `ChatFault`."""
    names = await world.store.members("approvals", newest=MOST)
    name = next((name for name in names if word in (reference(name), name)), None)
    return await _seen(world, name, person) if name else None


async def _seen(world: World, identity: str, person: Person) -> Asked | None:
    stored, carried = await asyncio.gather(world.store.load(Approval, identity), world.store.load(Operation, identity))
    if stored is None:
        return None
    approval, operation = stored.record, carried.record if carried else None
    own = person.id in (approval.record.asker, approval.record.beneficiary)
    administrator = person.id in await world.chat.administrators()
    decides = person.id in await able(world, approval.need, late=bool(approval.escalated))
    if not (own or administrator or decides):
        return None
    if operation is not None:
        return Asked(approval, operation, steering(operation) if own or administrator else ())
    return Asked(approval, None, _decisions(approval, own=own, decides=decides))


def _decisions(approval: Approval, *, own: bool, decides: bool) -> tuple[str, ...]:
    """Return the decisions that are this person's to make."""
    if approval.state is not ApprovalState.WAITING:
        return ()
    if own:
        return ("approve", "withdraw") if approval.single else ("withdraw",)
    return ("approve", "deny") if decides else ()
