"""The truth of the simulated workspace: who is there, what was said, which views are open.

Everything runs in one event loop, so methods change plain data at once and tell the feed. Nothing here speaks
HTTP: `api/` is what an app may do, `client.py` what a person may do.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace.feed import Change, Feed, Kind
from sandbox.workspace.people import Person, UserGroup
from sandbox.workspace.records import Conversation, Message, View

Json = dict[str, Any]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class NotThereError(LookupError):
    """Raised for a person, channel, group that is not there; the text names it and what there is."""


def new_id(prefix: str, length: int = 10) -> str:
    """Return a fresh id in Slack's shape: a letter that tells the kind, then capitals and digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class App:
    """The installed app: its ids, secrets, granted scopes and what its manifest declares.

    `app_token` is its app-level token, empty where Socket Mode is off.
    """

    id: str
    bot_id: str
    bot_user: str
    bot_token: str
    signing_secret: str
    verification_token: str
    app_token: str
    scopes: frozenset[str]
    commands: tuple[str, ...] = ("/modelarts",)
    events: frozenset[str] = frozenset({"app_mention", "message.im", "app_home_opened"})
    shortcuts: tuple[Json, ...] = ()
    name: str = "ModelArts"
    hints: dict[str, Json] = field(default_factory=dict)

    def hint(self, command: str, key: str) -> str:
        """Return a command's usage_hint or description as its manifest has it, "" where it has none."""
        return str(self.hints.get(command, {}).get(key, ""))


@dataclass(slots=True)
class Workspace:
    """One workspace with one installed app; `edit_window_s` is how long a message can be changed, 0 for ever."""

    team: str
    domain: str
    name: str
    app: App
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    unread: dict[tuple[str, str], int] = field(default_factory=dict)
    fresh: dict[tuple[str, str], str] = field(default_factory=dict)
    message_values: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)
    last_us: int = 0
    revoked: bool = False
    edit_window_s: float = 0.0

    def next_ts(self) -> str:
        """Return a new message timestamp, later than every one before."""
        self.last_us = max(self.last_us + 1, int(machine_now() * 1_000_000))
        return f"{self.last_us // 1_000_000}.{self.last_us % 1_000_000:06d}"

    def person(self, name: str) -> Person:
        """Find a person by name ("mei") or id. Raises NotThereError."""
        for person in self.people.values():
            if name in (person.id, person.name):
                return person
        known = ", ".join(person.name for person in self.humans())
        raise NotThereError(f"no person {name!r}; there are: {known}")

    def humans(self) -> list[Person]:
        """Return everybody but the bot, in the scenario's order."""
        return [person for person in self.people.values() if not person.bot]

    def group(self, name: str) -> UserGroup:
        """Find a user group by handle or id. Raises NotThereError."""
        for group in self.groups.values():
            if name in (group.id, group.handle):
                return group
        known = ", ".join(group.handle for group in self.groups.values())
        raise NotThereError(f"no user group {name!r}; there are: {known}")

    def place(self, where: str, person: Person) -> Conversation:
        """Find "#general", "@bot" (the person's direct messages with the bot) or an id.

        Raises NotThereError.
        """
        if where == "@bot":
            return self.direct(person.id)
        for conversation in self.conversations.values():
            if where == f"#{conversation.name}" and conversation.kind != "im":
                return conversation
            if where == conversation.id and (conversation.kind != "im" or person.id in conversation.members):
                return conversation
        known = [f"#{c.name}" for c in self.conversations.values() if c.kind != "im"]
        raise NotThereError(f"no channel {where!r} for {person.name}; there are: {', '.join(known)} and @bot")

    def direct(self, person_id: str) -> Conversation:
        """Return the direct messages of a person with the bot, made at first use."""
        members = {person_id, self.app.bot_user}
        for conversation in self.conversations.values():
            if conversation.kind == "im" and conversation.members == members:
                return conversation
        conversation = Conversation(new_id("D"), "", "im", members, int(machine_now()))
        self.conversations[conversation.id] = conversation
        return conversation

    def post(self, message: Message) -> Message:
        """Add a message, count it unread for its readers and tell the feed."""
        self.messages.setdefault(message.channel, []).append(message)
        for reader in self._readers(message) - {message.author}:
            key = (reader, message.channel)
            self.unread[key] = self.unread.get(key, 0) + 1
        self.tell_message(message)
        return message

    def _readers(self, message: Message) -> set[str]:
        if message.ephemeral_for:
            return {message.ephemeral_for}
        return self.conversations[message.channel].members

    def find(self, channel: str, ts: str) -> Message | None:
        """Return the message of that channel with that timestamp, if there is one."""
        return next((m for m in self.messages.get(channel, []) if m.ts == ts), None)

    def remove(self, message: Message) -> None:
        """Delete a message."""
        self.messages[message.channel].remove(message)
        self.tell_message(message)

    def tell_message(self, message: Message) -> None:
        """Tell the feed that a message came, changed or went."""
        self.feed.publish(Change("message", message.channel, message.ts, message.ephemeral_for))

    def tell(self, kind: Kind, person: str | None = None) -> None:
        """Tell the feed that a person's modal or home, people in general, or the clock changed."""
        self.feed.publish(Change(kind, person=person))

    def visible(self, person: Person, conversation: Conversation) -> list[Message]:
        """Return what this person sees there, oldest first; others' ephemeral messages are hidden.

        Raises NotThereError for somebody who is not in there.
        """
        if person.id not in conversation.members:
            raise NotThereError(f"{person.name} is not in #{conversation.name}")
        return [m for m in self.messages.get(conversation.id, []) if m.ephemeral_for in (None, person.id)]

    def arrive(self, person: Person, conversation: Conversation) -> None:
        """Note from which message on all was new to this person when they came here."""
        key = (person.id, conversation.id)
        self.fresh.pop(key, None)
        if count := self.unread.get(key, 0):
            others = [m.ts for m in self.visible(person, conversation) if m.author != person.id]
            if others:
                self.fresh[key] = others[-count:][0]

    def read(self, person: Person, conversation: Conversation) -> None:
        """Mark the conversation as read by this person."""
        if self.unread.pop((person.id, conversation.id), 0):
            self.feed.publish(Change("unread", conversation.id, person=person.id))

    def stack(self, person_id: str) -> list[View]:
        """Return the person's open modals, the visible one last."""
        return self.modals.setdefault(person_id, [])

    def open_view(self, view_id: str) -> View | None:
        """Find an open modal or a published Home by its id."""
        stacks = [view for stack in self.modals.values() for view in stack]
        return next((view for view in [*stacks, *self.homes.values()] if view.id == view_id), None)
