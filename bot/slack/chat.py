"""Answers given at once, where somebody spoke; the port `Chat` on Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.command import REASON
from bot.errors import ChatBusy, ChatFault, ChatRefused, ChatUnknown, Refusal
from bot.ports import Store
from bot.records import Circle, Form, Inbound, InboundKind, Language, Person, Surface, SurfaceKind
from bot.registry import Registry
from bot.reply import Reply
from bot.say import say
from bot.slack import modals, replies
from bot.slack.client import Identity, Slack
from bot.slack.mrkdwn import Voice
from bot.slack.people import People
from bot.texts import Catalog

log = structlog.get_logger(__name__)
ATTEMPTS = 3
LONGEST_WAIT = 10.0


class SlackChat:
    """People, and answers by surface. A place that no longer takes an answer is followed by the next best one."""

    def __init__(
        self, slack: Slack, people: People, store: Store, registry: Registry, texts: Catalog, identity: Identity
    ) -> None:
        self._slack, self._identity, self._people = slack, identity, people
        self._texts, self._store, self._registry = texts, store, registry

    async def person(self, user: str, *, live: bool = False) -> Person | None:
        """Return a member of the workspace, or None. Raises `ChatFault`."""
        return await self._people.person(user, live=live)

    async def administrators(self) -> frozenset[str]:
        """Return the ids of those who may approve, at most 5 s old. Raises `ChatFault`."""
        return await self._people.administrators()

    async def circle(self, people: Circle) -> frozenset[str]:
        """Return who of these people and groups is an active full member, at most 5 s old. Raises `ChatFault`."""
        return await self._people.circle(people)

    async def may_ask(self, person: Person) -> bool:
        """Return whether this person may ask for anything. Raises `ChatFault`."""
        return await self._people.may_ask(person)

    async def answer(self, surface: Surface, reply: Reply, language: Language) -> None:
        """Answer the asker alone where they spoke, else in a direct message. Raises `ChatFault` if nothing works."""
        for way in self._ways(surface, reply, Voice(self._texts, language)):
            try:
                return await _patient(way)
            except ChatRefused as refused:
                log.info("answer refused here", surface=surface.kind.value, code=refused.code)
        raise ChatRefused("no_way_to_answer")

    def _ways(self, surface: Surface, reply: Reply, voice: Voice) -> list[Callable[[], Awaitable[None]]]:
        """Return how this surface may be answered, best first."""
        ways: list[Callable[[], Awaitable[None]]] = []
        if surface.view:
            ways.append(lambda: self._in_form(surface, reply, voice))
        if surface.response_url:
            ways.append(lambda: self._by_url(surface, reply, voice))
        elif surface.channel and surface.kind is not SurfaceKind.DIRECT:
            ways.append(lambda: self._beside(surface, reply, voice))
        return [*ways, lambda: self._directly(surface, reply, voice)]

    async def _in_form(self, surface: Surface, reply: Reply, voice: Voice) -> None:
        await self._slack.write(
            "views.update", view_id=surface.view, view=replies.modal(voice, reply, say("form.title"))
        )

    async def _by_url(self, surface: Surface, reply: Reply, voice: Voice) -> None:
        how = {"response_type": "ephemeral", "replace_original": False}
        thread = {"thread_ts": surface.thread} if surface.thread else {}
        await self._slack.respond(surface.response_url, replies.message(voice, reply).body() | how | thread)

    async def _beside(self, surface: Surface, reply: Reply, voice: Voice) -> None:
        """Answer in the channel or thread so that only the asker sees it."""
        thread = {"thread_ts": surface.thread} if surface.thread else {}
        body = replies.message(voice, reply).body() | thread
        await self._slack.write("chat.postEphemeral", channel=surface.channel, user=surface.user, **body)

    async def _directly(self, surface: Surface, reply: Reply, voice: Voice) -> None:
        direct = surface.kind is SurfaceKind.DIRECT and surface.channel
        channel = surface.channel if direct else await self._slack.direct_channel(surface.user)
        thread = {"thread_ts": surface.thread} if direct and surface.thread else {}
        body = replies.message(voice, _lasting(reply)).body() | thread
        await self._slack.write("chat.postMessage", channel=channel, unfurl_links=False, **body)

    async def refuse(self, inbound: Inbound, refusal: Refusal, language: Language) -> None:
        """Say a refusal where they spoke; an open form is shown again with its values and the refusal."""
        if (
            inbound.surface.view
            and inbound.what is InboundKind.ASK
            and await self._reopened(inbound, refusal, language)
        ):
            return
        await self.answer(inbound.surface, Reply(refusal.say), language)

    async def _reopened(self, inbound: Inbound, refusal: Refusal, language: Language) -> bool:
        """Show the form again; False where its record or the window is gone. Its id came as the payload's value."""
        command = self._registry.named(inbound.command)
        reason = {REASON: inbound.values.get(REASON, "")} if refusal.argument == REASON else {}
        form = Form(inbound.value, inbound.command, inbound.surface, {**inbound.values, **reason})
        if await self._store.load(Form, form.id) is None:
            return False
        view = modals.ask_view(Voice(self._texts, language), command, form, refusal)
        try:
            await _patient(lambda: self._slack.write("views.update", view_id=inbound.surface.view, view=view))
        except ChatFault as fault:
            log.info("form cannot be shown again", code=fault.code)
            return False
        return True

    async def direct_link(self, user: str) -> str:
        """Return a link that opens this person's direct messages with the bot; never raises."""
        try:
            return f"{self._identity.url}archives/{await self._slack.direct_channel(user)}"
        except ChatFault:
            return f"https://slack.com/app_redirect?app={self._identity.app}&team={self._identity.team}"


def _lasting(reply: Reply) -> Reply:
    """Return an answer for a message that stays: without links that nothing may keep, and with how to get them."""
    if not reply.fleeting:
        return reply
    return replace(reply, fleeting=(), lines=(*reply.lines, say("console.not_kept")))


async def _patient(call: Callable[[], Awaitable[object]]) -> None:
    """Try again a little later where Slack is busy or did not answer: an answer twice is better than none."""
    for attempt in range(ATTEMPTS):
        try:
            await call()
        except (ChatBusy, ChatUnknown) as fault:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(min(fault.retry_after or 0.5, LONGEST_WAIT))
        else:
            return
