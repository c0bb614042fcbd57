"""The files of the workspace: their content, what Slack says of them, and uploads that are not finished."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sandbox.clock import machine_now
from sandbox.workspace.state import new_id

Json = dict[str, Any]
LARGEST_FILE = 1024 * 1024 * 1024
"""Bytes of the largest file that Slack takes."""


@dataclass(slots=True)
class Ticket:
    """An upload address that was handed out: for which file, of which length, and what came."""

    file: str
    name: str
    length: int
    content: bytes | None = None


@dataclass(slots=True)
class Files:
    """Files by id: `shown` is the file object of payloads; `tickets` are upload addresses by their secret."""

    contents: dict[str, bytes] = field(default_factory=dict)
    shown: dict[str, Json] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)

    def keep(self, base_url: str, team: str, user: str, name: str, content: bytes, file_id: str = "") -> Json:
        """Keep a file and return its file object."""
        identity = file_id or new_id("F")
        self.contents[identity] = content
        url = f"{base_url}/files-pri/{team}-{identity}/{quote(name, safe='')}"
        kind = name.rpartition(".")[2].lower() if "." in name else "binary"
        now = int(machine_now())
        self.shown[identity] = {
            "id": identity,
            "created": now,
            "timestamp": now,
            "name": name,
            "title": name,
            "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": user,
            "editable": False,
            "size": len(content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "url_private": url,
            "url_private_download": url,
            "permalink": f"{base_url}/files/{user}/{identity}/{quote(name, safe='')}",
            "file_access": "visible",
        }
        return self.shown[identity]

    def share(self, identity: str, channel: str, ts: str) -> None:
        """Note where a file was shared."""
        shares = self.shown[identity].setdefault("shares", {}).setdefault("private", {})
        shares.setdefault(channel, []).append({"ts": ts})

    def delete(self, identity: str) -> None:
        """Delete a file, as its owner may at any time."""
        del self.contents[identity], self.shown[identity]

    def ticket(self, name: str, length: int) -> tuple[str, Ticket]:
        """Return a fresh upload secret and its ticket."""
        secret, ticket = secrets.token_urlsafe(24), Ticket(new_id("F"), name, length)
        self.tickets[secret] = ticket
        return secret, ticket

    def uploaded(self, file_id: str) -> Ticket | None:
        """Return the ticket of a file whose content came and that was not shared yet."""
        found = (ticket for ticket in self.tickets.values() if ticket.file == file_id)
        return next((ticket for ticket in found if ticket.content is not None), None)

    def close(self, file_id: str) -> None:
        """Forget the upload address of a file."""
        self.tickets = {secret: ticket for secret, ticket in self.tickets.items() if ticket.file != file_id}
