"""Forms that are opened without a word typed: from the Home, and by shortcuts.

Nothing is stored before somebody presses such a button.
"""

from __future__ import annotations

import re

import structlog

from bot.command import Command
from bot.errors import ChatFault
from bot.flows.hear import LONGEST, weighed
from bot.records import Surface, SurfaceKind, Values
from bot.registry import Registry
from bot.reply import Reply
from bot.rules.secrets import holds_key
from bot.say import say
from bot.slack import blocks
from bot.slack.asked import note_refusal, open_form, taken
from bot.slack.blocks import Block
from bot.slack.mrkdwn import Voice, typed
from bot.slack.opening import OPENED_ALREADY, blank
from bot.slack.web import Ack, Body, Web

log = structlog.get_logger(__name__)

QUICK = (
    "bucket create",
    "bucket check",
    "auth add",
    "notebook create",
    "train create",
    "service deploy",
    "service start",
    "cost estimate",
    "running",
)
"""The commands that are offered, as far as there are any, in this order."""
GLOBAL, ON_MESSAGE = "modelarts", "diagnose"
"""The callback ids of the shortcuts in the manifest."""
OBS_PATH = re.compile(r"obs://[^\s<>|`'\"]+")
"""A path as it stands in error messages; what the command makes of it is its own matter."""


def quick_rows(voice: Voice, registry: Registry) -> list[Block]:
    """Return a row for each offered command: what it does, and the button that opens it."""
    return [_row(voice, command) for command in map(registry.find, QUICK) if command]


def _row(voice: Voice, command: Command) -> Block:
    opens = blocks.button("open_form", voice.plain(say("home.open")), blank(command.name))
    text = say("home.row", command=command.name, summary=command.summary)
    return blocks.section(voice.rich(text)) | {"accessory": opens}


def menu_view(voice: Voice, registry: Registry) -> Block:
    """Return the offered commands as a form that has nothing to fill in: what the global shortcut opens."""
    drawn = [*quick_rows(voice, registry), blocks.context(voice.rich(say("home.help")))]
    return {
        "type": "modal",
        "callback_id": "menu",
        "title": blocks.plain(voice.plain(say("home.menu")), blocks.TITLE),
        "close": blocks.plain(voice.plain(say("form.close")), blocks.TITLE),
        "blocks": drawn,
    }


async def open_command(web: Web, body: Body, surface: Surface, name: str, values: Values, correlation: str) -> None:
    """Open a command's form for whoever pressed, filled in as far as is known; one without a form is carried out."""
    voice = await web.voice_of(surface.user)
    if not await _may(web, surface, name, correlation):
        return
    command = web.registry.find(name)
    if command is None:
        web.answer_later(surface, say("respond.unknown_button", action=name), voice)
        return
    heard = weighed(command, values, web.place)
    if command.arguments:
        await open_form(web, heard, surface, body["trigger_id"], voice)
    else:
        await taken(web, heard, surface, f"command:{body['trigger_id']}", correlation, voice)


async def _may(web: Web, surface: Surface, what: str, correlation: str) -> bool:
    """Return whether somebody is one of us; who is not is told so, and that is recorded."""
    person = await web.people.glance(surface.user)
    if person is None or (person.member and person.active):
        return True
    note_refusal(web, person.id, what, correlation)
    web.answer_later(surface, say("submit.not_a_member"), web.voice(person))
    return False


async def shortcut(web: Web, body: Body, correlation: str) -> Ack:
    """Return the ack of a shortcut; the form opens at once. Raises `StoreDown`."""
    surface, name = _surface_of(body), body["callback_id"]
    web.greet(surface.user)
    if name == GLOBAL:
        if await _may(web, surface, name, correlation):
            web.tasks.spawn(_open_menu(web, body["trigger_id"], surface), "open menu")
    elif name == ON_MESSAGE:
        await _diagnose(web, body, surface, correlation)
    else:
        web.answer_later(surface, say("respond.unknown_button", action=name), await web.voice_of(surface.user))
    return Ack()


def _surface_of(body: Body) -> Surface:
    """Return where a shortcut's answer goes: beside the message, else to the person directly."""
    channel, url = (body.get("channel") or {}).get("id", ""), body.get("response_url", "")
    thread = (body.get("message") or {}).get("thread_ts", "")
    return Surface(SurfaceKind.BUTTON, body["user"]["id"], channel, thread, response_url=url)


async def _open_menu(web: Web, trigger: str, surface: Surface) -> None:
    """Open the menu; who cannot be shown it is told where else everything is."""
    voice = await web.voice_of(surface.user)
    try:
        await web.slack.write("views.open", trigger_id=trigger, view=menu_view(voice, web.registry))
    except ChatFault as fault:
        if fault.code != OPENED_ALREADY:
            log.info("menu not opened", code=fault.code)
            await web.chat.answer(surface, Reply(say("home.help")), voice.language)


async def _diagnose(web: Web, body: Body, surface: Surface, correlation: str) -> None:
    """Open the command that explains a message: of a path in it, else of the error itself."""
    text = typed(str((body.get("message") or {}).get("text") or ""))
    if holds_key(text):
        web.answer_later(surface, say("hear.secret"), await web.voice_of(surface.user))
        return
    if not text.strip():
        web.answer_later(surface, say("home.unexplained"), await web.voice_of(surface.user))
        return
    name, values = explaining(text)
    await open_command(web, body, surface, name, values, correlation)


def explaining(text: str) -> tuple[str, Values]:
    """Return which command explains a text, and the values it is given: a path is checked, else the error looked up.

    >>> explaining("no access to obs://data/roses/.")
    ('bucket check', {'path': 'obs://data/roses/'})
    """
    if path := OBS_PATH.search(text):
        return "bucket check", {"path": path.group(0).rstrip(".,;:)")}
    return "auth diagnose", {"error": text[:LONGEST]}
