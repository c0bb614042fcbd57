"""A press on a button: taken in and acked with nothing; the visible answer follows from the worker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog

from bot.errors import ChatFault, NewerSchema
from bot.flows.accept import accept, accept_form
from bot.flows.questions import ANSWER, DROP
from bot.records import Approval, ApprovalState, Form, Handle, InboundKind, Surface, SurfaceKind
from bot.say import say
from bot.slack import modals, suggest
from bot.slack.adoption import adopt_request, adopt_thing
from bot.slack.blocks import Block
from bot.slack.mrkdwn import Voice
from bot.slack.opening import BLANK, form_id, open_view
from bot.slack.orphans import request_is_gone, strike, thing_is_gone
from bot.slack.quick import open_command
from bot.slack.thing_cards import OTHER
from bot.slack.web import Ack, Body, Web

log = structlog.get_logger(__name__)
DECISIONS = frozenset({"approve", "deny", "withdraw"})
THINGS = frozenset(
    {"renew", "start_again", "stop", "let_go", "keep_until", "snooze", "mute", "buy_again", "back_up", "use_paid"}
    | {"extend", "mine"}
)
DIRECTS = "D"
"""How the ids of direct messages begin."""
OPERATIONS = frozenset({"retry", "undo", "cancel"})
ACTS = frozenset({"approve", "deny"})
"""The decisions that may want more than a press."""
DRAWN = dict.fromkeys(DECISIONS | OPERATIONS, (adopt_request, request_is_gone)) | dict.fromkeys(
    THINGS, (adopt_thing, thing_is_gone)
)
"""The buttons of cards: a press on a copy that the card does not know has it adopted, and one without a card struck."""
CONTRACT = DECISIONS | THINGS | OPERATIONS | {"take_slot", "pass_slot", "ask_admin"}
"""The action ids of the contract that a worker answers; `open_form` is answered here."""
KNOWN = CONTRACT | {"tick", "look_again"}
"""With those of an account's checklist."""


TALK = frozenset({ANSWER, DROP})
"""The buttons of a question; what follows a point only tells several in one row apart."""


def surface_of(body: Body) -> Surface:
    """Return where a button was pressed: on a message, or inside an open form.

    A conversation in direct messages goes on in messages that stay, whoever answers by a button or in words.
    """
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id", "")
    talks = any(one["action_id"].partition(".")[0] in TALK for one in body["actions"])
    here = talks and channel.startswith(DIRECTS)
    return Surface(
        SurfaceKind.DIRECT if here else SurfaceKind.BUTTON,
        body["user"]["id"],
        channel,
        thread=message.get("thread_ts") or container.get("thread_ts", ""),
        response_url="" if here else body.get("response_url", ""),
        view=_open_view(body),
    )


def _open_view(body: Body) -> str:
    """Return the id of the form that a button stands in; a Home is no form, its answers come as messages."""
    view = body.get("view") or {}
    return str(view.get("id", "")) if view.get("type") != "home" else ""


def delivery_of(body: Body) -> str:
    """Return what makes this press the same one when Slack delivers it again: actions have no event id."""
    action, container = body["actions"][0], body.get("container") or {}
    place = container.get("message_ts") or container.get("view_id", "")
    channel = (body.get("channel") or {}).get("id", "")
    parts = (channel, place, action["action_id"], action.get("action_ts", ""), body["user"]["id"])
    return ":".join(("press", *parts))


async def pressed(web: Web, body: Body, correlation: str) -> Ack:
    """Return the ack of a press. Raises `StoreDown`."""
    if (body.get("view") or {}).get("callback_id") == modals.ASK:
        return await changed(web, body)
    action, surface = body["actions"][0], surface_of(body)
    chosen = (action.get("selected_option") or {}).get("value")
    name, value = action["action_id"].partition(".")[0], _told(action, str(action.get("value") or chosen or ""))
    if name == "open_form" and value.startswith(BLANK):
        await open_command(web, body, surface, value.removeprefix(BLANK), {}, correlation)
    elif name == "open_form":
        await _open_form(web, body, surface, value)
    elif name == "snooze" and value.endswith(f"|{OTHER}"):
        await _choose_time(web, body, surface, value)
    elif name not in KNOWN | TALK:
        web.answer_later(surface, say("respond.unknown_button", action=name), await web.voice_of(surface.user))
    elif name not in ACTS or not await _asks_more(web, body, surface, name, value):
        inbound = web.inbound(InboundKind.PRESS, surface, correlation, action=name, value=value)
        await accept(web.store, inbound, delivery_of(body), web.most)
    ts, passing = (body.get("message") or {}).get("ts"), (body.get("container") or {}).get("is_ephemeral")
    if name in DRAWN and ts and not passing:
        web.tasks.spawn(_stand(web, name, value, surface, ts), "adopt")
    return Ack()


async def _stand(web: Web, name: str, value: str, surface: Surface, ts: str) -> None:
    """Have the pressed message belong to its card; one whose record is gone says so from now on."""
    adopt, is_gone = DRAWN[name]
    if await is_gone(web.store, value):
        shared = not surface.channel.startswith(DIRECTS)
        voice = web.voice(None) if shared else await web.voice_of(surface.user)
        await strike(web, voice, surface.channel, ts)
    else:
        await adopt(web.store, value, surface.user, surface.channel, ts)


def _told(action: Body, value: str) -> str:
    """Return what a press says: the options of a select that asks for them are names, and its block the question."""
    asked = action["action_id"] == ANSWER and action.get("type") == "external_select"
    return f"{action.get('block_id', '')}|{value}" if asked else value


async def changed(web: Web, body: Body) -> Ack:
    """Take in that a field changed on which others depend: what lies within it, or what is shown at all (R3.24).

    The form is drawn again for the latter only; what was entered stays.
    """
    view, user = body["view"], body["user"]["id"]
    stored = await web.store.load(Form, view.get("private_metadata", ""))
    if stored is None or stored.record.surface.user != user:
        web.answer_later(surface_of(body), say("form.gone"), await web.voice_of(user))
        return Ack()
    form, command, name = stored.record, web.registry.named(stored.record.command), body["actions"][0]["action_id"]
    values = {**form.values, **modals.entered(view["state"]["values"])}
    if suggest.leads_on(command, name):
        await suggest.chosen(web, stored, command, name, values.get(name, ""))
    if not any(one.when and one.when[0] == name for one in command.arguments):
        return Ack()
    drawn = modals.ask_view(await web.voice_of(user), command, replace(form, values=values))
    web.tasks.spawn(_redrawn(web, view, drawn), "redraw form")
    return Ack()


async def _redrawn(web: Web, view: Body, drawn: Block) -> None:
    """Put the new drawing up, unless the form changed meanwhile: then that change draws it."""
    try:
        await web.slack.write("views.update", view_id=view["id"], hash=view.get("hash", ""), view=drawn)
    except ChatFault as fault:
        log.info("form not redrawn", code=fault.code)


async def _open_form(web: Web, body: Body, surface: Surface, identity: str) -> None:
    voice = await web.voice_of(surface.user)
    stored = await web.store.load(Form, identity)
    if stored is None:
        web.answer_later(surface, say("form.gone"), voice)
    elif stored.record.surface.user != surface.user:
        web.answer_later(surface, say("form.not_yours"), voice)
    else:
        form = stored.record
        view = await _view_of(web, form, voice)
        web.tasks.spawn(open_view(web, body["trigger_id"], view, form, surface, voice), "open form")


async def _view_of(web: Web, form: Form, voice: Voice) -> dict[str, Any]:
    """Return the view of a stored form: of a command, or of an act on a request."""
    approval = await web.store.load(Approval, form.approval) if form.approval else None
    if approval is not None:
        return modals.confirm_view(voice, form, title_of(approval.record, voice))
    return modals.ask_view(voice, web.registry.named(form.command), form)


async def _choose_time(web: Web, body: Body, surface: Surface, value: str) -> None:
    """Open the form that puts a thing's reminders off until a time that is chosen there."""
    voice, delivery = await web.voice_of(surface.user), delivery_of(body)
    handle = await web.store.load(Handle, value.partition("|")[0])
    if handle is None:
        web.answer_later(surface, say("thing.unknown"), voice)
        return
    command, which = web.registry.named("remind snooze"), handle.record.thing.rpartition("/")[2]
    form = Form(form_id(delivery), command.name, replace(surface, kind=SurfaceKind.FORM), {"thing": which})
    if await accept_form(web.store, form, delivery, web.most):
        view = modals.ask_view(voice, command, form)
        web.tasks.spawn(open_view(web, body["trigger_id"], view, form, surface, voice), "open form")


def word_to_type(approval: Approval, presser: str) -> str:
    """Return what this person has to type before an approval counts, or ""; the worker decides whether it does."""
    if approval.state is not ApprovalState.WAITING:
        return ""
    return approval.single if approval.single and presser == approval.record.asker else approval.need.typed


async def _asks_more(web: Web, body: Body, surface: Surface, act: str, identity: str) -> bool:
    """Open a form where the stored request wants a word typed, or a reason, for this act; return whether it does.

    What a newer release wrote is left to a newer worker, which refuses the press if something is missing.
    """
    try:
        stored = await web.store.load(Approval, identity)
    except NewerSchema:
        return False
    form = _act_form(stored.record, surface, act, delivery_of(body)) if stored else None
    if stored is None or form is None:
        return False
    voice = await web.voice_of(surface.user)
    view = modals.confirm_view(voice, form, title_of(stored.record, voice))
    if await accept_form(web.store, form, delivery_of(body), web.most):
        web.tasks.spawn(open_view(web, body["trigger_id"], view, form, surface, voice), "open form")
    return True


def _act_form(approval: Approval, surface: Surface, act: str, delivery: str) -> Form | None:
    """Return the form that completes an act on a request, or None where the press is all it takes."""
    word = word_to_type(approval, surface.user) if act == "approve" else ""
    reason = approval.state is ApprovalState.WAITING and act in approval.need.reasons
    if not word and not reason:
        return None
    place = replace(surface, kind=SurfaceKind.FORM)
    return Form(form_id(delivery), approval.record.command, place, {}, approval.id, act, word, reason)


def title_of(approval: Approval, voice: Voice) -> str:
    """Return what is to be approved, in the reader's words."""
    return voice.plain(approval.shown.title)
