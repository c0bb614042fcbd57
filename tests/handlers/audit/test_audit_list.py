from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Ask
from bot.errors import Refusal
from bot.flows.recall import StoredThings
from bot.ports import Change
from bot.say import Language
from handlers.audit.list import command
from tests.fakes.cloud import FakeCloud
from tests.fakes.words import words_of
from tests.flows.given import PLACE, START, given
from tests.handlers.watching import LI, Desk, Records, rows_of

ENTRY = {"at": "1795434000.0", "what": "approval.approve", "who": "U7", "correlation": "c1", "state": "approved"}


def desk(*entries: dict[str, str]) -> Desk:
    return Desk(FakeCloud(), Records(entries=entries))


async def test_it_says_when_what_who_and_what_else_is_known() -> None:
    sweep = {"at": "1795434060.0", "what": "watched", "who": "", "correlation": "", "thing": "x" * 200}
    reply = await desk(sweep, ENTRY).answered(command)
    swept, approved = rows_of(reply)
    for part in ("approval.approve", "by", "U7", "state=approved"):
        assert part in approved
    assert "c1" not in approved
    assert "by the bot itself" in swept
    assert len(swept) < 200
    assert "*2* entries" in words_of(reply)


async def test_it_speaks_chinese_and_says_when_there_is_nothing() -> None:
    assert "尚无审计记录" in words_of(await desk().answered(command), Language.ZH)


async def test_only_administrators_read_it_and_an_attempt_is_recorded() -> None:
    house = given()
    await house.store.commit(Change().audit("started", who="LI"))
    with pytest.raises(Refusal, match=r"audit\.not_yours"):
        await command.recall(_ask("LI"), StoredThings(house.world))
    assert house.store.audits[-1] == {"what": "refused", "who": "LI", "what_asked": "audit list"}
    facts = await command.recall(_ask("MEI"), StoredThings(house.world))
    assert [entry["what"] for entry in facts["entries"]] == ["refused", "started"]


def _ask(who: str) -> Ask:
    return Ask(command.name, {}, replace(LI, id=who), PLACE, at=START)
