from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import StoreDown
from bot.ports import Change
from bot.records import Approval, ApprovalState, Audience, Card, Copy, Language
from tests.slack.conftest import House
from tests.slack.given import approval, card

LI, MEI = "U0LI000001", "U0MEI00001"


class CrashError(Exception):
    """The process ends here."""


def crash_at(point: str, nth: int = 1) -> Callable[[str], None]:
    """Return a `reach` that ends the process the nth time this point is passed."""
    left = {point: nth}

    def reach(passed: str) -> None:
        left[passed] = left.get(passed, 0) - 1
        if passed == point and left[passed] == 0:
            raise CrashError(point)

    return reach


async def given_request(house: House, *copies: Copy) -> None:
    await house.store.commit(Change().create(approval()).create(card(*copies)).redraw("request-req1"))


async def decide(house: House, state: ApprovalState) -> None:
    stored = await house.store.load(Approval, "req1")
    assert stored is not None
    after = replace(stored.record, state=state, closed_by=MEI, closed_at=house.clock.now())
    await house.store.commit(Change().replace(stored, after).redraw("request-req1"))


async def the_card(house: House) -> Card:
    stored = await house.store.load(Card, "request-req1")
    assert stored is not None
    return stored.record


async def send_all(house: House, seconds: float = 120, **how: Any) -> None:
    """Send what is waiting, moving the clock on to what was put off, until nothing is left."""
    sender = house.sender(**how)
    end = house.clock.ahead + seconds
    while True:
        for entry in await house.outbox():
            await sender.send(entry)
        waiting = house.store.waiting["later"].values()
        if not waiting:
            return
        house.clock.ahead += max(0.0, min(waiting) - house.clock.machine()) + 0.001
        assert house.clock.ahead < end, "the outbox does not settle"


def said(house: House, who: str) -> list[Any]:
    site = house.site
    return list(site.workspace.messages.get(site.workspace.direct(who).id, []))


def posts(house: House, method: str = "chat.postMessage") -> int:
    return sum(call["path"] == f"/api/{method}" for call in house.site.calls.listed("slack"))


async def test_every_copy_is_posted_once_in_its_readers_language(house: House) -> None:
    await given_request(house)
    await send_all(house)
    (asker,), (approver,) = said(house, LI), said(house, MEI)
    assert "等待审批" in str(asker.blocks)
    assert "Waiting for approval" in str(approver.blocks)
    assert '"deny"' not in str(asker.blocks).replace("'", '"')
    assert approver.metadata["event_payload"]["card"] == "request-req1"
    done = await the_card(house)
    assert all(copy.ts and copy.drawn for copy in done.copies)
    assert done.lease is None
    assert (await house.store.depths(0))["outbox"] == 0


async def test_all_copies_are_redrawn_when_the_records_move_and_not_otherwise(house: House) -> None:
    await given_request(house)
    await send_all(house)
    await house.store.commit(Change().redraw("request-req1"))
    await send_all(house)
    assert posts(house, "chat.update") == 0
    await decide(house, ApprovalState.DENIED)
    await send_all(house)
    for who in (LI, MEI):
        (message,) = said(house, who)
        assert "actions" not in [block["type"] for block in message.blocks]
        assert f"<@{MEI}>" in str(message.blocks)


async def test_updates_of_a_card_are_three_seconds_apart_and_end_with_the_newest(house: House) -> None:
    await given_request(house)
    await send_all(house)
    await decide(house, ApprovalState.APPROVED)
    (entry,) = await house.outbox()
    await house.sender().send(entry)
    first = posts(house, "chat.update")
    await decide(house, ApprovalState.VOID)
    (entry,) = await house.outbox()
    await house.sender().send(entry)
    assert posts(house, "chat.update") == first
    (again,) = house.store.waiting["later"].values()
    assert 2.5 < again - house.clock.machine() <= 3.0
    await send_all(house)
    assert all("Void" in str(m.blocks) or "已作废" in str(m.blocks) for who in (LI, MEI) for m in said(house, who))


async def test_many_senders_at_once_post_once(house: House) -> None:
    await given_request(house)
    for _ in range(5):
        await house.store.commit(Change().redraw("request-req1"))
    entries = await house.outbox()
    await asyncio.gather(*(house.sender(f"w{n}").send(entry) for n, entry in enumerate(entries)))
    await send_all(house)
    assert len(said(house, LI)) == len(said(house, MEI)) == 1


@pytest.mark.parametrize("kind", ["ratelimited", "server_error"])
async def test_what_slack_did_not_take_is_sent_later_and_once(house: House, kind: str) -> None:
    house.site.faults.add(kind, "chat.postMessage", 2)
    await given_request(house)
    await send_all(house)
    assert len(said(house, LI)) == len(said(house, MEI)) == 1
    house.site.faults.add(kind, "chat.update", 3)
    await decide(house, ApprovalState.WITHDRAWN)
    await send_all(house)
    assert all("actions" not in str(message.blocks) for message in (*said(house, LI), *said(house, MEI)))


async def test_a_post_without_an_answer_is_found_again_where_history_may_be_read(house: House) -> None:
    house.site.faults.add("timeout_after", "chat.postMessage", 1)
    await given_request(house)
    await send_all(house)
    assert len(said(house, LI)) == len(said(house, MEI)) == 1


async def test_a_post_without_an_answer_is_sent_again_where_history_is_closed(house: House) -> None:
    house.site.faults.add("timeout_after", "chat.postMessage", 1)
    await given_request(house, Copy(Audience.CHANNEL, "C0MODELART", Language.EN))
    await send_all(house)
    assert len(house.site.workspace.messages["C0MODELART"]) == 2


@pytest.mark.parametrize(
    ("point", "nth"),
    [("outbox.leased", 1), ("outbox.sent", 1), ("outbox.sent", 2), ("outbox.saved", 1), ("outbox.saved", 2)],
)
async def test_a_kill_anywhere_loses_nothing_and_repeats_nothing(house: House, point: str, nth: int) -> None:
    await given_request(house)
    (entry,) = await house.outbox()
    with pytest.raises(CrashError):
        await house.sender("dead", reach=crash_at(point, nth)).send(entry)
    await house.sender("other").send(replace(entry, tries=2))
    assert len(said(house, LI)) + len(said(house, MEI)) <= 2
    house.clock.ahead += 61
    await send_all(house)
    assert len(said(house, LI)) == len(said(house, MEI)) == 1
    assert all(copy.ts for copy in (await the_card(house)).copies)


async def test_without_redis_the_entry_stays_to_be_delivered_again(house: House) -> None:
    await given_request(house)
    (entry,) = await house.outbox()
    house.store.down = True
    with pytest.raises(StoreDown):
        await house.sender().send(entry)
    house.store.down = False
    assert (await house.store.depths(0))["outbox"] == 1


async def test_a_copy_for_somebody_who_left_is_given_up_and_the_others_arrive(house: House) -> None:
    house.site.workspace.people[MEI].deleted = True
    await given_request(house)
    await send_all(house)
    done = await the_card(house)
    assert [copy.dead for copy in done.copies] == ["", "user_disabled"]
    assert len(said(house, LI)) == 1


async def test_a_message_somebody_deleted_is_posted_anew_when_the_card_changes(house: House) -> None:
    await given_request(house)
    await send_all(house)
    house.site.workspace.remove(said(house, MEI)[0])
    await decide(house, ApprovalState.DENIED)
    await send_all(house)
    (message,) = said(house, MEI)
    assert "Denied" in str(message.blocks)


async def test_a_sender_that_slept_past_its_lease_neither_overwrites_nor_forgets(house: House) -> None:
    await given_request(house)
    (entry,) = await house.outbox()
    slow = house.sender("slow", reach=lambda _point: None)
    fast = house.sender("fast")
    original = slow.slack.write

    async def write(method: str, **body: object) -> dict[str, Any]:
        answer = await original(method, **body)
        if method == "chat.postMessage" and not slow_did:
            slow_did.append(1)
            house.clock.ahead += 61
            await fast.send(replace(entry, tries=2))
        return answer

    slow_did: list[int] = []
    slow.slack = _Through(write, house.web.slack)  # type: ignore[assignment]
    await slow.send(entry)
    await send_all(house)
    known = [copy.ts for copy in (await the_card(house)).copies]
    shown = {message.ts for who in (LI, MEI) for message in said(house, who)}
    assert shown == set(known)
    assert len(shown) == 2


class _Through:
    """A Slack whose writes are led through the test."""

    def __init__(self, write: Any, slack: Any) -> None:
        self.write, self.read, self.direct_channel = write, slack.read, slack.direct_channel


async def test_many_cards_to_one_channel_keep_to_a_message_a_second(house: House) -> None:
    change = Change()
    for number in range(30):
        request = replace(approval(), id=f"r{number}")
        copy = Copy(Audience.CHANNEL, "C0MODELART", Language.EN)
        change.create(request).create(Card(f"request-r{number}", f"r{number}", (copy,))).redraw(f"request-r{number}")
    await house.store.commit(change)
    start = house.clock.machine()
    await send_all(house)
    assert len(house.site.workspace.messages["C0MODELART"]) == 30
    assert 28 <= house.clock.machine() - start < 35


@pytest.mark.parametrize("shaken", [True, False])
async def test_what_a_store_forgot_in_an_outage_is_looked_for_before_it_is_sent_again(
    house: House, *, shaken: bool
) -> None:
    """Redis lost the second in which the card was posted: its record says that nothing was ever tried."""
    await given_request(house)
    await send_all(house)
    stored = await house.store.load(Card, "request-req1")
    assert stored
    forgotten = tuple(replace(copy, channel="", ts="", drawn="") for copy in stored.record.copies)
    await house.store.commit(Change().replace(stored, replace(stored.record, copies=forgotten)).redraw("request-req1"))
    before, house.clock.ahead = posts(house), house.clock.ahead + 60
    for entry in await house.outbox():
        await house.sender(shaken=lambda: shaken).send(entry)
    assert (posts(house) == before) is shaken
