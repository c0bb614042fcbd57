"""Answers as messages and as closed forms; pure."""

from __future__ import annotations

from bot.reply import Link, Menu, Reply, Row, Table
from bot.say import Say, say
from bot.slack import blocks
from bot.slack.blocks import Block, Message
from bot.slack.mrkdwn import Voice, link

ROWS_PER_BLOCK = 4


def message(voice: Voice, reply: Reply) -> Message:
    """Return an answer as a message within all limits."""
    tail = _buttons(voice, reply)
    return Message(
        blocks.cut("\n".join(_words(voice, reply)), blocks.FALLBACK), blocks.fitted(body(voice, reply), tail)
    )


def _words(voice: Voice, reply: Reply) -> list[str]:
    """Return the answer without blocks, for notices and for who has it read out: all but links that are secrets."""
    words = [voice.fallback(what) for what in (reply.head, *reply.lines)]
    if reply.table:
        words += [" · ".join(voice.fallback(what) for what in (row.head, *row.details)) for row in reply.table.rows]
        words += [voice.fallback(what) for what in _more(reply.table)]
    return words + [f"{voice.fallback(one.label)}: {one.url}" for one in reply.links]


def body(voice: Voice, reply: Reply) -> list[Block]:
    """Return the blocks of an answer without its buttons."""
    drawn = [blocks.section(voice.rich(reply.head))]
    if reply.lines:
        drawn.append(blocks.section("\n".join(voice.rich(line) for line in reply.lines)))
    if reply.table:
        drawn.extend(_table(voice, reply.table))
    drawn.extend(blocks.section(link_line(voice, target)) for target in (*reply.links, *reply.fleeting))
    return drawn


def modal(voice: Voice, reply: Reply, title: Say) -> Block:
    """Return an answer as a form that has nothing left to fill in."""
    tail = _buttons(voice, reply)
    drawn = blocks.fitted(body(voice, reply), tail, most=blocks.MODAL_BLOCKS, size=blocks.MODAL_SIZE)
    return {
        "type": "modal",
        "callback_id": "told",
        "title": blocks.plain(voice.plain(title), blocks.TITLE),
        "close": blocks.plain(voice.plain(say("form.close")), blocks.TITLE),
        "blocks": list(drawn),
    }


def link_line(voice: Voice, target: Link) -> str:
    """Return a console link and its click path, because deep links change (R2.01, R2.03)."""
    return f"{link(target.url, voice.rich(target.label))}\n_{voice.rich(target.path)}_"


def _table(voice: Voice, table: Table) -> list[Block]:
    """Return the rows, a few to a block so that a long list stays within fifty blocks."""
    lines = [_row(voice, row) for row in table.rows]
    chunks = [lines[at : at + ROWS_PER_BLOCK] for at in range(0, len(lines), ROWS_PER_BLOCK)]
    drawn = [blocks.section("\n".join(chunk)) for chunk in chunks]
    return drawn + [blocks.context(voice.rich(what)) for what in _more(table)]


def _more(table: Table) -> list[Say]:
    """Return how many rows there are that are not shown, if there are."""
    more = table.total - len(table.rows)
    return [say("chat.more", more=more, total=table.total)] if more > 0 else []


def _row(voice: Voice, row: Row) -> str:
    head = voice.rich(row.head)
    details = " · ".join(voice.rich(detail) for detail in row.details)
    shown = [f"• {head}", *([f"   {details}"] if details else [])]
    return "\n".join([*shown, *([f"   {link(row.link.url, voice.rich(row.link.label))}"] if row.link else [])])


def _menu(voice: Voice, menu: Menu) -> Block:
    if menu.block:
        words = blocks.plain(voice.plain(menu.label), blocks.PLACEHOLDER)
        return {"type": "external_select", "action_id": menu.action, "placeholder": words, "min_query_length": 0}
    options = [(value, voice.plain(words)) for value, words in menu.options[: blocks.MENU_OPTIONS]]
    return blocks.select(menu.action, voice.plain(menu.label), options)


def _buttons(voice: Voice, reply: Reply) -> list[Block]:
    """Return menus, then rows of buttons: within one, Slack takes an action id only once."""
    rows: list[dict[str, Block]] = [{m.action: _menu(voice, m)} for m in reply.menus]
    for b in reply.buttons:
        drawn = blocks.button(b.action, voice.plain(b.label), b.value, b.style)
        row = next((row for row in rows if b.action not in row), None)
        if row is None:
            rows.append({b.action: drawn})
        else:
            row[b.action] = drawn
    made = [block for row in rows for block in blocks.actions(list(row.values()))]
    named = [{"block_id": menu.block} if menu.block else {} for menu in reply.menus]
    return [block | name for block, name in zip(made, named, strict=False)] + made[len(named) :]
