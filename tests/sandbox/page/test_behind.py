"""Behind the scenes over plain HTTP: what is due, the provider's console, the faults."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.cloud.faults import KINDS as CLOUD_KINDS
from sandbox.control import switches
from sandbox.control.probe import FRESH_S
from sandbox.workspace.faults import KINDS as SLACK_KINDS
from sandbox.workspace.page.words import WORDS
from tests.sandbox.conftest import Control
from tests.sandbox.page.due import Waiting, waiting
from tests.sandbox.page.test_page import EVIL, fetch, send

FREE = "8da30673-1b2c-4d5e-8f90-a1b2c3d4e501"
PAID = "8da30673-1b2c-4d5e-8f90-a1b2c3d4e502"
PACKAGE = "6f0e3d2a71c84b0f9a5d4c3b2a190817"
ACCOUNT = "d78cbac186b744899480f25bd022f468/cn-north-4"


def at(control: Control, seconds: float) -> float:
    return control.running.controls.clock.now() + seconds + 0.9


async def due(control: Control, bot: Waiting | None = None, who: str = "wang") -> str:
    if bot:
        control.running.controls.probe.bots[:] = [bot.url]
    headers = {"HX-Current-URL": f"{control.running.url}/?as={who}"}
    async with control.session.get(f"{control.running.url}/control/behind/due", headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


MEMBERS = [
    (f"work:remind:{ACCOUNT}/service/{FREE}:3:stop_15m", "flowers-free", "15 min before it stops", "停止前 15 分钟"),
    (f"work:remind:{ACCOUNT}/service/{FREE}:4:stopped", "flowers-free", "it has stopped", "已停止"),
    (f"work:remind:{ACCOUNT}/service/{FREE}:4:release_24h", "flowers-free", "24 h before it is", "释放前 24 小时"),
    (f"work:remind:{ACCOUNT}/package/{PACKAGE}:1:expiry_7d", "CPU 100 hours", "7 d before it", "到期前 7 天"),
    (f"work:remind:{ACCOUNT}/service/gone-id:2:own_1", "gone-id", "a reminder somebody added", "成员添加的提醒"),
    (f"work:remind:{ACCOUNT}/service/x:2:who_knows", "<strong>x</strong>", "who_knows", "who_knows"),
    (f"work:watch:{ACCOUNT}/service/{PAID}", "flowers-gpu", "looked at in the cloud", "再次到云上查看"),
    ("work:sweep:service", "", "compared with the cloud", "与云上核对"),
    ("work:expire:4fQ", "4fQ", "request without a decision", "未审批的申请过期"),
    ("outbox:news:4fQ", "", "outbox:news:4fQ", "outbox:news:4fQ"),
    ("strange", "", "strange", "strange"),
]


async def test_what_is_due_in_words(control: Control) -> None:
    rows = [{"what": row[0], "at": at(control, 3_900 + number)} for number, row in enumerate(MEMBERS)]
    async with waiting(rows) as bot:
        english, chinese = await due(control, bot), await due(control, bot, "li")
    shown = zip(MEMBERS, english.splitlines(), chinese.splitlines(), strict=True)
    for (member, thing, in_english, in_chinese), line, line_zh in shown:
        assert f'title="{member}"' in line
        assert thing in line
        assert in_english in line.partition('title="')[2].partition(">")[2]
        assert in_chinese in line_zh.partition('title="')[2].partition(">")[2]
        assert ">1 h 5 min</time>" in line
        assert ">1 小时 5 分钟</time>" in line_zh


async def test_the_next_fifteen_in_their_order_by_product_time(control: Control) -> None:
    rows = [{"what": f"work:expire:r{number}", "at": at(control, 60 * number)} for number in range(20, 0, -1)]
    async with waiting(rows) as bot:
        html = await due(control, bot)
        assert html.count("<li") == 15
        assert html.index("r1<") < html.index("r2<") < html.index("r15<")
        assert ">1 min</time>" in html
        await control.post("clock", {"advance_s": 90})
        html = await due(control)
        assert ">now</time>" in html
        assert ">30 s</time>" in html


async def test_a_hostile_item_stays_text(control: Control) -> None:
    rows = [{"what": f"work:remind:{EVIL}:1:{EVIL}", "at": at(control, 5)}, {"what": EVIL, "at": 0}]
    async with waiting(rows) as bot:
        html = await due(control, bot)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("told", [{"error": "no"}, [1], [{"what": "x"}], "text", [{"what": "x", "at": "soon"}]])
async def test_a_bot_that_tells_something_else_counts_as_silent(control: Control, told: Any) -> None:
    async with waiting(told) as bot:
        assert "does not tell" in await due(control, bot)


async def test_silence_and_nothing_are_told_apart(control: Control) -> None:
    assert "does not tell" in await due(control)
    async with waiting([]) as bot:
        bot.status = 404
        assert "does not tell" in await due(control, bot)
        bot.status = 200
        async with asyncio.timeout(5):
            while "Nothing is due" not in await due(control, bot):
                assert bot.asked <= 5 / FRESH_S + 2


async def test_many_who_look_ask_the_bot_once(control: Control) -> None:
    async with waiting([{"what": "work:sweep:service", "at": at(control, 60)}]) as bot:
        pages = await asyncio.gather(*(due(control, bot) for _ in range(8)))
        assert all("compared with the cloud" in page for page in pages)
        assert bot.asked == 1


async def operate(control: Control, service: str, action: str, thing: str, status: int = 200) -> str:
    form = {"service": service, "action": action, "thing": thing}
    return await send(control, "/control/behind/console", form, status)


def part(html: str, name: str) -> str:
    """Return what the console says of one thing."""
    return html.partition(f">{name}</strong>")[2].partition("</li>")[0]


async def test_the_console_shows_state_free_mark_and_what_follows(control: Control) -> None:
    html = await fetch(control, path="/control/behind/console")
    free, paid = part(html, "flowers-free"), part(html, "flowers-gpu")
    assert ">Free<" in free
    assert ">Stopped<" in free
    assert "released in 2 d 23 h" in free
    assert ">Start</button>" in free
    assert ">Stop</button>" not in free
    assert ">Free<" not in paid
    assert ">Running<" in paid
    assert "69.5 of 100 h left · expires in 7 d 23 h" in html
    assert "cn-north-4 · 2 objects · flower-lab" in html
    assert "Encrypted" in part(html, "lab-secrets")
    assert "用完" in await fetch(control, {"as": "li"}, "/control/behind/console")


async def test_services_are_started_stopped_failed_and_deleted(control: Control) -> None:
    assert ">Deploying<" in part(await operate(control, "modelarts", "start", FREE), "flowers-free")
    await control.post("clock", {"advance_s": 60})
    assert "stops in 59 min" in part(await operate(control, "modelarts", "fail", PAID), "flowers-free")
    html = await operate(control, "modelarts", "stop", FREE)
    assert ">Failed<" in part(html, "flowers-gpu")
    assert ">Stopping<" in part(html, "flowers-free")
    assert "gone in " in part(await operate(control, "modelarts", "delete", PAID), "flowers-gpu")
    await control.post("clock", {"advance_s": 60})
    assert "flowers-gpu" not in await fetch(control, path="/control/behind/console")


async def test_packages_are_renewed_bought_again_and_used_up(control: Control) -> None:
    assert "0 of 100 h left" in await operate(control, "bss", "use_up", PACKAGE)
    html = await operate(control, "bss", "renew", PACKAGE)
    assert html.count("CPU 100 hours</strong>") == 2
    assert "begins in 7 d 23 h" in html
    assert "expires in 29 d 23 h" in await operate(control, "bss", "buy_again", PACKAGE)


async def test_users_agencies_and_rights_are_made_and_taken_in_the_console_of_iam(control: Control) -> None:
    assert ">Delete</button>" in part(await operate(control, "iam", "create_user", "zhao"), "zhao")
    assert ">Delete</button>" not in part(await fetch(control, path="/control/behind/console"), "flower-lab")
    html = await operate(control, "iam", "create_agency", "ma_agency_zhao")
    assert "for op_svc_modelarts" in part(html, "ma_agency_zhao")
    given = {"service": "iam", "action": "grant", "agency": "ma_agency_zhao", "permission": "OBS OperateAccess"}
    await control.post("cloud/console", given)
    assert "global services" in part(await fetch(control, path="/control/behind/console"), RIGHT_OF_ZHAO)
    assert RIGHT_OF_ZHAO not in await operate(control, "iam", "revoke", "ma_agency_zhao|OBS OperateAccess")
    await operate(control, "iam", "delete_agency", "ma_agency_zhao")
    html = await operate(control, "iam", "delete_user", "zhao")
    assert "zhao" not in html


RIGHT_OF_ZHAO = "ma_agency_zhao · OBS OperateAccess"
REFUSED = [
    ("iam", "delete_user", "flower-lab", "cannot be deleted"),
    ("iam", "delete_user", "nobody", "Could not find user"),
    ("iam", "delete_user", EVIL, "delete_user takes"),
    ("iam", "create_user", "flower-lab", "Duplicate entry"),
    ("iam", "create_agency", "", "create_agency takes"),
    ("iam", "revoke", "console-broker|Nothing", "has no"),
    ("iam", "revoke", "nobody|Nothing", "no agency"),
    ("modelarts", "deauthorize", "nobody", "0429"),
    ("modelarts", "start", PAID, "running"),
    ("modelarts", "stop", EVIL, "no service"),
    ("modelarts", "explode", FREE, "unknown action"),
    ("bss", "renew", "none", "no package"),
    ("moon", "start", FREE, "unknown service"),
]


async def test_what_the_provider_refuses_is_said(control: Control) -> None:
    for service, action, thing, words in REFUSED:
        answer = await operate(control, service, action, thing, 422)
        assert words in answer
        assert "<script" not in answer


async def test_other_sites_cannot_act(control: Control) -> None:
    for name in ("console", "faults", "clear"):
        async with control.session.post(f"{control.running.url}/control/behind/{name}") as answer:
            assert answer.status == 403


def test_every_fault_there_is_can_be_switched_on_and_has_words() -> None:
    assert set(switches.CLOUD_KINDS) == CLOUD_KINDS
    assert set(switches.SLACK_KINDS) == SLACK_KINDS - {"disconnect"}  # which needs Socket Mode
    assert {f"kind_{kind}" for kind in (*switches.CLOUD_KINDS, *switches.SLACK_KINDS)} <= WORDS.keys()


async def test_the_forms_offer_every_operation(control: Control) -> None:
    html = await fetch(control, path="/control/behind/switches")
    for value in ("iam", "obs create_bucket", "modelarts create_service", "bss list_free_resource_infos"):
        assert f'value="{value}"' in html
    assert 'value="slack chat.postMessage"' in html
    assert "Every call to Slack" in html


async def test_faults_are_switched_on_counted_and_cleared(control: Control) -> None:
    def fault(where: str, kind: str, times: str) -> dict[str, str]:
        return {"where": where, "kind": kind, "times": times}

    assert "No fault" in await fetch(control, path="/control/behind/faults")
    await send(control, "/control/behind/faults", fault("obs create_bucket", "arrears", ""))
    await send(control, "/control/behind/faults", fault("slack auth.test", "ratelimited", "2"))
    html = await send(control, "/control/behind/faults", fault("slack auth.test", "duplicate_delivery", "1"))
    assert "create_bucket" in html
    assert "until cleared" in html
    assert "every call" in html
    async with control.session.post(f"{control.running.announced['slack_api']}auth.test") as answer:
        assert answer.status == 429
    html = await fetch(control, path="/control/behind/faults")
    assert "2 left" not in html
    assert html.count("1 left") == 2
    assert "No fault" in await send(control, "/control/behind/clear", {})
    assert switches.active(control.running.controls) == []


NO_FAULT = [
    *(("moon", "slow", "1"), ("obs fly", "slow", "1"), ("obs", "rain", "1"), ("slack", "slow", "1")),
    *(("slack", "ratelimited", ""), ("obs", "slow", "0"), ("obs", "slow", "many")),
]


async def test_a_fault_that_does_not_exist_is_refused(control: Control) -> None:
    for where, kind, times in NO_FAULT:
        form = {"where": where, "kind": kind, "times": times}
        assert "That did not work" in await send(control, "/control/behind/faults", form, 422)
    assert switches.active(control.running.controls) == []
