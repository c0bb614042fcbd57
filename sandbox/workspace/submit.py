"""What a person does with a modal: fill it in and submit it, or close it; and what the app's answer does to it."""

from __future__ import annotations

import json
from typing import Any

from sandbox.workspace import limits, payloads
from sandbox.workspace.act import Spot, fill, modal_of, press
from sandbox.workspace.blocks import check_view
from sandbox.workspace.deliver import Ack
from sandbox.workspace.fields import EntryError, client_errors
from sandbox.workspace.modals import FIELDS, find_field, make_view, replace_view
from sandbox.workspace.people import Person
from sandbox.workspace.records import View
from sandbox.workspace.site import Site
from sandbox.workspace.speak import CannotError, keep_file

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


async def submit(site: Site, name: str, values: Json) -> Json:
    """Enter values, keyed by action_id or block_id, and submit the open modal.

    Returns {"ack_ms", "ok"} and, where the form was refused, "errors" {block_id: text} (by Slack's client or by the
    app) or "error" (no proper answer). Raises CannotError, EntryError.
    """
    person = site.workspace.person(name)
    view = modal_of(site, person)
    if not view.body.get("submit"):
        raise CannotError("this modal has nothing to submit: close it")
    for key, entry in values.items():
        await _enter(site, person, view, key, entry)
    view.errors, view.trouble = client_errors(view), None
    if view.errors:
        return _refused(site, view, 0.0)
    ack = await site.deliverer.interactive(payloads.view_submission(site, person, view))
    return _judged(site, view, ack)


def chosen_files(site: Site, person: Person, entry: object) -> list[Json]:
    """Return the file objects of what is chosen in a file input: ids of files, or new ones as {"name", "content"}.

    Raises EntryError for a file that is not there.
    """
    found = []
    for one in entry if isinstance(entry, list) else [entry] if entry else []:
        if isinstance(one, dict):
            content = str(one.get("content", "")).encode()
            found.append(keep_file(site, person, (str(one.get("name", "")), content)))
        elif one in site.files.shown:
            found.append(site.files.shown[one])
        else:
            raise EntryError(f'no file {one!r}: give {{"name", "content"}} or the id of a file that was dropped')
    return found


async def _enter(site: Site, person: Person, view: View, key: str, entry: object) -> None:
    field = find_field(view.blocks, key)
    if field is None:
        known = [action for actions in view.values.values() for action in actions]
        raise CannotError(f"no field {key!r}; there are: {', '.join(known) or 'none'}")
    if field[1]["type"] == "file_input":
        entry = chosen_files(site, person, entry)
    if _tells(view, *field, entry):
        await press(site, person.id, field[1]["action_id"], selected=entry, surface="modal")
    else:
        await fill(site, person, Spot(view, *field), entry)


def _tells(view: View, block: Json, element: Json, entry: object) -> bool:
    """Return whether the app is told of this choice at once: Slack does so for an input with dispatch_action."""
    key = FIELDS[element["type"]][0] if element["type"] in FIELDS else ""
    if not block.get("dispatch_action") or key != "selected_option" or not entry:
        return False
    held = view.values[block["block_id"]][element["action_id"]][key]
    return not held or held["value"] != entry


def _refused(site: Site, view: View, ack_ms: float) -> Json:
    site.workspace.tell("modal", view.person)
    shown = {"error": view.trouble} if view.trouble else {"errors": view.errors}
    return {"ack_ms": ack_ms, "ok": False, **shown}


def _judged(site: Site, view: View, ack: Ack) -> Json:
    """Do to the modal what the answer says."""
    view.trouble = TROUBLE if not ack.ok else _apply(site, view, ack)
    if view.trouble or view.errors:
        return _refused(site, view, ack.ack_ms)
    site.workspace.tell("modal", view.person)
    return {"ack_ms": ack.ack_ms, "ok": True}


def _apply(site: Site, view: View, ack: Ack) -> str | None:
    """Carry out a response_action; returns what is wrong with the answer."""
    try:
        answer = json.loads(ack.body) if ack.body.strip() else {}
    except ValueError:
        return TROUBLE
    stack = site.workspace.stack(view.person)
    if view not in stack:
        return None
    match answer.get("response_action") if isinstance(answer, dict) else "?":
        case None:
            stack.remove(view)
        case "clear":
            stack.clear()
        case "errors":
            return _show_errors(view, answer.get("errors"))
        case "update" | "push":
            return _show_view(stack, view, answer)
        case _:
            return TROUBLE
    return None


def _show_errors(view: View, errors: object) -> str | None:
    """Show the app's errors; Slack takes only those of input blocks that are there."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        return TROUBLE
    view.errors = {block_id: str(text) for block_id, text in errors.items()}
    return None


def _show_view(stack: list[View], view: View, answer: Json) -> str | None:
    body = answer.get("view")
    if faults := check_view(body, ("modal",)):
        return f"{TROUBLE} (invalid view: {'; '.join(faults)})"
    checked: Json = body or {}
    if answer["response_action"] == "update":
        replace_view(view, checked)
    elif len(stack) >= limits.VIEW_STACK:
        return f"{TROUBLE} (push_limit_reached)"
    else:
        stack.append(make_view(view.person, checked, view))
    return None


async def close(site: Site, name: str) -> Json:
    """Close the visible modal, or all if it says so (clear_on_close); the app hears of those that ask for it."""
    person = site.workspace.person(name)
    top = modal_of(site, person)
    stack = site.workspace.stack(person.id)
    cleared = bool(top.body.get("clear_on_close"))
    closing = list(stack) if cleared else [top]
    stack[:] = [view for view in stack if view not in closing]
    site.workspace.tell("modal", person.id)
    ack = Ack(0.0)
    for view in closing:
        if view.body.get("notify_on_close"):
            ack = await site.deliverer.interactive(payloads.view_closed(site, person, view, cleared))
    return {"ack_ms": ack.ack_ms, "ok": ack.ok}
