from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.say import Language, Moment, People, Text, say
from bot.slack.mrkdwn import Voice, date_token, escape, link, mention, typed
from tests.fakes.words import CATALOG

EN = Voice(CATALOG, Language.EN)


@given(st.text())
def test_no_fact_can_call_anybody_or_hide_anything(text: str) -> None:
    shown = escape(text)
    assert "<" not in shown
    assert ">" not in shown
    assert "\u202e" not in shown
    assert typed(shown).replace("\u202e", "") == typed(shown)


@given(st.text(alphabet="abc <>&;!@#|-_./", max_size=60))
def test_what_was_escaped_reads_as_it_was(text: str) -> None:
    assert typed(escape(text)) == text


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("bucket show <http://lab.example|lab.example>", "bucket show lab.example"),
        ("see <https://lab.example>", "see https://lab.example"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("in <#C01|general> by <@U01>", "in #general by <@U01>"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("of <@U01|li> in <!subteam^S1|@admins>", "of <@U01> in @admins"),
        ("call &lt;@U01&gt; &amp;copy; &amp;lt;", "call <@U01> &copy; &lt;"),
    ],
)
def test_what_a_person_typed(markup: str, words: str) -> None:
    assert typed(markup) == words


def test_moments_are_drawn_in_the_readers_zone_with_a_fallback() -> None:
    assert date_token(Moment(0)) == "<!date^0^{date_short_pretty} {time}|1970-01-01 00:00 UTC>"
    assert "UTC" in EN.plain(say("card.begins", at=Moment(0)))
    assert "<!date" in EN.rich(say("card.begins", at=Moment(0)))


def test_people_are_mentioned_and_forged_ids_are_not() -> None:
    assert mention(People(("U1", "W2"))) == "<@U1>, <@W2>"
    assert mention(People(("!channel",))) == "!channel"
    assert mention(People(("U1>|<!here",))) == "U1&gt;|&lt;!here"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example", "no url", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert link(url, "label") == "label"


def test_a_link_cannot_be_broken_out_of() -> None:
    assert link("https://a.example/?q=>|<!channel>&x", "a|b") == "<https://a.example/?q=%3E%7C%3C!channel%3E&amp;x|a¦b>"


def test_plain_words_have_no_markup_and_rich_ones_are_escaped() -> None:
    about = Text(en="a <b> & c", zh="甲")
    assert EN.plain(say("help.noun", noun="bucket", about=about)) == "bucket – a <b> & c"
    assert EN.rich(say("help.noun", noun="bucket", about=about)) == "*bucket* – a &lt;b&gt; &amp; c"
    assert EN.fallback(say("help.noun", noun="bucket", about=about)) == "bucket – a &lt;b&gt; &amp; c"


def test_hints_have_no_backticks_where_nothing_reads_them() -> None:
    hint = Text(en="The part after `ma_agency_`", zh="`ma_agency_` 之后的部分")
    assert Voice(CATALOG, Language.EN).plain(hint) == "The part after ma_agency_"
    assert Voice(CATALOG, Language.ZH).plain(hint) == "ma_agency_ 之后的部分"
