"""The card of an account's checklist: every line with its sign, and what finishes the unfinished ones; pure (R1.01).

The value of `tick` and `look_again` is the checklist's opaque handle, for a tick with the line behind it; what a press
means is read from the store again.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.records import Item, ItemState, Setup
from bot.reply import Reply
from bot.rules.links import link
from bot.rules.setup import mend, unfinished
from bot.say import Moment, People, Say, say
from bot.slack import blocks, replies
from bot.slack.blocks import Block, Message
from bot.slack.mrkdwn import Voice
from bot.slack.opening import blank


def checklist_card(setup: Setup, voice: Voice) -> Message:
    """Return the checklist as a message within all of Slack's limits."""
    reply = Reply(_head(setup), (_origin(setup), say("setup.intro"), *map(_line, setup.items)))
    spoken = "\n".join(voice.fallback(line) for line in (reply.head, *reply.lines))
    missing = unfinished(setup.items)
    tail = [*_helping(missing, voice), *_ticking(setup, missing, voice)]
    return Message(
        blocks.cut(spoken, blocks.FALLBACK), blocks.fitted([*_drawn(reply, voice), *_pages(missing, voice)], tail)
    )


def _drawn(reply: Reply, voice: Voice) -> list[Block]:
    first, second, *lines = reply.lines
    return [
        blocks.section(voice.rich(reply.head)),
        blocks.context(voice.rich(first)),
        blocks.section(voice.rich(second)),
        blocks.section("\n".join(voice.rich(line) for line in lines)),
    ]


def _head(setup: Setup) -> Say:
    total, missing = len(setup.items), len(unfinished(setup.items))
    return say("setup.head", done=total - missing, total=total) if missing else say("setup.head_done", total=total)


def _origin(setup: Setup) -> Say:
    return say("setup.account_line", account=setup.id, region=setup.region, at=Moment(setup.looked))


def _line(item: Item) -> Say:
    if item.state is ItemState.TICKED:
        return say("setup.state.ticked", what=item.words, who=People((item.who,)), at=Moment(item.at))
    return say(f"setup.state.{item.state}", what=item.words)


def _pages(missing: Sequence[Item], voice: Voice) -> list[Block]:
    """Return the console links of what is finished there and nowhere else."""
    pages = [found.page for item in missing if (found := mend(item)) and found.page]
    return [blocks.section(replies.link_line(voice, link(page, ""))) for page in pages]


def _helping(missing: Sequence[Item], voice: Voice) -> list[Block]:
    """Return a row of buttons that start what finishes a line; Slack takes an action id once a row."""
    found = [(item, starts.command) for item in missing if (starts := mend(item)) and starts.command]
    return [
        row
        for number, (item, command) in enumerate(found)
        for row in blocks.actions([_mender(item, command, voice, first=not number)])
    ]


def _mender(item: Item, command: str, voice: Voice, *, first: bool) -> Block:
    label = say("setup.button.mend", line=say(f"setup.line.{item.name}"))
    return blocks.button("open_form", voice.plain(label), blank(command), "primary" if first else "")


def _ticking(setup: Setup, missing: Sequence[Item], voice: Voice) -> list[Block]:
    """Return a menu of the lines that a person may tick, and the button that has everything looked at anew."""
    lines = [item.name for item in missing if item.state is ItemState.UNKNOWN]
    choices = [(f"{setup.handle}|{name}", voice.plain(say(f"setup.line.{name}"))) for name in lines]
    menu = [blocks.select("tick", voice.plain(say("setup.button.tick")), choices)] if choices else []
    again = blocks.button("look_again", voice.plain(say("setup.button.look")), setup.handle)
    return blocks.actions([*menu, again])
