"""What a person does with blocks: press, choose, look for options, run a shortcut, open the Home."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from sandbox.workspace import payloads
from sandbox.workspace.blocks import check_options, elements_of, flat, options_of
from sandbox.workspace.deliver import Ack
from sandbox.workspace.fields import choose, enter
from sandbox.workspace.limits import STATEFUL
from sandbox.workspace.modals import FIELDS
from sandbox.workspace.people import Person
from sandbox.workspace.records import Message, View
from sandbox.workspace.site import Site
from sandbox.workspace.speak import CannotError, located

Json = dict[str, Any]
FEEDBACK = ("positive_button", "negative_button")
HOME_WAIT_S = 1.0
LEAST_QUERY = 3


class SilentAppError(CannotError):
    """Raised when the app did not answer what one waits for; the text says how."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An element on a person's screen and what holds it."""

    holder: Message | View
    block: Json
    element: Json


def _blocks(holder: Message | View) -> list[Json]:
    """Return everything with elements that a person sees there: held blocks too, and those of attachments."""
    attached = holder.attachments if isinstance(holder, Message) else []
    whole = [*holder.blocks, *(block for one in attached for block in one.get("blocks", []))]
    return [block for block, _ in flat(whole)]


def _values_of(element: Json) -> list[str | None]:
    """Return what pressing an element may say; feedback buttons have two values."""
    two = [element[name]["value"] for name in FEEDBACK if name in element]
    return two or [element.get("value")]


def spot(holder: Message | View, action_id: str, value: str | None = None) -> Spot | None:
    """Find the element with this action_id, and this value if the same action_id is there several times."""
    for block in _blocks(holder):
        for element in elements_of(block):
            if element["action_id"] == action_id and value in (None, *_values_of(element)):
                return Spot(holder, block, element)
    return None


def modal_of(site: Site, person: Person) -> View:
    """Return the person's visible modal. Raises CannotError."""
    stack = site.workspace.stack(person.id)
    if not stack:
        raise CannotError(f"{person.name} has no modal open")
    return stack[-1]


def _holder(site: Site, person: Person, surface: str, where: str, ts: str) -> Message | View:
    if surface == "modal":
        return modal_of(site, person)
    if surface == "home":
        home = site.workspace.homes.get(person.id)
        if home is None:
            raise CannotError(f"nothing is published in the Home of {person.name}: call GET /control/home first")
        return home
    if surface != "message":
        raise CannotError("surface is message, home or modal")
    _, place = located(site, person.id, where)
    seen = [m for m in site.workspace.visible(person, place) if m.ts == ts]
    if not seen:
        raise CannotError(f"{person.name} sees no message {ts} in {where}: take a ts from GET /control/messages")
    return seen[0]


async def press(
    site: Site,
    name: str,
    action_id: str,
    *,
    where: str = "",
    ts: str = "",
    value: str | None = None,
    selected: object = None,
    surface: str = "message",
) -> Json:
    """Press or choose an element; returns {"ack_ms", "ok"}, and "error" when the app did not acknowledge."""
    person = site.workspace.person(name)
    holder = _holder(site, person, surface, where, ts)
    found = spot(holder, action_id, value)
    if found is None:
        there = sorted({e["action_id"] for block in _blocks(holder) for e in elements_of(block)})
        raise CannotError(f"no element {action_id!r} with that value; there are: {', '.join(there) or 'none'}")
    if person.id not in found.element.get("visible_to_user_ids", [person.id]):
        raise CannotError(f"{action_id!r} is not shown to {person.name}")
    action = await _action(site, person, found, selected) | _feedback(found.element, value)
    if isinstance(holder, View):
        payload = payloads.view_press(site, person, holder, action)
    else:
        payload = payloads.message_action_press(site, person, holder, action)
    ack = await site.deliverer.interactive(payload)
    return {"ack_ms": ack.ack_ms, "ok": ack.ok} | ({} if ack.ok else {"error": ack.error})


def _feedback(element: Json, value: str | None) -> Json:
    """Return which of two feedback buttons was pressed. Raises CannotError when that was not said."""
    if element["type"] != "feedback_buttons":
        return {}
    buttons = [element[name] for name in FEEDBACK]
    pressed = next((one for one in buttons if one["value"] == value), None)
    if pressed is None:
        raise CannotError(f"value says which button: {' or '.join(one['value'] for one in buttons)}")
    return {"text": pressed["text"], "value": pressed["value"]}


async def _action(site: Site, person: Person, found: Spot, selected: object) -> Json:
    """Return the entry of `actions`, and keep a choice in the state of what holds the element."""
    element, block = found.element, found.block
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise CannotError(f"{element['action_id']!r} is an input without dispatch_action: use POST /control/submit")
    names = ("type", "action_id", "text", "value", "icon", "style", "placeholder", "confirm")
    action: Json = {name: element[name] for name in names if name in element}
    action |= {"block_id": block["block_id"], "action_ts": payloads.action_ts()}
    if element["type"] == "overflow":
        return action | {"selected_option": choose(options_of(element), selected)}
    if element["type"] not in STATEFUL:
        return action
    held = await fill(site, person, found, selected)
    return action | {FIELDS[element["type"]][0]: held[FIELDS[element["type"]][0]]}


async def fill(site: Site, person: Person, found: Spot, entry: object) -> Json:
    """Enter something into a field, asking the app for options first where an external select needs it."""
    element = found.element
    offered = site.offered.get((person.id, element["action_id"]), [])
    if "external_select" in element["type"] and entry and not _known(offered, entry):
        query = entry[0] if isinstance(entry, list) else entry
        offered = await options(site, person.id, element["action_id"], str(query), found)
    held = enter(site.workspace, element, entry, offered)
    values = _values(site, person, found.holder)
    values.setdefault(found.block["block_id"], {})[element["action_id"]] = held
    return held


def _known(offered: list[Json], entry: object) -> bool:
    entries = entry if isinstance(entry, list) else [entry]
    return all(item in [option["value"] for option in offered] for item in entries)


def _values(site: Site, person: Person, holder: Message | View) -> dict[str, dict[str, Json]]:
    if isinstance(holder, View):
        return holder.values
    return site.workspace.message_values.setdefault((person.id, holder.channel, holder.ts), {})


def _spot_anywhere(site: Site, person: Person, action_id: str) -> Spot:
    """Find an element in the modal, else the Home, else the newest message this person sees."""
    holders: list[Message | View] = [*site.workspace.stack(person.id)[-1:]]
    if person.id in site.workspace.homes:
        holders.append(site.workspace.homes[person.id])
    places = [c for c in site.workspace.conversations.values() if person.id in c.members]
    seen: list[Message] = [m for place in places for m in site.workspace.visible(person, place)]
    seen.sort(key=lambda message: message.ts, reverse=True)
    holders += seen
    for holder in holders:
        if found := spot(holder, action_id):
            return found
    raise CannotError(f"{person.name} sees no element {action_id!r}")


async def options(site: Site, name: str, action_id: str, query: str, found: Spot | None = None) -> list[Json]:
    """Return the options an external select shows for what was typed, flat. Raises CannotError."""
    person = site.workspace.person(name)
    found = found or _spot_anywhere(site, person, action_id)
    if "external_select" not in found.element["type"]:
        return options_of(found.element)
    if len(query) < found.element.get("min_query_length", LEAST_QUERY):
        return []
    payload = payloads.block_suggestion(site, person, found.holder, found.block, found.element, query)
    ack = await site.deliverer.interactive(payload)
    offered = site.offered[person.id, action_id] = _offered(ack)
    return offered


def _offered(ack: Ack) -> list[Json]:
    """Return the options of an app's answer. Raises CannotError for what Slack does not show."""
    if not ack.ok:
        raise SilentAppError(f"the app gave no options: {ack.error}")
    try:
        body = json.loads(ack.body)
    except ValueError:
        raise CannotError("the app answered with options that Slack does not show: no JSON") from None
    if faults := check_options(body):
        raise CannotError(f"the app answered with options that Slack does not show: {'; '.join(faults)}")
    return options_of(body)


def tell_home_opened(site: Site, name: str) -> None:
    """Tell the app that somebody opened its Home, without waiting for what it publishes; nobody has none."""
    person = next((one for one in site.workspace.humans() if name in (one.id, one.name)), None)
    if person and "app_home_opened" in site.workspace.app.events:
        event = payloads.home_opened(site, person, site.workspace.direct(person.id))
        site.deliverer.behind(payloads.event_callback(site, event))


async def open_home(site: Site, name: str) -> View | None:
    """Open the app's Home; waits a moment for the app to publish it anew."""
    person = site.workspace.person(name)
    before = site.workspace.homes.get(person.id)
    seen = before.hash if before else None
    if "app_home_opened" in site.workspace.app.events:
        event = payloads.home_opened(site, person, site.workspace.direct(person.id))
        with site.workspace.feed.subscribe() as changes:
            await site.deliverer.event(payloads.event_callback(site, event))
            try:
                async with asyncio.timeout(HOME_WAIT_S):
                    while (view := site.workspace.homes.get(person.id)) is None or view.hash == seen:
                        await changes.get()
            except TimeoutError:
                pass
    return site.workspace.homes.get(person.id)


async def shortcut(site: Site, name: str, callback_id: str, where: str = "", ts: str = "") -> Json:
    """Run a global shortcut, or with `ts` one from that message's menu."""
    person = site.workspace.person(name)
    kind = "message" if ts else "global"
    known = [one["callback_id"] for one in site.workspace.app.shortcuts if one["type"] == kind]
    if callback_id not in known:
        raise CannotError(f"no {kind} shortcut {callback_id!r}; there are: {', '.join(known) or 'none'}")
    if ts:
        message = _holder(site, person, "message", where, ts)
        if not isinstance(message, Message) or message.ephemeral_for:
            raise CannotError("an ephemeral message has no shortcuts")
        payload = payloads.message_shortcut(site, person, message, callback_id)
    else:
        payload = payloads.global_shortcut(site, person, callback_id)
    ack = await site.deliverer.interactive(payload)
    return {"ack_ms": ack.ack_ms, "ok": ack.ok} | ({} if ack.ok else {"error": ack.error})
