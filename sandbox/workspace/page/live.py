"""Server-sent events: which parts of an open page to fetch anew, as the workspace changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sandbox.workspace.feed import Change, Subscription
from sandbox.workspace.page.address import Address
from sandbox.workspace.page.panes import Pane, pane_of
from sandbox.workspace.page.scene import Scene
from sandbox.workspace.state import Workspace

GATHER_S = 0.03
LOOK_S = 0.5
PING_EVERY = 30
EVERYTHING = ("side", "head", "list")


def parts_of(pane: Pane, change: Change) -> set[str]:
    """Return the ids of the parts of one side that a change concerns."""
    me = pane.reader.me.id
    if change.kind == "clock":
        return {"clock", f"list{pane.slot}"}
    if change.kind == "people":
        return {f"{part}{pane.slot}" for part in EVERYTHING}
    if change.person not in (None, me):
        return set()
    if change.kind == "modal":
        return {f"modal{pane.slot}"}
    if change.kind == "home":
        return {f"list{pane.slot}"} if pane.at_home else set()
    if change.kind == "message" and pane.place and change.channel == pane.place.id and not pane.at_home:
        return {f"list{pane.slot}"}
    return {f"side{pane.slot}"} if change.kind in ("message", "unread") else set()


async def _gathered(changes: Subscription) -> list[Change]:
    """Wait for a change and take along those that follow at once; nothing if none comes for a while."""
    try:
        async with asyncio.timeout(LOOK_S):
            found = [await changes.get()]
    except TimeoutError:
        return []
    await asyncio.sleep(GATHER_S)
    found += changes.waiting()
    return found


async def stream(workspace: Workspace, scene: Scene, address: Address) -> AsyncIterator[str]:
    """Yield events; the data of each names the parts to fetch, separated by spaces."""
    panes = [pane_of(workspace, address, slot, scene.clock.now) for slot in range(1, len(address.sides) + 1)]
    with workspace.feed.subscribe() as changes:
        yield "retry: 1000\n\n"
        seen, idle = scene.count, 0
        while True:
            parts = {part for change in await _gathered(changes) for pane in panes for part in parts_of(pane, change)}
            if scene.count != seen:
                seen = scene.count
                parts.add("requests")
            idle = 0 if parts else idle + 1
            if parts:
                yield f"data: {' '.join(sorted(parts))}\n\n"
            elif idle % PING_EVERY == 0:
                yield ": still here\n\n"
