"""Nobody answers: the approvers are asked again, later and later, with one card standing, until somebody does."""

from __future__ import annotations

from tests.stack import Stack

MINUTE = 60


def later(house: Stack, minutes: int) -> None:
    house.post("clock", advance_s=minutes * MINUTE)
    house.settle()


def card(house: Stack, who: str, name: str) -> str:
    """Return the ts of the one card about `name` that somebody sees."""
    (ts,) = [m["ts"] for m in house.messages(who) if name in m["text"] and m["blocks"] and not m["ephemeral"]]
    return str(ts)


def test_approvers_are_asked_again_and_the_asker_is_not(house: Stack) -> None:
    house.say("li", "/modelarts bucket create asked-again", "#modelarts")
    first, own = card(house, "mei", "asked-again"), card(house, "li", "asked-again")
    later(house, 10)
    assert card(house, "mei", "asked-again") == first, "ten minutes are not fifteen"
    later(house, 6)
    second = card(house, "mei", "asked-again")
    assert second > first, "posted anew, the old one gone"
    later(house, 10)
    assert card(house, "mei", "asked-again") == second, "the next time is after twice as long"
    later(house, 21)
    assert card(house, "mei", "asked-again") > second
    assert card(house, "li", "asked-again") == own
    house.press("mei", "approve")
    assert house.bucket("asked-again") is not None
    done = card(house, "chen", "asked-again")
    later(house, 120)
    assert card(house, "chen", "asked-again") == done, "what is decided is not asked again"
