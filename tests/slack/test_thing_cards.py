from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records import Audience, Phase, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.rules.reminder import ladder
from bot.rules.renewal import fitting
from bot.say import Language
from bot.slack.mrkdwn import Voice
from bot.slack.thing_cards import controls, moved_card, thing_card
from bot.slack.thing_words import headline
from sandbox.workspace.blocks import check_blocks, too_big
from tests.fakes.words import CATALOG
from tests.slack.given import NOW, package, service

EN, ZH = Voice(CATALOG, Language.EN), Voice(CATALOG, Language.ZH)
OWNER, FINDER = Audience.OWNER, Audience.FINDER
STOPPED = {"phase": Phase.STOPPED, "deadline": NOW + 72 * 3600}
PAID = {"free": False, "deadline": 0.0}
NAMES = st.text(max_size=300)


def shown(thing: Thing, audience: Audience = OWNER, voice: Voice = EN) -> str:
    return str(thing_card(thing, audience, voice, NOW).blocks)


def head(thing: Thing, voice: Voice = EN) -> str:
    rungs = ladder(thing.kind, thing.phase, free=thing.free)
    before = next((rung.before for rung in rungs if rung.name == thing.told), 0.0)
    now = max(NOW, thing.deadline - before) if before else NOW
    return str(thing_card(thing, OWNER, voice, now).blocks[0]["text"]["text"])


def elements(thing: Thing, audience: Audience = OWNER, voice: Voice = EN) -> list[Any]:
    last = thing_card(thing, audience, voice, NOW).blocks[-1]
    return list(last.get("elements", ())) if last["type"] == "actions" else []


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (service(), "is running. It stops by itself at <!date^"),
        (service(told="stop_15m"), "stops by itself within 15 minutes, at <!date^"),
        (service(told="stop_5m"), "stops by itself within 5 minutes"),
        (service(told="stopped", **STOPPED), "has stopped. Unless it is started again, it is released at <!date^"),
        (service(told="release_24h", **STOPPED), "is released within 1 day, at <!date^"),
        (service(told="release_6h", **STOPPED), "within 6 hours"),
        (service(told="release_1h", **STOPPED), "within 1 hour,"),
        (service(phase=Phase.STOPPED, **PAID), "has stopped."),
        (service(phase=Phase.MOVING), "the cloud says `running`"),
        (service(phase=Phase.FAILED), "has failed"),
        (service(phase=Phase.GONE), "is gone: released or deleted"),
        (service(**PAID), "is running on a paid flavor"),
        (service(told="long", **PAID), "for more than 8 hours"),
        (service(told="evening", **PAID), "over night"),
        (service(told="weekend", **PAID), "over the weekend"),
        (service(told="kept", **PAID), "was to be kept until now"),
        (package(), "expires at <!date^"),
        (package(told="expiry_7d", deadline=NOW + 8 * 86400), "expires within 7 days, at <!date^"),
        (package(told="expiry_30d", deadline=NOW + 7.2 * 86400), "expires within 8 days, at <!date^"),
        (package(told="expiry_3d", deadline=NOW + 90 * 60), "expires within 2 hours,"),
        (service(told="stop_15m", deadline=NOW + 45), "within 1 minute,"),
        (service(told="stop_15m", deadline=NOW - 45), "within 15 minutes,"),
        (package(told="expiry_1d"), "expires within 1 day,"),
        (package(next=repr(NOW + 9), next_expires=repr(NOW + 99)), "and the next one is there"),
        (package(state="waiting", phase=Phase.MOVING), "not yet in force"),
        (package(state="used_up", phase=Phase.STOPPED), "is used up"),
        (package(state="expired", phase=Phase.GONE), "has expired"),
        (package(state="refunded", phase=Phase.GONE), "was unsubscribed"),
        (package(phase=Phase.GONE), "no longer listed"),
    ],
)
def test_the_headline_says_what_the_clock_does(thing: Thing, words: str) -> None:
    assert words in head(thing)
    assert thing_card(thing, OWNER, EN, NOW).text.splitlines()[0] == EN.fallback(headline(thing, NOW))
    assert thing.name in head(thing, ZH) != head(thing)


@pytest.mark.rule("R5.26")
def test_a_stop_nobody_saw_makes_the_moment_an_estimate() -> None:
    assert "about <!date^" in head(service(exact=False, **STOPPED))
    assert "about" not in head(service(**STOPPED))
    assert "大约" in head(service(exact=False, **STOPPED), ZH)
    assert "its files are lost" in head(service(**STOPPED))


@pytest.mark.rule("R5.34")
def test_a_service_card_shows_mark_state_calls_and_url() -> None:
    whole = shown(service())
    for words in ("Free flavor `modelarts.vm.cpu.free`", "https://infer.example/v1/roses", "failed / total: 2 / 17"):
        assert words in whole
    assert "OBS storage is not included" in whole
    assert "Owner: <@U0LI000001>" in whole
    assert "Real-Time Services" in whole


@pytest.mark.rule("R5.49")
def test_a_paid_service_shows_since_when_and_that_the_cost_is_not_known() -> None:
    whole = shown(service(**PAID))
    assert "Running since <!date^" in whole
    assert "unknown: the price is not asked yet" in whole
    assert "Free flavor" not in whole


@pytest.mark.rule("R5.54")
@pytest.mark.rule("R5.57")
@pytest.mark.rule("R5.60")
@pytest.mark.parametrize(
    ("left", "fits", "words"),
    [
        ("120/1000 h", "renew", "*Renew* fits: there is something left"),
        ("0/1000 h, 3/5 GB", "renew", "*Renew* fits: there is something left"),
        ("0/1000 h", "buy_again", "*Buy again* fits: nothing is left"),
        ("", "renew", "How much is left is not known"),
    ],
)
def test_a_package_card_says_which_purchase_fits_and_why(left: str, fits: str, words: str) -> None:
    thing = package(told="expiry_7d", left=left)
    assert words in shown(thing)
    assert fitting(thing) == fits == controls(thing, FINDER)[0]
    assert elements(thing)[0]["style"] == "primary"
    for fact in (
        "takes effect only when the present period ends",
        "cannot be refunded",
        "CN North-Beijing4",
        "only in",
    ):
        assert fact in shown(thing)


@pytest.mark.rule("R5.57")
def test_a_used_up_package_is_bought_again_and_a_followed_one_is_left_alone() -> None:
    used = package(state="used_up", phase=Phase.STOPPED, left="5/1000 h")
    assert controls(used, FINDER) == ("buy_again", "mute")
    assert "*Buy again* fits" in shown(used)
    followed = package(next=repr(NOW), next_expires=repr(NOW + 9), deadline=0.0)
    assert controls(followed, FINDER) == ()
    assert "fits" not in shown(followed)
    assert "A renewal was approved" in shown(package(prepared="renew"))


@pytest.mark.parametrize(
    ("thing", "audience", "names"),
    [
        (service(told="stop_15m"), OWNER, ("let_go", "keep_until", "snooze", "mute")),
        (service(told="stopped", **STOPPED), OWNER, ("start_again", "let_go", "keep_until", "mute")),
        (service(told="release_1h", **STOPPED), OWNER, ("start_again", "let_go")),
        (service(told="long", **PAID), OWNER, ("stop", "keep_until", "mute")),
        (service(told="stopped", owner="", **STOPPED), FINDER, ("mine", "start_again", "let_go", "keep_until", "mute")),
        (service(told="stopped", **STOPPED), FINDER, ("start_again", "let_go", "keep_until", "mute")),
        (service(told="stop_15m", muted=True), OWNER, ("keep_until",)),
        (service(told="stop_15m", quiet=True), OWNER, ("keep_until", "mute")),
        (service(phase=Phase.GONE, owner=""), FINDER, ()),
        (service(phase=Phase.MOVING), OWNER, ()),
        (package(told="expiry_3d"), FINDER, ("renew", "buy_again", "snooze", "mute")),
    ],
)
def test_what_may_be_pressed_the_main_thing_first(thing: Thing, audience: Audience, names: tuple[str, ...]) -> None:
    assert controls(thing, audience) == names
    assert [element["action_id"] for element in elements(thing, audience)] == list(names)
    styled = [element["action_id"] for element in elements(thing, audience) if element.get("style")]
    assert styled == [name for name in names[:1] if name in ("mine", "start_again", "renew", "buy_again")]


@pytest.mark.rule("R5.71")
def test_starting_on_a_free_flavor_asks_with_the_notice_first() -> None:
    start, let_go, *_ = elements(service(told="stopped", **STOPPED))
    text = start["confirm"]["text"]["text"]
    assert "after 1 hour" in text
    assert "Only one service at a time" in text
    assert "OBS storage is not free" in text
    assert "Nothing is deleted" in let_go["confirm"]["text"]["text"]


@pytest.mark.rule("R5.62")
def test_choices_carry_the_handle_and_seconds() -> None:
    by_name = {element["action_id"]: element for element in elements(service(told="stop_15m"))}
    values = [option["value"] for option in by_name["snooze"]["options"]]
    assert values == ["h1|900", "h1|3600", "h1|10800", "h1|09:00", "h1|?"]
    kept = [(option["value"], option["text"]["text"]) for option in by_name["keep_until"]["options"]]
    assert kept == [(f"h1|{hours * 3600}", f"{hours} hours") for hours in FIGURES.free.keep_hours]
    (days,) = (element for element in elements(package(told="expiry_7d")) if element["action_id"] == "snooze")
    assert [o["text"]["text"] for o in days["options"]] == [
        "1 day",
        "3 days",
        "7 days",
        "until 09:00",
        "another time …",
    ]
    assert {e["value"] for e in elements(package(told="expiry_7d")) if e["type"] == "button"} == {"h1"}


@pytest.mark.rule("R5.84")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"muted": True}, "Muted"),
        ({"quiet": True}, "Nothing was deleted"),
        ({"snoozed": NOW + 60}, "Put off"),
        ({"keep_until": NOW + 60}, "it is started again after each stop"),
        ({"keep_until": NOW + 60, **PAID}, "no questions before then"),
        ({"told": "own_1"}, "somebody asked for"),
    ],
)
def test_what_somebody_decided_is_said_as_long_as_it_holds(changed: dict[str, Any], words: str) -> None:
    assert words in shown(service(**changed))
    assert words not in shown(service(phase=Phase.GONE, **{k: v for k, v in changed.items() if k not in PAID}))
    past = {name: NOW - 60 if isinstance(value, float) and value > NOW else value for name, value in changed.items()}
    assert (words in shown(service(**past))) == (past == changed)


def test_a_copy_that_went_elsewhere_says_so_and_offers_nothing() -> None:
    message = moved_card(service(), EN)
    assert "was taken by <@U0LI000001>" in message.text
    assert "actions" not in [block["type"] for block in message.blocks]
    assert "newer card" in moved_card(service(owner=""), EN).text


def test_nobody_knows_whose_it_is_only_where_it_can_be_claimed() -> None:
    assert "Is it yours?" in shown(service(owner=""), FINDER)
    assert "Is it yours?" not in shown(service(owner=""), OWNER)
    assert "Is it yours?" not in shown(package(owner=""), FINDER)


STAGES = sorted({r.name for kind in ThingKind for p in Phase for f in (True, False) for r in ladder(kind, p, free=f)})


@st.composite
def things(draw: st.DrawFn) -> Thing:
    """Return things that no provider would name so, in every state, perhaps with every wish at once."""
    name = draw(NAMES)
    kind, flags = draw(st.sampled_from(ThingKind)), draw(st.lists(st.booleans(), min_size=6, max_size=6))
    facts = {fact: draw(NAMES) for fact in ("state", "flavor", "model", "url", "calls", "failed", "error", "left")}
    moments = {fact: draw(st.sampled_from(["", "0.0", repr(NOW)])) for fact in ("expires", "next", "next_expires")}
    free, exact, muted, quiet, owned, limited = flags
    whole = replace(
        service(kind=kind, name=name, region=draw(NAMES), phase=draw(st.sampled_from(Phase)), free=free, exact=exact),
        facts=facts | moments | {"effective": repr(NOW)},
        handle="h" * 43,
        owner=draw(NAMES) if owned else "",
        deadline=NOW + 60 if limited else 0.0,
        told=draw(st.sampled_from(["", "long", "evening", "weekend", "kept", "own_1", *STAGES])),
    )
    prepared = draw(st.sampled_from(["", "renew", "buy_again", "other"]))
    return replace(whole, muted=muted, quiet=quiet, snoozed=NOW + 1, keep_until=NOW + 1, prepared=prepared)


@settings(max_examples=150, deadline=None)
@given(things(), st.sampled_from(Audience), st.sampled_from([EN, ZH]))
def test_no_card_of_a_thing_breaks_slacks_limits(thing: Thing, audience: Audience, voice: Voice) -> None:
    for message in (thing_card(thing, audience, voice, NOW), moved_card(thing, voice)):
        drawn = list(message.blocks)
        assert check_blocks(drawn, "message") == []
        assert not too_big(drawn)
        assert 0 < len(message.text) <= 4000
    last = thing_card(thing, audience, voice, NOW).blocks[-1]
    assert bool(controls(thing, audience)) == (last["type"] == "actions")
