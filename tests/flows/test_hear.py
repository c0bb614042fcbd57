"""Whatever is typed gets an answer: a command, help, or a refusal in words of both languages."""

from __future__ import annotations

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from bot.command import Place
from bot.errors import Refusal
from bot.flows.hear import LONGEST, Heard, Told, hear, tokens_of
from tests.fakes.words import words_of
from tests.flows.given import PLACE, REGISTRY

NAME, FOLDER = {"name": "my-data"}, {"name": "my-data", "folder": "roses/"}
UNDERSTOOD = [
    ("bucket create my-data", NAME),
    ("  BUCKET   Create   my-data ", NAME),
    ("桶 创建 my-data", NAME),
    ("桶　创建　my-data", NAME),
    ("桶 新建 名称=my-data", NAME),
    ("bucket create “my-data”", NAME),
    ("bucket create ‘my-data’", NAME),
    ("bucket create *my-data*", NAME),
    ("bucket create `my-data`", NAME),
    ("bucket\u00a0create\u00a0my-data", NAME),
    ("bucket create --name my-data", NAME),
    ("bucket create --name=my-data", NAME),
    ("bucket create —name my-data", NAME),
    ("bucket create –name=my-data", NAME),
    ("bucket create name=my-data folder=roses", FOLDER),
    ("bucket create folder=roses my-data", FOLDER),
    ("bucket create my-data —folder roses", FOLDER),
    ("bucket create my-data folder=“roses”", FOLDER),
    ("桶 创建 my-data 文件夹=roses", FOLDER),
    ("bucket create my-data class=warm", {**NAME, "class": "warm"}),
    ("bucket create my-data class=低频访问存储", {**NAME, "class": "warm"}),
    ("bucket create my-data class=Standard", {**NAME, "class": "standard"}),
]


@pytest.mark.parametrize(("words", "values"), UNDERSTOOD)
def test_what_people_type_is_understood(words: str, values: dict[str, str]) -> None:
    heard = hear(words, REGISTRY, PLACE)
    assert isinstance(heard, Heard)
    assert (heard.command.name, dict(heard.values), heard.refusal) == ("bucket create", values, None)


@pytest.mark.parametrize("tail", ["plan", "PLAN", "计划", "plan=yes", "--plan", "—plan"])
def test_a_plan_is_asked_for_at_the_end(tail: str) -> None:
    heard = hear(f"bucket create my-data {tail}", REGISTRY, PLACE)
    assert isinstance(heard, Heard)
    assert (heard.plan_only, dict(heard.values)) == (True, NAME)


def test_what_is_missing_is_named() -> None:
    heard = hear("bucket create", REGISTRY, PLACE)
    assert isinstance(heard, Heard)
    assert [argument.name for argument in heard.missing] == ["name"]


REFUSED = [
    ("bukcet create x", "hear.unknown_noun_near"),
    ("zebra", "hear.unknown_noun"),
    ("bucket craete my-data", "hear.unknown_verb_near"),
    ("help zebra", "hear.unknown_noun"),
    ("bucket create my-data more", "hear.too_many"),
    ("bucket create my-data colour=red", "hear.unknown_key"),
    ("bucket create name=a-b-c name=d-e-f", "hear.twice"),
    ("bucket create my-data class=hot", "hear.not_a_choice"),
    ("x" * (LONGEST + 1), "hear.too_long"),
    ("auth add AKIAIOSFODNN7EXAMPLE1 wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab", "hear.secret"),
]


@pytest.mark.parametrize(("words", "key"), REFUSED)
def test_what_is_refused_is_refused_in_words(words: str, key: str) -> None:
    assert refusal_of(words).say.key == key


def refusal_of(words: str) -> Refusal:
    """Return the refusal, whether it is raised or pinned to the command."""
    try:
        heard = hear(words, REGISTRY, PLACE)
    except Refusal as refusal:
        return refusal
    assert isinstance(heard, Heard)
    assert heard.refusal is not None
    return heard.refusal


@pytest.mark.parametrize(
    "words", ["", "help", "帮助", "?", "？", "help bucket", "bucket?", "bucket", "bucket create ?"]
)
def test_help_is_given(words: str) -> None:
    told = hear(words, REGISTRY, PLACE)
    assert isinstance(told, Told)
    assert words_of(told.reply)


def answered(words: str) -> str:
    """Return what somebody would be told in the end; rendering fails on a missing text or fact."""
    try:
        heard = hear(words, REGISTRY, Place("d1", "cn-north-4"))
    except Refusal as refusal:
        return words_of(refusal)
    if isinstance(heard, Told):
        return words_of(heard.reply)
    return words_of(heard.refusal) if heard.refusal else heard.command.name


WORDS = st.sampled_from([word for words, _ in UNDERSTOOD + REFUSED for word in words.split(" ") if len(word) < 50])


@any_of(st.text(max_size=200))
def test_any_text_gets_an_answer(words: str) -> None:
    assert answered(words)


@any_of(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=8).map(" ".join))
def test_any_mixture_of_known_words_gets_an_answer(words: str) -> None:
    assert answered(words)


@any_of(st.text(alphabet="\"'“”‘’—–=- a*_`?？", max_size=40))
def test_any_typography_is_split(words: str) -> None:
    assert all(token.strip() == token or " " in token for token in tokens_of(words))
    assert answered(words)


@any_of(st.from_regex(r"[a-z0-9]{3,20}", fullmatch=True), st.sampled_from(['"', "'", "*", "`", "_"]))
def test_marks_around_a_value_do_not_matter(value: str, mark: str) -> None:
    assert tokens_of(f"bucket create {mark}{value}{mark}") == ["bucket", "create", value]
