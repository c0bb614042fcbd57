"""views.*: open, push and update modals, publish the Home."""

from __future__ import annotations

import json
from typing import Any

from sandbox.workspace import limits
from sandbox.workspace.api.frame import ApiError, Args, Method, need_embeds
from sandbox.workspace.blocks import check_view
from sandbox.workspace.modals import make_view, replace_view, view_json
from sandbox.workspace.records import View
from sandbox.workspace.site import Site
from sandbox.workspace.tickets import Trigger

Json = dict[str, Any]


def _view(site: Site, args: Args, kinds: tuple[str, ...]) -> Json:
    """Return the checked view. Raises ApiError."""
    view = args.json("view", "invalid_arguments")
    if view is None:
        raise ApiError("invalid_arguments", ["missing required field: view"])
    if faults := check_view(view, kinds):
        raise ApiError("invalid_arguments", faults)
    if len(json.dumps(view, ensure_ascii=False).encode()) > limits.VIEW_BYTES:
        raise ApiError("view_too_large")
    need_embeds(site, view["blocks"], "invalid_arguments")
    checked: Json = view
    return checked


def _redeem(site: Site, args: Args) -> Trigger:
    trigger = site.tickets.use_trigger(args.text("trigger_id") or args.need("interactivity_pointer"))
    if isinstance(trigger, str):
        raise ApiError(trigger)
    return trigger


def _free_external_id(site: Site, body: Json, but: View | None = None) -> None:
    wanted = body.get("external_id")
    views = [view for stack in site.workspace.modals.values() for view in stack]
    if wanted and any(view.external_id == wanted and view is not but for view in views):
        raise ApiError("duplicate_external_id")


def _shown(site: Site, view: View) -> Json:
    site.workspace.tell("modal" if view.type == "modal" else "home", view.person)
    return {"view": view_json(site.workspace, view)}


def open_(site: Site, args: Args) -> Json:
    """Open a modal; from inside a modal it goes on top of that one, otherwise it takes the place of all."""
    body = _view(site, args, ("modal",))
    _free_external_id(site, body)
    trigger = _redeem(site, args)
    stack = site.workspace.stack(trigger.person)
    if trigger.view_id is None:
        stack.clear()
    return _put(site, body, stack, trigger)


def push(site: Site, args: Args) -> Json:
    """Put a modal on top of the one the trigger comes from; three at most."""
    body = _view(site, args, ("modal",))
    _free_external_id(site, body)
    trigger = _redeem(site, args)
    stack = site.workspace.stack(trigger.person)
    if trigger.view_id is None or not stack:
        raise ApiError("invalid_arguments", ["trigger_id does not come from a modal"])
    return _put(site, body, stack, trigger)


def _put(site: Site, body: Json, stack: list[View], trigger: Trigger) -> Json:
    if len(stack) >= limits.VIEW_STACK:
        raise ApiError("push_limit_reached")
    stack.append(make_view(trigger.person, body, stack[-1] if stack else None))
    return _shown(site, stack[-1])


def update(site: Site, args: Args) -> Json:
    """Replace an open view, named by view_id or external_id, unless its hash has moved on."""
    view = _find(site, args)
    if view is None:
        raise ApiError("not_found")
    body = _view(site, args, (view.type,))
    _check_hash(args, view)
    _free_external_id(site, body, view)
    replace_view(view, body)
    return _shown(site, view)


def _find(site: Site, args: Args) -> View | None:
    if view_id := args.text("view_id"):
        return site.workspace.open_view(view_id)
    external = args.need("external_id")
    views = [view for stack in site.workspace.modals.values() for view in stack]
    return next((view for view in views if view.external_id == external), None)


def _check_hash(args: Args, view: View | None) -> None:
    if args.text("hash") and (view is None or args.text("hash") != view.hash):
        raise ApiError("hash_conflict")


def publish(site: Site, args: Args) -> Json:
    """Publish a person's Home."""
    person = site.workspace.people.get(args.need("user_id"))
    if person is None or person.bot:
        raise ApiError("user_not_found")
    body = _view(site, args, ("home",))
    view = site.workspace.homes.get(person.id)
    _check_hash(args, view)
    if view is None:
        view = site.workspace.homes[person.id] = make_view(person.id, body)
    else:
        replace_view(view, body)
    return _shown(site, view)


METHODS = {
    "views.open": Method(open_, 4),
    "views.push": Method(push, 4),
    "views.update": Method(update, 4),
    "views.publish": Method(publish, None),
}
