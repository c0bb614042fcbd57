"""The Home as a view: notices, requests to decide, one's own things, forms for what is asked for most; pure."""

from __future__ import annotations

from bot.flows.home import AtHome
from bot.records import Approval, Audience, Phase, Thing, ThingKind
from bot.registry import Registry
from bot.say import Moment, People, Say, say
from bot.slack import blocks, replies
from bot.slack.blocks import Block
from bot.slack.cards import Subject, request_buttons
from bot.slack.mrkdwn import Voice
from bot.slack.quick import quick_rows
from bot.slack.thing_cards import controls, thing_buttons
from bot.slack.thing_words import words

ROWS = 10
LINES = 3
"""Of what a thing's card says, as much as fits a list."""


def home_view(voice: Voice, registry: Registry, shown: AtHome, now: float) -> Block:
    """Return the view for views.publish, within its limit of blocks. `now` is product time."""
    drawn = [
        *(block for notice in shown.notices for block in replies.message(voice, notice).blocks),
        *_part(voice, "to_decide", [_request(voice, one, Audience.APPROVER) for one in shown.to_decide]),
        *_part(voice, "things", [_thing(voice, thing, now) for thing in shown.things], always=True),
        *_part(voice, "asked", [_request(voice, one, Audience.ASKER) for one in shown.asked]),
        blocks.header(voice.plain(say("home.quick"))),
        *quick_rows(voice, registry),
        blocks.context(voice.rich(say("home.help"))),
    ]
    fitted = blocks.fitted(drawn, most=blocks.MODAL_BLOCKS, size=blocks.MODAL_SIZE)
    return {"type": "home", "callback_id": "home", "blocks": list(fitted)}


def _part(voice: Voice, name: str, rows: list[list[Block]], *, always: bool = False) -> list[Block]:
    """Return a heading with its rows; without any, nothing, or the sentence that says so."""
    if not rows and not always:
        return []
    drawn = [block for row in rows[:ROWS] for block in row] or [blocks.section(voice.rich(say(f"home.{name}.none")))]
    if len(rows) > ROWS:
        drawn.append(blocks.context(voice.rich(say("chat.more", more=len(rows) - ROWS, total=len(rows)))))
    return [blocks.header(voice.plain(say(f"home.{name}.head"))), *drawn, blocks.divider()]


def _thing(voice: Voice, thing: Thing, now: float) -> list[Block]:
    told = words(thing, now, claimable=False)
    lines = [told.head, *told.lines][:LINES]
    return [_lines(voice, lines), *thing_buttons(voice, thing, at_hand(thing))]


def at_hand(thing: Thing) -> tuple[str, ...]:
    """Return what a Home offers: what the card does, and stopping or starting a service at any time."""
    always = {Phase.RUNNING: ("stop",), Phase.STOPPED: ("start_again",)} if thing.kind is ThingKind.SERVICE else {}
    return tuple(dict.fromkeys([*controls(thing, Audience.OWNER), *always.get(thing.phase, ())]))


def _request(voice: Voice, approval: Approval, audience: Audience) -> list[Block]:
    record = approval.record
    lines = (
        say("home.request", what=approval.shown.title, expires=Moment(approval.expires)),
        say("card.asked_by", who=People((record.asker,))),
    )
    return [_lines(voice, lines), *request_buttons(voice, Subject(approval), audience)]


def _lines(voice: Voice, lines: list[Say] | tuple[Say, ...]) -> Block:
    return blocks.section("\n".join(voice.rich(line) for line in lines))
