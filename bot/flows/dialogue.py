"""What words mean while a question waits for an answer: pure, no I/O.

A whole command is understood as one at any time; anything else answers the question that stands in that place.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.command import Argument, Command, Kind, Place
from bot.errors import Refusal
from bot.flows.hear import (
    HELP_WORDS,
    LONGEST,
    NO,
    YES,
    Heard,
    Told,
    Unknown,
    argument_of,
    hear,
    heard,
    key_of,
    tokens_of,
    weighed,
)
from bot.records import Conversation, Values
from bot.registry import Registry
from bot.rules.secrets import holds_key

DROP_WORDS = frozenset({"cancel", "取消"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """The end of a conversation by its own person; `declined` says that they answered no to what it needs."""

    declined: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to the question, put together with everything said before."""

    heard: Heard


Meaning = Heard | Told | Dropped | Answered


def meaning(words: str, talk: Conversation | None, registry: Registry, place: Place) -> Meaning:
    """Return what words mean in a place where `talk` waits, if it does.

    Raises `Refusal` for text shaped like a key (R3.17) and for words that nobody understands.
    """
    if talk is None:
        return hear(words, registry, place)
    if words.strip().casefold() in DROP_WORDS:
        return Dropped()
    if not talk.asked:
        return hear(talk.meant[0] if _agrees(words, talk) else words, registry, place)
    command = registry.named(talk.command)
    argument = argument_of(command, talk.asked)
    if _fits(argument, words):
        return answer(talk, command, words, place)
    if (other := _command(words, registry, place)) is not None:
        return other
    if argument.kind is Kind.FLAG or argument.choices:
        _suggest(words, registry, place)
    return answer(talk, command, words, place)


def _suggest(words: str, registry: Registry, place: Place) -> None:
    """Raise `Unknown` where words that answer no closed question are nearly a command."""
    try:
        if len(tokens_of(words)) > 1:
            hear(words, registry, place)
    except Unknown as unknown:
        if unknown.meant:
            raise


def _agrees(words: str, talk: Conversation) -> bool:
    return len(talk.meant) == 1 and words.strip().casefold() in YES


def _fits(argument: Argument, words: str) -> bool:
    """Return whether words are one of the answers of a closed question."""
    word = words.strip().casefold()
    if argument.kind is Kind.FLAG:
        return word in YES | NO
    return any(word in (c.value.casefold(), c.label.zh, c.label.en.casefold()) for c in argument.choices)


def _command(words: str, registry: Registry, place: Place) -> Heard | Told | None:
    """Return the command or the help that words ask for, or None: a noun alone may be somebody's answer.

    Raises `Refusal` for a key, for too much, and for a verb that a noun does not have.
    """
    tokens = tokens_of(words)
    asks_help = bool(tokens) and (tokens[0].casefold() in HELP_WORDS or words.rstrip().endswith(("?", "？")))
    if holds_key(words) or len(words) > LONGEST or asks_help:
        return hear(words, registry, place)
    if not tokens or registry.noun(tokens[0]) is None:
        return None
    found = hear(words, registry, place)
    return found if isinstance(found, Heard) else None


def answer(talk: Conversation, command: Command, words: str, place: Place) -> Answered | Dropped:
    """Return what the conversation knows after an answer: the value asked for, and others given by their keys."""
    tokens = tokens_of(words)
    keyed = next((at for at, token in enumerate(tokens) if key_of(command, token)), len(tokens))
    said = words.strip() if keyed == len(tokens) > 1 else " ".join(tokens[:keyed])
    named: Values = heard(command, tokens[keyed:], place).values if keyed < len(tokens) else {}
    values = {**talk.values, **({talk.asked: said} if said else {}), **named}
    if argument_of(command, talk.asked).kind is Kind.FLAG and values.get(talk.asked, "").casefold() in NO:
        return Dropped(declined=True)
    return Answered(weighed(command, values, place, plan_only=talk.plan_only))


def chosen(talk: Conversation, command: Command, value: str, place: Place) -> Answered | Dropped:
    """Return what the conversation knows after a press: the value is checked like one that was typed."""
    if argument_of(command, talk.asked).kind is Kind.FLAG and value in NO:
        return Dropped(declined=True)
    return Answered(weighed(command, {**talk.values, talk.asked: value}, place, plan_only=talk.plan_only))


def asked_for(heard_: Heard) -> str:
    """Return the argument to ask for: the one at fault, else the first that is missing; "" where there is none."""
    if heard_.refusal is not None:
        return heard_.refusal.argument
    return heard_.missing[0].name if heard_.missing else ""


def refused(command: Command, values: Values, refusal: Refusal, *, plan_only: bool) -> Heard:
    """Return a command whose value was refused after it was checked: by the cloud, say."""
    return Heard(command, values, plan_only=plan_only, refusal=refusal)
