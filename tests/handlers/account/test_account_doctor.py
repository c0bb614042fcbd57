from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.records import Dead, Finding, Level
from bot.reply import Reply
from bot.say import Language, say
from handlers.account.doctor import BUTTONS, command
from tests.fakes.cloud import FakeCloud
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records

FINE = Finding(Level.FINE, say("doctor.redis_fine"))
WARNING = Finding(Level.WARNING, say("doctor.no_channel"), say("doctor.no_channel_mend"))
FAULT = Finding(Level.FAULT, say("doctor.workers"), say("doctor.workers_mend"))


def buried(count: int) -> list[Dead]:
    return [
        Dead(f"{number}-0", "work", "sweep", f"thing-{number}", 5, "failed 5 times", 7.0) for number in range(count)
    ]


async def answered(findings: Sequence[Finding], dead: Sequence[Dead] = ()) -> Reply:
    desk = Desk(FakeCloud(), Records(findings=findings, dead=dead))
    ask = desk.ask(command)
    assert command.answer is not None
    return command.answer(ask, await desk.facts(command, ask))


@pytest.mark.rule("R3.05")
async def test_the_worst_comes_first_with_its_mend() -> None:
    reply = await answered([FINE, WARNING, FAULT])
    words = words_of(reply)
    assert words.index("No worker") < words.index("Start `modelarts-bot run") < words.index("is not set")
    assert words.index("is not set") < words.index("evicts nothing")
    assert "*1* faults, *1* warnings" in words
    assert "*1* 个故障" in words_of(reply, Language.ZH)


async def test_nothing_at_fault_is_said_so() -> None:
    assert "nothing is at fault" in words_of(await answered([FINE]))


async def test_what_was_given_up_comes_with_a_button_each_up_to_five() -> None:
    reply = await answered([FAULT, FINE], buried(7))
    assert [button.value for button in reply.buttons] == [f"dead:{number}-0" for number in range(BUTTONS)]
    assert {button.action for button in reply.buttons} == {"retry"}
    assert "thing-6" in words_of(reply)
