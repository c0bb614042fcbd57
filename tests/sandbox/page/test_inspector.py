"""The inspector as a person uses it: one request in full, the bot's streams, what it recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from selenium.webdriver.common.keys import Keys
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.server import listening
from tests.sandbox.conftest import Control, serving
from tests.sandbox.page.conftest import Visitor

ENTRIES = [
    {
        "at": "1798765432.5",
        "what": "approval.approve",
        "who": "U0MEI00001",
        "correlation": "c-7",
        "id": "r-1",
        "empty": "",
    },
    {"at": "1798765400", "what": "watched", "who": "", "correlation": "", "thing": "<b>x</b>"},
]
GAUGES = 'modelarts_bot_depth{where="work"} 3.0\nmodelarts_bot_depth{where="dead"} 1.0\n'


@asynccontextmanager
async def telling(entries: Any, called: Any = None) -> AsyncIterator[str]:
    """Run a bot that tells its audit, its calls and how full its streams are, and give its address."""

    async def audit(_: Request) -> Response:
        return JSONResponse(entries)

    async def calls(_: Request) -> Response:
        return JSONResponse(called)

    async def metrics(_: Request) -> Response:
        return PlainTextResponse(GAUGES)

    with listening("127.0.0.1", 0) as bound:
        routes = [Route("/sandbox/audit", audit), Route("/sandbox/calls", calls), Route("/metrics", metrics)]
        async with serving(Starlette(routes=routes), bound):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"


async def panel(control: Control, name: str, who: str = "wang") -> str:
    address = f"{control.running.url}/control/behind/{name}"
    async with control.session.get(address, headers={"HX-Current-URL": f"{control.running.url}/?as={who}"}) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_the_audit_and_the_streams_in_both_languages(control: Control) -> None:
    assert "does not tell its audit" in await panel(control, "audit")
    assert "Start the sandbox with --bot-url, or with --socket-mode" in await panel(control, "streams")
    async with telling(ENTRIES) as address:
        control.running.controls.probe.bots[:] = [address]
        html, streams = await panel(control, "audit"), await panel(control, "streams", "li")
    assert html.index("approval.approve") < html.index("watched")
    assert "Mei Lin" in html
    assert "correlation c-7 · id r-1" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "工作 <strong>3</strong>" in streams
    assert "已放弃 <strong>1</strong>" in streams


async def test_an_audit_that_makes_no_sense_counts_as_untold(control: Control) -> None:
    for told in ({"a": 1}, [1], [{"what": "x"}], [{"at": "soon", "what": "x"}], "x"):
        async with telling(told) as address:
            control.running.controls.probe.bots[:] = [address]
            html = await panel(control, "audit")
            assert "None." in html or "does not tell" in html, told


def look_into(visitor: Visitor, what: str) -> None:
    """Open the newest request of a kind; rows move while one looks, so that it is found and pressed in one step."""
    press = """const rows = [...document.querySelectorAll('#requests button.what')];
        rows.find((one) => one.innerText === arguments[0])?.click();"""
    visitor.driver.execute_script(press, what)
    visitor.until(lambda: what in visitor.read("#inspected h3") or visitor.driver.execute_script(press, what))


def test_look_into_a_press(visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types("/modelarts card")
    visitor.one("[data-action=approve]").click()
    visitor.sees("Approved by @Mei Lin", "#list1")
    visitor.one("#tab-requests").click()
    look_into(visitor, "block_actions")
    visitor.sees("Mei Lin", "#inspected")
    visitor.sees("chat.update", "#inspected .followed")
    assert "slash_commands" not in visitor.read("#inspected")
    visitor.one("#inspect-payload summary").send_keys(Keys.ENTER)
    visitor.sees('"action_id": "approve"', "#inspected pre")
    visitor.types("/modelarts slow")
    visitor.sees("/modelarts failed", "#list1")
    assert '"action_id": "approve"' in visitor.read("#inspected pre")  # open still, though the panel was redrawn
    look_into(visitor, "slash_commands")
    visitor.sees("no ack", "#inspected dd.bad")
    visitor.driver.execute_script("document.querySelector('#inspected h3 button').click()")
    visitor.until(lambda: visitor.read("#inspected").strip() == "")
    visitor.driver.execute_script("localStorage.clear()")


def test_an_event_is_shown_by_its_own_name(visitor: Visitor) -> None:
    visitor.open(**{"as": "li", "in": "#general"})
    visitor.types("@bot hello")
    visitor.sees("Only you read this", "#list1")
    visitor.one("#tab-requests").click()
    look_into(visitor, "app_mention")
    visitor.sees("触发者", "#inspected")
    visitor.sees("chat.postEphemeral", "#inspected .followed")
    visitor.driver.execute_script("localStorage.clear()")


async def test_a_forgotten_request_is_shown_as_nothing(control: Control) -> None:
    async with control.session.get(f"{control.running.url}/page/inspect/999?as=li") as answer:
        assert (answer.status, (await answer.text()).strip()) == (200, "")


CALLS = [
    {"service": "obs", "operation": "listBuckets", "outcome": "ok", "request_id": "r-mine", "correlation": "c-7"},
    {"service": "bss", "operation": "listFree", "outcome": "ok", "request_id": "r-theirs", "correlation": "c-8"},
    {"service": "iam", "operation": "createAgency", "outcome": "unknown", "request_id": "", "correlation": "c-7"},
]
WRITE = {"at": "1", "what": "cloud.write", "service": "obs", "request_id": "r-far", "correlation": "c-7"}


async def test_cloud_calls_are_shown_with_the_payload_they_were_made_for(control: Control) -> None:
    assert "does not tell its calls" in await panel(control, "made?correlation=c-7")
    record = control.running.controls.calls
    record.add("obs", "GET", "/mine", 200, request_id="r-mine")
    record.add("bss", "POST", "/theirs", 200, request_id="r-theirs")
    record.add("obs", "PUT", "/far", 403, request_id="r-far")
    async with telling([WRITE], CALLS) as address:
        control.running.controls.probe.bots[:] = [address, "http://127.0.0.1:1"]
        html, none = await panel(control, "made?correlation=c-7"), await panel(control, "made?correlation=")
    assert [html.count(text) for text in ("GET /mine<", "/theirs", "createAgency<", "no answer", "PUT /far<")] == [
        1,
        0,
        1,
        1,
        1,
    ]
    assert "None." in none
