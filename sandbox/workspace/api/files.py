"""files.*: what is known of a file, and the two calls around an upload (the old files.upload is gone from Slack)."""

from __future__ import annotations

from typing import Any

from sandbox.workspace.api.frame import ApiError, Args, Method, find_place
from sandbox.workspace.files import LARGEST_FILE
from sandbox.workspace.records import Message
from sandbox.workspace.site import Site

Json = dict[str, Any]


def info(site: Site, args: Args) -> Json:
    """Return a file object."""
    identity = args.need("file")
    if identity not in site.files.shown:
        raise ApiError("file_not_found")
    return {"file": site.files.shown[identity], "comments": [], "response_metadata": {"next_cursor": ""}}


def upload_url(site: Site, args: Args) -> Json:
    """Hand out an address that takes exactly `length` bytes, once."""
    name, length = args.need("filename"), args.number("length", 0)
    if length < 1 or length > LARGEST_FILE:
        raise ApiError("invalid_arguments", ["length must be positive [json-pointer:/length]"])
    secret, ticket = site.files.ticket(name, length)
    return {"upload_url": f"{site.base_url}/upload/v1/{secret}", "file_id": ticket.file}


def complete(site: Site, args: Args) -> Json:
    """Share uploaded files in a conversation, or keep them private without one."""
    rows = args.json("files", "invalid_arguments")
    if not isinstance(rows, list) or not rows:
        raise ApiError("invalid_arguments", ["missing required field: files"])
    place = find_place(site, args.text("channel_id")) if args.text("channel_id") else None
    bot = site.workspace.app.bot_user
    if place and bot not in place.members:
        raise ApiError("not_in_channel")
    tickets = [site.files.uploaded(str(row.get("id"))) for row in rows if isinstance(row, dict)]
    if len(tickets) != len(rows) or None in tickets:
        raise ApiError("file_not_found")
    made = []
    for ticket, row in zip(tickets, rows, strict=True):
        if ticket is None or ticket.content is None:
            continue
        shown = site.files.keep(site.base_url, site.workspace.team, bot, ticket.name, ticket.content, ticket.file)
        shown["title"] = str(row.get("title") or ticket.name)
        site.files.close(ticket.file)
        made.append(shown)
    if place:
        thread = args.text("thread_ts") or None
        text, ts = args.text("initial_comment"), site.workspace.next_ts()
        message = Message(ts, place.id, bot, text, thread_ts=thread, files=made, by_bot=True)
        site.workspace.post(message)
        for shown in made:
            site.files.share(shown["id"], place.id, ts)
    return {"files": [{"id": shown["id"], "title": shown["title"]} for shown in made]}


METHODS = {
    "files.info": Method(info, 4, ("files:read",)),
    "files.getUploadURLExternal": Method(upload_url, 4, ("files:write",)),
    "files.completeUploadExternal": Method(complete, 4, ("files:write",)),
}
