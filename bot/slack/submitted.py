"""A submitted form: pure errors at their fields in the ack, the rest checked by a worker behind a "checking" view."""

from __future__ import annotations

from dataclasses import replace

from bot.command import REASON, Command
from bot.errors import Refusal
from bot.flows.accept import accept
from bot.flows.hear import LONGEST_REASON, Heard, weighed
from bot.records import PLAN, Form, InboundKind, Surface, SurfaceKind
from bot.rules.secrets import holds_key
from bot.say import say
from bot.slack import modals
from bot.slack.mrkdwn import Voice
from bot.slack.web import Ack, Body, Web, trouble_view


def delivery_of(body: Body) -> str:
    """Return what makes this submission the same one when it comes again: a view changes its hash when redrawn."""
    return f"view:{body['view']['id']}:{body['view'].get('hash', '')}"


async def submitted(web: Web, body: Body, correlation: str) -> Ack:
    """Return the ack of a submission. Raises `StoreDown`."""
    view, user = body["view"], body["user"]["id"]
    voice = await web.voice_of(user)
    stored = await web.store.load(Form, view.get("private_metadata", ""))
    if stored is None:
        return trouble_view(voice, say("form.gone"))
    if stored.record.surface.user != user:
        return trouble_view(voice, say("form.not_yours"))
    values = modals.entered(view["state"]["values"])
    if secret := next((field for field, value in values.items() if holds_key(value)), ""):
        return Ack(body=modals.field_errors({secret: voice.plain(say("hear.secret"))}))
    surface = _surface(stored.record, view["id"])
    if view.get("callback_id") == modals.CONFIRM:
        return await _confirmed(web, body, stored.record, surface, correlation, voice)
    return await _filled(web, body, stored.record, surface, correlation, voice)


def _surface(form: Form, view: str) -> Surface:
    """Return where the answer goes: into the form, else where the form came from."""
    return replace(form.surface, kind=SurfaceKind.FORM, view=view)


async def _filled(web: Web, body: Body, form: Form, surface: Surface, correlation: str, voice: Voice) -> Ack:
    command = web.registry.named(form.command)
    typed = modals.entered(body["view"]["state"]["values"])
    values = modals.asked_values(command, typed)
    values |= {name: form.values[name] for name in modals.attached(command, form.values)}
    heard = weighed(command, values, web.place, plan_only=form.values.get(PLAN) == "yes")
    if faults := _faults(heard):
        return Ack(body=modals.errors_view(voice, command, faults, list(typed)))
    inbound = web.inbound(
        InboundKind.ASK,
        surface,
        correlation,
        command=command.name,
        values=heard.values,
        plan_only=heard.plan_only,
        value=form.id,
    )
    await accept(web.store, inbound, delivery_of(body), web.most)
    return _checking(voice, command)


def _faults(heard: Heard) -> dict[str, Refusal]:
    """Return the refusals by field."""
    if heard.refusal is not None:
        return {heard.refusal.argument: heard.refusal}
    return {argument.name: Refusal("form.required", argument=argument.name) for argument in heard.missing}


def _checking(voice: Voice, command: Command) -> Ack:
    return Ack(body={"response_action": "update", "view": modals.checking_view(voice, command.name)})


async def _confirmed(web: Web, body: Body, form: Form, surface: Surface, correlation: str, voice: Voice) -> Ack:
    """Take a completed act in as the press that it completes; what is wrong is shown at its field."""
    values = modals.entered(body["view"]["state"]["values"])
    words, reason = values.get(modals.TYPED, "").strip(), " ".join(values.get(REASON, "").split())[:LONGEST_REASON]
    faults = {}
    if words != form.word:
        faults[modals.TYPED] = voice.plain(say("form.type_word", word=form.word))
    if form.reason and not reason:
        faults[REASON] = voice.plain(say("form.reason_missing"))
    if faults:
        return Ack(body=modals.field_errors(faults))
    inbound = web.inbound(
        InboundKind.PRESS, surface, correlation, action=form.act, value=form.approval, words=words, reason=reason
    )
    await accept(web.store, inbound, delivery_of(body), web.most)
    return _checking(voice, web.registry.named(form.command))
