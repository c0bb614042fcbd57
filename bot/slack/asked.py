"""A slash command: heard, checked and answered in the ack; forms open at once; work goes to the workers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from bot.command import REASON, Command
from bot.errors import Refusal, StoreDown
from bot.flows.accept import accept, accept_form, counted
from bot.flows.hear import Heard, Told, Unknown, hear
from bot.ports import Change
from bot.records import PLAN, Form, InboundKind, Surface, SurfaceKind
from bot.reply import Button, Reply
from bot.rules.secrets import redacted
from bot.say import say
from bot.slack.modals import ask_view
from bot.slack.mrkdwn import Voice, typed
from bot.slack.opening import form_id, open_button, open_view
from bot.slack.web import Ack, Body, Web, shown, told


def surface_of(body: Body) -> Surface:
    """Return where a slash command was given."""
    return Surface(
        SurfaceKind.COMMAND, body["user_id"], body.get("channel_id", ""), response_url=body.get("response_url", "")
    )


async def asked(web: Web, body: Body, correlation: str) -> Ack:
    """Return the ack of a slash command. Raises `StoreDown`."""
    surface = surface_of(body)
    person = await web.people.glance(surface.user)
    voice = web.voice(person)
    if person and not (person.member and person.active):
        note_refusal(web, person.id, body.get("text", ""), correlation)
        return told(voice, say("submit.not_a_member"))
    delivery = f"command:{body['trigger_id']}"
    heard: Heard | Told | Refusal
    try:
        heard = hear(typed(body.get("text", "")), web.registry, web.place)
    except Refusal as refusal:
        heard = refusal
    if isinstance(heard, Heard) and heard.refusal is None and not heard.missing:
        return await taken(web, heard, surface, delivery, correlation, voice)
    web.greet(surface.user)
    return await _answered(web, heard, surface, body["trigger_id"], voice)


async def _answered(web: Web, heard: Heard | Told | Refusal, surface: Surface, trigger: str, voice: Voice) -> Ack:
    """Return the ack of what no worker has to do: help, what is wrong, what was meant, or a form."""
    if isinstance(heard, Told):
        return shown(voice, heard.reply)
    if isinstance(heard, Unknown):
        return await _suggested(web, heard, surface, f"command:{trigger}", voice)
    if isinstance(heard, Refusal):
        return told(voice, heard.say)
    if heard.refusal is not None:
        return await _refused(web, heard, heard.refusal, surface, f"command:{trigger}", voice)
    return await open_form(web, heard, surface, trigger, voice)


def wants_reason(web: Web, command: Command) -> bool:
    """Return whether the policy wants a reason of who asks for this, at the highest risk that it can have."""
    return command.plan is not None and "ask" in web.policy.need(command.name, command.risk).reasons


def note_refusal(web: Web, who: str, words: str, correlation: str) -> None:
    """Record that somebody asked who may not, as often as anybody may ask; a key they may have typed is not kept."""
    change = Change().audit("refused", who=who, what_asked=redacted(words)[:100], correlation=correlation)
    web.tasks.spawn(web.store.commit(counted(change, who, web.most)), "audit")


async def taken(web: Web, heard: Heard, surface: Surface, delivery: str, correlation: str, voice: Voice) -> Ack:
    """Take a whole command in; a repeat of the delivery gets the same ack and does nothing."""
    inbound = web.inbound(
        InboundKind.ASK,
        surface,
        correlation,
        command=heard.command.name,
        values=heard.values,
        plan_only=heard.plan_only,
    )
    await accept(web.store, inbound, delivery, web.most)
    return _working(voice, heard.command.name)


@lru_cache(maxsize=1024)
def _working(voice: Voice, command: str) -> Ack:
    """Return the ack of a command that was taken in: the same words each time, so they are drawn once."""
    return told(voice, say("chat.working", command=command))


def _form_of(web: Web, heard: Heard, surface: Surface, delivery: str) -> Form:
    values = dict(heard.values) | ({PLAN: "yes"} if heard.plan_only else {})
    if wants_reason(web, heard.command):
        values.setdefault(REASON, "")
    return Form(form_id(delivery), heard.command.name, replace(surface, kind=SurfaceKind.FORM), values)


async def open_form(web: Web, heard: Heard, surface: Surface, trigger: str, voice: Voice) -> Ack:
    """Store the form, ack with nothing, and open it at once, before the trigger goes stale.

    A repeat opens it too, for whoever took the first delivery may have died before: a trigger is good only once.
    """
    delivery = f"command:{trigger}"
    form = _form_of(web, heard, surface, delivery)
    view = ask_view(voice, heard.command, form)
    await accept_form(web.store, form, delivery, web.most)
    web.tasks.spawn(open_view(web, trigger, view, form, surface, voice), "open form")
    return Ack()


async def _suggested(web: Web, unknown: Unknown, surface: Surface, delivery: str, voice: Voice) -> Ack:
    """Say what was meant; a button opens each command's form with what was typed, if it can be stored."""
    buttons = []
    for number, words in enumerate(unknown.meant):
        with suppress(Refusal, StoreDown):
            heard = hear(words, web.registry, web.place)
            if isinstance(heard, Heard):
                form = _form_of(web, heard, surface, f"{delivery}:{number}")
                await accept_form(web.store, form, f"{delivery}:{number}", web.most)
                buttons.append(Button("open_form", say("talk.words", words=words), form.id))
    return shown(voice, Reply(unknown.say, buttons=tuple(buttons)))


async def _refused(web: Web, heard: Heard, refusal: Refusal, surface: Surface, delivery: str, voice: Voice) -> Ack:
    """Say what is wrong at once; a form with what was typed waits behind a button, if it can be stored."""
    if not heard.command.arguments:
        return told(voice, refusal.say)
    form = _form_of(web, heard, surface, delivery)
    try:
        await accept_form(web.store, form, delivery, web.most)
    except StoreDown:
        return told(voice, refusal.say)
    return shown(voice, Reply(refusal.say, buttons=(open_button(form),)))
