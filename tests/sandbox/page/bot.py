"""A small bot that shows every kind of block, for looking at the page and testing it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from tests.sandbox.page.gallery import CARD, GALLERY, form, home, mrkdwn, option, plain
from tests.sandbox.page.newer import ATTACHMENTS, NEWER

Json = dict[str, Any]


class Heard:
    """What reached the bot, for tests."""

    def __init__(self) -> None:
        self.actions: list[Json] = []
        self.values: list[Json] = []
        self.closed: list[str] = []
        self.shortcuts: list[Json] = []


async def _command(ack: Any, body: Json, client: Any) -> None:
    words = body["text"]
    if words == "slow":
        await asyncio.sleep(4)
    if words == "form":
        await ack()
        zh = body["user_id"] in ("U0LI000001", "U0CHEN0001")
        await client.views_open(trigger_id=body["trigger_id"], view=form(zh))
    elif words == "card":
        await ack()
        posted = await client.chat_postMessage(channel="U0MEI00001", text="A request", blocks=CARD)
        where = {"channel": posted["channel"], "thread_ts": posted["ts"]}
        await client.chat_postMessage(**where, text="Looked: the name is free.")
    elif words == "newer":
        await ack(response_type="in_channel", text="newer", blocks=NEWER)
        await client.chat_postMessage(channel=body["user_id"], text="attached", attachments=ATTACHMENTS)
    elif words == "gallery":
        await ack(response_type="in_channel", text="gallery", blocks=GALLERY)
    else:
        await ack(f"You said `{words or 'nothing'}`. Try *form*, *card* or *gallery*.")


async def _action(heard: Heard, ack: Any, body: Json, action: Json, client: Any) -> None:
    heard.actions.append(body)
    await ack()
    if action["action_id"] == "approve":
        said = f":white_check_mark: Approved by <@{body['user']['id']}>"
        done = [*CARD[:-2], {"type": "section", "text": mrkdwn(said)}]
        at = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**at, text="Approved", blocks=done)


async def _submitted(heard: Heard, ack: Any, view: Json) -> None:
    values = view["state"]["values"]
    heard.values.append(values)
    name = values["name"]["name"]["value"]
    if name == "wait":
        checking = {"type": "section", "text": mrkdwn(":hourglass_flowing_sand: Checking…")}
        body = {"type": "modal", "title": plain("Create a bucket"), "blocks": [checking]}
        await ack(response_action="update", view=body)
    elif name != name.lower() or "_" in name:
        better = name.lower().replace("_", "-")
        errors = {"name": f"Bucket names have small letters only. Try {better}"}
        await ack(response_action="errors", errors=errors)
    else:
        await ack()


def listen(app: AsyncApp, heard: Heard) -> None:
    """Give the bot its few habits."""

    @app.command("/modelarts")
    async def command(ack: Any, body: Json, client: Any) -> None:
        await _command(ack, body, client)

    @app.event("message")
    async def message(body: Json, client: Any) -> None:
        event = body["event"]
        await client.chat_postMessage(channel=event["channel"], text=f"Heard: {event['text']}")

    @app.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        zh = event["user"] in ("U0LI000001", "U0CHEN0001")
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": home(zh)})

    @app.event("app_mention")
    async def mention(body: Json, client: Any) -> None:
        event = body["event"]
        who = {"channel": event["channel"], "user": event["user"]}
        await client.chat_postEphemeral(**who, text="Only you read this.")

    _listen_to_blocks(app, heard)


def _listen_to_blocks(app: AsyncApp, heard: Heard) -> None:
    @app.options("project")
    async def projects(ack: Any, payload: Json) -> None:
        names = ["default", "vision-lab", "speech-lab"]
        await ack(options=[option(name, name) for name in names if payload["value"] in name])

    @app.action(re.compile(".*"))
    async def action(ack: Any, body: Json, action: Json, client: Any) -> None:
        await _action(heard, ack, body, action, client)

    @app.shortcut(re.compile(".*"))
    async def shortcut(ack: Any, body: Json) -> None:
        heard.shortcuts.append(body)
        await ack()

    @app.view("bucket")
    async def submitted(ack: Any, view: Json) -> None:
        await _submitted(heard, ack, view)

    @app.view_closed("bucket")
    async def closed(ack: Any, view: Json) -> None:
        heard.closed.append(view["id"])
        await ack()
