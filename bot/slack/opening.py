"""Open a form with a trigger id: three seconds, one use, and the answer may get lost (decision 1)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import structlog

from bot.errors import ChatBusy, ChatFault, ChatRefused, ChatUnknown
from bot.records import Form, Surface
from bot.reply import Button, Reply
from bot.say import say
from bot.slack.blocks import Block
from bot.slack.mrkdwn import Voice
from bot.slack.web import Web

log = structlog.get_logger(__name__)
OPENED_ALREADY = "exchanged_trigger_id"
ATTEMPTS = 2
BLANK = "new:"
"""How the value of a button begins that opens an empty form; any other value is a stored form's id."""


def form_id(delivery: str) -> str:
    """Return the id of the form that a delivery opens.

    Made from the delivery's own unguessable trigger id rather than by chance, so that a repeat gets the same answer.
    """
    return f"f{hashlib.sha256(delivery.encode()).hexdigest()[:40]}"


def blank(command: str) -> str:
    """Return the value of an `open_form` button that starts a command from nothing, for whoever presses it."""
    return f"{BLANK}{command}"


def open_button(form: Form) -> Button:
    """Return the button that opens a stored form."""
    return Button("open_form", say("form.open"), form.id, "primary")


async def open_view(web: Web, trigger: str, view: Block, form: Form, surface: Surface, voice: Voice) -> None:
    """Open a prebuilt view; where that is too late, offer a button with a trigger of its own."""
    for attempt in range(ATTEMPTS):
        try:
            await web.slack.write("views.open", trigger_id=trigger, view=view)
        except ChatRefused as refused:
            if refused.code == OPENED_ALREADY:
                return
            log.info("form not opened", code=refused.code)
            break
        except (ChatUnknown, ChatBusy) as fault:
            # Trying again is safe: the trigger is good once, and "used already" means that the form is open.
            log.info("form perhaps not opened", code=fault.code, attempt=attempt)
        else:
            return
    await offer(web, form, surface, voice)


async def offer(web: Web, form: Form, surface: Surface, voice: Voice) -> None:
    """Say that the form waits behind a button."""
    reply = Reply(say("form.late"), buttons=(open_button(form),))
    try:
        await web.chat.answer(replace(surface, view=""), reply, voice.language)
    except ChatFault as fault:
        log.warning("form not offered", code=fault.code)
