"""What a select offers while somebody types: names from Redis, within 300 ms, never the cloud."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.command import Argument, Command, Kind
from bot.errors import ChatFault, Conflict
from bot.flows.names import wake
from bot.ports import Change, Stored
from bot.records import Conversation, Form, Named, Names, names_id
from bot.rules.figures import FIGURES
from bot.rules.names import fitting, folded
from bot.rules.obs_names import bucket_meant, holds, paths, sought
from bot.rules.secrets import holds_key
from bot.say import say
from bot.slack import blocks
from bot.slack.mrkdwn import Voice
from bot.slack.web import Ack, Body, Web

MAY_ASK = 2.0
"""Seconds that Slack may take to say who is in the groups that may ask; it waits three for our options."""


OFFERED = (Kind.SEARCH, Kind.PATH, Kind.MULTI)


async def suggested(web: Web, body: Body, _correlation: str) -> Ack:
    """Return the options that fit what was typed. Raises `StoreDown`."""
    form, name = await (_form(web, body) if body.get("view") else _question(web, body))
    argument = _argument(web, form, name) if form else None
    if form is None or argument is None or not await _may_look(web, form.surface.user):
        return Ack(body={"options": []})
    typed = body["value"].strip()
    voice, is_path = await web.voice_of(form.surface.user), argument.kind is Kind.PATH
    found = await (_places if is_path else _within)(web, argument, form, typed)
    return Ack(body=options(voice, found, typed, sought(typed) if is_path else typed))


async def _within(web: Web, argument: Argument, form: Form, _typed: str) -> list[Names]:
    """Return the names of an argument, within what the form has chosen where they lie in something."""
    within = form.values.get(argument.within, "") if argument.within else ""
    if argument.within and not within:
        return []
    return [names for names in await _names(web, argument.index, within) if names]


async def _places(web: Web, argument: Argument, form: Form, typed: str) -> list[Names]:
    """Return places in OBS: all buckets, and what is in the one that was typed, or chosen before."""
    outer, inner = argument.index
    bucket = bucket_meant(typed, form.values.get(argument.name, ""))
    (buckets,), (inside,) = await asyncio.gather(
        _names(web, (outer,), ""), _names(web, (inner,), bucket, wakes=False) if bucket else _nothing()
    )
    if holds(buckets, bucket):
        _wake_old(web, inner, bucket, inside)
    return paths(buckets, inside, bucket)


async def _nothing() -> list[Names | None]:
    return [None]


async def _form(web: Web, body: Body) -> tuple[Form | None, str]:
    """Return the form that a select stands in, if it is this person's, and the argument."""
    stored = await web.store.load(Form, str(body["view"].get("private_metadata") or "-"))
    mine = stored is not None and stored.record.surface.user == body["user"]["id"]
    return stored.record if stored and mine else None, body["action_id"]


async def _question(web: Web, body: Body) -> tuple[Form | None, str]:
    """Return the question that a select answers, as the form it would be, if it stands and is this person's."""
    place, _, token = body["block_id"].partition("|")
    stored = await web.store.load(Conversation, place or "-")
    talk = stored.record if stored else None
    if talk is None or not talk.open or talk.token != token or talk.surface.user != body["user"]["id"]:
        return None, ""
    return Form("", talk.command, talk.surface, talk.values), talk.asked


def _argument(web: Web, form: Form, name: str) -> Argument | None:
    arguments = web.registry.named(form.command).arguments
    return next((one for one in arguments if one.name == name and one.kind in OFFERED), None)


async def _may_look(web: Web, user: str) -> bool:
    """Return whether this person may ask for anything: the names of what there is are an answer, too."""
    try:
        async with asyncio.timeout(MAY_ASK):
            person = await web.people.glance(user)
            return person is not None and await web.people.may_ask(person)
    except (ChatFault, TimeoutError):
        return False


async def _names(web: Web, index: Sequence[str], within: str, *, wakes: bool = True) -> list[Names | None]:
    """Return what is kept of each index; what is old is read anew by a worker, for the next look."""
    ids = [names_id(web.place.region, name, within) for name in index]
    stored = await asyncio.gather(*(web.store.load(Names, identity) for identity in ids))
    found = [one.record if one and _ours(web, one.record) else None for one in stored]
    for name, names in zip(index, found, strict=True) if wakes else ():
        _wake_old(web, name, within, names)
    return found


def _wake_old(web: Web, name: str, within: str, names: Names | None) -> None:
    old = names is None or web.clock.machine() - names.read_at > FIGURES.names.old_seconds
    if old and web.registry.index(name):
        web.tasks.spawn(wake(web.store, name, within), "names")


def _ours(web: Web, names: Names) -> bool:
    """Return whether the names are of the account in use, where the web role knows which that is."""
    return web.place.account in ("", names.account)


def options(voice: Voice, found: Sequence[Names], typed: str, words: str) -> dict[str, Any]:
    """Return at most 100 options, the best for `words` first, under a heading where more would fit; `typed` is last."""
    entries = [one for names in found for one in names.entries if len(one.value) <= blocks.CHOICE]
    fit = fitting(entries, words)
    shown = [_option(one) for one in fit[: FIGURES.names.shown]]
    own = _as_typed(voice, entries, typed)
    left_out = sum(names.total - len(names.entries) for names in found)
    if not shown or len(fit) + left_out == len(shown):
        return {"options": [*shown, *own]}
    key = "form.search_cut" if left_out == 0 else "form.search_index_cut"
    label = blocks.plain(voice.plain(say(key, shown=len(shown), fit=len(fit) + left_out)), blocks.OPTION)
    return {"option_groups": [{"label": label, "options": [*shown, *own]}]}


def _option(one: Named) -> dict[str, Any]:
    made = blocks.option(one.value, one.shown)
    return made | ({"description": blocks.plain(one.note, blocks.OPTION)} if one.note else {})


def _as_typed(voice: Voice, entries: Sequence[Named], typed: str) -> list[dict[str, Any]]:
    """Return the option that takes what was typed as it is: the index may not know everything."""
    if not typed or len(typed) > blocks.CHOICE or holds_key(typed):
        return []
    if any(folded(typed) in (folded(one.value), folded(one.shown)) for one in entries):
        return []
    return [blocks.option(typed, voice.plain(say("form.search_typed", word=typed)))]


async def chosen(web: Web, form: Stored[Form], command: Command, name: str, value: str) -> None:
    """Remember the choice in a select that another one lies within, and have what lies there read ahead.

    Slack shows a select that asks for options the form as it was opened, not what was chosen since; so the choice is
    kept with the form when Slack tells of it (the block's `dispatch_action`).
    """
    if holds_key(value):
        return
    await _remember(web, form, name, value)
    for one in command.arguments:
        for index in one.index if value and one.within == name else ():
            web.tasks.spawn(wake(web.store, index, value), "names")
        if one.kind is Kind.PATH and one.name == name and (bucket := bucket_meant(value, "")):
            web.tasks.spawn(wake(web.store, one.index[1], bucket), "names")


def leads_on(command: Command, name: str) -> bool:
    """Return whether what is offered next depends on this field: in another one, or in itself (a path)."""
    return any(one.within == name or (one.kind is Kind.PATH and one.name == name) for one in command.arguments)


async def _remember(web: Web, form: Stored[Form], name: str, value: str) -> None:
    """Write the choice into the stored form. Two choices at once are written one after the other."""
    latest: Stored[Form] | None = form
    while latest is not None:
        values = {**latest.record.values, name: value}
        try:
            await web.store.commit(Change().replace(latest, replace(latest.record, values=values)))
        except Conflict:
            latest = await web.store.load(Form, form.record.id)
        else:
            return
