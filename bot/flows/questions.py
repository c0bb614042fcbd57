"""A question as an answer with buttons: pure. What a press brings back is checked like what is typed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.command import Argument, Command, Kind
from bot.flows.hear import argument_of
from bot.flows.offers import said_so_far
from bot.records import Conversation, SurfaceKind
from bot.reply import Button, Menu, Offer, Reply
from bot.rules.figures import FIGURES
from bot.say import Moment, Say, Text, say

ANSWER, DROP = "answer", "drop"
"""Action ids: `answer`, or `answer.<n>` for one of several buttons in a row; `drop` ends a conversation."""


def question(talk: Conversation, command: Command | None) -> Reply:
    """Return the question of a conversation, with everything said so far."""
    if command is None or not talk.asked:
        return _meant(talk)
    argument = argument_of(command, talk.asked)
    needs = needed(talk, command)
    lines = [*([needs] if talk.why else []), *_hint(argument), *_known(talk), _how(talk)]
    return Reply(
        talk.why or needs,
        tuple(lines),
        menus=_menus(talk, argument),
        buttons=(*_buttons(talk, argument), _drop(talk)),
        offers=(form_of(talk, say("form.open")),),
    )


def form_of(talk: Conversation, label: Say) -> Offer:
    """Return the form that keeps everything said so far."""
    return Offer(talk.command, said_so_far(talk.values, talk.asked, plan_only=talk.plan_only), label)


def needed(talk: Conversation, command: Command) -> Say:
    """Return what a conversation waits for."""
    argument = argument_of(command, talk.asked)
    key = "talk.agree" if argument.kind is Kind.FLAG else "talk.needs"
    return say(key, command=command.name, label=argument.label, name=argument.name)


def value_of(talk: Conversation, answer: str) -> str:
    """Return a button's value: the place, the question, and the answer."""
    return f"{talk.id}|{talk.token}|{answer}"


def _meant(talk: Conversation) -> Reply:
    return Reply(talk.why or say("talk.over"), buttons=(*_suggestions(talk), _drop(talk)))


def _suggestions(talk: Conversation) -> Iterable[Button]:
    for at, words in enumerate(talk.meant):
        yield Button(
            f"{ANSWER}.m{at}", say("talk.words", words=words), value_of(talk, f"?{at}"), "" if at else "primary"
        )


def _buttons(talk: Conversation, argument: Argument) -> tuple[Button, ...]:
    """Return the answers that fit on buttons: yes and no, a few choices, what was meant."""
    if argument.kind is Kind.FLAG:
        found = [("yes", say("talk.yes")), ("no", say("talk.no"))]
    elif talk.suggestion:
        found = [(talk.suggestion, say("talk.use", value=talk.suggestion))]
    elif len(argument.choices) <= FIGURES.talk.buttons:
        found = [(choice.value, say("talk.choice", label=choice.label)) for choice in argument.choices]
    else:
        found = []
    made = [Button(f"{ANSWER}.{at}", label, value_of(talk, answer)) for at, (answer, label) in enumerate(found)]
    return (*made, *_suggestions(talk))


def _menus(talk: Conversation, argument: Argument) -> tuple[Menu, ...]:
    """Return what fits on no buttons: the command's many choices, or names that are looked up while one types."""
    if argument.index and (not argument.within or talk.values.get(argument.within)):
        return (Menu(ANSWER, say("talk.choose"), block=f"{talk.id}|{talk.token}"),)
    if len(argument.choices) <= FIGURES.talk.buttons:
        return ()
    options: list[tuple[str, Text]] = [(value_of(talk, one.value), one.label) for one in argument.choices]
    return (Menu(ANSWER, say("talk.choose"), tuple(options)),)


def _drop(talk: Conversation) -> Button:
    return Button(DROP, say("form.cancel"), value_of(talk, ""))


def _hint(argument: Argument) -> Iterable[Say]:
    if argument.hint:
        yield say("talk.hint", hint=argument.hint)


def _known(talk: Conversation) -> Iterable[Say]:
    known = [f"{name} = {value}" for name, value in talk.values.items() if value and name != talk.asked]
    if known:
        yield say("talk.known", known="; ".join(known))


def _how(talk: Conversation) -> Say:
    """Return how to answer: in channels free text is heard only where the bot is mentioned (contract, section 3)."""
    here = "talk.how" if talk.surface.kind is SurfaceKind.DIRECT else "talk.how_mention"
    return say(here, until=Moment(talk.expires))
