"""What somebody finds in their Home: read from the records in Redis, never from the cloud (contract, section 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.flows.owned import owned
from bot.flows.request_cards import card_id
from bot.ports import Store
from bot.records import Approval, ApprovalState, Audience, Card, Person, Thing
from bot.say import Say

NEWEST = 50
"""Of how many requests the waiting ones are looked for."""

Notice = Callable[[Store, Person], Awaitable[Say | None]]
NOTICES: tuple[Notice, ...] = ()
"""What may stand at the top of a Home, in this order: each says one line, or None where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """What a Home shows: notices, what is theirs, what waits for their decision, what they asked for and waits."""

    notices: Sequence[Say] = ()
    things: Sequence[Thing] = ()
    to_decide: Sequence[Approval] = ()
    asked: Sequence[Approval] = ()


async def at_home(store: Store, person: Person) -> AtHome:
    """Return what this person's Home shows now. Raises `StoreDown`."""
    said = [await notice(store, person) for notice in NOTICES]
    waiting = await _waiting(store)
    to_decide = [approval for approval in waiting if await _is_for(store, approval, person.id)]
    return AtHome(
        notices=[line for line in said if line is not None],
        things=await owned(store, person.id),
        to_decide=to_decide,
        asked=[approval for approval in waiting if approval.record.asker == person.id],
    )


async def _waiting(store: Store) -> list[Approval]:
    """Return the newest requests that wait for a decision."""
    names = await store.members("approvals", newest=NEWEST)
    found = await asyncio.gather(*(store.load(Approval, name) for name in names))
    return [stored.record for stored in found if stored and stored.record.state is ApprovalState.WAITING]


async def _is_for(store: Store, approval: Approval, user: str) -> bool:
    """Return whether somebody was asked to decide and has not yet."""
    stored = await store.load(Card, card_id(approval.id))
    asked = stored is not None and any(
        copy.audience is Audience.APPROVER and copy.address == user for copy in stored.record.copies
    )
    return asked and all(vote.voter != user for vote in approval.votes)
