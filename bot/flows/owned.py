"""Whose things are whose: a list for each owner, kept with the things, so that a Home need not read them all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import Change, Store
from bot.records import Phase, Thing

MOST = 200


def _list(owner: str) -> str:
    return f"owned:{owner}"


def own(change: Change, before: Thing, after: Thing) -> None:
    """Keep the owners' lists true in the change that writes a thing; who lost it or what is gone leaves them.

    A Home is drawn again with the thing's card; where there is none yet, at once.
    """
    if before.owner and before.owner != after.owner:
        change.unindex(_list(before.owner), after.id)
    if after.owner and after.phase is Phase.GONE:
        change.unindex(_list(after.owner), after.id)
    elif after.owner:
        change.index(_list(after.owner), after.id, after.since)
        if not after.raised:
            change.home(after.owner)


async def owned(store: Store, owner: str) -> Sequence[Thing]:
    """Return somebody's things that are not gone, the most urgent deadline first. Raises `StoreDown`."""
    names = await store.members(_list(owner), newest=MOST)
    found = await store.load_all(Thing, names)
    things = [stored.record for stored in found if stored]
    mine = [thing for thing in things if thing.owner == owner and thing.phase is not Phase.GONE]
    return sorted(mine, key=lambda thing: (thing.deadline or float("inf"), thing.name))
