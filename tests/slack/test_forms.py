from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.ports import Change
from bot.records import ApprovalState, InboundKind, Language, Need, SurfaceKind
from bot.reply import Reply
from bot.say import say
from bot.slack.pressed import word_to_type
from tests.slack.conftest import House
from tests.slack.given import approval, command, interaction, press, record
from tests.slack.test_commands import KEY


async def test_a_wrong_value_is_shown_at_its_field_with_one_that_works(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    refused = await house.submit("wang", name="C_Flowers")
    assert "c-flowers" in refused["errors"]["name"]
    assert await house.taken() == []
    assert (await house.submit("wang", name="c-flowers"))["ok"]
    (inbound,) = await house.taken()
    assert (inbound.command, inbound.values["name"]) == ("bucket create", "c-flowers")
    assert inbound.surface.kind is SurfaceKind.FORM
    assert (inbound.surface.channel, bool(inbound.surface.response_url)) == ("C0MODELART", True)
    view = await house.view("wang")
    assert view is not None
    assert "Checking" in str(view["blocks"])


async def test_a_submission_delivered_twice_counts_once(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    house.site.faults.add("duplicate_delivery", "view_submission", 1)
    await house.submit("wang", name="c-flowers")
    await house.control.post("say", {"as": "wang", "in": "#general", "text": "hello"})
    assert len(await house.taken()) == 1


@pytest.mark.rule("R3.17")
async def test_a_key_in_a_form_is_refused_at_its_field(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    refused = await house.submit("wang", name="c-flowers", folder=KEY)
    assert "secret key" in refused["errors"]["folder"]
    assert KEY not in repr(house.store.__dict__)


async def test_a_form_that_is_gone_answers_in_words(house: House) -> None:
    for metadata in ("", "f" * 41, "../../etc"):
        view = {"id": "V1", "type": "modal", "hash": "h", "callback_id": "ask", "state": {"values": {}}}
        view["private_metadata"] = metadata
        ack = await house.acked(interaction("view_submission", "U0WANG0001", view=view))
        assert ack["response_action"] == "push"
        assert "too old" in str(ack["view"]["blocks"])


async def test_only_the_one_who_opened_a_form_can_submit_it(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    (opened,) = house.site.workspace.stack("U0WANG0001")
    view = {
        "id": opened.id,
        "type": "modal",
        "hash": opened.hash,
        "callback_id": "ask",
        "private_metadata": opened.body["private_metadata"],
        "state": {"values": {"name": {"name": {"type": "plain_text_input", "value": "c-flowers"}}}},
    }
    ack = await house.acked(interaction("view_submission", "U0MEI00001", view=view))
    assert "Somebody else" in str(ack)
    assert await house.taken() == []


async def test_without_redis_nothing_that_was_typed_is_lost(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    house.store.down = True
    assert (await house.submit("wang", name="c-flowers"))["ok"]
    view = await house.view("wang")
    assert view is not None
    assert "Redis" in str(view["blocks"])
    await house.control.post("close", {"as": "wang"})
    house.store.down = False
    assert (await house.submit("wang"))["ok"]
    (inbound,) = await house.taken()
    assert inbound.values["name"] == "c-flowers"


async def test_the_worker_answers_in_the_form_and_shows_it_again_when_it_refuses(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    await house.submit("wang", name="c-flowers")
    (inbound,) = await house.taken()
    await house.web.chat.refuse(inbound, Refusal("bucket.name.edges", name="c-flowers", suggestion="x1"), Language.EN)
    view = await house.view("wang")
    assert view is not None
    assert "starts and ends" in str(view["blocks"])
    assert (await house.submit("wang", name="c-roses"))["ok"]
    (again,) = await house.taken()
    assert again.values["name"] == "c-roses"
    await house.web.chat.answer(again.surface, Reply(say("approval.unknown")), Language.EN)
    view = await house.view("wang")
    assert view is not None
    assert "no longer known" in str(view["blocks"])


async def test_an_answer_to_a_closed_form_goes_where_the_form_came_from(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    await house.submit("wang", name="c-flowers")
    (inbound,) = await house.taken()
    await house.control.post("close", {"as": "wang"})
    await house.web.chat.refuse(inbound, Refusal("approval.unknown"), Language.EN)
    assert "no longer known" in str((await house.messages("wang", "#modelarts"))[-1])


MEI = "U0MEI00001"


@pytest.mark.parametrize(
    ("need", "single", "state", "presser", "word"),
    [
        (Need(1), "", ApprovalState.WAITING, MEI, ""),
        (Need(1, "DELETE"), "", ApprovalState.WAITING, MEI, "DELETE"),
        (Need(1, "DELETE"), "", ApprovalState.DENIED, MEI, ""),
        (Need(1), "c-flowers", ApprovalState.WAITING, "U0LI000001", "c-flowers"),
        (Need(1), "c-flowers", ApprovalState.WAITING, MEI, ""),
        (Need(1, "DELETE"), "c-flowers", ApprovalState.WAITING, "U0LI000001", "c-flowers"),
    ],
)
def test_who_has_to_type_what(need: Need, single: str, state: ApprovalState, presser: str, word: str) -> None:
    assert word_to_type(approval(need=need, single=single, state=state), presser) == word


async def test_an_approval_that_needs_a_word_counts_after_it_was_typed(house: House) -> None:
    await house.store.commit(Change().create(approval(need=Need(1, "DELETE"), record=record())))
    trigger = house.site.tickets.new_trigger(MEI)
    await house.acked(press("approve", "req1", MEI, trigger_id=trigger))
    assert await house.taken() == []
    view = await house.view("mei")
    assert view is not None
    assert "DELETE" in str(view["blocks"])
    assert "DELETE" in (await house.submit("mei", typed="delete"))["errors"]["typed"]
    assert (await house.submit("mei", typed=" DELETE "))["ok"]
    (inbound,) = await house.taken()
    assert (inbound.what, inbound.action, inbound.value) == (InboundKind.PRESS, "approve", "req1")
    assert (inbound.words, inbound.surface.user) == ("DELETE", MEI)
    await house.web.chat.refuse(inbound, Refusal("approval.own_request"), Language.EN)
    assert "asked for this yourself" in str(await house.view("mei"))


async def test_a_plain_approval_is_taken_in_at_once(house: House) -> None:
    await house.store.commit(Change().create(replace(approval())))
    await house.acked(press("approve", "req1", MEI))
    (inbound,) = await house.taken()
    assert (inbound.action, inbound.value, inbound.words) == ("approve", "req1", "")


async def test_a_repeat_opens_the_form_that_the_first_delivery_did_not_live_to_open(house: House) -> None:
    trigger = house.site.tickets.new_trigger("U0LI000001")
    await house.store.commit(Change().once(f"in:command:{trigger}", 60))
    await house.acked(command("bucket create", trigger_id=trigger))
    assert await house.view("li")
    await house.control.post("close", {"as": "li"})
    await house.acked(command("bucket create", trigger_id=trigger))
    assert await house.view("li") is None
