"""The bodies Slack sends to an app: slash commands, interactions and events, field by field as documented."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace.modals import initial_values, view_json
from sandbox.workspace.people import Person
from sandbox.workspace.records import Conversation, Message, View
from sandbox.workspace.site import Site
from sandbox.workspace.state import new_id
from sandbox.workspace.tickets import ResponseUrl

Json = dict[str, Any]


def action_ts() -> str:
    """Return machine time as payloads carry it."""
    now = int(machine_now() * 1_000_000)
    return f"{now // 1_000_000}.{now % 1_000_000:06d}"


def slash_command(site: Site, person: Person, place: Conversation, command: str, text: str) -> dict[str, str]:
    """Return the form fields of a slash command."""
    url = ResponseUrl(place.id, person.id, machine_now())
    return {
        "token": site.workspace.app.verification_token,
        "team_id": person.team,
        "team_domain": site.workspace.domain,
        "channel_id": place.id,
        "channel_name": place.shown_name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": site.workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": site.response_url(url),
        "trigger_id": site.tickets.new_trigger(person.id),
    }


def _interaction(site: Site, person: Person, kind: str) -> Json:
    return {
        "type": kind,
        "token": site.workspace.app.verification_token,
        "team": {"id": site.workspace.team, "domain": site.workspace.domain},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "api_app_id": site.workspace.app.id,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(place: Conversation) -> Json:
    return {"id": place.id, "name": place.shown_name}


def message_container(message: Message) -> Json:
    """Return the container of something that happened in a message."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def message_action_press(site: Site, person: Person, message: Message, action: Json) -> Json:
    """Return the block_actions of an element in a message; an ephemeral one is not sent along."""
    place = site.workspace.conversations[message.channel]
    url = ResponseUrl(place.id, person.id, machine_now(), message.thread_ts, message.ts)
    payload = _interaction(site, person, "block_actions") | {
        "container": message_container(message),
        "trigger_id": site.tickets.new_trigger(person.id),
        "channel": _channel(place),
        "response_url": site.response_url(url),
        "state": {"values": site.workspace.message_values.get((person.id, place.id, message.ts), {})},
        "actions": [action],
    }
    if message.ephemeral_for is None:
        payload["message"] = site.message_json(message)
    return payload


def view_press(site: Site, person: Person, view: View, action: Json) -> Json:
    """Return the block_actions of an element in a modal or Home."""
    return _interaction(site, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": site.tickets.new_trigger(person.id, view.id if view.type == "modal" else None),
        "view": view_json(site.workspace, view),
        "actions": [action],
    }


def view_submission(site: Site, person: Person, view: View) -> Json:
    """Return the submission of a modal."""
    return _interaction(site, person, "view_submission") | {
        "trigger_id": site.tickets.new_trigger(person.id, view.id),
        "view": view_json(site.workspace, view),
        "response_urls": _chosen_urls(site, person, view),
    }


def _chosen_urls(site: Site, person: Person, view: View) -> list[Json]:
    """Return the response urls of conversation selects that ask for one (response_url_enabled)."""
    urls = []
    for block in view.blocks:
        element = block.get("element", {})
        held = view.values.get(block["block_id"], {}).get(element.get("action_id"), {})
        channel = held.get("selected_conversation") or held.get("selected_channel")
        if element.get("response_url_enabled") and channel:
            url = site.response_url(ResponseUrl(channel, person.id, machine_now()))
            where = {"block_id": block["block_id"], "action_id": element["action_id"]}
            urls.append(where | {"channel_id": channel, "response_url": url})
    return urls


def view_closed(site: Site, person: Person, view: View, cleared: bool) -> Json:
    """Return the notice that a person closed a modal."""
    shown = {"view": view_json(site.workspace, view), "is_cleared": cleared}
    return _interaction(site, person, "view_closed") | shown


def block_suggestion(
    site: Site, person: Person, holder: View | Message, block: Json, element: Json, query: str
) -> Json:
    """Return the request for the options of an external select.

    Its view's state is that of the view as the app last drew it: what was chosen since reaches the app only by
    `dispatch_action` (slackapi/bolt-js issue 1146).
    """
    payload = _interaction(site, person, "block_suggestion")
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    if isinstance(holder, View):
        container = {"type": "view", "view_id": holder.id}
        drawn = {"state": {"values": initial_values(holder.blocks)}}
        return payload | {"container": container, "view": view_json(site.workspace, holder) | drawn}
    place = site.workspace.conversations[holder.channel]
    shown = {"container": message_container(holder), "channel": _channel(place)}
    return payload | shown | ({} if holder.ephemeral_for else {"message": site.message_json(holder)})


def global_shortcut(site: Site, person: Person, callback_id: str) -> Json:
    """Return a global shortcut; it knows no channel."""
    return _interaction(site, person, "shortcut") | {
        "callback_id": callback_id,
        "trigger_id": site.tickets.new_trigger(person.id),
        "action_ts": action_ts(),
    }


def message_shortcut(site: Site, person: Person, message: Message, callback_id: str) -> Json:
    """Return a shortcut chosen from a message's menu."""
    place = site.workspace.conversations[message.channel]
    url = ResponseUrl(place.id, person.id, machine_now(), message.thread_ts)
    return _interaction(site, person, "message_action") | {
        "callback_id": callback_id,
        "trigger_id": site.tickets.new_trigger(person.id),
        "action_ts": action_ts(),
        "message_ts": message.ts,
        "message": site.message_json(message),
        "channel": _channel(place),
        "response_url": site.response_url(url),
    }


def event_callback(site: Site, event: Json) -> Json:
    """Wrap an event for the Events API."""
    workspace = site.workspace
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.team,
        "context_team_id": workspace.team,
        "context_enterprise_id": None,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(machine_now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team,
                "user_id": workspace.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + secrets.token_urlsafe(32),
    }


def message_event(site: Site, message: Message, kind: str) -> Json:
    """Return the "message" or "app_mention" event of something a person said."""
    event = site.message_json(message)
    event |= {"type": kind, "channel": message.channel, "event_ts": message.ts}
    event |= {"client_msg_id": new_id("", 16).lower(), "blocks": [_as_rich_text(message.text)]}
    if kind == "message":
        event["channel_type"] = site.workspace.conversations[message.channel].kind
    if message.files:
        event |= {"subtype": "file_share", "upload": False}
    return event


def own_message_event(site: Site, message: Message, changed: bool) -> Json:
    """Return the event of the app's own message in a direct message: Slack tells the app of these too."""
    event = {"type": "message", "channel": message.channel, "channel_type": "im", "event_ts": action_ts()}
    if not changed:
        return site.message_json(message) | event
    shown = {"message": site.message_json(message), "hidden": True, "ts": site.workspace.next_ts()}
    return event | {"subtype": "message_changed"} | shown


def _as_rich_text(text: str) -> Json:
    """Return the block that Slack's composer makes of typed text."""
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": secrets.token_urlsafe(4)[:5], "elements": [inner]}


def home_opened(site: Site, person: Person, place: Conversation) -> Json:
    """Return the event of a person opening the app's Home."""
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": place.id,
        "tab": "home",
        "event_ts": action_ts(),
    }
    view = site.workspace.homes.get(person.id)
    return event | ({"view": view_json(site.workspace, view)} if view else {})
