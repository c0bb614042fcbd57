from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.audit.chain import Finding, Head, Verdict, Wrong
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
HEAD = Head(7, "ab" * 32)


def desk(*entries: Mapping[str, str], verdict: Verdict | None = None) -> Desk:
    return Desk(FakeCloud(), Records(entries=entries, verdict=verdict))


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
    assert "没有符合条件的记录" in words_of(await desk().answered(command, what="x"), Language.ZH)


async def test_a_long_list_is_turned_page_by_page_as_it_was_narrowed() -> None:
    many = desk(*[{**ENTRY, "number": str(number)} for number in range(45)])
    first = await many.answered(command, who="<@U7ABCD>", check="yes")
    assert "number=0" in rows_of(first)[0]
    (offer,) = first.offers
    assert dict(offer.values) == {"who": "U7ABCD", "page": "2"}
    last = await many.answered(command, page="3")
    assert (len(rows_of(last)), last.offers) == (5, ())
    with pytest.raises(Refusal, match=r"page\.none"):
        await many.answered(command, page="4")


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("U0MEI00001", "U0MEI00001"),
        ("<@U0MEI00001>", "U0MEI00001"),
        ("<@W0MEI00001|mei>", "W0MEI00001"),
        ("Bot", "bot"),
    ],
)
def test_a_person_is_named_by_id_or_mention(typed: str, who: str) -> None:
    assert desk().ask(command, who=typed)["who"] == who


@pytest.mark.parametrize("typed", ["mei", "@mei", "U", "nobody at all"])
def test_anything_else_is_refused_with_what_to_write(typed: str) -> None:
    with pytest.raises(Refusal, match=r"audit\.list\.bad_who"):
        desk().ask(command, who=typed)


async def test_the_chain_is_checked_where_that_is_asked_for() -> None:
    whole = Verdict(held=7, waiting=1, head=HEAD)
    assert "chain" not in words_of(await desk(ENTRY, verdict=whole).answered(command))
    assert f"7 entries are sealed, 1 wait for their seal; it ends at `{HEAD.told()}`" in words_of(
        await desk(ENTRY, verdict=whole).answered(command, check="yes")
    )
    assert "BOT_SECRET_KEY" in words_of(await desk(ENTRY).answered(command, check="yes"))
    findings = [Finding(Wrong.MISSING, 2, 3), Finding(Wrong.CHANGED, 5, token="5-0"), Finding(Wrong.CUT, 8, 9)]
    broken = words_of(await desk(ENTRY, verdict=Verdict(4, 0, HEAD, findings)).answered(command, check="yes"))
    for part in ("does not hold", "3 faults", "Entries 2 to 3 are missing", "Entry 5 was changed", "entries 8 to 9"):
        assert part in broken


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
