"""Take a payload in: one commit drops repeats, stores what was said, and wakes a worker (decision 1)."""

from __future__ import annotations

from bot.errors import Conflict
from bot.ports import Change, Store
from bot.records import Form, Inbound

REPEATS = 24 * 3600.0
INBOUND = 24 * 3600.0
FORM = 24 * 3600.0


async def accept(store: Store, inbound: Inbound, delivery: str) -> bool:
    """Store the payload and wake a worker; return False for a repeat of `delivery`. Raises `StoreDown`."""
    change = Change().once(f"in:{delivery}", REPEATS).create(inbound, lifetime=INBOUND)
    return await _committed(store, change.work(inbound.what.value, inbound.id))


async def accept_form(store: Store, form: Form, delivery: str) -> bool:
    """Remember an opened form and where its answer belongs; return False for a repeat. Raises `StoreDown`."""
    return await _committed(store, Change().once(f"in:{delivery}", REPEATS).create(form, lifetime=FORM))


async def accept_home(store: Store, user: str, delivery: str) -> bool:
    """Wake a sender for the Home that somebody opened; return False for a repeat. Raises `StoreDown`."""
    return await _committed(store, Change().once(f"in:{delivery}", REPEATS).home(user, opened=True))


async def _committed(store: Store, change: Change) -> bool:
    try:
        await store.commit(change)
    except Conflict:
        return False
    return True
