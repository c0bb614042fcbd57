"""Files in the simulated Slack, by the SDK's own upload in its new way, and as an app reads them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.conftest import Company, Control
from tests.sandbox.workspace.small_bot import listen
from tests.sandbox.workspace.test_web_api import refusal

TOKEN = "xoxb-test"


def client_of(control: Control) -> AsyncWebClient:
    return AsyncWebClient(TOKEN, base_url=control.running.announced["slack_api"])


async def drop(control: Control, content: str = "petals", where: str = "@bot", **more: str) -> Any:
    return await control.post("file", {"as": "li", "in": where, "name": "rose 花.csv", "content": content, **more})


async def test_the_sdk_uploads_a_file_into_a_thread(control: Control) -> None:
    root = (await control.say("li", "#modelarts", "look"))["ts"]
    client = WebClient(TOKEN, base_url=control.running.announced["slack_api"])

    def upload() -> Any:
        return client.files_upload_v2(
            channel="C0MODELART", thread_ts=root, filename="a.txt", title="A", content="hello", initial_comment="here"
        )

    made = await asyncio.to_thread(upload)
    rows = await control.messages("li", "#modelarts")
    assert (rows[-1]["from"], rows[-1]["text"], rows[-1]["thread_ts"]) == ("bot", "here", root)
    assert rows[-1]["files"][0]["title"] == "A"
    shown = (await client_of(control).files_info(file=made["files"][0]["id"]))["file"]
    assert (shown["name"], shown["size"], shown["filetype"]) == ("a.txt", 5, "txt")


async def test_a_dropped_file_is_told_described_and_fetched_with_the_token(with_bot: Company) -> None:
    bodies: list[Any] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    dropped = await drop(control, text="for you")
    event = bodies[-1]["event"]
    assert (event["type"], event["subtype"], event["text"]) == ("message", "file_share", "for you")
    (shown,) = event["files"]
    assert (shown["id"], shown["mimetype"], shown["size"]) == (dropped["file"], "text/csv", 6)
    async with aiohttp.ClientSession() as session:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        async with session.get(shown["url_private_download"], headers=bearer) as found:
            assert (found.status, await found.text()) == (200, "petals")
        async with session.get(shown["url_private_download"], allow_redirects=False) as found:
            assert found.status == 302


async def test_a_mention_with_a_file_tells_of_both(with_bot: Company) -> None:
    bodies: list[Any] = []
    control, _ = await with_bot(lambda app: listen(app, bodies))
    await drop(control, where="#modelarts", text="@bot take this")
    assert bodies[-1]["event"]["type"] == "app_mention"
    assert bodies[-1]["event"]["files"][0]["name"] == "rose 花.csv"


async def test_without_the_scopes_nothing_is_read_or_written(control: Control) -> None:
    dropped = await drop(control)
    workspace = control.running.controls.site.workspace
    bare = workspace.app.scopes - {"files:read", "files:write"}
    workspace.app = replace(workspace.app, scopes=bare)
    client = client_of(control)
    for call, needed in (
        (client.files_info(file=dropped["file"]), "files:read"),
        (client.files_getUploadURLExternal(filename="x", length=1), "files:write"),
        (client.files_completeUploadExternal(files=[{"id": "F1"}]), "files:write"),
    ):
        answer = await refusal(call)
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("files.info", {"file": "F0NOTHING"}, "file_not_found"),
        ("files.info", {}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "x", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"length": 1}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0NOTHING"}]}, "file_not_found"),
        ("files.completeUploadExternal", {"files": [{"id": "F1"}], "channel_id": "C1"}, "channel_not_found"),
    ],
)
async def test_what_slack_refuses(control: Control, method: str, body: Any, error: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client_of(control).api_call(method, json=body)
    assert caught.value.response["error"] == error


async def test_an_upload_address_takes_the_stated_length_once(control: Control) -> None:
    given = await client_of(control).files_getUploadURLExternal(filename="a.txt", length=3)
    async with aiohttp.ClientSession() as session:
        statuses = []
        for body in (b"four", b"abc", b"abc"):
            async with session.post(str(given["upload_url"]), data=body) as answer:
                statuses.append(answer.status)
    assert statuses == [400, 200, 404]
