"""Questions: one at a time, answered whenever and by whatever means, and nothing said is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flows.respond import respond
from bot.flows.unanswered import expire
from bot.ports import Change
from bot.records import Approval, Conversation, Form, Inbound, InboundKind, Operation, Surface, SurfaceKind, TalkState
from bot.reply import Button
from bot.rules.figures import FIGURES
from tests.fakes.services import FakeServices
from tests.flows.given import DIRECT, Given, asks, given
from tests.flows.watching import FLAVORS, House, stopped

CHANNEL = Surface(SurfaceKind.MENTION, "LI", "C1", ts="10.1")
THREAD = replace(CHANNEL, thread="10.1", ts="10.9")
ELSEWHERE = replace(CHANNEL, thread="7.7", ts="11.1")
KEY = "aB3" * 13 + "x"


async def says(found: Given, words: str, *, where: Surface = DIRECT, user: str = "LI", times: int = 2) -> str:
    """Say something, heard `times` times as after a crash; return the id of what came in."""
    identity = await asks(found, words, where=where, user=user)
    for _ in range(times):
        await respond(found.world, identity)
    return identity


async def hits(found: Given, action: str, value: str, *, user: str = "LI", times: int = 2) -> str:
    identity = found.world.chance.token()
    surface = Surface(SurfaceKind.BUTTON, user, "C1", response_url="https://hooks.slack.com/x")
    made = Inbound(identity, InboundKind.PRESS, "c", surface, found.clock.now(), f"request-of-{identity}")
    await found.store.commit(Change().create(replace(made, action=action.partition(".")[0], value=value)))
    for _ in range(times):
        await respond(found.world, identity)
    return identity


def buttons(found: Given) -> dict[str, Button]:
    """Return the buttons of the last answer by the end of their value, `form` for the one that opens it."""
    found_ = found.chat.replies[-1].buttons
    return {("form" if b.action == "open_form" else b.value.rpartition("|")[2] or b.action): b for b in found_}


async def presses(found: Given, name: str, **more: str) -> str:
    button = buttons(found)[name]
    return await hits(found, button.action, button.value, **more)  # type: ignore[arg-type]


async def arguments(found: Given, identity: str) -> dict[str, str]:
    """Return what was asked for in the end under the payload `identity`."""
    stored = await found.store.load(Approval, f"request-of-{identity}")
    assert stored is not None, found.chat.keys
    return dict(stored.record.record.arguments)


def lines(found: Given) -> list[str]:
    return [line.key for line in found.chat.replies[-1].lines]


async def test_a_missing_value_is_asked_for_and_the_answer_completes_the_command() -> None:
    found = given()
    await says(found, "bucket create class=warm")
    assert found.chat.keys[-1] == "talk.needs"
    assert {"form", "drop"} <= buttons(found).keys()
    identity = await says(found, "c-flowers")
    assert found.chat.keys[-1] == "submit.requested"
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm"}
    assert found.acts() == ["requested"], "asked for once, however often it was heard"


async def test_a_wrong_answer_is_asked_again_with_the_reason_and_a_suggestion_to_press() -> None:
    found = given()
    await says(found, "bucket create class=warm folder=flowers")
    await says(found, "C_Flowers")
    asked = found.chat.replies[-1]
    assert asked.head.key.startswith("bucket.")
    assert asked.lines[0].key == "talk.needs"
    form = await found.store.load(Form, buttons(found)["form"].value)
    assert form
    assert form.record.values == {"class": "warm", "folder": "flowers/", "name": "C_Flowers"}
    identity = await presses(found, "c-flowers")
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm", "folder": "flowers/"}


async def test_an_answer_may_name_other_values_too() -> None:
    found = given()
    await says(found, "bucket create")
    identity = await says(found, "c-flowers class=warm --folder flowers")
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm", "folder": "flowers/"}


async def test_a_choice_is_offered_and_may_be_written_in_either_language() -> None:
    found = given()
    await says(found, "bucket create c-flowers class=hot")
    assert {"standard", "warm", "cold", "form", "drop"} == buttons(found).keys()
    identity = await says(found, "低频访问存储")
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm"}


@pytest.mark.parametrize("word", ["cancel", "CANCEL", "取消"])
async def test_cancel_ends_it_in_words(word: str) -> None:
    found = given()
    await says(found, "bucket create")
    await says(found, word)
    assert found.chat.keys[-2:] == ["talk.dropped"] * 2
    await says(found, "c-flowers")
    assert found.chat.keys[-1] == "hear.unknown_noun"


async def test_the_button_ends_it_too_and_an_old_button_says_that_it_is_over() -> None:
    found = given()
    await says(found, "bucket create")
    drop = buttons(found)["drop"]
    await presses(found, "drop")
    assert found.chat.keys[-1] == "talk.dropped"
    await hits(found, drop.action, drop.value)
    assert found.chat.keys[-1] == "talk.over"


async def test_a_button_of_an_earlier_question_asks_the_present_one() -> None:
    found = given()
    await says(found, "bucket create C_Flowers class=hot")
    early = buttons(found)["c-flowers"]
    await says(found, "c-roses")
    assert found.chat.keys[-1] == "hear.not_a_choice"
    await hits(found, early.action, early.value)
    assert found.chat.keys[-1] == "talk.over"
    assert "hear.not_a_choice" in lines(found)
    identity = await presses(found, "warm")
    assert (await arguments(found, identity))["name"] == "c-roses"


async def test_nobody_answers_for_somebody_else() -> None:
    found = given()
    await says(found, "bucket create C_Flowers")
    await presses(found, "c-flowers", user="WANG")
    assert found.chat.keys[-1] == "talk.not_yours"
    assert "requested" not in found.acts()


async def test_two_places_do_not_mix() -> None:
    found = given()
    await says(found, "bucket create class=warm")
    await says(found, "bucket create class=cold", where=ELSEWHERE)
    await says(found, "bucket show", user="WANG")
    first = await says(found, "c-direct")
    second = await says(found, "c-thread", where=ELSEWHERE)
    assert await arguments(found, first) == {"name": "c-direct", "class": "warm"}
    assert await arguments(found, second) == {"name": "c-thread", "class": "cold"}


async def test_a_thread_below_the_mention_goes_on_with_it() -> None:
    found = given()
    await says(found, "bucket create", where=CHANNEL)
    assert "talk.how_mention" in lines(found)
    await says(found, "c-other", where=ELSEWHERE)
    assert found.chat.keys[-1] == "hear.unknown_noun"
    identity = await says(found, "c-flowers", where=THREAD)
    assert (await arguments(found, identity))["name"] == "c-flowers"


async def test_a_whole_command_meanwhile_is_carried_out_and_the_question_stays() -> None:
    found = given()
    await says(found, "bucket create class=warm")
    await says(found, "bucket list")
    assert "talk.waiting" in lines(found)
    await says(found, "bucket create?")
    assert "talk.waiting" in lines(found)
    identity = await says(found, "c-flowers")
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm"}


async def test_another_command_that_lacks_something_closes_the_first_in_words_and_keeps_its_form() -> None:
    found = given()
    await says(found, "bucket create class=warm")
    await says(found, "bucket folder", times=1)
    assert found.chat.replies[-1].head.key == "talk.needs"
    assert lines(found)[-1] == "talk.replaced"
    forms = [b.value for b in found.chat.replies[-1].buttons if b.action == "open_form"]
    stored = await found.store.load(Form, forms[-1])
    assert stored
    assert (stored.record.command, dict(stored.record.values)) == ("bucket create", {"class": "warm"})


@pytest.mark.parametrize(("words", "then"), [("bukcet create c-flowers", "yes"), ("bucket craete c-flowers", "")])
async def test_what_was_meant_is_accepted_by_a_button_or_by_yes(words: str, then: str) -> None:
    found = given()
    await says(found, words)
    assert found.chat.keys[-1].endswith("_near")
    if then and len([name for name in buttons(found) if name.startswith("?")]) == 1:
        identity = await says(found, then)
    else:
        identity = await presses(found, "?0")
    assert await arguments(found, identity) == {"name": "c-flowers"}


async def test_a_mistyped_command_does_not_lose_the_question_that_waits() -> None:
    found = given()
    await says(found, "bucket create class=warm")
    await says(found, "bucket lsit now")
    assert "talk.needs" in lines(found)
    identity = await says(found, "c-flowers")
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm"}


async def test_a_key_is_refused_and_kept_nowhere() -> None:
    found = given()
    await says(found, "bucket create")
    identity = found.world.chance.token()
    made = Inbound(identity, InboundKind.SPEECH, "c", DIRECT, found.clock.now(), "r", words=KEY)
    await found.store.commit(Change().create(made))  # the web role would not have taken it in
    await respond(found.world, identity)
    assert found.chat.keys[-1] == "hear.secret"
    (talk,) = [kept for (kind, _), (kept, *_) in found.store._documents.items() if kind == "conversation"]
    assert KEY.encode() not in talk


@pytest.mark.rule("R5.71")
@pytest.mark.parametrize("answer", ["yes", "是", "no", "?yes", "?no"])
async def test_the_tick_of_a_free_flavor_is_asked_as_yes_or_no(answer: str) -> None:
    house = House()
    house.services = house.given.cloud.services = FakeServices([stopped()], FLAVORS, now=house.clock.now)
    found = house.given
    await says(found, "service start s1")
    assert {"yes", "no", "form", "drop"} == buttons(found).keys()
    identity = await (presses(found, answer[1:]) if answer.startswith("?") else says(found, answer))
    operation = await found.store.load(Operation, f"request-of-{identity}")
    if answer.endswith("no"):
        assert found.chat.keys[-2] == "talk.declined"
        assert operation is None
    else:
        assert operation
        assert operation.record.record.arguments == {"service": "s1", "agreed": "yes"}


async def test_it_ends_by_itself_and_says_so_with_everything_in_the_form() -> None:
    found = given()
    await says(found, "bucket create class=warm", where=CHANNEL)
    [(member, at)] = [(m, at) for m, at in found.store.waiting["due"].items() if m.startswith("work:talk:")]
    assert at == found.clock.now() + FIGURES.talk.wait_seconds
    identity = member.rpartition(":")[2]
    await expire(found.world, identity)
    assert found.chat.keys[-1] != "talk.expired", "not before its time"
    found.clock.ahead += FIGURES.talk.wait_seconds
    for _ in range(2):
        await expire(found.world, identity)
    assert found.chat.keys.count("talk.expired") == 1
    stored = await found.store.load(Form, buttons(found)["form"].value)
    assert stored
    assert dict(stored.record.values) == {"class": "warm"}


async def test_the_form_filled_in_ends_the_question() -> None:
    found = given()
    await says(found, "bucket create")
    form = await found.store.load(Form, buttons(found)["form"].value)
    assert form
    surface = replace(form.record.surface, view="V1")
    made = Inbound("f1", InboundKind.ASK, "c", surface, found.clock.now(), "request-of-f1", "bucket create")
    values = {"name": "c-flowers"}
    await found.store.commit(Change().create(replace(made, values=values, value=form.record.id)))
    await respond(found.world, "f1")
    assert (await arguments(found, "f1")) == values
    talks = [
        await found.store.load(Conversation, one) for kind, one in found.store._documents if kind == "conversation"
    ]
    assert [talk.record.state for talk in talks if talk] == [TalkState.DONE]
    assert not [m for m in found.store.waiting["due"] if m.startswith("work:talk:")]


async def test_a_plan_only_stays_a_plan_only() -> None:
    found = given()
    await says(found, "bucket create plan=yes")
    form = await found.store.load(Form, buttons(found)["form"].value)
    assert form
    assert form.record.values["plan"] == "yes"
    await says(found, "c-flowers")
    assert found.acts() == []
    assert found.chat.keys[-1] not in ("submit.requested", "talk.needs")


async def test_a_mistyped_command_beside_a_closed_question_is_offered_and_the_question_stays() -> None:
    found = given()
    await says(found, "bucket create c-flowers class=hot")
    await says(found, "bukcet list")
    assert found.chat.keys[-1] == "hear.unknown_noun_near"
    assert {"?0", "warm"} <= buttons(found).keys()
    identity = await presses(found, "warm")
    assert await arguments(found, identity) == {"name": "c-flowers", "class": "warm"}
