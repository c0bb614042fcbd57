"""The card of a watched thing: its words with what may be pressed; pure (decision 7).

A button's value is the thing's handle, a choice's value the handle and the seconds chosen; what a press means is read
from the store again, never from the card.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.records import Audience, Phase, Thing, ThingKind
from bot.reply import Reply
from bot.rules.figures import FIGURES
from bot.rules.reminder import DAY, HOUR, MINUTE, buttons
from bot.rules.renewal import fitting
from bot.say import say
from bot.slack import blocks, replies
from bot.slack.blocks import Block, Message
from bot.slack.mrkdwn import Voice
from bot.slack.thing_words import moved, span, words

OTHER = "?"
"""The choice of another time: it opens the form of `remind snooze`."""
MAIN = frozenset({"mine", "start_again", "renew", "buy_again", "extend"})
SERVICE_SNOOZES = (15 * MINUTE, HOUR, 3 * HOUR)


def thing_card(thing: Thing, audience: Audience, voice: Voice, now: float) -> Message:
    """Return the card for one audience in one language, within all of Slack's limits. `now` is product time."""
    offered = controls(thing, audience)
    return _message(voice, words(thing, now, claimable="mine" in offered), thing_buttons(voice, thing, offered))


def thing_buttons(voice: Voice, thing: Thing, offered: tuple[str, ...]) -> list[Block]:
    """Return the row of what may be pressed, the first of it in front."""
    return blocks.actions([_control(voice, thing, name, main=not at) for at, name in enumerate(offered)])


def moved_card(thing: Thing, voice: Voice) -> Message:
    """Return the last drawing of a copy that was retired: where the card went, and nothing to press."""
    return _message(voice, moved(thing), [])


def _message(voice: Voice, reply: Reply, tail: list[Block]) -> Message:
    spoken = "\n".join(voice.fallback(line) for line in (reply.head, *reply.lines))
    return Message(blocks.cut(spoken, blocks.FALLBACK), blocks.fitted(replies.body(voice, reply), tail))


def controls(thing: Thing, audience: Audience) -> tuple[str, ...]:
    """Return the action ids offered now, the one that helps most first: whose it is, or what fits a package (R5.57)."""
    if thing.phase is Phase.GONE:
        return ()
    names = [name for name in buttons(thing, thing.told) if name not in _pointless(thing)]
    claim = audience is Audience.FINDER and not thing.owner and thing.kind is ThingKind.SERVICE
    fits = fitting(thing)
    return tuple(dict.fromkeys([*(["mine"] if claim else []), *sorted(names, key=lambda name: name != fits)]))


def _pointless(thing: Thing) -> set[str]:
    """Return what would change nothing: to mute what is muted, to renew what another package follows."""
    silent = thing.muted or thing.quiet
    holds = {"mute": thing.muted, "let_go": silent, "snooze": silent, "renew": bool(thing.facts.get("next"))}
    return {name for name, true in holds.items() if true}


def _control(voice: Voice, thing: Thing, name: str, *, main: bool) -> Block:
    label = voice.plain(say(f"thing_card.button.{name}"))
    if name == "keep_until":
        return _select(voice, name, label, thing.handle, (hours * HOUR for hours in FIGURES.free.keep_hours))
    if name == "snooze":
        made = _select(voice, name, label, thing.handle, snoozes(thing.kind))
        hours = [(FIGURES.remind.morning, "thing_card.until_hour"), (OTHER, "thing_card.other_time")]
        made["options"] += [blocks.option(f"{thing.handle}|{at}", voice.plain(say(key, hour=at))) for at, key in hours]
        return made
    made = blocks.button(name, label, thing.handle, "primary" if main and name in MAIN else "")
    return made | ({"confirm": _confirm(voice, name)} if _asks(thing, name) else {})


def snoozes(kind: ThingKind) -> tuple[float, ...]:
    """Return for how many seconds a reminder may be put off (R5.62 for packages)."""
    if kind in (ThingKind.PACKAGE, ThingKind.AGENCY):
        figures = FIGURES.package if kind is ThingKind.PACKAGE else FIGURES.agency
        return tuple(days * DAY for days in figures.snooze_days)
    return SERVICE_SNOOZES


def _select(voice: Voice, name: str, label: str, handle: str, lengths: Iterable[float]) -> Block:
    return blocks.select(name, label, [(f"{handle}|{length:.0f}", voice.plain(span(length))) for length in lengths])


def _asks(thing: Thing, name: str) -> bool:
    return name == "let_go" or (name == "start_again" and thing.free)


def _confirm(voice: Voice, name: str) -> Block:
    """Return the question before a press: starting on a free flavor needs the notice of R5.71 to be accepted."""
    base = f"thing_card.confirm.{name}"
    text = say(f"{base}.text", span=span(FIGURES.free.run_seconds))
    yes, no = say(f"{base}.yes"), say("thing_card.confirm.no")
    return blocks.confirm(*(voice.plain(what) for what in (say(f"{base}.title"), text, yes, no)))
