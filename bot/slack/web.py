"""What the web role shares between its listeners: ports, texts, and the shapes of acks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.approvals.policy import Policy
from bot.command import Place
from bot.errors import StoreDown
from bot.flows.checklist import greeting
from bot.ports import Chance, Clock, Store
from bot.records import Inbound, InboundKind, Language, Person, Surface
from bot.registry import Registry
from bot.reply import Reply
from bot.say import Say, say
from bot.slack import replies
from bot.slack.chat import SlackChat
from bot.slack.client import Identity, Slack
from bot.slack.mrkdwn import Voice
from bot.slack.people import People
from bot.slack.tasks import Tasks
from bot.texts import Catalog

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to one delivery of Slack: a status and, for some payloads, what Slack shows at once."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Web:
    """What the web role needs. Nothing here calls the cloud.

    `secrets` are the signing secrets, newest first; `most` is how much one person may do in a minute, 0 for no limit.
    """

    secrets: tuple[str, ...]
    identity: Identity
    slack: Slack
    store: Store
    registry: Registry
    place: Place
    texts: Catalog
    people: People
    clock: Clock
    chance: Chance
    tasks: Tasks
    language: Language = Language.EN
    policy: Policy = field(default_factory=Policy)
    most: int = 0
    _met: set[str] = field(default_factory=set, init=False, repr=False)

    @cached_property
    def chat(self) -> SlackChat:
        """Return the way to answer outside an ack."""
        return SlackChat(self.slack, self.people, self.store, self.registry, self.texts, self.identity)

    def voice(self, person: Person | None) -> Voice:
        """Return the texts in this person's language, or in the default one where they are not known in time."""
        return Voice(self.texts, person.language if person else self.language)

    async def voice_of(self, user: str) -> Voice:
        """Return the texts in the language of the person with this id."""
        return self.voice(await self.people.glance(user))

    def answer_later(self, surface: Surface, what: Say | Reply, voice: Voice) -> None:
        """Answer outside the ack, in a task of its own."""
        reply = what if isinstance(what, Reply) else Reply(what)
        self.tasks.spawn(self.chat.answer(surface, reply, voice.language), "answer")

    def greet(self, user: str) -> None:
        """Have a worker show the checklist to whoever is new, below what is answered here at once (R1.01).

        Whether somebody is new, the worker knows; each process asks it once for each person.
        """
        if user not in self._met:
            self.tasks.spawn(self._greeted(user), "greeting")

    async def _greeted(self, user: str) -> None:
        self._met.add(user)
        try:
            await self.store.commit(greeting(user))
        except StoreDown:
            self._met.discard(user)
            raise

    def inbound(self, what: InboundKind, surface: Surface, correlation: str, **fields: Any) -> Inbound:
        """Return a new inbound record for what somebody did just now."""
        identity, request = self.chance.token(), self.chance.token()
        return Inbound(identity, what, correlation, surface, self.clock.now(), request, **fields)


def shown(voice: Voice, reply: Reply) -> Ack:
    """Return an ack that the person alone sees as a message."""
    return Ack(body={"response_type": "ephemeral", **replies.message(voice, reply).body()})


def told(voice: Voice, what: Say) -> Ack:
    """Return an ack of one sentence that the person alone sees."""
    return shown(voice, Reply(what))


def trouble_view(voice: Voice, what: Say) -> Ack:
    """Return the ack of a submission that could not be taken in: a view on top, so that nothing typed is lost."""
    view = replies.modal(voice, Reply(what), say("form.trouble"))
    return Ack(body={"response_action": "push", "view": view})
