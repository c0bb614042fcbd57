from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.workspace.page.markdown import render_markdown
from sandbox.workspace.page.mrkdwn import render

AT = 1_392_734_382


class Names:
    """Li reads; there is one channel and one group."""

    def person(self, person_id: str) -> tuple[str, bool] | None:
        return {"U1": ("Li Na", True), "U2": ("<b>Mei</b>", False)}.get(person_id)

    def channel(self, channel_id: str) -> str | None:
        return {"C1": "general"}.get(channel_id)

    def group(self, group_id: str) -> tuple[str, bool] | None:
        return {"S1": ("admins", False)}.get(group_id)

    def date(self, pattern: str, seconds: float) -> str:
        return f"[{pattern} {seconds:.0f}]"


LINK = '<a href="{0}" target="_blank" rel="noopener noreferrer">{1}</a>'
TABLE = [
    ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <del>gone</del>"),
    ("*_both_*", "<strong><em>both</em></strong>"),
    ("a*b*c snake_case_name 2*3*4", "a*b*c snake_case_name 2*3*4"),
    ("* not bold * and *open", "* not bold * and *open"),
    ("*粗体* 文字", "<strong>粗体</strong> 文字"),
    ("`*code*`", "<code>*code*</code>"),
    ("```\n*a*\n```", "<pre>*a*</pre>"),
    ("`<https://a.b|label>`", "<code>label</code>"),
    ("one\ntwo", "one<br>two"),
    ("> quote\n> more\nplain", "<blockquote>quote<br>more</blockquote>plain"),
    ("&gt; quote", "<blockquote>quote</blockquote>"),
    (">>> all\nof it", "<blockquote>all<br>of it</blockquote>"),
    ("<https://a.b/?x=1&amp;y=2|la_b_el>", LINK.format("https://a.b/?x=1&amp;y=2", "la_b_el")),
    ("see https://a.b/c_d_e.", "see " + LINK.format("https://a.b/c_d_e", "https://a.b/c_d_e") + "."),
    ("<javascript:alert(1)|press>", "&lt;javascript:alert(1)|press&gt;"),
    ("<mailto:li@lab.example|Li>", "Li"),
    ("<@U1>", '<span class="mention own">@Li Na</span>'),
    ("<@U2>", '<span class="mention">@&lt;b&gt;Mei&lt;/b&gt;</span>'),
    ("<@U9|bob>", '<span class="mention">@bob</span>'),
    ("<#C1> <#C9|x>", '<span class="mention">#general</span> <span class="mention">#x</span>'),
    ("<!subteam^S1> <!here>", '<span class="mention">@admins</span> <span class="mention">@here</span>'),
    (f"<!date^{AT}^{{date}}|then>", f"[{{date}} {AT}]"),
    (f"<!date^{AT}^{{date}}^https://a.b/|then>", LINK.format("https://a.b/", f"[{{date}} {AT}]")),
    (f"<!date^{AT}^{{date}}^javascript:x|then>", f"[{{date}} {AT}]"),
    ("<!date^soon^{date}|then>", "then"),
    (":tada: :nonsense:", "🎉 :nonsense:"),
    ("1 < 2 & 3 &lt;b&gt;", "1 &lt; 2 &amp; 3 &lt;b&gt;"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ('<https://a.b/"onmouseover="x|l>', LINK.format("https://a.b/&#34;onmouseover=&#34;x", "l")),
]


@pytest.mark.parametrize(("text", "html"), TABLE)
def test_mrkdwn(text: str, html: str) -> None:
    assert str(render(text, Names())) == html


ALLOWED = {
    "strong": set(), "em": set(), "del": set(), "code": set(), "pre": set(), "br": set(), "blockquote": set(),
    "span": {"class"}, "a": {"href", "target", "rel"},
}  # fmt: skip


class Strict(HTMLParser):
    """Refuse every tag and attribute that the parser has no business emitting, and tags left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        for name, value in attrs:
            assert name != "href" or str(value).lower().startswith(("http://", "https://"))
            assert name != "class" or value in ("mention", "mention own")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


PIECES = st.sampled_from(
    ["<", ">", "&", '"', "'", "*", "_", "~", "`", "```", "\n", "|", "^", "!", "@", "#", ":", " ", "a", "U2", "文",
     "<@U2>", "<!date^1^", "https://x.y/", "javascript:", "<script>", "&lt;", "&amp;", "<img src=x onerror=y>", ">>>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_mrkdwn_never_emits_what_it_was_given_as_markup(text: str) -> None:
    strict = Strict()
    strict.feed(str(render(text, Names())))
    strict.close()
    assert strict.open == []


def test_long_hostile_text_takes_little_time() -> None:
    from time import perf_counter

    started = perf_counter()
    for piece in ("*a ", "<", "`", " _<", "<@", ":a", "```", "> ", "https://"):
        render(piece * 10_000, Names())
    assert perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** <img src=x>", "<p><strong>b</strong> &lt;img src=x&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](https://a.b)", f"<p>{LINK.format('https://a.b', 'x')}</p>"),
        ("![alt](https://a.b/i.png)", f"<p>{LINK.format('https://a.b/i.png', 'alt')}</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert str(render_markdown(text)).strip() == html


@given(st.lists(PIECES | st.sampled_from(["[", "](", ")", "![", "# ", "- ", "| a |", "|-|", "1. "]), max_size=40))
def test_markdown_makes_no_raw_html(pieces: list[str]) -> None:
    class Loose(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in ("script", "img", "iframe", "style", "object", "form", "input", "svg")
            for name, value in attrs:
                assert not name.startswith("on")
                assert name != "href" or str(value).lower().startswith(("http://", "https://"))

    Loose().feed(str(render_markdown("".join(pieces))))
