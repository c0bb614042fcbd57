"""Values that depend on each other, values of several parts, and the rest of a line."""

from __future__ import annotations

import pytest

from bot.command import Argument, Choice, Command, Kind, Noun, Place
from bot.flows.hear import Heard, hear, parts_of
from bot.registry import Registry
from bot.reply import Reply
from bot.say import Text, say

WORD = Text(en="word", zh="词")


def _choice(value: str) -> Choice:
    return Choice(value, Text(en=value.title(), zh=f"{value}（中）"))


COMMAND = Command(
    "door open",
    WORD,
    (),
    arguments=(
        Argument("kind", WORD, required=True, kind=Kind.CHOICE, choices=tuple(map(_choice, ("one", "all")))),
        Argument("who", WORD, required=True, when=("kind", ("one",))),
        Argument("by", WORD, kind=Kind.CHOICE, choices=tuple(map(_choice, ("key", "code"))), default="key"),
        Argument("digits", WORD, when=("by", ("code",)), keyed_only=True),
        Argument("days", WORD, kind=Kind.MULTI, choices=tuple(map(_choice, ("mon", "tue"))), keyed_only=True),
    ),
    answer=lambda _ask, _facts: Reply(say("form.title")),
)
TOLD = Command(
    "door tell",
    WORD,
    (),
    arguments=(Argument("why", WORD, required=True, rest=True), Argument("lang", WORD, keyed_only=True)),
    answer=lambda _ask, _facts: Reply(say("form.title")),
)
REGISTRY = Registry((Noun("door", WORD),), (COMMAND, TOLD))


def heard(words: str) -> Heard:
    found = hear(words, REGISTRY, Place("d1", "cn-north-4"))
    assert isinstance(found, Heard)
    return found


@pytest.mark.rule("R3.24")
def test_what_has_no_meaning_is_neither_asked_for_nor_accepted() -> None:
    everybody = heard("door open all")
    assert (everybody.refusal, everybody.missing) == (None, ())
    assert [argument.name for argument in heard("door open one").missing] == ["who"]
    refusal = heard("door open all li").refusal
    assert refusal is not None
    assert (refusal.say.key, refusal.argument) == ("hear.out_of_place", "who")
    assert refusal.say.facts["fits"] == "one"


def test_a_default_holds_where_nothing_is_said() -> None:
    assert heard("door open all").values == {"kind": "all", "by": "key"}
    refusal = heard("door open all digits=12").refusal
    assert refusal is not None
    assert refusal.say.facts["value"] == "key"
    assert heard("door open all by=code digits=12").values["digits"] == "12"


@pytest.mark.parametrize("typed", ["mon,tue", "mon，tue", "Mon、tue（中）", '"mon, tue,mon"'])
def test_several_are_typed_with_commas(typed: str) -> None:
    assert heard(f"door open all days={typed}").values["days"] == "mon,tue"


def test_a_part_that_is_no_choice_is_refused_at_its_argument() -> None:
    refusal = heard("door open all days=mon,sun").refusal
    assert refusal is not None
    assert (refusal.argument, refusal.say.facts["value"]) == ("days", "sun")


def test_the_rest_of_a_line_is_one_value() -> None:
    said = heard("door tell lang=zh it says code=403, and --nothing else")
    assert said.values == {"why": "it says code=403, and --nothing else", "lang": "zh"}


def test_parts_may_be_empty() -> None:
    assert parts_of(" ,，、 ") == []
