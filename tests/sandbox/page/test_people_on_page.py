"""People who change under the app: what the drawer's panel shows of them, and what it does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Control
from tests.sandbox.page.test_page import fetch, send, workspace

PEOPLE = "/control/behind/people"
WANG = {"id": "U0WANG0001", "locale": "en-US", "tz": "Europe/Berlin"}


async def test_the_panel_shows_who_looks_or_who_was_chosen(control: Control) -> None:
    assert 'value="U0LI000001" selected' in await fetch(control, {"as": "li"}, PEOPLE)
    html = await fetch(control, {"as": "li", "look": "U0MEI00001"}, PEOPLE)
    assert 'value="U0MEI00001" selected' in html
    assert 'name="admin" checked' in html
    assert 'value="modelarts-admins" checked' in html
    assert "用户组" in html


CHANGES: list[tuple[dict[str, str], str, Any]] = [
    ({"deleted": "on"}, "deleted", True),
    ({"guest": "on"}, "guest", True),
    ({"admin": "on"}, "admin", True),
    ({"outside": "on"}, "team", "T0ELSEWHERE"),
    ({"locale": "zh-CN"}, "locale", "zh-CN"),
    ({"tz": "Asia/Shanghai"}, "tz", "Asia/Shanghai"),
]


async def test_each_state_is_put_on_and_off(control: Control) -> None:
    person = workspace(control).person("wang")
    for form, name, wanted in CHANGES:
        before = getattr(person, name)
        html = await send(control, PEOPLE, WANG | form)
        assert getattr(person, name) == wanted, name
        assert "checked" in html or f'value="{wanted}" selected' in html
        await send(control, PEOPLE, WANG)
        assert getattr(person, name) == before, name


async def test_a_group_is_joined_and_left(control: Control) -> None:
    group = workspace(control).group("modelarts-admins")
    await send(control, PEOPLE, WANG | {"groups": "modelarts-admins"})
    assert "U0WANG0001" in group.users
    await send(control, PEOPLE, WANG)
    assert "U0WANG0001" not in group.users


@pytest.mark.parametrize("form", [{"id": "U0NOBODY01"}, WANG | {"tz": "Mars/North"}, WANG | {"groups": "none"}])
async def test_what_there_is_not_is_refused(control: Control, form: dict[str, str]) -> None:
    assert "That did not work" in await send(control, PEOPLE, form, 422)
    assert workspace(control).person("wang").tz == "Europe/Berlin"


async def test_other_sites_change_nobody(control: Control) -> None:
    async with control.session.post(control.running.url + PEOPLE, data=WANG | {"deleted": "on"}) as answer:
        assert answer.status == 403
