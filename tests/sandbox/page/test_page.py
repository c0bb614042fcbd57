"""The page over plain HTTP: what it says, for whom, and that nothing a person or an app says becomes markup."""

from __future__ import annotations

import re
from typing import Any

from sandbox.workspace.blocks import check_blocks, completed
from sandbox.workspace.modals import make_view
from sandbox.workspace.records import Message
from tests.sandbox.conftest import Company, Control
from tests.sandbox.page.bot import Heard, listen
from tests.sandbox.page.gallery import CARD, GALLERY, form, mrkdwn, option, plain

Json = dict[str, Any]
Form = dict[str, str]
EVIL = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>&amp;{{7*7}}"""


def workspace(control: Control) -> Any:
    return control.running.controls.site.workspace


async def fetch(control: Control, query: Form | None = None, path: str = "/", status: int = 200) -> str:
    async with control.session.get(control.running.url + path, params=query) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def send(control: Control, path: str, form: Form, status: int = 200) -> str:
    headers = {"HX-Request": "true"}
    async with control.session.post(control.running.url + path, data=form, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


def post(control: Control, text: str = "", blocks: list[Json] | None = None, **more: Any) -> Message:
    """Put a message of the bot into #general."""
    place = workspace(control)
    assert check_blocks(blocks or [], "message") == []
    message = Message(place.next_ts(), "C0GENERAL1", place.app.bot_user, text, completed(blocks or []), **more)
    message.by_bot = True
    found: Message = place.post(message)
    return found


async def general(control: Control, who: str = "wang") -> str:
    return await fetch(control, {"as": who, "in": "#general"})


async def test_the_page_says_who_and_where(control: Control) -> None:
    html = await fetch(control)
    assert "Mei Lin" in html
    assert "Administrator · English" in html
    guest = await fetch(control, {"as": "guest", "in": "#general"})
    assert "Guest · English" in guest
    assert "#general" in guest


async def test_two_people_side_by_side_each_in_their_language(control: Control) -> None:
    html = await fetch(control, {"as": "li", "in": "@bot", "as2": "mei", "in2": "#general"})
    assert html.count('class="pane"') == 2
    assert "发送消息到 ModelArts" in html
    assert "Message #general" in html
    assert "/?as=li&amp;in=@bot&amp;as2=mei&amp;in2=%23modelarts" in html


async def test_an_address_that_leads_nowhere_says_so(control: Control) -> None:
    for query in ({"as": "nobody"}, {"as": "li", "in": "#nowhere"}, {"as": EVIL, "in": EVIL}):
        html = await fetch(control, query)
        assert "no such person or channel" in html or "没有这个人或频道" in html
        assert "<script>alert" not in html


async def test_nothing_comes_from_elsewhere_and_nothing_runs_that_is_not_ours(control: Control) -> None:
    async with control.session.get(control.running.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        html = await answer.text()
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert 'src="http' not in html
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html


async def test_its_files_are_served(control: Control) -> None:
    found = re.findall(r'(?:src|href)="(/page/static/[^"]+)"', await fetch(control))
    assert len(found) > 10
    for path in (*found, "/page/static/vendor/htmx.LICENSE", "/page/static/vendor/NOTICE"):
        assert len(await fetch(control, path=path)) > 100


BLOCKS: list[tuple[str, list[Json], list[str]]] = [
    ("card", CARD, ["<h2 ", "Request: create bucket", "<strong>one approver</strong>", "button primary"]),
    ("confirm", CARD, ['<dialog class="ask"', "Deny this?", "told</strong> at once", 'data-answer="yes"']),
    ("overflow", CARD, ['role="menu"', "Why am I asked?", "Withdraw"]),
    ("fields", CARD, ['class="fields"', "<strong>Region</strong><br>cn-north-4"]),
    ("link button", GALLERY, ['href="https://example.com/"', "noopener noreferrer"]),
    ("select", GALLERY, ['role="combobox"', 'role="listbox"', "Ascend 1 card", "¥ 4.30 an hour"]),
    ("pickers", GALLERY, ['type="date"', 'value="2026-12-24"', 'type="time"', 'value="18:30"']),
    ("people", GALLERY, ['data-value="U0LI000001"', "Chen Hao"]),
    ("ticks", GALLERY, ['type="checkbox"', "Keep the logs", 'type="radio"', 'value="0" checked']),
    ("rich text", GALLERY, ["<strong><span", "🎉", "@Li Na", "<li><code>", "<pre>", "<blockquote>"]),
    ("markdown", GALLERY, ["<strong>Markdown</strong>", "<th>Rows</th>", "<td>12</td>"]),
    ("table", GALLERY, ['<th scope="col" class=" wrapped">Bucket</th>', '<td class="to-right">17 GB</td>']),
    ("image", GALLERY, ['src="https://example.invalid/x.png"', 'alt="a chart of losses"', "A picture"]),
    ("divider", GALLERY, ['<hr class="block">']),
]  # fmt: skip


async def test_blocks(control: Control) -> None:
    for name, blocks, wanted in BLOCKS:
        message = post(control, "fallback", blocks)
        html = await general(control)
        assert [text for text in wanted if text not in html] == [], name
        assert "fallback" not in html
        workspace(control).remove(message)


def _evil_blocks() -> list[Json]:
    choices = [option(EVIL[:70], EVIL[:70], description=plain(EVIL[:70]))]
    ask = {"title": plain(EVIL[:90]), "text": mrkdwn(EVIL), "confirm": plain(EVIL[:20]), "deny": plain(EVIL[:20])}
    part = {"type": "text", "text": EVIL}
    link = {"type": "link", "url": "javascript:alert(1)", "text": EVIL}
    return [
        {"type": "header", "block_id": EVIL[:60], "text": plain(EVIL)},
        {"type": "section", "text": mrkdwn(EVIL), "fields": [plain(EVIL)]},
        {"type": "context", "elements": [mrkdwn(EVIL), {"type": "image", "image_url": "data:x", "alt_text": EVIL}]},
        {"type": "markdown", "text": EVIL},
        {"type": "image", "image_url": "data:text/html," + EVIL, "alt_text": EVIL, "title": plain(EVIL)},
        {"type": "table", "rows": [[{"type": "raw_text", "text": EVIL}]]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [part, link]}]},
        {"type": "actions", "elements": [
            {"type": "button", "text": plain(EVIL[:70]), "action_id": EVIL[:60], "value": EVIL, "confirm": ask},
            {"type": "button", "text": plain("go"), "action_id": "url", "url": "javascript:alert(1)"},
            {"type": "static_select", "action_id": "s", "placeholder": plain(EVIL), "options": choices},
            {"type": "overflow", "action_id": "o", "options": choices},
            {"type": "checkboxes", "action_id": "c", "options": choices},
        ]},
    ]  # fmt: skip


async def test_hostile_texts_stay_texts(control: Control) -> None:
    place = workspace(control)
    place.person("li").real_name = EVIL
    place.name = EVIL
    place.conversations["C0GENERAL1"].name = "general"
    await control.say("li", "#general", EVIL)
    post(control, EVIL, _evil_blocks())
    place.modals["U0WANG0001"] = [
        make_view("U0WANG0001", form() | {"title": plain(EVIL[:24]), "blocks": _evil_blocks()})
    ]
    html = await general(control)
    assert "&lt;script&gt;alert(1)" in html
    for raw in ("<script>alert", "<img src=x", 'href="javascript', 'src="javascript', 'src="data:'):
        assert raw not in html
    assert "{{7*7}}" in html
    assert html.count("<script ") == html.count('<script src="/page') + html.count('<script defer src="/page')


async def test_ephemeral_messages_are_for_one_person_and_say_so(control: Control) -> None:
    post(control, "for wang alone", ephemeral_for="U0WANG0001")
    assert "Only visible to you" in await general(control, "wang")
    assert "for wang alone" not in await general(control, "mei")


async def test_edits_threads_and_deletions_show(control: Control) -> None:
    root = post(control, "root")
    reply = post(control, "an answer", thread_ts=root.ts)
    root.edited = {"user": root.author, "ts": reply.ts}
    html = await general(control)
    assert "(edited)" in html
    assert "1 reply" in html
    assert html.index("root") < html.index("an answer")
    workspace(control).remove(reply)
    assert "1 reply" not in await general(control)


async def test_times_are_in_the_readers_zone_and_language(control: Control) -> None:
    post(control, "<!date^1798765432^{date_long} {time}|then>")
    assert "Friday, January 1st, 2027 2:03 AM" in await general(control, "wang")
    assert "2027年1月1日星期五 09:03" in await general(control, "li")


async def test_unread_marks_go_when_one_looks(control: Control) -> None:
    post(control, "news")
    assert 'aria-label="1 unread"' in await fetch(control, {"as": "wang", "in": "@bot"})
    await general(control)
    assert "unread" not in await fetch(control, {"as": "wang", "in": "@bot"})


async def test_a_line_says_from_where_on_all_is_new(control: Control) -> None:
    post(control, "old news")
    assert 'class="new"' not in await general(control)
    fresh = post(control, "fresh news")
    html = await general(control)
    assert html.index("old news") < html.index(">New</span>") < html.index("fresh news")
    assert ">New</span>" in await fetch(control, {"as": "wang", "in": "#general"}, "/page/part/list"), "while one stays"
    assert ">新消息</span>" not in await general(control, "li"), "nothing older that she has read"
    assert 'class="new"' not in await general(control), "when one comes again"
    workspace(control).remove(fresh)


async def test_saying_something_is_what_the_control_api_does(control: Control) -> None:
    await send(control, "/page/say", {"as": "wang", "in": "#general", "text": "hello *all*"})
    assert [row["text"] for row in await control.messages("mei", "#general")] == ["hello *all*"]
    assert "hello <strong>all</strong>" in await general(control)


async def test_a_command_without_an_app_fails_in_the_readers_language(control: Control) -> None:
    await send(control, "/page/say", {"as": "li", "in": "@bot", "text": "/modelarts"})
    assert "/modelarts 失败：应用没有响应。" in await fetch(control, {"as": "li", "in": "@bot"})
    await send(control, "/page/say", {"as": "wang", "in": "@bot", "text": "/modelarts"})
    assert "/modelarts failed because the app did not respond." in await fetch(control, {"as": "wang"})


async def test_what_cannot_be_done_is_said_in_words(control: Control) -> None:
    refused = await send(control, "/page/say", {"as": "li", "in": "#x", "text": "hi"}, 422)
    assert refused.startswith("操作未成功：")
    gone = {"as": "wang", "in": "#general", "ts": "1.0", "action_id": "x"}
    assert "That did not work" in await send(control, "/page/press", gone, 422)


async def test_other_sites_cannot_act_on_the_page(control: Control) -> None:
    data = {"as": "wang", "in": "#general", "text": "forged"}
    async with control.session.post(control.running.url + "/page/say", data=data) as answer:
        assert answer.status == 403
    assert await control.messages("wang", "#general") == []


async def test_the_clock_moves(control: Control) -> None:
    html = await send(control, "/page/clock", {"as": "wang", "step": "plus_3d"})
    assert "3 d ahead" in html
    await send(control, "/page/clock", {"as": "wang", "step": "plus_10m"})
    assert "3 d 10 min ahead" in await fetch(control)
    assert control.running.controls.clock.offset == 3 * 86_400 + 600


async def test_requests_are_listed_with_their_outcome(with_bot: Company) -> None:
    control, _ = await with_bot(lambda app: listen(app, Heard()))
    await control.say("wang", "@bot", "/modelarts")
    await control.client().auth_test()
    html = await fetch(control, {"as": "wang"}, "/page/part/requests")
    assert "slash_commands" in html
    assert " ms</span>" in html
    assert "auth.test" in html


async def test_there_is_no_other_part(control: Control) -> None:
    await fetch(control, path="/page/part/page", status=404)
    await fetch(control, path="/page/part/..%2fpage", status=404)
