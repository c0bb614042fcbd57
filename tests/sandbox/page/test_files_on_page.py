"""Files on the page, over plain HTTP: beside a message, and in a modal's file input."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from sandbox.workspace.modals import make_view
from tests.sandbox.conftest import Control
from tests.sandbox.page.gallery import plain
from tests.sandbox.page.test_page import fetch, send, workspace

LI = {"as": "li", "in": "@bot"}
WHO = "U0LI000001"


async def send_files(
    control: Control, path: str, form: dict[str, str], field: str, files: dict[str, bytes], status: int = 200
) -> str:
    """Send a form with files as the page does, and return the answer."""
    body = aiohttp.FormData({**LI, **form})
    for name, content in files.items():
        body.add_field(field, content, filename=name)
    headers = {"HX-Request": "true"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{control.running.url}{path}", data=body, headers=headers) as answer,
    ):
        assert answer.status == status
        return await answer.text()


def opened(control: Control, **more: Any) -> str:
    """Open a modal with a file input for li; return the view's id."""
    element = {"type": "file_input", "action_id": "x", **more}
    block = {"type": "input", "block_id": "b", "label": plain("Files"), "element": element}
    view = make_view(WHO, {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": [block]})
    workspace(control).modals[WHO] = [view]
    return view.id


def held(control: Control) -> list[str]:
    return [file["name"] for file in workspace(control).stack(WHO)[-1].values["b"]["x"]["files"]]


async def test_files_beside_words_are_one_message(control: Control) -> None:
    given = {"text": "两个\r\n文件", "thread_ts": ""}
    await send_files(control, "/page/say", given, "file", {"花.csv": b"rose", "b.bin": b"\0" * 2048})
    (message,) = [one for one in workspace(control).messages[workspace(control).direct(WHO).id] if one.author == WHO]
    assert (message.text, [file["size"] for file in message.files]) == ("两个\n文件", [4, 2048])


async def test_a_reply_to_no_message_is_refused_and_keeps_no_file(control: Control) -> None:
    given = {"text": "", "thread_ts": "1.000001"}
    assert "1.000001" in await send_files(control, "/page/say", given, "file", {"a": b"a"}, 422)
    assert not control.running.controls.site.files.shown


async def test_chosen_files_are_held_by_the_modal_until_taken_off(control: Control) -> None:
    view_id = opened(control)
    await send_files(control, "/page/upload", {"view_id": view_id}, "u:f:b", {"a.csv": b"a"})
    first = workspace(control).stack(WHO)[-1].values["b"]["x"]["files"][0]["id"]
    form = {"view_id": view_id, "f:b": first}
    html = await send_files(control, "/page/upload", form, "u:f:b", {"b.csv": b"b"})
    assert held(control) == ["a.csv", "b.csv"]
    assert "移除 b.csv" in html
    assert "a.csv" in await send(control, "/page/keep", {**LI, **form})
    assert held(control) == ["a.csv"]


@pytest.mark.parametrize(
    ("more", "files", "said"),
    [
        ({"max_files": 1}, {"a.csv": b"a", "b.csv": b"b"}, "最多选择 1 个文件"),
        ({"filetypes": ["csv", "txt"]}, {"a.exe": b"a"}, "csv, txt"),
    ],
)
async def test_what_the_element_does_not_take_is_said_at_the_field(
    control: Control, more: dict[str, Any], files: dict[str, bytes], said: str
) -> None:
    view_id = opened(control, **more)
    assert said in await send_files(control, "/page/upload", {"view_id": view_id}, "u:f:b", files)
    assert held(control) == []


async def test_a_required_file_is_missed_by_the_client(control: Control) -> None:
    view_id = opened(control)
    assert "请填写此必填字段。" in await send(control, "/page/submit", {**LI, "view_id": view_id})


async def test_a_file_is_opened_by_those_who_see_it(control: Control) -> None:
    """Pictures are shown; anything else, a page of HTML too, comes as bytes to be saved."""
    given = {"text": "", "thread_ts": ""}
    await send_files(
        control, "/page/say", given, "file", {"flower.png": b"\x89PNG", "evil.html": b"<script>alert(1)</script>"}
    )
    (message,) = [one for one in workspace(control).messages[workspace(control).direct(WHO).id] if one.author == WHO]
    kinds = {"flower.png": "image/png", "evil.html": "application/octet-stream"}
    for file in message.files:
        address = f"{control.running.url}/page/file/{file['id']}"
        async with control.session.get(address, params={"as": "li"}) as answer:
            assert (answer.status, answer.content_type) == (200, kinds[file["name"]])
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert len(await answer.read()) == file["size"]
        async with control.session.get(address, params={"as": "wang"}) as answer:
            assert answer.status == 404
    html = await fetch(control, {"as": "li", "in": "@bot"})
    assert html.count('class="preview"') == 1
    assert 'download="evil.html"' in html
