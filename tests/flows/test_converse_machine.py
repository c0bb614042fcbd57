"""Any order of questions, answers, presses, repeats and time, in two places: they do not mix, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.flows.respond import respond
from bot.flows.unanswered import expire
from bot.ports import Change
from bot.records import Approval, Conversation, Inbound, InboundKind, Surface, SurfaceKind
from bot.rules.figures import FIGURES
from tests.flows.given import DIRECT, asks, given

PLACES = {"direct": DIRECT, "thread": Surface(SurfaceKind.MENTION, "LI", "C1", thread="7.7")}
CLASSES = ("warm", "cold")
GOOD, BAD = ("c-flowers", "c-roses", "lab-data"), ("C_Flowers", "ab", "192.168.1.1")
T = TypeVar("T")


@dataclass
class Waits:
    """What a place ought to wait for: the name of a bucket, with what else was said."""

    said: dict[str, str] = field(default_factory=dict)
    open: bool = False


class Conversations(RuleBasedStateMachine):
    """The model: at most one question a place, a bucket's name, together with the class said before."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.found = given()
        self.waits = {place: Waits() for place in PLACES}
        self.requests: dict[str, dict[str, str]] = {}
        self.payloads: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    def run_(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(doing)

    def say(self, place: str, words: str) -> str:
        identity = self.run_(asks(self.found, words, where=PLACES[place]))
        self.run_(respond(self.found.world, identity))
        self.payloads.append(identity)
        return identity

    def talk(self, place: str) -> Conversation | None:
        """Return the conversation of a place as it is stored."""
        for kind, identity in list(self.found.store._documents):
            if kind == "conversation":
                stored = self.run_(self.found.store.load(Conversation, identity))
                if stored and stored.record.surface.channel == PLACES[place].channel:
                    return stored.record
        return None

    def done(self, identity: str, place: str, name: str) -> None:
        """Note that a place was answered with a good name."""
        self.requests[f"request-of-{identity}"] = {**self.waits[place].said, "name": name}
        self.waits[place] = Waits()

    @rule(place=st.sampled_from(sorted(PLACES)), storage=st.sampled_from(["", *CLASSES]))
    def ask(self, place: str, storage: str) -> None:
        self.say(place, f"bucket create class={storage}" if storage else "bucket create")
        self.waits[place] = Waits({"class": storage} if storage else {}, open=True)

    @rule(place=st.sampled_from(sorted(PLACES)), name=st.sampled_from(GOOD))
    def answer(self, place: str, name: str) -> None:
        identity = self.say(place, name)
        if self.waits[place].open:
            self.done(identity, place, name)

    @rule(place=st.sampled_from(sorted(PLACES)), name=st.sampled_from(BAD))
    def answer_wrong(self, place: str, name: str) -> None:
        self.say(place, name)

    @rule(place=st.sampled_from(sorted(PLACES)), words=st.sampled_from(["bucket list", "help", "bucket create?"]))
    def something_else(self, place: str, words: str) -> None:
        self.say(place, words)

    @rule(place=st.sampled_from(sorted(PLACES)), word=st.sampled_from(["cancel", "取消"]))
    def cancel(self, place: str, word: str) -> None:
        self.say(place, word)
        self.waits[place] = Waits()

    @precondition(lambda self: any(waits.open for waits in self.waits.values()))
    @rule(data=st.data(), fresh=st.booleans())
    def press(self, data: st.DataObject, fresh: bool) -> None:
        place = data.draw(st.sampled_from([place for place, waits in self.waits.items() if waits.open]))
        talk = self.talk(place)
        assert talk
        assert talk.open
        token = talk.token if fresh else "earlier"
        identity = self.found.world.chance.token()
        surface = Surface(SurfaceKind.BUTTON, "LI", PLACES[place].channel)
        value = f"{talk.id}|{token}|c-pressed"
        made = Inbound(identity, InboundKind.PRESS, "c", surface, self.found.clock.now(), f"request-of-{identity}")
        self.run_(self.found.store.commit(Change().create(replace(made, action="answer", value=value))))
        self.run_(respond(self.found.world, identity))
        self.payloads.append(identity)
        if fresh:
            self.done(identity, place, "c-pressed")

    @precondition(lambda self: self.payloads)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A worker was cut off after anything, and another one hears the same again, perhaps much later."""
        old = data.draw(st.sampled_from(self.payloads[-4:]))
        stored = self.run_(self.found.store.load(Inbound, old))
        assert stored
        if stored.record.what is InboundKind.PRESS or any(
            old in talk.seen for talk in map(self.talk, PLACES) if talk is not None
        ):
            self.run_(respond(self.found.world, old))

    @rule()
    def wait_too_long(self) -> None:
        self.found.clock.ahead += FIGURES.talk.wait_seconds
        for talk in map(self.talk, PLACES):
            if talk:
                self.run_(expire(self.found.world, talk.id))
        self.waits = {place: Waits() for place in PLACES}

    @invariant()
    def each_place_waits_for_its_own(self) -> None:
        for place, waits in getattr(self, "waits", {}).items():
            talk = self.talk(place)
            assert (talk is not None and talk.open) == waits.open
            if talk and waits.open:
                assert talk.asked == "name"
                assert {name: value for name, value in talk.values.items() if name != "name"} == waits.said

    @invariant()
    def what_was_answered_was_asked_for_once(self) -> None:
        for request, arguments in getattr(self, "requests", {}).items():
            stored = self.run_(self.found.store.load(Approval, request))
            assert stored
            assert stored.record.record.arguments == arguments
        if hasattr(self, "found"):
            assert self.found.acts().count("requested") == len(self.requests)


TestConversations = Conversations.TestCase
TestConversations.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
