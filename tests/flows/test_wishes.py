"""Wishes about being told: quiet hours and digests, from what is typed to what is said and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.flows.respond import respond
from bot.ports import Change
from bot.records import Card, Digest, Phase, Wishes
from tests.flows.given import DIRECT, asks
from tests.flows.watching import DAY, HOUR, House, service, stopped

MIDNIGHT = datetime(2026, 11, 10, tzinfo=UTC).timestamp()


def hour(house: House) -> float:
    """Return how many hours after the first midnight it is."""
    return (house.clock.now() - MIDNIGHT) / HOUR


async def says(house: House, words: str, user: str = "LI") -> str:
    await respond(house.world, await asks(house.given, words, user=user, where=DIRECT))
    await house.drain()
    return house.given.chat.keys[-1]


def begun(house: House, at: float) -> House:
    house.clock.at = MIDNIGHT + at * HOUR
    return house


async def owned(at: float, *, changed: float, quiet: str = "22:00-08:00", owner: str = "LI", **more: object) -> House:
    """Return a house at an hour with a stopped free service of somebody who wants to sleep."""
    house = begun(House(**more), at)  # type: ignore[arg-type]
    house.services.kept["s1"] = stopped(changed=MIDNIGHT + changed * HOUR)
    await house.store.commit(Change().create(Wishes(owner or "C1", quiet=quiet)))
    await house.sweep()
    await house.change(owner=owner)
    await house.store.commit(Change().work("rearm", owner or "C1"))
    await house.drain()
    return house


async def told(house: House, until: float) -> list[tuple[str, float]]:
    """Return each stage said up to an hour, with the hour."""
    before = len(house.said())
    found: list[tuple[str, float]] = []
    while hour(house) < until:
        await house.advance(300)
        found += [(stage, round(hour(house), 1)) for stage in house.said()[before + len(found) :]]
    return found


@pytest.mark.rule("R5.26")
async def test_what_would_be_lost_in_the_night_is_said_before_it() -> None:
    """Released at 03:00 of the fourth day: the last warnings come before ten, the day before."""
    house = await owned(4, changed=3)
    assert await told(house, 76) == [("release_24h", 56.0), ("release_6h", 69.0), ("release_1h", 69.9)]
    assert (await house.thing()).phase is Phase.GONE


async def test_what_can_wait_is_said_in_the_morning() -> None:
    house = await owned(20, changed=7.5)
    assert (await told(house, 60))[:1] == [("release_24h", 56.0)]


@pytest.mark.rule("R5.37")
async def test_a_stop_in_the_night_is_told_in_the_morning_once_and_loses_no_time() -> None:
    house = await owned(21 + 55 / 60, changed=3)
    house.services.kept["s1"] = service(changed=MIDNIGHT + 21.2 * HOUR, due=MIDNIGHT + 22.2 * HOUR)
    await house.sweep()
    assert house.said()[-1] == "stop_5m", "it matters before the morning, so it is said before the night"
    before = (await house.thing()).raised
    assert await told(house, 34) == [("stopped", 32.0)]
    assert (await house.thing()).raised == before + 1


async def test_a_failure_in_the_night_is_told_in_the_morning() -> None:
    house = await owned(23, changed=3)
    house.services.kept["s1"] = service(state="failed", due=0.0, changed=MIDNIGHT + 23 * HOUR)
    await house.sweep()
    before = (await house.thing()).raised
    assert await told(house, 33) == [("news", 32.0)]
    assert (await house.thing()).raised == before + 1


async def test_wishes_that_change_move_what_waits() -> None:
    house = await owned(20, changed=-19, quiet="off")
    assert await says(house, "settings quiet=22:00-08:00") == "settings.saved"
    assert await told(house, 33) == [("release_24h", 32.0)]
    stored = await house.store.load(Wishes, "LI")
    assert stored
    assert stored.record.quiet == "22:00-08:00"


@pytest.mark.parametrize(
    ("words", "user", "key"),
    [
        ("settings", "LI", "settings.head"),
        ("settings quiet=22-8 digest=9", "LI", "settings.saved"),
        ("设置 免打扰=关闭", "LI", "settings.saved"),
        ("settings quiet=default", "LI", "settings.head"),
        ("settings for=channel zone=Asia/Shanghai digest=09:00", "MEI", "settings.saved"),
        ("settings for=channel digest=09:00", "LI", "settings.not_yours"),
        ("settings zone=UTC", "LI", "settings.zone_is_slacks"),
        ("settings for=channel zone=Middle/Earth", "MEI", "settings.no_zone"),
        ("settings quiet=never", "LI", "settings.not_quiet"),
        ("settings digest=soon", "LI", "settings.not_an_hour"),
    ],
)
async def test_settings_as_they_are_typed(words: str, user: str, key: str) -> None:
    house = House(channel="C1")
    said = await says(house, words, user)
    assert said == key or (said, key) == ("settings.saved", "settings.head")
    digests = {member for member in house.store.waiting["due"] if member.startswith("work:digest:")}
    saved = key == "settings.saved" and "digest=" in words
    assert digests == ({"work:digest:C1" if "channel" in words else "work:digest:LI"} if saved else set())


async def test_without_a_channel_there_is_nothing_to_set_for_it() -> None:
    assert await says(House(), "settings for=channel digest=09:00", "MEI") == "settings.no_channel"


async def test_switching_the_digest_off_takes_it_off_the_clock() -> None:
    house = House()
    await says(house, "settings digest=09:00")
    await says(house, "settings digest=off")
    assert "work:digest:LI" not in house.store.waiting["due"]


async def digests(house: House, who: str = "LI") -> list[Digest]:
    found = [await house.store.load(Digest, f"{who}-2026-11-{day}") for day in range(10, 15)]
    return [one.record for one in found if one]


@pytest.mark.rule("R5.37")
async def test_a_digest_comes_once_a_day_at_its_hour_and_not_when_there_is_nothing_to_say() -> None:
    house = await owned(4, changed=3, quiet="off")
    await says(house, "settings digest=09:00")
    await house.advance(3 * DAY)
    told_ = await digests(house)
    assert [[line.key for line in one.lines] for one in told_] == [["digest.ends.released"]] * 3
    card = await house.store.load(Card, f"digest-{told_[0].id}")
    assert card
    assert [(copy.address, copy.audience.value) for copy in card.record.copies] == [("LI", "owner")]
    await house.advance(2 * DAY)
    assert len(await digests(house)) == 3, "the service is gone, and nothing else is to be told"


async def test_the_channels_digest_says_what_runs_and_what_waits_for_a_decision() -> None:
    house = begun(House([service(free=False, due=0.0)], channel="C1", digest="09:00"), 8)
    await house.sweep()
    await says(house, "bucket create c-flowers")
    await house.store.commit(Change().work("digest", "C1"))
    await house.drain()
    [one] = await digests(house, "C1")
    assert [line.key for line in one.lines] == ["digest.decide", "digest.runs.paid"]


async def test_a_persons_digest_tells_an_administrator_what_to_decide_and_the_asker_what_waits() -> None:
    house = begun(House(), 8)
    for user in ("LI", "MEI"):
        await says(house, "settings digest=09:00", user)
    await says(house, "bucket create c-flowers")
    await house.advance(2 * HOUR)
    assert [line.key for one in await digests(house) for line in one.lines] == ["digest.asked"]
    assert [line.key for one in await digests(house, "MEI") for line in one.lines] == ["digest.decide"]


async def overtaken(house: House) -> set[str]:
    """Let time leap over a free hour's end and over li's digest, which comes first; return who comes again later."""
    await house.sweep()
    await house.change(owner="LI")
    await says(house, "settings digest=09:05")
    house.clock.at = MIDNIGHT + 9.2 * HOUR
    await house.store.commit(Change().work("digest", "LI"))
    await house.work()
    return set(house.store.waiting["later"])


async def test_a_digest_waits_for_a_look_at_what_should_have_ended() -> None:
    """Nobody is told that something runs which nobody has looked at since its end."""
    house = begun(House([service(due=MIDNIGHT + 9 * HOUR)]), 8.5)
    assert await overtaken(house) == {"work:digest:LI"}
    assert await digests(house) == []
    house.services.kept["s1"] = stopped(changed=MIDNIGHT + 9 * HOUR)
    await house.advance(60)
    [one] = await digests(house)
    assert [line.key for line in one.lines] == ["digest.ends.released"]


async def test_a_digest_does_not_wait_for_ever() -> None:
    """Where the cloud does not answer, what was known last is told after ten minutes."""
    house = begun(House([service(due=MIDNIGHT + 9 * HOUR)]), 8.5)
    await overtaken(house)
    house.clock.at = MIDNIGHT + 9.3 * HOUR
    await house.store.commit(Change().work("digest", "LI"))
    await house.work()
    [one] = await digests(house)
    assert [line.key for line in one.lines] == ["digest.runs.free"]
