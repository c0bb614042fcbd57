"""Hear what somebody typed: words → a command with checked values, a question, or an answer. Pure, no I/O.

Used by the web role before the ack and by the worker for mentions and direct messages, so that a typed command means
the same everywhere (contract, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.command import REASON, Argument, Command, Kind, Place, Text
from bot.errors import Refusal
from bot.flows.help import help_for_command, help_for_noun, help_overview
from bot.records import Values
from bot.registry import Registry
from bot.reply import Reply
from bot.rules.secrets import holds_key

TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u3000": " ", "？": "?"})
LONG_DASH = re.compile(r"(?<!\S)[—–―]+(?=\w)")
FORMATTED = re.compile(r"(?<!\S)([*_`~])(\S+?)\1(?!\S)")
TOKEN = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""")
KEYED = re.compile(r"^(?:--)?([^\s=\"']+)=(.*)$", re.DOTALL)
FLAG = re.compile(r"^--([^\s=]+)$")
COMMAS = re.compile(r"[,，、;；\n]")
PLAN_WORDS = frozenset({"plan", "计划"})
HELP_WORDS = frozenset({"help", "帮助"})
YES = frozenset({"yes", "y", "true", "on", "1", "是"})
NO = frozenset({"no", "n", "false", "off", "0", "否"})
REASON_WORDS = frozenset({REASON, "原因", "理由"})
LONGEST = 3000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """A known command. `missing` names the required arguments still without a value; `values` are canonical."""

    command: Command
    values: Values = field(default_factory=dict)
    missing: tuple[Argument, ...] = ()
    plan_only: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Words that are answered at once: help, or what was meant instead."""

    reply: Reply


class Unknown(Refusal):
    """Refuse a word that nobody knows; `meant` are whole commands with a known word in its place, nearest first."""

    def __init__(self, key: str, word: str, near: Sequence[str], meant: Iterable[str]) -> None:
        if near:
            super().__init__(f"{key}_near", word=word, near=", ".join(f"`{one}`" for one in near))
        else:
            super().__init__(key, word=word)
        self.meant = tuple(meant)


def hear(words: str, registry: Registry, place: Place) -> Heard | Told:
    """Return what `words` ask for. Raises `Refusal` for unknown words and for text shaped like a key (R3.17)."""
    if holds_key(words):
        raise Refusal("hear.secret")
    if len(words) > LONGEST:
        raise Refusal("hear.too_long", limit=LONGEST)
    tokens = tokens_of(words)
    if not tokens or tokens[0].casefold() in HELP_WORDS:
        return Told(_help(tokens[1:], registry))
    if tokens[-1].endswith("?"):
        return Told(_help([*tokens[:-1], *filter(None, [tokens[-1].rstrip("?")])], registry))
    return _command(tokens, registry, place)


def tokens_of(words: str) -> list[str]:
    """Split words as people type them on phones: smart quotes, long dashes and bold are accepted.

    >>> tokens_of('bucket create “my-data” —class warm')
    ['bucket', 'create', 'my-data', '--class', 'warm']
    """
    plain = LONG_DASH.sub("--", words.translate(TYPOGRAPHY))
    plain = FORMATTED.sub(r"\2", plain)
    return [_unquoted(token) for token in TOKEN.findall(plain)]


def written(tokens: Iterable[str]) -> str:
    """Return tokens as words that `tokens_of` splits into the same ones, but for those with both kinds of quotes."""
    return " ".join(_quoted(token) for token in tokens)


def _quoted(token: str) -> str:
    if not re.search(r"""[\s"']""", token):
        return token
    return f"'{token}'" if '"' in token else f'"{token}"'


def _unquoted(token: str) -> str:
    return re.sub(r'"([^"]*)"|\'([^\']*)\'', lambda m: m.group(1) or m.group(2) or "", token)


def _help(tokens: list[str], registry: Registry) -> Reply:
    """Return the most specific help that the words allow; unknown words get the overview's refusal."""
    if not tokens:
        return help_overview(registry)
    noun = registry.noun(tokens[0])
    if noun is None:
        near = registry.near(tokens[0])
        raise Unknown("hear.unknown_noun", tokens[0], near, (f"help {one}" for one in near))
    verb = tokens[1] if len(tokens) > 1 else ""
    command = registry.command(noun.name, verb)
    return help_for_command(command) if command else help_for_noun(noun, registry)


def _command(tokens: list[str], registry: Registry, place: Place) -> Heard | Told:
    noun = registry.noun(tokens[0])
    if noun is None:
        near = registry.near(tokens[0])
        raise Unknown("hear.unknown_noun", tokens[0], near, (written([one, *tokens[1:]]) for one in near))
    bare = registry.command(noun.name, "")
    if bare is not None and (len(tokens) == 1 or registry.command(noun.name, tokens[1]) is None):
        return heard(bare, tokens[1:], place)
    if len(tokens) == 1:
        return Told(help_for_noun(noun, registry))
    command = registry.command(noun.name, tokens[1])
    if command is None:
        near = registry.near(tokens[1], noun.name)
        meant = (written([noun.name, one, *tokens[2:]]) for one in near)
        raise Unknown("hear.unknown_verb", tokens[1], [f"{noun.name} {one}" for one in near], meant)
    return heard(command, tokens[2:], place)


def heard(command: Command, tokens: list[str], place: Place) -> Heard:
    """Return the command with the values that `tokens` give it; a bad value becomes the refusal, not an exception."""
    try:
        values, plan_only = _assign(command, tokens)
    except Refusal as refusal:
        return Heard(command, refusal=refusal)
    return weighed(command, values, place, plan_only=plan_only)


def weighed(command: Command, values: Values, place: Place, *, plan_only: bool = False) -> Heard:
    """Return the command with each value checked (pure); stops at the first refusal and keeps the raw values."""
    try:
        checked = checked_values(command, values, place) | reason_of(command, values)
    except Refusal as refusal:
        return Heard(command, values, plan_only=plan_only, refusal=refusal)
    return Heard(command, checked, tuple(command.missing(checked)), plan_only)


def reason_of(command: Command, values: Values) -> dict[str, str]:
    """Return the reason among the values of a command that plans, on one line and not too long to be read."""
    words = " ".join(values.get(REASON, "").split())
    if len(words) > LONGEST_REASON:
        raise Refusal("hear.long_reason", argument=REASON, limit=LONGEST_REASON)
    return {REASON: words} if words and command.plan is not None else {}


def checked_values(command: Command, values: Values, place: Place) -> dict[str, str]:
    """Return the canonical values, defaults filled in. Raises `Refusal` pinned to the argument at fault."""
    checked = {
        argument.name: checked_value(argument, values[argument.name], place)
        for argument in command.arguments
        if values.get(argument.name)
    }
    for argument in command.arguments:
        if checked.get(argument.name) and (hindered := command.hindered(argument, checked)):
            other, value, fits = hindered
            words = {"word": argument.name, "other": other, "value": value, "fits": ", ".join(fits)}
            raise Refusal("hear.out_of_place", argument=argument.name, **words)
    meant = {a.name: a.default for a in command.arguments if a.default and command.applies(a, checked)}
    return meant | {name: value for name, value in checked.items() if value or name not in meant}


def checked_value(argument: Argument, value: str, place: Place) -> str:
    """Return one value in canonical form. Raises `Refusal` pinned to the argument."""
    try:
        if argument.kind is Kind.FLAG:
            return _flag(value)
        if argument.kind is Kind.MULTI:
            return ",".join(dict.fromkeys(_one(argument, part, place) for part in parts_of(value)))
        return _one(argument, value, place)
    except Refusal as refusal:
        raise refusal.at(argument.name) from None


def _one(argument: Argument, value: str, place: Place) -> str:
    if argument.choices:
        return _choice(argument, value)
    return argument.check(value, place) if argument.check else value.strip()


def parts_of(value: str) -> list[str]:
    """Return the parts of a value of several, as people separate them in either language.

    >>> parts_of("training， notebook、,lts")
    ['training', 'notebook', 'lts']
    """
    return [part.strip() for part in COMMAS.split(value) if part.strip()]


def _flag(value: str) -> str:
    word = value.strip().casefold()
    if word in YES | NO:
        return "yes" if word in YES else ""
    raise Refusal("hear.not_a_flag", value=value)


def _choice(argument: Argument, value: str) -> str:
    for choice in argument.choices:
        if value.strip().casefold() in (choice.value.casefold(), choice.label.zh, choice.label.en.casefold()):
            return choice.value
    raise Refusal("hear.not_a_choice", value=value, choices=", ".join(c.value for c in argument.choices))


def _assign(command: Command, tokens: list[str]) -> tuple[dict[str, str], bool]:
    """Give each token to an argument: by key, then by position; the rest is refused by name."""
    values: dict[str, str] = {}
    free = [argument for argument in command.arguments if not argument.keyed_only]
    plan_only = False
    pending = list(tokens)
    while pending:
        token = pending.pop(0)
        if (rest := _rest(command, values, free, token)) is not None:
            values[rest.name] = " ".join([token, *pending])
            break
        key, value = _keyed(token, command, pending)
        if key in PLAN_WORDS or (not key and not pending and token.casefold() in PLAN_WORDS):
            plan_only = _flag(value) == "yes" if key else True
        elif key in REASON_WORDS and command.plan is not None:
            _put(values, REASON, value)
        elif key:
            _put(values, _named(command, key).name, value)
        elif position := next((a for a in free if a.name not in values), None):
            values[position.name] = token
        else:
            raise Refusal("hear.too_many", word=token, command=command.name)
    return values, plan_only


def _rest(command: Command, values: Values, free: list[Argument], token: str) -> Argument | None:
    """Return the argument that takes the whole rest of the line, where its turn has come."""
    position = next((a for a in free if a.name not in values), None)
    named = KEYED.match(token) or FLAG.match(token)
    known = named and any(named.group(1).casefold() in (a.name, *a.aliases) for a in command.arguments)
    return position if position and position.rest and not known else None


def _keyed(token: str, command: Command, pending: list[str]) -> tuple[str, str]:
    """Return the key and value of `key=value`, `--key=value`, `--key value` or a bare `--flag`."""
    if match := KEYED.match(token):
        return match.group(1).casefold(), match.group(2)
    if not (match := FLAG.match(token)):
        return "", ""
    key = match.group(1).casefold()
    if key in PLAN_WORDS or _is_flag(command, key) or not pending:
        return key, "yes"
    return key, pending.pop(0)


def _is_flag(command: Command, key: str) -> bool:
    return any(a.kind is Kind.FLAG and key in (a.name, *a.aliases) for a in command.arguments)


def key_of(command: Command, token: str) -> str:
    """Return the key that a token names in `key=value` or `--key`, where the command has it; else ""."""
    match = KEYED.match(token) or FLAG.match(token)
    key = match.group(1).casefold() if match else ""
    return key if any(key in (a.name, *a.aliases) for a in command.arguments) else ""


def argument_of(command: Command, name: str) -> Argument:
    """Return the argument with this name, or the reason that a policy may ask for. Raises StopIteration."""
    if name == REASON:
        return Argument(REASON, Text(en="Reason", zh="原因"), rest=True)
    return next(argument for argument in command.arguments if argument.name == name)


def _named(command: Command, key: str) -> Argument:
    """Return the argument that answers to a key. Raises `Refusal`."""
    typed = [argument for argument in command.arguments if argument.kind is not Kind.FILES]
    for argument in typed:
        if key in (argument.name, *argument.aliases):
            return argument
    known = ", ".join(f"`{argument.name}`" for argument in typed)
    raise Refusal("hear.unknown_key" if known else "hear.no_keys", word=key, known=known, command=command.name)


def _put(values: dict[str, str], name: str, value: str) -> None:
    if name in values:
        raise Refusal("hear.twice", word=name)
    values[name] = value
