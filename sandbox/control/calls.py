"""The control calls, one function each, in the order of the contract's table."""

from __future__ import annotations

import asyncio
import base64
from time import monotonic
from typing import Any
from zoneinfo import available_timezones

from sandbox.control.frame import BadInputError, Controls, Input, NotReadyError
from sandbox.control.probe import IN_A_ROW, PAUSE_S
from sandbox.workspace import act, speak, submit
from sandbox.workspace.changes import group_changed, person_changed
from sandbox.workspace.people import Person
from sandbox.workspace.records import Message, View

Json = dict[str, Any]
READY_S = 60.0


def _person_json(controls: Controls, person: Person) -> Json:
    groups = [g.handle for g in controls.site.workspace.groups.values() if person.id in g.users]
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "locale": person.locale,
        "tz": person.tz,
        "admin": person.admin,
        "guest": person.guest,
        "deleted": person.deleted,
        "team": person.team,
        "groups": groups,
    }


async def state(controls: Controls, _: Input) -> Json:
    """Say who and what is there, once the bot is ready."""
    if not await controls.probe.ready(READY_S):
        bots = ", ".join(controls.probe.bots)
        raise NotReadyError(f"the bot is not ready after {READY_S:.0f} s: look at {bots}")
    workspace = controls.site.workspace
    channels = [c for c in workspace.conversations.values() if c.kind != "im"]
    return {
        "people": [_person_json(controls, person) for person in workspace.humans()],
        "channels": [{"id": c.id, "name": f"#{c.name}", "members": sorted(c.members)} for c in channels],
        "groups": [{"id": g.id, "handle": g.handle, "users": g.users} for g in workspace.groups.values()],
        "bot": {"id": workspace.app.bot_user, "name": workspace.app.name},
        "urls": controls.urls,
        "time": controls.clock.now(),
    }


async def say(controls: Controls, given: Input) -> Json:
    """Say something as somebody."""
    thread_ts = given.text("thread_ts", "") or None
    return await speak.say(controls.site, given.text("as"), given.text("in"), given.text("text"), thread_ts)


def message_row(controls: Controls, message: Message) -> Json:
    """Return a message as the control API shows it; `from` is a person's name, "bot" or "slackbot"."""
    author = controls.site.workspace.people.get(message.author)
    name = author.name if author else "slackbot"
    return {
        "ts": message.ts,
        "from": "bot" if message.by_bot else name,
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.ephemeral_for is not None,
        "thread_ts": message.thread_ts,
        "edited": message.edited is not None,
        "files": message.files,
    }


async def messages(controls: Controls, given: Input) -> list[Json]:
    """Return what somebody sees somewhere, oldest first."""
    workspace = controls.site.workspace
    person = workspace.person(given.text("as"))
    place = workspace.place(given.text("in"), person)
    return [message_row(controls, message) for message in workspace.visible(person, place)]


async def press(controls: Controls, given: Input) -> Json:
    """Press or choose an element."""
    return await act.press(
        controls.site,
        given.text("as"),
        given.text("action_id"),
        where=given.text("in", "@bot"),
        ts=given.text("ts", ""),
        value=given.text("value", "") or None,
        selected=given.given.get("selected"),
        surface=given.text("surface", "message"),
    )


def view_row(view: View) -> Json:
    """Return a view as the control API shows it."""
    shown = {name: view.body.get(name) for name in ("title", "submit", "close", "callback_id", "blocks")}
    return shown | {"id": view.id, "values": view.values, "errors": view.errors, "trouble": view.trouble}


async def view(controls: Controls, given: Input) -> Json | None:
    """Return the modal somebody sees, or null."""
    workspace = controls.site.workspace
    stack = workspace.stack(workspace.person(given.text("as")).id)
    return view_row(stack[-1]) if stack else None


async def submit_view(controls: Controls, given: Input) -> Json:
    """Fill in and submit the modal."""
    values = given.given.get("values", {})
    if not isinstance(values, dict):
        raise BadInputError("values must be an object: entries by action_id or block_id")
    return await submit.submit(controls.site, given.text("as"), values)


async def close_view(controls: Controls, given: Input) -> Json:
    """Close the modal."""
    return await submit.close(controls.site, given.text("as"))


async def options(controls: Controls, given: Input) -> list[Json]:
    """Return the options of a select."""
    return await act.options(controls.site, given.text("as"), given.text("action_id"), given.text("q", ""))


async def home(controls: Controls, given: Input) -> Json:
    """Open the App Home and return its blocks."""
    shown = await act.open_home(controls.site, given.text("as"))
    return {"blocks": shown.blocks if shown else [], "published": shown is not None}


async def shortcut(controls: Controls, given: Input) -> Json:
    """Run a shortcut."""
    name, callback_id = given.text("as"), given.text("callback_id")
    return await act.shortcut(controls.site, name, callback_id, given.text("in", "@bot"), given.text("ts", ""))


async def file(controls: Controls, given: Input) -> Json:
    """Drop a file; `content` is text, or `content_base64` bytes; `text` are words beside it."""
    if "content_base64" in given.given:
        content = base64.b64decode(given.text("content_base64"), validate=True)
    else:
        content = given.text("content").encode()
    where, thread_ts = given.text("in"), given.text("thread_ts", "") or None
    dropped, words = [(given.text("name"), content)], given.text("text", "")
    done = await speak.drop_files(controls.site, given.text("as"), where, dropped, thread_ts, words)
    return done | {"file": done["files"][0]}


KINDS = {"deleted": bool, "guest": bool, "admin": bool, "team": str, "locale": str, "tz": str}


async def people(controls: Controls, given: Input) -> Json:
    """Change somebody: any of groups (all handles), deleted, guest, admin, team, locale, tz."""
    workspace = controls.site.workspace
    person = workspace.person(given.text("id"))
    changes = {name: value for name, value in given.given.items() if name in KINDS}
    for name, value in changes.items():
        if not isinstance(value, KINDS[name]):
            raise BadInputError(f"{name} must be a {'truth value' if KINDS[name] is bool else 'text'}")
    if "tz" in changes and changes["tz"] not in available_timezones():
        raise BadInputError(f"no time zone {changes['tz']!r}: a name as Asia/Shanghai")
    if "groups" in given.given:
        _set_groups(controls, person, given.given["groups"])
    for name, value in changes.items():
        setattr(person, name, value)
    if changes:
        person_changed(controls.site, person)
    workspace.tell("people", person.id)
    return _person_json(controls, person)


def _set_groups(controls: Controls, person: Person, handles: object) -> None:
    """Put a person into exactly these groups, all or nothing. Raises NotThereError."""
    if not isinstance(handles, list):
        raise BadInputError("groups must be a list of handles")
    wanted = [controls.site.workspace.group(str(handle)) for handle in handles]
    for group in controls.site.workspace.groups.values():
        before, updated = list(group.users), group.updated
        if person.id in group.users and group not in wanted:
            group.users.remove(person.id)
        elif person.id not in group.users and group in wanted:
            group.users.append(person.id)
        if group.users != before:
            group.updated = int(controls.clock.now())
            group_changed(controls.site, group, before, updated)


async def clock(controls: Controls, given: Input) -> Json:
    """Advance product and cloud time, let it run `speed` times as fast, or both."""
    speed = given.number("speed", controls.clock.speed)
    advance_s = given.number("advance_s", 0.0 if "speed" in given.given else None)
    controls.clock.run_at(speed)
    await controls.clock.advance(advance_s)
    controls.site.workspace.tell("clock")
    return {"time": controls.clock.now(), "offset_s": controls.clock.offset, "speed": controls.clock.speed}


async def settle(controls: Controls, given: Input) -> Json:
    """Wait until nothing is under way: no delivery, and nothing left to do by the bot's own word, twice in a row."""
    started, quiet = monotonic(), 0
    while True:
        left = await controls.probe.unsettled()
        in_flight = controls.site.deliverer.in_flight
        quiet = quiet + 1 if left == 0 and in_flight == 0 else 0
        waited = round(monotonic() - started, 3)
        if quiet >= IN_A_ROW:
            return {"settled": True, "waited_s": waited}
        if waited >= given.number("timeout_s", 10):
            return {"settled": False, "waited_s": waited, "in_flight": in_flight, "unsettled": left}
        await asyncio.sleep(PAUSE_S)


async def cloud(controls: Controls, given: Input) -> Json:
    """Return the truth of one cloud service."""
    service = given.text("service")
    if service not in controls.cloud.apps:
        raise BadInputError(f"no service {service!r}; there are: {', '.join(controls.cloud.apps)}")
    return controls.cloud.truth(service)


async def cloud_faults(controls: Controls, given: Input) -> Json:
    """Order a fault of a cloud service."""
    times = given.whole("times", 1)
    operation = given.text("operation", "") or None
    controls.cloud.add_fault(given.text("service"), operation, given.text("kind"), times)
    return {"ok": True}


async def cloud_console(controls: Controls, given: Input) -> Json:
    """Do what a person does in the provider's console; the answer is the thing it was done to, or the one it made.

    modelarts: start, stop, delete, fail {name} · create {name, model: "name:version", flavor, nodes?}
    · call {name, times?, failed?} · deauthorize {principal} · agree {account}. bss: renew, buy_again, use_up {package}
    · use {package, hours} · price {flavor, hourly} · verify {real_name?}. iam: create_user, delete_user {name}
    · create_agency {name, trusts?, days?} · delete_agency {name} · grant {agency, permission, scope?}
    · revoke {agency, permission}. `account?` names another account than the first.
    """
    fields = {name: value for name, value in given.given.items() if name not in ("service", "action")}
    return controls.cloud.console(given.text("service"), given.text("action"), fields)


async def verify(controls: Controls, _: Input) -> Json:
    """Ask each address of the app for a challenge back, as Slack does when the address is entered."""
    poster = controls.site.poster
    if poster is None:
        raise BadInputError("Socket Mode has no address to verify: start the sandbox without --socket-mode")
    return await poster.verify(controls.site.workspace.app.verification_token)


async def slack_faults(controls: Controls, given: Input) -> Json:
    """Order a fault of Slack."""
    method = given.text("method", "") or None
    controls.site.disturb(given.text("kind"), method, given.whole("times", 1))
    return {"ok": True}


async def calls(controls: Controls, given: Input) -> list[Json]:
    """Return the requests received, oldest first."""
    return controls.calls.listed(given.text("service", "") or None)
