"""A worker is killed in the middle of an authorization, at every step: it ends with one agency and one authorization.

The plan creates an agency, grants one permission, takes away the broad rest, and authorizes. The worker dies right
after each of its writes went out, before anything about it is recorded.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

import pytest

from tests.journeys.identity import agencies, grants
from tests.promises.conftest import LEASE, Open
from tests.promises.house import House, until
from tests.stack import Child

DEATHS = ("execute.acted:1", "execute.acted:2", "execute.acted:3", "execute.acted:4")
ASK = "/modelarts auth add federated {who} name={who} permissions=custom grants='OBS ReadOnlyAccess' agreed=yes"


@dataclass
class Ward:
    """A house with one worker that survives everything; `readers` are its connections to the streams."""

    house: House
    survivor: Child
    readers: frozenset[str]

    def offered(self, who: str) -> bool:
        """Return whether mei may approve the request about somebody."""
        newest = self.house.stack.messages("mei")[-1:]
        return any(who in found["text"] and "'approve'" in str(found["blocks"]) for found in newest)

    def rows(self, who: str) -> list[str]:
        """Return the agency of each authorization that somebody has."""
        found = self.house.stack.cloud("modelarts")["authorizations"]["flower-lab"]
        return [row["content"] for row in found if row["user_name"] == who]

    def done(self, who: str) -> bool:
        """Return whether the card says that all of it was confirmed."""
        return any(who in m["text"] and "confirmed by the cloud" in m["text"] for m in self.house.stack.messages("mei"))

    def die(self, point: str, who: str) -> Child:
        """Ask and approve with a worker alone at work that dies at `point`; the other one takes over then."""
        house = self.house.stack
        victim = house.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_FAIL_POINT=point)
        until(lambda: len(self.house.readers()) > len(self.readers))
        with self.house.stopped(self.survivor, self.readers):
            house.post("say", as_="li", in_="@bot", text=ASK.format(who=who))
            until(lambda: self.offered(who))
            house.press_at_once("mei", "approve")
            until(victim.died)
        return victim


@pytest.fixture(scope="module")
def ward(open_house: Open) -> Ward:
    house = open_house(1, 1)
    house.stack.post("people", id="chen", groups=[])  # fewer copies: Slack takes 50 updates a minute
    survivor = next(child for child in house.stack.children if child.name == "bot-worker")
    readers = until(lambda: frozenset(house.readers()) if len(house.readers()) == 2 else frozenset())
    return Ward(house, survivor, readers)


@pytest.mark.rule("R3.03")
@pytest.mark.rule("R3.08")
@pytest.mark.parametrize("death", DEATHS)
def test_killed_at_any_step_it_ends_with_one_agency_and_one_authorization(death: str, ward: Ward) -> None:
    who = death.rpartition(".")[2].replace("_", "-").replace(":", "-")
    victim = ward.die(death, who)
    assert victim.process.returncode == -signal.SIGKILL
    stack = ward.house.stack
    until(lambda: ward.done(who), 60)
    assert ward.rows(who) == [f"ma_agency_{who}"]
    assert [name for name in agencies(stack) if who in name] == [f"ma_agency_{who}"]
    assert grants(stack, f"ma_agency_{who}") == {("OBS ReadOnlyAccess", "domain")}
