"""Take a payload in: one commit drops repeats, holds back who comes too fast, stores what was said, wakes a worker.

A person may do so many things a minute, counted in Redis over all processes (decision 1; a stolen account, or a script
on somebody's keyboard). What is held back changes nothing, and is told to whoever did it.
"""

from __future__ import annotations

from bot.errors import Conflict, Refusal
from bot.ports import Change, Store
from bot.records import Form, Inbound

REPEATS = 24 * 3600.0
INBOUND = 24 * 3600.0
FORM = 24 * 3600.0
WINDOW = 60.0


async def accept(store: Store, inbound: Inbound, delivery: str, most: int) -> bool:
    """Store the payload and wake a worker; return False for a repeat of `delivery`.

    `most` is how much one person may do in a minute, 0 for no limit. Raises `StoreDown`, and `Refusal` beyond it.
    """
    change = Change().once(f"in:{delivery}", REPEATS).create(inbound, lifetime=INBOUND)
    change.work(inbound.what.value, inbound.id)
    return await _committed(store, change, inbound.surface.user, most)


async def accept_form(store: Store, form: Form, delivery: str, most: int) -> bool:
    """Remember an opened form and where its answer belongs; return False for a repeat.

    Raises `StoreDown`, and `Refusal` as `accept` does.
    """
    change = Change().once(f"in:{delivery}", REPEATS).create(form, lifetime=FORM)
    return await _committed(store, change, form.surface.user, most)


async def accept_home(store: Store, user: str, delivery: str) -> bool:
    """Wake a sender for the Home that somebody opened; return False for a repeat. Raises `StoreDown`."""
    return await _committed(store, Change().once(f"in:{delivery}", REPEATS).home(user, opened=True), user, 0)


def counted(change: Change, user: str, most: int) -> Change:
    """Return the change counted as one of what somebody may do in a minute; 0 for no limit."""
    return change.within(user, most, WINDOW) if most else change


async def _committed(store: Store, change: Change, user: str, most: int) -> bool:
    try:
        await store.commit(counted(change, user, most))
    except Conflict as conflict:
        if conflict.document != f"rate:{user}":
            return False
        await _note(store, user, most)
        raise Refusal("accept.too_fast", most=most) from conflict
    return True


async def _note(store: Store, user: str, most: int) -> None:
    """Record that somebody was held back, once a minute."""
    try:
        change = Change().once(f"held:{user}", WINDOW)
        await store.commit(change.audit("held_back", who=user, most=str(most)))
    except Conflict:
        return
