"""What a card shows now: its records, and how to draw one copy of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.ports import Clock, Store
from bot.records import Approval, Audience, Copy, Digest, Operation, Outage, Setup, Thing
from bot.reply import Reply
from bot.say import Fact, Moment, say
from bot.slack.adoption import THING
from bot.slack.blocks import Message
from bot.slack.cards import Subject, request_card
from bot.slack.checklist import checklist_card
from bot.slack.mrkdwn import Voice
from bot.slack.replies import message as message_of
from bot.slack.thing_cards import moved_card, thing_card
from bot.texts import Catalog

SETUP = "setup:"
"""How the subject of an account's checklist begins."""
OUTAGE = "outage:"
"""How the subject of an outage's card begins; the card of one that a newer followed is left as it is."""
DIGEST = "digest:"
"""How the subject of a digest's card begins."""


@dataclass(frozen=True, slots=True)
class Scene:
    """How to draw a copy, and how often the subject was put before the eyes of its readers so far."""

    draw: Callable[[Copy], Message]
    raised: Callable[[Copy], int]


async def scene_of(store: Store, clock: Clock, texts: Catalog, subject: str) -> Scene | None:
    """Return what a card with this subject shows, or None where its records are gone. Raises `StoreDown`."""
    if subject.startswith(DIGEST):
        digest = await store.load(Digest, subject.removeprefix(DIGEST))
        return Scene(partial(_digest, digest.record, texts), lambda _copy: 0) if digest else None
    if subject.startswith(THING):
        thing = await store.load(Thing, subject.removeprefix(THING))
        return _scene_of_thing(thing.record, texts, clock.now()) if thing else None
    if subject.startswith(SETUP):
        setup = await store.load(Setup, subject.removeprefix(SETUP))
        return _scene_of_setup(setup.record, texts) if setup else None
    if subject.startswith(OUTAGE):
        epoch = subject.removeprefix(OUTAGE)
        outage = await store.load(Outage, epoch.rpartition("-")[0])
        shows = outage is not None and outage.record.epoch == epoch
        return Scene(partial(_outage, outage.record, texts), lambda _copy: 0) if outage and shows else None
    approval, operation = await store.load(Approval, subject), await store.load(Operation, subject)
    shown = Subject(approval.record if approval else None, operation.record if operation else None)
    return Scene(partial(_request, shown, texts), partial(_asked_again, shown)) if approval or operation else None


def _scene_of_setup(setup: Setup, texts: Catalog) -> Scene:
    return Scene(
        lambda copy: checklist_card(setup, Voice(texts, copy.language)), lambda copy: setup.asked.get(copy.address, 0)
    )


def _scene_of_thing(thing: Thing, texts: Catalog, now: float) -> Scene:
    return Scene(partial(_thing, thing, texts, now), lambda _copy: thing.raised)


def _asked_again(subject: Subject, copy: Copy) -> int:
    """Return how often this reader was asked again, or told of a failure: those who may decide, and the asker."""
    approval, operation = subject.approval, subject.operation
    if operation is not None:
        others = _raised(approval) + operation.alarms if operation.alarms else 0
        return operation.raised if copy.audience is Audience.ASKER else others
    if approval is None or copy.audience not in (Audience.APPROVER, Audience.CHANNEL):
        return 0
    return 0 if any(vote.voter == copy.address and not vote.lapsed for vote in approval.votes) else approval.raised


def _raised(approval: Approval | None) -> int:
    return approval.raised if approval else 0


def _request(subject: Subject, texts: Catalog, copy: Copy) -> Message:
    return request_card(Voice(texts, copy.language), subject, copy.audience)


def _digest(digest: Digest, texts: Catalog, copy: Copy) -> Message:
    return message_of(Voice(texts, copy.language), Reply(digest.head, digest.lines))


def _outage(outage: Outage, texts: Catalog, copy: Copy) -> Message:
    facts: dict[str, Fact] = {"service": outage.id.upper(), "region": outage.region, "since": Moment(outage.since)}
    if outage.until:
        reply = Reply(say("outage.over", until=Moment(outage.until), **facts))
    else:
        reply = Reply(say("outage.lasts", **facts), (say("outage.mend", worker=outage.worker),))
    return message_of(Voice(texts, copy.language), reply)


def _thing(thing: Thing, texts: Catalog, now: float, copy: Copy) -> Message:
    voice = Voice(texts, copy.language)
    return moved_card(thing, voice) if copy.retired else thing_card(thing, copy.audience, voice, now)
