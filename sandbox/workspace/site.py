"""The simulated Slack as one thing: the workspace's truth and the machinery that the app meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.calls import Calls
from sandbox.workspace.deliver import Deliverer
from sandbox.workspace.faults import DISCONNECT, Faults
from sandbox.workspace.files import Files
from sandbox.workspace.posting import Poster
from sandbox.workspace.rates import Rates
from sandbox.workspace.records import Message
from sandbox.workspace.sockets import Sockets
from sandbox.workspace.state import Workspace
from sandbox.workspace.tickets import ResponseUrl, Tickets

Json = dict[str, Any]


@dataclass(slots=True)
class Site:
    """Everything one simulated Slack consists of; `base_url` is where the app reaches it, without a slash.

    `sockets` are the app's connections, None where it gets its payloads over HTTP, by the `poster`.
    """

    workspace: Workspace
    deliverer: Deliverer
    faults: Faults
    calls: Calls
    base_url: str
    scenario: str = "default"
    sockets: Sockets | None = None
    poster: Poster | None = None
    tickets: Tickets = field(default_factory=Tickets)
    rates: Rates = field(default_factory=Rates)
    files: Files = field(default_factory=Files)
    scheduled: dict[str, Any] = field(default_factory=dict)
    streams: dict[str, Any] = field(default_factory=dict)
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    def disturb(self, kind: str, method: str | None, times: int) -> None:
        """Order a fault: disconnect ends the oldest connections now, any other waits for its call or delivery.

        For disconnect `method` says how. Raises ValueError for what does not exist or cannot be had here.
        """
        if kind == DISCONNECT and self.sockets:
            self.sockets.disconnect(method or "refresh_requested", times)
        else:
            self.faults.add(kind, method, times)

    def sees_file(self, person: str, name: str) -> bool:
        """Tell whether a person sees a file: it was said where they are, or is theirs."""
        workspace = self.workspace
        if name in self.files.shown and self.files.shown[name]["user"] == person:
            return True
        places = [place.id for place in workspace.conversations.values() if person in place.members]
        seen = (one for place in places for one in workspace.messages.get(place, []))
        return any(name in (file["id"] for file in one.files) for one in seen if one.ephemeral_for in (None, person))

    def response_url(self, url: ResponseUrl) -> str:
        """Return a fresh response url."""
        return f"{self.base_url}/response/{self.tickets.new_url(url)}"

    def _thread(self, message: Message) -> Json:
        """Return what a message that was replied to tells of its thread."""
        listed = self.workspace.messages.get(message.channel, []) if message.thread_ts in (None, message.ts) else []
        replies = [one for one in listed if one.thread_ts == message.ts != one.ts and not one.ephemeral_for]
        if not replies:
            return {}
        users = list(dict.fromkeys(one.author for one in replies))
        counts = {"reply_count": len(replies), "reply_users_count": len(users), "reply_users": users[:5]}
        return {"thread_ts": message.ts, **counts, "latest_reply": replies[-1].ts, "is_locked": False}

    def message_json(self, message: Message, with_metadata: bool = False) -> Json:
        """Return the message object of payloads and Web API answers."""
        app, team = self.workspace.app, self.workspace.team
        shown: Json = {"user": message.author, "type": "message", "ts": message.ts, "text": message.text}
        if message.by_bot:
            profile = {"id": app.bot_id, "app_id": app.id, "name": app.name, "team_id": team, "deleted": False}
            shown |= {"bot_id": app.bot_id, "app_id": app.id, "bot_profile": profile}
        author = self.workspace.people.get(message.author)
        shown["team"] = author.team if author else team
        for name in ("blocks", "attachments", "files", "thread_ts", "edited"):
            if value := getattr(message, name):
                shown[name] = value
        shown |= self._thread(message)
        if message.thread_ts and message.thread_ts != message.ts:
            parent = self.workspace.find(message.channel, message.thread_ts)
            shown["parent_user_id"] = parent.author if parent else None
        if with_metadata and message.metadata:
            shown["metadata"] = message.metadata
        return shown
