from __future__ import annotations

import pytest

from bot.errors import ChatUnknown
from bot.records import Language, Surface, SurfaceKind
from bot.reply import Reply
from bot.say import say
from sandbox.clock import machine_now
from sandbox.workspace.tickets import RESPONSE_USES, ResponseUrl
from tests.slack.conftest import House

WANG, MEI = "U0WANG0001", "U0MEI00001"
REPLY = Reply(say("approval.unknown"))
WORDS = "no longer known"


def by_url(house: House, **fields: str) -> Surface:
    url = house.site.response_url(ResponseUrl("C0MODELART", WANG, machine_now()))
    return Surface(SurfaceKind.COMMAND, WANG, "C0MODELART", response_url=url, **fields)


async def answer(house: House, surface: Surface) -> None:
    await house.web.chat.answer(surface, REPLY, Language.EN)


async def test_a_command_is_answered_where_it_was_given_to_the_asker_alone(house: House) -> None:
    await answer(house, by_url(house))
    (mine,) = await house.messages("wang", "#modelarts")
    assert mine["ephemeral"]
    assert WORDS in mine["text"]
    assert await house.messages("mei", "#modelarts") == []


async def test_a_used_up_address_is_followed_by_a_direct_message(house: House) -> None:
    surface = by_url(house)
    for _ in range(RESPONSE_USES + 1):
        await answer(house, surface)
    (direct,) = await house.messages("wang")
    assert WORDS in direct["text"]


async def test_a_foreign_address_is_not_used(house: House) -> None:
    await answer(house, Surface(SurfaceKind.COMMAND, WANG, response_url="https://evil.example/x"))
    assert len(await house.messages("wang")) == 1


async def test_a_mention_is_answered_in_its_thread_to_the_asker_alone(house: House) -> None:
    root = await house.control.say("wang", "#modelarts", "a thread")
    await answer(house, Surface(SurfaceKind.MENTION, WANG, "C0MODELART", thread=root["ts"]))
    mine = (await house.messages("wang", "#modelarts"))[-1]
    assert (mine["ephemeral"], mine["thread_ts"]) == (True, root["ts"])
    assert WORDS not in str(await house.messages("mei", "#modelarts"))


async def test_a_direct_message_is_answered_by_one(house: House) -> None:
    channel = house.site.workspace.direct(WANG).id
    await answer(house, Surface(SurfaceKind.DIRECT, WANG, channel))
    assert WORDS in (await house.messages("wang"))[-1]["text"]


async def test_a_channel_without_the_bot_is_followed_by_a_direct_message(house: House) -> None:
    house.site.workspace.conversations["C0GENERAL1"].members.discard("U0BOT00001")
    await answer(house, Surface(SurfaceKind.MENTION, WANG, "C0GENERAL1"))
    assert WORDS in (await house.messages("wang"))[-1]["text"]


async def test_a_busy_slack_is_asked_again_and_an_endless_one_given_up(house: House) -> None:
    house.site.faults.add("server_error", "chat.postMessage", 1)
    surface = Surface(SurfaceKind.DIRECT, WANG)
    await answer(house, surface)
    assert len(await house.messages("wang")) == 1
    house.site.faults.add("server_error", "chat.postMessage", 3)
    with pytest.raises(ChatUnknown):
        await answer(house, surface)


async def test_the_link_leads_to_the_direct_messages_and_never_fails(house: House) -> None:
    link = await house.web.chat.direct_link(WANG)
    assert link.endswith(f"/archives/{house.site.workspace.direct(WANG).id}")
    house.site.faults.add("ratelimited", "conversations.open", 9)
    assert await house.web.chat.direct_link(WANG) == link, "it never changes, so it is asked for once"
    assert (await house.web.chat.direct_link(MEI)).startswith("https://slack.com/app_redirect?")
