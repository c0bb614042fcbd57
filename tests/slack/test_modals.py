from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import Argument, Choice, Command, Kind
from bot.errors import Refusal
from bot.records import Form, Surface, SurfaceKind
from bot.say import Language, Text
from bot.slack import modals
from bot.slack.mrkdwn import Voice
from handlers.bucket.create import command as bucket_create
from sandbox.workspace.blocks import check_view
from sandbox.workspace.modals import initial_values
from tests.fakes.words import CATALOG

EN, ZH = Voice(CATALOG, Language.EN), Voice(CATALOG, Language.ZH)
PLACE = Surface(SurfaceKind.FORM, "U0LI000001")
WORDS = st.text(min_size=1, max_size=400)
TEXTS = st.builds(Text, en=WORDS, zh=WORDS)


def form(**values: str) -> Form:
    return Form("f" * 41, "bucket create", PLACE, values)


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Return commands that a handler might declare, with labels and choices longer than Slack shows."""
    names = draw(st.lists(st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True), min_size=1, max_size=12, unique=True))
    return Command(
        "noun " + "verb" * draw(st.integers(1, 9)), draw(TEXTS), (), arguments=tuple(map(_argument(draw), names))
    )


def _argument(draw: st.DrawFn) -> Any:
    def made(name: str) -> Argument:
        kind = draw(st.sampled_from(Kind))
        values = draw(
            st.lists(st.from_regex(r"[a-z0-9.]{1,40}", fullmatch=True), min_size=1, max_size=120, unique=True)
        )
        some = kind is Kind.MULTI and draw(st.booleans())
        choices = tuple(Choice(value, draw(TEXTS)) for value in values) if some or kind is Kind.CHOICE else ()
        hint = draw(st.none() | TEXTS)
        return Argument(name, draw(TEXTS), draw(st.booleans()), kind, None, choices, hint, draw(st.text(max_size=200)))

    return made


@settings(max_examples=50, deadline=None)
@given(commands(), st.sampled_from([EN, ZH]), st.text(max_size=4000))
def test_every_command_has_a_form_that_slack_takes(command: Command, voice: Voice, value: str) -> None:
    given_ = {argument.name: value for argument in command.arguments}
    refusal = Refusal("hear.not_a_flag", value=value).at(command.arguments[0].name)
    for fault in (None, refusal):
        view = modals.ask_view(voice, command, form(**given_), fault)
        assert check_view(view, ("modal",)) == []
        here = modals.attached(command, given_)
        asked = [argument.name for argument in command.arguments if argument.name not in here]
        assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == asked
        assert view["private_metadata"] == "f" * 41


def test_a_form_gives_back_what_it_was_filled_with() -> None:
    values = {"name": "c-flowers", "region": "cn-north-4", "folder": "a/b/", "class": "warm", "source": "b-1"}
    view = modals.ask_view(EN, bucket_create, form(**values))
    assert modals.entered(initial_values(view["blocks"])) == values
    empty = modals.entered(initial_values(modals.ask_view(EN, bucket_create, form())["blocks"]))
    assert empty == dict.fromkeys(values, "")


@pytest.mark.parametrize(("value", "entered"), [("yes", "yes"), ("", "")])
def test_a_tick_is_yes(value: str, entered: str) -> None:
    flag = Command("a b", Text(en="a", zh="a"), (), arguments=(Argument("x", Text(en="x", zh="x"), kind=Kind.FLAG),))
    view = modals.ask_view(EN, flag, form(x=value))
    assert modals.entered(initial_values(view["blocks"])) == {"x": entered}


@pytest.mark.parametrize("count", [3, 11, 100])
def test_several_ticks_come_back_with_commas(count: int) -> None:
    choices = tuple(Choice(f"c{n}", Text(en=f"C{n}", zh=f"选{n}")) for n in range(count))
    several = Argument("x", Text(en="x", zh="x"), kind=Kind.MULTI, choices=choices)
    view = modals.ask_view(EN, Command("a b", Text(en="a", zh="a"), (), arguments=(several,)), form(x="c0,c2,lost"))
    assert check_view(view, ("modal",)) == []
    assert modals.entered(initial_values(view["blocks"])) == {"x": "c0,c2"}


@pytest.mark.rule("R3.08")
def test_several_from_a_long_list_are_looked_for_while_one_types() -> None:
    several = Argument("x", Text(en="x", zh="x"), kind=Kind.MULTI, index=("permission",))
    view = modals.ask_view(EN, Command("a b", Text(en="a", zh="a"), (), arguments=(several,)), form(x="OBS Read,LTS"))
    assert check_view(view, ("modal",)) == []
    assert view["blocks"][1]["element"]["type"] == "multi_external_select"
    assert modals.entered(initial_values(view["blocks"])) == {"x": "OBS Read,LTS"}


@pytest.mark.rule("R3.24")
def test_a_field_without_a_meaning_is_hidden_and_the_leading_one_tells_of_changes() -> None:
    word = Text(en="x", zh="x")
    kind = Argument("kind", word, kind=Kind.CHOICE, choices=(Choice("one", word), Choice("all", word)), default="one")
    command = Command("a b", word, (), arguments=(kind, Argument("who", word, when=("kind", ("one",)))))
    one, everybody = (modals.ask_view(EN, command, form(kind=value))["blocks"] for value in ("one", "all"))
    assert [block["block_id"] for block in one[1:]] == ["kind", "who"]
    assert [block["block_id"] for block in everybody[1:]] == ["kind"]
    assert one[1]["dispatch_action"] is True
    assert "dispatch_action" not in one[2]
    assert modals.entered(initial_values(modals.ask_view(EN, command, form())["blocks"]))["kind"] == "one"


def test_the_form_is_in_the_readers_language() -> None:
    assert "桶名称" in str(modals.ask_view(ZH, bucket_create, form()))
    assert "Bucket name" in str(modals.ask_view(EN, bucket_create, form()))


def test_a_refusal_stands_on_top_and_at_its_field() -> None:
    refusal = Refusal("bucket.name.letters", argument="name", suggestion="c-flowers", name="C_Flowers")
    view = modals.ask_view(EN, bucket_create, form(name="C_Flowers"), refusal)
    assert "c-flowers" in str(view["blocks"][0])
    assert "c-flowers" in view["blocks"][1]["hint"]["text"]
    assert view["blocks"][1]["element"]["initial_value"] == "C_Flowers"


def test_a_refusal_without_a_field_stands_at_the_first() -> None:
    ack = modals.errors_view(EN, bucket_create, {"": Refusal("form.required")})
    assert ack == {"response_action": "errors", "errors": {"name": "Please fill this in."}}


@given(WORDS, WORDS)
def test_a_confirmation_fits_whatever_is_to_be_typed(word: str, title: str) -> None:
    view = modals.confirm_view(EN, Form("f1", "bucket delete", PLACE, {modals.TYPED: word}, "req1"), title)
    assert check_view(view, ("modal",)) == []
    assert check_view(modals.checking_view(ZH, title), ("modal",)) == []
