"""What was given up gets another start by an administrator's press, once; and only administrators examine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.errors import Refusal
from bot.flows.recall import StoredThings
from bot.flows.respond import respond
from bot.records import Dead, Finding, Level
from bot.say import say
from tests.fakes.words import words_of
from tests.flows.given import Given, given, presses


@dataclass
class Examined:
    """A doctor who found what he is told."""

    buried: list[Dead] = field(default_factory=lambda: [Dead("7-0", "work", "sweep", "package", 5, "failed", 7.0)])

    async def findings(self) -> Sequence[Finding]:
        return [Finding(Level.FINE, say("doctor.dead_fine"))]

    async def dead(self, newest: int) -> Sequence[Dead]:
        return self.buried[:newest]

    async def revive(self, token: str) -> bool:
        before = len(self.buried)
        self.buried = [one for one in self.buried if one.token != token]
        return len(self.buried) < before


async def pressed(found: Given, user: str) -> str:
    """Return what somebody was told who pressed Retry on the buried entry."""
    await respond(found.world, await presses(found, "retry", "dead:7-0", user))
    return words_of(found.chat.said[-1][1])


async def test_an_administrator_s_press_counts_once() -> None:
    found = given(doctor=Examined())
    assert "on its way again" in await pressed(found, "MEI")
    assert "already" in await pressed(found, "CHEN")
    assert found.acts().count("dead.retried") == 1


async def test_nobody_else_s_press_counts_and_it_is_recorded() -> None:
    doctor = Examined()
    found = given(doctor=doctor)
    assert "Only administrators" in await pressed(found, "LI")
    assert len(doctor.buried) == 1
    assert "press.refused" in found.acts()


async def test_only_administrators_read_the_findings() -> None:
    found = given(doctor=Examined())
    watched = StoredThings(found.world)
    mei, li = await found.chat.person("MEI"), await found.chat.person("LI")
    assert mei is not None
    assert li is not None
    findings, dead = await watched.examined(mei, 5)
    assert ([one.level for one in findings], [one.token for one in dead]) == ([Level.FINE], ["7-0"])
    with pytest.raises(Refusal) as refused:
        await watched.examined(li, 5)
    assert refused.value.say.key == "doctor.not_yours"
    assert found.acts() == ["refused"]
