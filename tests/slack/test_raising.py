from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ChatRefused
from bot.ports import Change
from bot.records import Audience, Card, Copy, Handle, Language, Thing
from tests.slack.conftest import House
from tests.slack.given import interaction, service
from tests.slack.test_outbox import CrashError, crash_at, posts, said, send_all

LI, MEI, WANG = "U0LI000001", "U0MEI00001", "U0WANG0001"
CARD = "thing-h1"
DEATHS = ("outbox.leased", "outbox.sent", "outbox.saved", "outbox.raised", "outbox.deleted")


async def given_thing(house: House, thing: Thing, *copies: Copy) -> None:
    shown = copies or (Copy(Audience.OWNER, LI, Language.ZH),)
    change = Change().create(replace(thing, raised=1)).create(Handle("h1", thing.id))
    await house.store.commit(change.create(Card(CARD, f"thing:{thing.id}", shown)).redraw(CARD))
    await send_all(house)
    house.clock.ahead += 1.5  # a channel takes a message a second


async def change_thing(house: House, **changed: Any) -> None:
    stored = await house.store.load(Thing, service().id)
    assert stored is not None
    await house.store.commit(Change().replace(stored, replace(stored.record, **changed)).redraw(CARD))


async def the_copies(house: House) -> tuple[Copy, ...]:
    stored = await house.store.load(Card, CARD)
    assert stored is not None
    assert stored.record.lease is None
    return stored.record.copies


def in_channel(house: House) -> list[Any]:
    return list(house.site.workspace.messages.get("C0MODELART", []))


async def test_a_raise_posts_anew_and_deletes_the_older_message(house: House) -> None:
    await given_thing(house, service())
    (first,) = said(house, LI)
    await change_thing(house, told="stop_15m", raised=2)
    await send_all(house)
    (second,) = said(house, LI)
    assert second.ts > first.ts
    assert "15 分钟内自动停止" in str(second.blocks)
    (copy,) = await the_copies(house)
    assert (copy.ts, copy.raised, copy.old) == (second.ts, 2, ())


async def test_what_need_not_be_noticed_is_drawn_where_the_card_stands(house: House) -> None:
    await given_thing(house, service())
    (first,) = said(house, LI)
    await change_thing(house, muted=True)
    await send_all(house)
    (same,) = said(house, LI)
    assert same.ts == first.ts
    assert "已静音" in str(same.blocks)
    assert (posts(house), posts(house, "chat.delete")) == (1, 0)


async def test_a_raise_does_not_wait_for_the_pause_between_redrawings(house: House) -> None:
    await given_thing(house, service())
    await change_thing(house, muted=True)
    await send_all(house)
    house.clock.ahead += 1.1
    await change_thing(house, muted=False, told="stop_5m", raised=2)
    (entry,) = await house.outbox()
    await house.sender().send(entry)
    assert posts(house) == 2
    assert len(said(house, LI)) == 1


@pytest.mark.parametrize("point", DEATHS)
async def test_a_kill_anywhere_leaves_one_card_and_repeats_none_that_can_be_found(house: House, point: str) -> None:
    await given_thing(house, service())
    await change_thing(house, told="stop_15m", raised=2)
    (entry,) = await house.outbox()
    with pytest.raises(CrashError):
        await house.sender("dead", reach=crash_at(point)).send(entry)
    assert said(house, LI), "a card stands at every moment"
    house.clock.ahead += 61
    await house.sender("other").send(replace(entry, tries=2))
    await send_all(house)
    (message,) = said(house, LI)
    assert "15 分钟内自动停止" in str(message.blocks)
    assert posts(house) == 2
    (copy,) = await the_copies(house)
    assert (copy.ts, copy.raised, copy.old) == (message.ts, 2, ())


@pytest.mark.parametrize("point", DEATHS)
async def test_where_history_is_closed_a_kill_repeats_at_most_one_post(house: House, point: str) -> None:
    await given_thing(house, service(owner=""), Copy(Audience.FINDER, "C0MODELART", Language.EN))
    await change_thing(house, told="stop_15m", raised=2)
    (entry,) = await house.outbox()
    with pytest.raises(CrashError):
        await house.sender("dead", reach=crash_at(point)).send(entry)
    house.clock.ahead += 61
    await house.sender("other").send(replace(entry, tries=2))
    await send_all(house)
    assert posts(house) <= 3
    assert len(in_channel(house)) == (2 if point == "outbox.sent" else 1)
    for message in in_channel(house):
        await pressed(house, "mute", WANG, "C0MODELART", message.ts)
    await send_all(house)
    (copy,) = await the_copies(house)
    assert [message.ts for message in in_channel(house)] == [copy.ts]


async def pressed(house: House, action: str, who: str, channel: str, ts: str) -> None:
    acted = {"action_id": action, "value": "h1", "action_ts": ts}
    place = {"channel": {"id": channel}, "message": {"ts": ts}, "actions": [acted]}
    await house.acked(interaction("block_actions", who, **place))


@pytest.mark.parametrize("kind", ["ratelimited", "server_error", "timeout_after"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.delete"])
async def test_a_raise_that_slack_did_not_take_is_made_up_for(house: House, kind: str, method: str) -> None:
    await given_thing(house, service())
    house.site.faults.add(kind, method, 1)
    await change_thing(house, told="stop_15m", raised=2)
    await send_all(house)
    (message,) = said(house, LI)
    (copy,) = await the_copies(house)
    assert (copy.ts, copy.old) == (message.ts, ())
    assert len({m.ts for m in said(house, LI)}) == 1


async def test_an_older_message_somebody_deleted_counts_as_deleted(house: House) -> None:
    await given_thing(house, service())
    house.site.workspace.remove(said(house, LI)[0])
    await change_thing(house, told="stop_15m", raised=2)
    await send_all(house)
    assert len(said(house, LI)) == 1
    assert (await the_copies(house))[0].old == ()


async def test_two_senders_at_once_raise_once(house: House) -> None:
    await given_thing(house, service())
    await change_thing(house, told="stop_15m", raised=2)
    for _ in range(4):
        await house.store.commit(Change().redraw(CARD))
    entries = await house.outbox()
    await asyncio.gather(*(house.sender(f"w{n}").send(entry) for n, entry in enumerate(entries)))
    await send_all(house)
    assert len(said(house, LI)) == 1
    assert posts(house) == 2


async def test_two_raises_while_slack_is_busy_leave_one_card(house: House) -> None:
    await given_thing(house, service())
    house.site.faults.add("server_error", "chat.postMessage", 2)
    await change_thing(house, told="stop_15m", raised=2)
    (entry,) = await house.outbox()
    await house.sender().send(entry)
    await change_thing(house, told="stop_5m", raised=3)
    await send_all(house)
    (message,) = said(house, LI)
    assert "5 分钟内自动停止" in str(message.blocks)
    assert (await the_copies(house))[0].raised == 3


async def test_a_press_while_the_card_is_being_posted_neither_doubles_nor_deletes_it(house: House) -> None:
    await given_thing(house, service())
    await change_thing(house, told="stop_15m", raised=2)
    (entry,) = await house.outbox()
    sender = house.sender()
    original = sender.slack.write

    async def write(method: str, **body: object) -> dict[str, Any]:
        answer = await original(method, **body)
        if method == "chat.postMessage":
            await pressed(house, "mute", LI, str(answer["channel"]), str(answer["ts"]))
        return answer

    sender.slack = type("Through", (), {"write": staticmethod(write), "read": house.web.slack.read})()
    await sender.send(entry)
    await send_all(house)
    (message,) = said(house, LI)
    (copy,) = await the_copies(house)
    assert (copy.ts, copy.old) == (message.ts, ())
    assert posts(house) == 2


async def test_mine_moves_the_card_to_its_owner(house: House) -> None:
    finder = Copy(Audience.FINDER, "C0MODELART", Language.EN)
    await given_thing(house, service(owner=""), finder)
    assert "mine" in str(in_channel(house)[0].blocks)
    stored = await house.store.load(Card, CARD)
    assert stored is not None
    moved = (replace(stored.record.copies[0], retired=True), Copy(Audience.OWNER, WANG, Language.EN))
    await house.store.commit(Change().replace(stored, replace(stored.record, copies=moved)))
    await change_thing(house, owner=WANG, raised=2)
    await send_all(house)
    (left,), (card,) = in_channel(house), said(house, WANG)
    assert "taken by <@U0WANG0001>" in str(left.blocks)
    assert "actions" not in [block["type"] for block in left.blocks]
    assert "keep_until" not in str(left.blocks)
    assert "Owner: <@U0WANG0001>" in str(card.blocks)
    await change_thing(house, told="stop_5m", raised=3)
    await send_all(house)
    assert [m.ts for m in in_channel(house)] == [left.ts], "a retired copy is not raised"
    assert len(said(house, WANG)) == 1


async def test_a_retired_copy_that_nobody_finds_is_left_alone(house: House) -> None:
    retired = Copy(Audience.FINDER, "C0MODELART", Language.EN, retired=True)
    lost = replace(retired, channel="C0MODELART", ts="1.1", drawn="x")
    await given_thing(house, service(), retired, lost, Copy(Audience.OWNER, LI, Language.EN))
    assert in_channel(house) == []
    assert len(said(house, LI)) == 1
    assert (await the_copies(house))[1].dead == "message_not_found"


async def test_a_copy_retired_while_its_post_was_cut_off_is_found_and_emptied(house: House) -> None:
    thing = replace(service(owner=""), raised=1)
    finder = Copy(Audience.FINDER, MEI, Language.EN)
    await house.store.commit(Change().create(thing).create(Card(CARD, f"thing:{thing.id}", (finder,))).redraw(CARD))
    (entry,) = await house.outbox()
    with pytest.raises(CrashError):
        await house.sender("dead", reach=crash_at("outbox.sent")).send(entry)
    house.clock.ahead += 61
    stored = await house.store.load(Card, CARD)
    assert stored is not None
    moved = (replace(stored.record.copies[0], retired=True), Copy(Audience.OWNER, LI, Language.EN))
    await house.store.commit(Change().replace(stored, replace(stored.record, copies=moved)))
    await change_thing(house, owner=LI, raised=2)
    await send_all(house)
    (left,), (card,) = said(house, MEI), said(house, LI)
    assert "taken by" in str(left.blocks)
    assert "Owner" in str(card.blocks)
    assert [copy.ts for copy in await the_copies(house)] == [left.ts, card.ts]


async def test_a_thing_that_is_forgotten_ends_its_cards_entry(house: House) -> None:
    await house.store.commit(Change().create(Card(CARD, "thing:acct/r/service/x", ())).redraw(CARD))
    await send_all(house)
    assert (await house.store.depths(0))["outbox"] == 0


async def test_a_message_that_may_not_be_deleted_is_emptied(house: House) -> None:
    await given_thing(house, service())
    (first,) = said(house, LI)
    sender = house.sender()
    sender.slack = Stubborn(sender.slack)  # type: ignore[assignment]
    await change_thing(house, told="stop_15m", raised=2)
    (entry,) = await house.outbox()
    await sender.send(entry)
    old, new = said(house, LI)
    assert old.ts == first.ts
    assert "actions" not in [block["type"] for block in old.blocks]
    assert "actions" in [block["type"] for block in new.blocks]


class Stubborn:
    """A workspace whose rules forbid deletions."""

    def __init__(self, slack: Any) -> None:
        self._slack, self.read = slack, slack.read

    async def write(self, method: str, **body: object) -> Any:
        if method == "chat.delete":
            raise ChatRefused("compliance_exports_prevent_deletion")
        return await self._slack.write(method, **body)


async def test_many_raises_in_one_channel_keep_to_a_message_a_second(house: House) -> None:
    change, things = Change(), [replace(service(owner=""), id=f"a/r/service/{n}", handle=f"n{n}") for n in range(12)]
    for thing in things:
        copy = Copy(Audience.FINDER, "C0MODELART", Language.EN)
        change.create(replace(thing, raised=1)).create(Card(f"thing-{thing.handle}", f"thing:{thing.id}", (copy,)))
        change.redraw(f"thing-{thing.handle}")
    await house.store.commit(change)
    await send_all(house)
    for thing in things:
        stored = await house.store.load(Thing, thing.id)
        assert stored is not None
        raised = replace(stored.record, told="stop_15m", raised=2)
        await house.store.commit(Change().replace(stored, raised).redraw(f"thing-{thing.handle}"))
    start = house.clock.machine()
    await send_all(house)
    assert len(in_channel(house)) == 12
    assert 10 <= house.clock.machine() - start < 25
