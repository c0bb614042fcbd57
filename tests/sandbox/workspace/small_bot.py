"""A small Bolt app as the bot of the sandbox's tests: a form, a card with buttons, answers, a Home."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.workspace.test_web_api import MODAL, SECTION

Json = dict[str, Any]
EXTERNAL = {"type": "external_select", "action_id": "flavor", "min_query_length": 2}
FORM = {
    **MODAL,
    "notify_on_close": True,
    "blocks": [
        *MODAL["blocks"],
        {
            "type": "input",
            "block_id": "f",
            "optional": True,
            "dispatch_action": True,
            "label": {"type": "plain_text", "text": "Flavor"},
            "element": EXTERNAL,
        },
    ],
}
BUTTONS = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "approve", "value": "r1", "text": {"type": "plain_text", "text": "Yes"}},
        {
            "type": "static_select",
            "action_id": "snooze",
            "options": [{"text": {"type": "plain_text", "text": "1 h"}, "value": "1h"}],
        },
    ],
}


ANSWERS: dict[str, Json] = {
    "bad": {"response_action": "errors", "errors": {"b": "not like this"}},
    "next": {"response_action": "push", "view": MODAL},
    "wait": {"response_action": "update", "view": {**MODAL, "title": {"type": "plain_text", "text": "…"}}},
    "broken": {"response_action": "errors", "errors": {"nowhere": "x"}},
    "clear": {"response_action": "clear"},
}


def listen(app: AsyncApp, seen: list[Json] | None = None) -> None:
    """Give the app its listeners; bodies go to `seen`."""
    bodies = seen if seen is not None else []
    _hear_commands(app, bodies)
    _hear_presses(app, bodies)
    _hear_forms(app, bodies)
    _hear_events(app, bodies)


def _hear_commands(app: AsyncApp, bodies: list[Json]) -> None:
    @app.command("/modelarts")
    async def command(ack: AsyncAck, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
        bodies.append(body)
        text = body["text"]
        if text == "slow":
            await asyncio.sleep(0.6)
        elif text == "all":
            await ack(response_type="in_channel", text="for all")
        elif text in ("form", "card", "later"):
            await ack()
            await _afterwards(text, body, client, respond)
        else:
            await ack(f"you said {text}")

    @app.shortcut("modelarts")
    @app.shortcut("diagnose")
    async def started(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        bodies.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)


async def _afterwards(text: str, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
    if text == "form":
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
    elif text == "card":
        await client.chat_postMessage(channel=body["user_id"], text="card", blocks=[SECTION, BUTTONS])
    else:
        await respond("later")


def _hear_presses(app: AsyncApp, bodies: list[Json]) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        if "response_url" in body:
            await respond(text="approved", replace_original=True)

    @app.action("snooze")
    async def snooze(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    @app.action("flavor")
    async def chosen(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    @app.options("flavor")
    async def flavors(ack: AsyncAck, body: Json, payload: Json) -> None:
        bodies.append(body)
        names = [name for name in ("modelarts.p1", "modelarts.c1") if payload["value"] in name]
        await ack(options=[{"text": {"type": "plain_text", "text": n}, "value": n} for n in names])


def _hear_forms(app: AsyncApp, bodies: list[Json]) -> None:
    @app.view("ask")
    async def submitted(ack: AsyncAck, body: Json, view: Json) -> None:
        bodies.append(body)
        await ack(**ANSWERS.get(view["state"]["values"]["b"]["name"]["value"], {}))

    @app.view_closed("ask")
    async def closed(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()


def _hear_events(app: AsyncApp, bodies: list[Json]) -> None:
    @app.event("app_mention")
    async def mentioned(body: Json, client: AsyncWebClient) -> None:
        event = body["event"]
        bodies.append(body)
        await client.chat_postEphemeral(
            channel=event["channel"], user=event["user"], text="yes?", thread_ts=event.get("thread_ts")
        )

    @app.event("message")
    async def messaged(body: Json, client: AsyncWebClient) -> None:
        bodies.append(body)
        await client.chat_postMessage(channel=body["event"]["channel"], text="hello")

    @app.event("app_home_opened")
    async def home(body: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=body["event"]["user"], view={"type": "home", "blocks": [SECTION, BUTTONS]})
