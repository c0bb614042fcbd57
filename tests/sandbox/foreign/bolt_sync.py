"""A small app on Bolt for Python, with listeners of each kind, over HTTP or Socket Mode; it knows no sandbox."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

Json = dict[str, Any]
BLOCKS = json.loads((Path(__file__).parent / "blocks.json").read_text("utf-8"))
app = App(
    client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ.get("SLACK_SIGNING_SECRET", "unused"),
)


@app.command("/modelarts")
def command(ack: Ack, body: Json, client: WebClient) -> None:
    if body["text"] == "form":
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=BLOCKS["form"])
    elif body["text"] == "card":
        ack()
        client.chat_postMessage(channel=body["user_id"], text="card", blocks=BLOCKS["card"])
    else:
        ack(f"you said {body['text']}")


@app.action("approve")
def approve(ack: Ack, respond: Respond) -> None:
    ack()
    respond(text="approved", replace_original=True)


@app.options("flavor")
def flavors(ack: Ack, payload: Json) -> None:
    names = [name for name in ("p1", "c1") if payload["value"] in name]
    ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in names])


@app.view("ask")
def submitted(ack: Ack, view: Json) -> None:
    if view["state"]["values"]["name"]["name"]["value"] == "bad":
        ack(response_action="errors", errors={"name": "not like this"})
    else:
        ack()


@app.view_closed("ask")
def closed(ack: Ack, body: Json, client: WebClient) -> None:
    ack()
    client.chat_postMessage(channel=body["user"]["id"], text="you closed it")


@app.shortcut("modelarts")
def everywhere(ack: Ack, body: Json, client: WebClient) -> None:
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=BLOCKS["form"])


@app.shortcut("diagnose")
def on_message(ack: Ack, body: Json, respond: Respond) -> None:
    ack()
    respond(f"I saw {body['message']['text']}")


@app.event("app_mention")
def mentioned(event: Json, say: Say) -> None:
    say(text="yes?", thread_ts=event["ts"])


@app.message("good morning")
def messaged(message: Json, say: Say) -> None:
    if "bot_id" not in message:
        say("hello")


@app.event("app_home_opened")
def home(event: Json, client: WebClient) -> None:
    client.views_publish(user_id=event["user"], view=BLOCKS["home"])


if __name__ == "__main__":
    if token := os.environ.get("SLACK_APP_TOKEN"):
        SocketModeHandler(app, token).start()  # type: ignore[no-untyped-call]
    else:
        app.start(port=int(os.environ["PORT"]))
