"""The same app on the asynchronous App of Bolt for Python, over HTTP or Socket Mode; it knows no sandbox."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
BLOCKS = json.loads((Path(__file__).parent / "blocks.json").read_text("utf-8"))
app = AsyncApp(
    client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ.get("SLACK_SIGNING_SECRET", "unused"),
)


@app.command("/modelarts")
async def command(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    if body["text"] == "form":
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=BLOCKS["form"])
    elif body["text"] == "card":
        await ack()
        await client.chat_postMessage(channel=body["user_id"], text="card", blocks=BLOCKS["card"])
    else:
        await ack(f"you said {body['text']}")


@app.action("approve")
async def approve(ack: AsyncAck, respond: AsyncRespond) -> None:
    await ack()
    await respond(text="approved", replace_original=True)


@app.options("flavor")
async def flavors(ack: AsyncAck, payload: Json) -> None:
    names = [name for name in ("p1", "c1") if payload["value"] in name]
    await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in names])


@app.view("ask")
async def submitted(ack: AsyncAck, view: Json) -> None:
    if view["state"]["values"]["name"]["name"]["value"] == "bad":
        await ack(response_action="errors", errors={"name": "not like this"})
    else:
        await ack()


@app.view_closed("ask")
async def closed(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.chat_postMessage(channel=body["user"]["id"], text="you closed it")


@app.shortcut("modelarts")
async def everywhere(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=BLOCKS["form"])


@app.shortcut("diagnose")
async def on_message(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
    await ack()
    await respond(f"I saw {body['message']['text']}")


@app.event("app_mention")
async def mentioned(event: Json, say: AsyncSay) -> None:
    await say(text="yes?", thread_ts=event["ts"])


@app.event("message")
async def messaged(event: Json, say: AsyncSay) -> None:
    if "bot_id" not in event and "subtype" not in event:
        await say("hello")


@app.event("app_home_opened")
async def home(event: Json, client: AsyncWebClient) -> None:
    await client.views_publish(user_id=event["user"], view=BLOCKS["home"])


async def over_sockets(token: str) -> None:
    await AsyncSocketModeHandler(app, token).start_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    if token := os.environ.get("SLACK_APP_TOKEN"):
        asyncio.run(over_sockets(token))
    else:
        app.start(port=int(os.environ["PORT"]))
