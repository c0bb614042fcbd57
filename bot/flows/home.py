"""What somebody finds in their Home: read from the records in Redis, never from the cloud (contract, section 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.flows.ask_admin import anew
from bot.flows.checklist import INDEX
from bot.flows.owned import owned
from bot.flows.request_cards import card_id
from bot.ports import Store
from bot.records import Approval, ApprovalState, Audience, Card, ItemState, Person, Setup, Thing
from bot.reply import Button, Reply
from bot.rules.setup import Line, unfinished
from bot.say import say

NEWEST = 50
"""Of how many requests the waiting ones are looked for."""

Notice = Callable[[Store, Person], Awaitable[Reply | None]]


async def not_ready(store: Store, _person: Person) -> Reply | None:
    """Say how far the account's checklist is, as long as it is not finished (R1.01)."""
    setup = await _setup(store)
    missing = unfinished(setup.items) if setup else ()
    if setup is None or not missing:
        return None
    head = say("home.setup", done=len(setup.items) - len(missing), total=len(setup.items))
    return Reply(head, buttons=(Button("look_again", say("home.setup_open"), setup.handle),))


async def not_authorized(store: Store, _person: Person) -> Reply | None:
    """Say that ModelArts may act for nobody, before anything fails for it; one click asks for it (R3.28)."""
    setup = await _setup(store)
    open_lines = {item.name for item in setup.items if item.state is ItemState.OPEN} if setup else set()
    if Line.AUTHORIZATION not in open_lines:
        return None
    return Reply(say("home.unauthorized"), buttons=(Button("ask_admin", say("ask_admin.button"), anew("auth add")),))


async def _setup(store: Store) -> Setup | None:
    for account in await store.members(INDEX, newest=1):
        stored = await store.load(Setup, account)
        return stored.record if stored else None
    return None


NOTICES: tuple[Notice, ...] = (not_ready, not_authorized)
"""What may stand at the top of a Home, in this order: each says something, or None where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """What a Home shows: notices, what is theirs, what waits for their decision, what they asked for and waits."""

    notices: Sequence[Reply] = ()
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
    found = await store.load_all(Approval, names)
    return [stored.record for stored in found if stored and stored.record.state is ApprovalState.WAITING]


async def _is_for(store: Store, approval: Approval, user: str) -> bool:
    """Return whether somebody was asked to decide and has not yet."""
    stored = await store.load(Card, card_id(approval.id))
    asked = stored is not None and any(
        copy.audience is Audience.APPROVER and copy.address == user for copy in stored.record.copies
    )
    return asked and all(vote.lapsed or vote.voter != user for vote in approval.votes)
