from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ChatBusy, ChatFault, ChatRefused, ChatUnknown
from bot.slack.client import Slack, connect, fault_by
from sandbox.server import Options, run_sandbox
from tests.slack.given import IDENTITY


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (200, "channel_not_found", ChatRefused),
        (200, "invalid_auth", ChatRefused),
        (404, "expired_url", ChatRefused),
        (429, "ratelimited", ChatBusy),
        (200, "ratelimited", ChatBusy),
        (503, "service_unavailable", ChatBusy),
        (500, "internal_error", ChatUnknown),
        (200, "fatal_error", ChatUnknown),
        (502, "", ChatUnknown),
    ],
)
def test_what_may_be_done_next_after_an_error(status: int, code: str, kind: type[ChatFault]) -> None:
    fault = fault_by(status, code, 0.0)
    assert type(fault) is kind
    assert fault.code == (code or f"http_{status}")
    assert (fault.retry_after > 0) is (kind is ChatBusy)


async def test_we_learn_who_we_are_and_tell_faults_apart() -> None:
    async with run_sandbox(Options()) as running:
        slack, identity = await connect("xoxb-sandbox-bot-token", url=running.announced["slack_api"], seconds=0.5)
        assert (identity.team, identity.user, identity.bot) == (IDENTITY.team, IDENTITY.user, IDENTITY.bot)
        faults = running.controls.site.faults
        try:
            await _each_fault(slack, faults)
        finally:
            await slack.close()


async def _each_fault(slack: Slack, faults: Any) -> None:
    for kind, expected in (
        ("ratelimited", ChatBusy),
        ("server_error", ChatUnknown),
        ("timeout_after", ChatUnknown),
    ):
        faults.add(kind, "chat.postMessage", 1)
        with pytest.raises(expected):
            await slack.write("chat.postMessage", channel="C0MODELART", text="hello")
    faults.add("server_error", "users.info", 1)
    assert (await slack.read("users.info", user="U0LI000001", include_locale=True))["user"]["locale"] == "zh-CN"
    with pytest.raises(ChatRefused, match="user_not_found"):
        await slack.read("users.info", user="U404")


async def test_a_wrong_token_leaves_nothing_open() -> None:
    async with run_sandbox(Options()) as running:
        with pytest.raises(ChatRefused, match="invalid_auth"):
            await connect("xoxb-wrong", url=running.announced["slack_api"])
    with pytest.raises(ChatBusy, match="no_connection"):
        await connect("xoxb-any", url=running.announced["slack_api"])


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hooks.slack.com/commands/T1/2/3", True),
        ("https://slack.com/x", True),
        ("http://hooks.slack.com/x", False),
        ("https://slack.com.evil.example/x", False),
        ("https://evilslack.com/x", False),
        ("https://evil.example/?slack.com", False),
        ("https://user@evil.example/slack.com", False),
        ("http://127.0.0.1:9/response/x", True),
        ("https://127.0.0.1/response/x", True),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
async def test_answers_go_to_slack_and_nowhere_else(url: str, allowed: bool) -> None:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        slack = Slack("xoxb-x", "http://127.0.0.1:9/api/", session)
        assert slack._is_slacks(url, "https", "http") is allowed


async def test_a_foreign_url_is_refused_before_anything_is_sent() -> None:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        slack = Slack("xoxb-x", "http://127.0.0.1:9/api/", session)
        with pytest.raises(ChatRefused, match="foreign_url"):
            await slack.respond("https://evil.example/x", {"text": "hello"})
        with pytest.raises(ChatBusy):
            await slack.respond("http://127.0.0.1:9/response/x", {"text": "hello"})
        for url, fault in (("https://evil.example/x", "foreign_url"), ("http://127.0.0.1:9/files-pri/x", "no_answer")):
            with pytest.raises(ChatFault, match=fault):
                await anext(slack.stream(url))


async def test_a_file_is_streamed_with_the_token_and_no_redirect_is_followed() -> None:
    async with run_sandbox(Options(bot_token="xoxb-x")) as running:
        slack, _ = await connect("xoxb-x", url=running.announced["slack_api"])
        site = running.controls.site
        whole = bytes(200_000)
        shown = site.files.keep(site.base_url, site.workspace.team, "U1", "big.bin", whole)
        try:
            chunks = [chunk async for chunk in slack.stream(shown["url_private_download"])]
            assert b"".join(chunks) == whole
            assert max(map(len, chunks)) <= 64 * 1024
            site.workspace.app = replace(site.workspace.app, scopes=frozenset())
            with pytest.raises(ChatRefused, match="missing_scope"):
                await anext(slack.stream(shown["url_private_download"]))
        finally:
            await slack.close()
