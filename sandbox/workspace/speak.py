"""What a person says: messages, slash commands, files; and what Slack shows in return."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace import payloads
from sandbox.workspace.deliver import Ack
from sandbox.workspace.files import LARGEST_FILE
from sandbox.workspace.people import Person
from sandbox.workspace.records import Conversation, Message
from sandbox.workspace.responses import BadAnswerError, show_answer
from sandbox.workspace.site import Site
from sandbox.workspace.state import NotThereError
from sandbox.workspace.tickets import ResponseUrl

Json = dict[str, Any]
Dropped = tuple[str, bytes]
"""A file as it is dropped: its name and its content."""
SLACKBOT = "USLACKBOT"
TOKEN = re.compile(r"(<[@#!][^<>]+>|<https?://[^<>]+>)")
ADDRESS = re.compile(r"(?<![<|])https?://[^\s<>|]+")


class CannotError(ValueError):
    """Raised for what Slack's client does not let this person do; says what to do."""


def located(site: Site, name: str, where: str) -> tuple[Person, Conversation]:
    """Return the person and the conversation meant. Raises NotThereError, CannotError."""
    person = site.workspace.person(name)
    place = site.workspace.place(where, person)
    if person.deleted:
        raise CannotError(f"{person.name} is deactivated: set deleted to false with POST /control/people")
    if person.id not in place.members:
        raise CannotError(f"{person.name} is not in #{place.name}")
    return person, place


async def say(site: Site, name: str, where: str, text: str, thread_ts: str | None = None) -> Json:
    """Say something; a text that starts with "/" is a slash command.

    Returns {"ack_ms", "ok", "response"}: the response as Slack shows it, None if nothing is shown at once; for a
    message also its "ts".
    """
    person, place = located(site, name, where)
    if thread_ts and site.workspace.find(place.id, thread_ts) is None:
        raise NotThereError(f"no message {thread_ts} in {where}: take a ts from GET /control/messages")
    if not text.strip():
        raise CannotError("text is empty")
    if text.startswith("/"):
        return await _command(site, person, place, text, thread_ts)
    message = Message(site.workspace.next_ts(), place.id, person.id, _typed(site, text), thread_ts=thread_ts)
    return await _publish(site, message)


def escaped(text: str) -> str:
    """Escape what was typed as Slack does: & < > become entities, tokens like <@U…> stay."""
    parts = TOKEN.split(text.replace("&", "&amp;"))
    return "".join(part if TOKEN.fullmatch(part) else _no_angles(part) for part in parts)


def _no_angles(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _typed(site: Site, text: str) -> str:
    """Return a message as Slack passes it on: escaped, addresses as links, names as mentions."""
    return ADDRESS.sub(r"<\g<0>>", mentioned(site, escaped(text)))


def mentioned(site: Site, text: str) -> str:
    """Turn the names of people, user groups and channels, and @here and its like, into what Slack sends of them."""
    workspace = site.workspace
    said = {f"@{person.name}": f"<@{person.id}>" for person in workspace.humans() if not person.deleted}
    said |= {f"@{group.handle}": f"<!subteam^{group.id}>" for group in workspace.groups.values()}
    said |= {f"@{word}": f"<!{word}>" for word in ("here", "channel", "everyone")}
    said |= {f"#{c.name}": f"<#{c.id}|{c.name}>" for c in workspace.conversations.values() if c.kind == "channel"}
    bot = workspace.app.bot_user
    said |= {f"@{name}": f"<@{bot}>" for name in ("bot", workspace.people[bot].name)}
    names = "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    known = {name.lower(): mention for name, mention in said.items()}
    return re.sub(
        rf"(?<![\w@<#&/])({names})(?![\w-])", lambda found: known[found[1].lower()], text, flags=re.IGNORECASE
    )


async def _publish(site: Site, message: Message) -> Json:
    """Post a person's message and deliver the event the app subscribes to, if any."""
    site.workspace.post(message)
    place = site.workspace.conversations[message.channel]
    kind, wanted = "message", f"message.{'im' if place.kind == 'im' else f'{place.kind}s'}"
    if place.kind != "im" and f"<@{site.workspace.app.bot_user}>" in message.text:
        kind = wanted = "app_mention"
    ack = Ack(0.0)
    if wanted in site.workspace.app.events and site.workspace.app.bot_user in place.members:
        event = payloads.message_event(site, message, kind)
        ack = await site.deliverer.event(payloads.event_callback(site, event))
    return {"ack_ms": ack.ack_ms, "ok": ack.ok, "response": None, "ts": message.ts}


async def _command(site: Site, person: Person, place: Conversation, text: str, thread_ts: str | None) -> Json:
    command, _, rest = text.partition(" ")
    if command not in site.workspace.app.commands:
        return _slackbot(site, person, place, 0.0, f"`{command}` is not a valid command.")
    if thread_ts:
        return _slackbot(site, person, place, 0.0, f"{command} is not supported in threads. Sorry!", thread_ts)
    fields = payloads.slash_command(site, person, place, command, escaped(rest.strip()))
    ack = await site.deliverer.command(fields)
    if not ack.ok:
        return _slackbot(site, person, place, ack.ack_ms, f'{command} failed with the error "{ack.error}"')
    try:
        shown = _show_ack(site, person, place, ack)
    except BadAnswerError as error:
        return _slackbot(site, person, place, ack.ack_ms, f'{command} failed with the error "{error}"')
    return {"ack_ms": ack.ack_ms, "ok": True, "response": shown}


def _show_ack(site: Site, person: Person, place: Conversation, ack: Ack) -> Json | None:
    """Show what an acknowledgement says. Raises BadAnswerError when Slack would not."""
    if not ack.body.strip():
        return None
    answer: Any = {"text": ack.body}
    if ack.json:
        try:
            answer = json.loads(ack.body)
        except ValueError:
            raise BadAnswerError("invalid_command_response") from None
    if not isinstance(answer, dict):
        raise BadAnswerError("invalid_command_response")
    if not answer:
        return None
    message = show_answer(site, ResponseUrl(place.id, person.id, machine_now()), answer)
    return _response(message)


def _response(message: Message) -> Json:
    kind = "ephemeral" if message.ephemeral_for else "in_channel"
    return {"response_type": kind, "text": message.text, "blocks": message.blocks, "ts": message.ts}


def _slackbot(
    site: Site, person: Person, place: Conversation, ack_ms: float, text: str, thread_ts: str | None = None
) -> Json:
    """Show Slack's own complaint to the person alone."""
    message = Message(site.workspace.next_ts(), place.id, SLACKBOT, text, ephemeral_for=person.id, thread_ts=thread_ts)
    site.workspace.post(message)
    return {"ack_ms": ack_ms, "ok": False, "response": _response(message)}


async def drop_files(
    site: Site, name: str, where: str, dropped: list[Dropped], thread_ts: str | None = None, text: str = ""
) -> Json:
    """Drop files into a conversation as one message, with words beside them if wanted.

    Answers as `say` does, with the files' ids; words that begin with "/" are a message too, as in Slack.
    """
    person, place = located(site, name, where)
    if thread_ts and site.workspace.find(place.id, thread_ts) is None:
        raise NotThereError(f"no message {thread_ts} in {where}: take a ts from GET /control/messages")
    shown = [keep_file(site, person, one) for one in dropped]
    words, ts = _typed(site, text), site.workspace.next_ts()
    message = Message(ts, place.id, person.id, words, thread_ts=thread_ts, files=shown)
    for file in shown:
        site.files.share(file["id"], place.id, thread_ts or ts)
    return await _publish(site, message) | {"files": [file["id"] for file in shown]}


def keep_file(site: Site, person: Person, dropped: Dropped) -> Json:
    """Keep what somebody uploaded and return its file object. Raises CannotError."""
    name, content = dropped
    if not name.strip():
        raise CannotError("name is empty")
    if len(content) > LARGEST_FILE:
        raise CannotError(f"a file has at most {LARGEST_FILE} bytes")
    return site.files.keep(site.base_url, site.workspace.team, person.id, name, content)
