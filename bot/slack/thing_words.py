"""What the card of a watched thing says, from its record alone; pure.

First the clock and what is lost at its end, then facts, then what somebody decided about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from bot.records import Phase, Thing, ThingKind
from bot.reply import Reply
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link, region_name
from bot.rules.reminder import DAY, HOUR, MINUTE, OWN, ladder
from bot.rules.renewal import fit
from bot.rules.spent import cost_so_far
from bot.say import Moment, People, Say, say

PAGES = {ThingKind.SERVICE: Page.SERVICE, ThingKind.PACKAGE: Page.PACKAGE, ThingKind.AGENCY: Page.AGENCY}
SOON = 90.0
"""Seconds by which a stage may be said too early; what is said before quiet hours is much earlier."""
PAID_STAGES = ("long", "evening", "weekend", "kept")
OVER = ("used_up", "expired", "refunded")
PURCHASES = ("renew", "buy_again")


def words(thing: Thing, now: float, *, claimable: bool) -> Reply:
    """Return the card's words; `claimable` asks whose it is."""
    told = (headline(thing, now), *facts(thing), *_owner(thing, claimable=claimable), *decided(thing, now))
    return Reply(told[0], told[1:], links=(link(PAGES[thing.kind], thing.region, thing.name),))


def moved(thing: Thing) -> Reply:
    """Return what a card says that went elsewhere."""
    if not thing.owner:
        return Reply(say("thing_card.elsewhere"))
    return Reply(say("thing_card.moved", name=thing.name, who=People((thing.owner,))))


def headline(thing: Thing, now: float) -> Say:
    """Return where the thing stands and what its clock does next."""
    draw = {ThingKind.PACKAGE: _package, ThingKind.AGENCY: _agency}.get(thing.kind, _service)
    return draw(thing, now)


def _agency(thing: Thing, now: float) -> Say:
    """Return until when an agency holds, and what ends with it (R3.12)."""
    if thing.phase is not Phase.RUNNING:
        return say(f"thing_card.agency.{'ended' if thing.phase is Phase.STOPPED else 'gone'}", name=thing.name)
    if not thing.deadline:
        return say("thing_card.agency.permanent", name=thing.name)
    notice, ends = _notice(thing, now), Moment(thing.deadline)
    return say(f"thing_card.agency.{'ending' if notice else 'limited'}", name=thing.name, end=ends, span=span(notice))


def _service(thing: Thing, now: float) -> Say:
    match thing.phase:
        case Phase.RUNNING:
            return _running(thing, now)
        case Phase.STOPPED if thing.deadline:
            late = thing.told.startswith("release_")
            return _before("releasing" if late else "stopped", thing, now)
        case Phase.STOPPED:
            return say("thing_card.service.rests", name=thing.name)
        case Phase.FAILED:
            return say("thing_card.service.failed", name=thing.name)
        case Phase.GONE:
            return say("thing_card.service.gone", name=thing.name)
        case Phase.MOVING:
            return say("thing_card.service.moving", name=thing.name, state=thing.facts.get("state", ""))


def _running(thing: Thing, now: float) -> Say:
    if thing.deadline:
        return _before("stopping" if thing.told.startswith("stop_") else "running", thing, now)
    if thing.told not in PAID_STAGES:
        return say("thing_card.service.paid", name=thing.name)
    long = span(FIGURES.forgotten.hours * HOUR)
    return say(f"thing_card.service.paid_{thing.told}", name=thing.name, span=long)


def _before(key: str, thing: Thing, now: float) -> Say:
    """Return a headline about a deadline; "within" says how long there is at most until then."""
    return say(f"thing_card.service.{key}", name=thing.name, span=span(_notice(thing, now)), end=end_of(thing))


def end_of(thing: Thing) -> Say:
    """Return the deadline; "about" where the stop that it counts from was not observed (R5.26)."""
    return say("thing_card.at" if thing.exact else "thing_card.about", at=Moment(thing.deadline))


def _notice(thing: Thing, now: float) -> float:
    """Return the stage's time before the deadline, or what is left in whole units where that is less; 0: no stage."""
    rungs = ladder(thing.kind, thing.phase, free=thing.free)
    before = next((rung.before for rung in rungs if rung.name == thing.told), 0.0)
    left = thing.deadline - now
    unit = next((unit for unit in (DAY, HOUR) if left > unit), MINUTE)
    if left <= 0:
        return before
    whole = ceil(left / unit) * unit
    return whole if before and left > before + SOON else min(before, whole)


def span(seconds: float) -> Say:
    """Return a length of time in words, in the largest unit that it fills."""
    if seconds >= DAY:
        return _counted("day", seconds / DAY)
    return _counted("hour", seconds / HOUR) if seconds >= HOUR else _counted("minute", seconds / MINUTE)


def _counted(unit: str, number: float) -> Say:
    return say(f"thing_card.span.{unit}") if number == 1 else say(f"thing_card.span.{unit}s", n=number)


def _package(thing: Thing, now: float) -> Say:
    name, ends = thing.name, Moment(_moment(thing, "expires") or thing.deadline)
    if thing.phase is Phase.MOVING:
        return say("thing_card.package.waiting", name=name, begin=Moment(_moment(thing, "effective")))
    begin, until = _moment(thing, "next"), Moment(_moment(thing, "next_expires"))
    if thing.phase is Phase.STOPPED and begin:
        return say("thing_card.package.replaced", name=name, begin=Moment(begin), until=until)
    if thing.phase is not Phase.RUNNING:
        state = thing.facts.get("state", "")
        return say(f"thing_card.package.{state if state in OVER else 'gone'}", name=name)
    if begin:
        return say("thing_card.package.followed", name=name, end=ends, begin=Moment(begin), until=until)
    notice = _notice(thing, now)
    return say(f"thing_card.package.{'expiring' if notice else 'running'}", name=name, end=ends, span=span(notice))


def _moment(thing: Thing, fact: str) -> float:
    return float(thing.facts.get(fact) or 0.0)


def facts(thing: Thing) -> tuple[Say, ...]:
    """Return what is known of the thing; nothing of one that is gone."""
    if thing.phase is Phase.GONE:
        return ()
    if thing.kind is ThingKind.AGENCY:
        return (say("thing_card.agency.users", users=thing.facts.get("users") or "–"),)
    return tuple(_package_facts(thing) if thing.kind is ThingKind.PACKAGE else _service_facts(thing))


def _service_facts(thing: Thing) -> Iterable[Say]:
    """Yield the mark "free" or what it costs, progress, errors, the URL, calls failed / total (R5.34, R5.49)."""
    known = thing.facts
    yield say(f"thing_card.flavor.{'free' if thing.free else 'paid'}", flavor=known.get("flavor", ""))
    if thing.phase is Phase.RUNNING:
        yield _runs(thing)
    if thing.phase is Phase.MOVING and known.get("progress", "0") != "0":
        yield say("thing_card.progress", progress=known["progress"])
    if known.get("error"):
        yield say("thing_card.error", error=known["error"])
    if known.get("model"):
        yield say("thing_card.model", model=known["model"])
    if known.get("url"):
        yield say("thing_card.url", url=known["url"])
    yield say("thing_card.calls", failed=known.get("failed", "0"), calls=known.get("calls", "0"))
    yield say("thing_card.region", region=region_name(thing.region), id=thing.region)


def _runs(thing: Thing) -> Say:
    """Return since when it runs, and what it has cost until it was looked at last."""
    since = Moment(thing.since)
    if thing.free:
        return say("thing_card.since", since=since)
    return say("thing_card.cost", since=since, at=Moment(thing.looked), cost=cost_so_far(thing, thing.looked))


def _package_facts(thing: Thing) -> Iterable[Say]:
    """Yield what is left, the region (R5.60), which purchase fits and why (R5.57), that none is refunded (R5.54)."""
    if thing.facts.get("left"):
        yield say("thing_card.package.left", left=thing.facts["left"])
    yield say("thing_card.package.region", region=region_name(thing.region), id=thing.region)
    if thing.prepared in PURCHASES:
        yield say(f"thing_card.package.prepared.{thing.prepared}")
    if thing.phase in (Phase.RUNNING, Phase.STOPPED) and not thing.facts.get("next"):
        yield say(f"thing_card.package.fit.{fit(thing)}")
        yield say("thing_card.package.no_refund")


def _owner(thing: Thing, *, claimable: bool) -> tuple[Say, ...]:
    if thing.owner:
        return (say("thing_card.owner", who=People((thing.owner,))),)
    return (say("thing_card.nobodys"),) if claimable else ()


def decided(thing: Thing, now: float) -> tuple[Say, ...]:
    """Return what somebody decided about the reminders, as long as it holds."""
    if thing.phase is Phase.GONE:
        return ()
    own = thing.told.startswith(OWN)
    keeping = "thing_card.kept" if thing.free else "thing_card.wanted"
    holds = (
        (own, say("thing_card.own")),
        (thing.muted, say("thing_card.muted")),
        (thing.quiet and not thing.muted, say("thing_card.quiet")),
        (thing.snoozed > now, say("thing_card.snoozed", at=Moment(thing.snoozed))),
        (thing.keep_until > now, say(keeping, at=Moment(thing.keep_until))),
    )
    return tuple(line for true, line in holds if true)
