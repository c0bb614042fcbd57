"""Modals over plain HTTP: fields, errors, what is kept while the app redraws."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.workspace.modals import make_view, replace_view
from tests.sandbox.conftest import Company, Control, until
from tests.sandbox.page.bot import Heard, listen
from tests.sandbox.page.gallery import form, option, plain
from tests.sandbox.page.test_page import fetch, send, workspace

LI = {"as": "li", "in": "@bot"}
Json = dict[str, Any]
Form = dict[str, str]


@pytest.fixture
async def opened(with_bot: Company) -> tuple[Control, Heard, str]:
    """Give a sandbox where li has the form open, and the view's id."""
    heard = Heard()
    control, _ = await with_bot(lambda app: listen(app, heard))
    await control.say("li", "@bot", "/modelarts form")
    await until(lambda: workspace(control).stack("U0LI000001"))
    return control, heard, workspace(control).stack("U0LI000001")[-1].id


async def test_the_form_has_its_fields(opened: tuple[Control, Heard, str]) -> None:
    html = await fetch(opened[0], LI)
    for text in (
        "创建桶",
        "桶名称",
        'name="f:name"',
        "data-focus",
        "（可选）",
        "提交",
        "取消",
        "data-external",
        "data-multi",
    ):
        assert text in html
    assert "创建桶" not in await fetch(opened[0], {"as": "mei"})


async def test_a_refused_field_says_why_at_the_field(opened: tuple[Control, Heard, str]) -> None:
    control, heard, view_id = opened
    html = await send(
        control, "/page/submit", {**LI, "view_id": view_id, "f:name": "C_Flowers", "f:region": "cn-north-4"}
    )
    assert "Try c-flowers" in html
    assert 'aria-invalid="true"' in html
    assert 'value="C_Flowers"' in html
    missing = await send(control, "/page/submit", {**LI, "view_id": view_id, "f:name": "", "f:region": "cn-north-4"})
    assert "请填写此必填字段。" in missing
    assert len(heard.values) == 1


async def test_a_good_form_closes(opened: tuple[Control, Heard, str]) -> None:
    control, heard, view_id = opened
    given = {
        "f:name": "c-flowers",
        "f:region": "cn-east-3",
        "f:project": "vision-lab",
        "f:tags": "text",
        "f:note": "now",
    }
    html = await send(control, "/page/submit", {**LI, "view_id": view_id, **given})
    assert "<dialog" not in html
    values = heard.values[-1]
    assert values["region"]["region"]["selected_option"]["value"] == "cn-east-3"
    assert values["project"]["project"]["selected_option"]["value"] == "vision-lab"
    assert [o["value"] for o in values["tags"]["tags"]["selected_options"]] == ["text"]
    assert values["note"]["note"]["value"] == "now"
    assert values["agree"]["agree"]["selected_options"] == []


async def test_what_is_typed_survives_a_redraw_by_the_app(opened: tuple[Control, Heard, str]) -> None:
    control, _, view_id = opened
    view = workspace(control).stack("U0LI000001")[-1]
    changed = form(zh=True) | {"title": plain("新标题")}
    replace_view(view, changed)
    html = await send(control, "/page/keep", {**LI, "view_id": view_id, "f:name": "half-ty", "f:region": "cn-east-3"})
    assert "新标题" in html
    assert 'value="half-ty"' in html
    assert 'name="f:region" value="cn-east-3"' in html


async def test_a_stale_form_changes_nothing(opened: tuple[Control, Heard, str]) -> None:
    control, heard, _ = opened
    html = await send(control, "/page/submit", {**LI, "view_id": "V0OLD", "f:name": "c-flowers"})
    assert "创建桶" in html
    await send(control, "/page/close", {**LI, "view_id": "V0OLD"})
    assert heard.values == []
    assert heard.closed == []


async def test_closing_tells_the_app(opened: tuple[Control, Heard, str]) -> None:
    control, heard, view_id = opened
    assert "<dialog" not in await send(control, "/page/close", {**LI, "view_id": view_id})
    assert heard.closed == [view_id]


async def test_options_of_the_app(opened: tuple[Control, Heard, str]) -> None:
    control = opened[0]
    query = {**LI, "surface": "modal", "action_id": "project", "list": "l1"}
    html = await fetch(control, {**query, "q": "lab"}, "/page/options")
    assert html.count('role="option"') == 2
    assert "vision-lab" in html
    assert 'role="option"' not in await fetch(control, {**query, "q": ""}, "/page/options")
    await fetch(control, {**query, "action_id": "gone", "q": "lab"}, "/page/options", 422)


async def test_options_of_a_silent_app_say_so_in_the_readers_language(control: Control) -> None:
    workspace(control).modals["U0LI000001"] = [make_view("U0LI000001", form(True))]
    query = {**LI, "surface": "modal", "action_id": "project", "list": "l1", "q": "lab"}
    assert (await fetch(control, query, "/page/options", 422)).startswith("应用没有响应")


async def test_checking_view_replaces_the_form(opened: tuple[Control, Heard, str]) -> None:
    control, _, view_id = opened
    html = await send(control, "/page/submit", {**LI, "view_id": view_id, "f:name": "wait", "f:region": "cn-north-4"})
    assert "⏳ Checking…" in html
    assert 'type="submit"' not in html


KINDS: list[tuple[str, Json, str]] = [
    ("number_input", {"is_decimal_allowed": False, "initial_value": "3"}, 'value="3"'),
    ("email_text_input", {}, 'type="text"'),
    ("url_text_input", {}, 'type="text"'),
    ("datetimepicker", {"initial_date_time": 1_798_765_432}, 'value="2027-01-01T09:03"'),
    ("rich_text_input", {}, "<textarea"),
    ("file_input", {"max_files": 3, "filetypes": ["csv"]}, 'accept=".csv"'),
    ("channels_select", {"initial_channel": "C0GENERAL1"}, 'value="#general"'),
    ("conversations_select", {}, 'data-value="C0MODELART"'),
    ("multi_users_select", {"initial_users": ["U0MEI00001"]}, 'class="chip" data-value="U0MEI00001"'),
    ("radio_buttons", {"options": [option("a", "a")], "initial_option": option("a", "a")}, "checked"),
]  # fmt: skip


async def test_every_input_is_drawn(control: Control) -> None:
    for kind, more, wanted in KINDS:
        block = {"type": "input", "label": plain("Label"), "element": {"type": kind, "action_id": "x", **more}}
        view = make_view("U0LI000001", {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": [block]})
        workspace(control).modals["U0LI000001"] = [view]
        assert wanted in await send(control, "/page/keep", LI), kind
