from __future__ import annotations

import pytest

from bot.say import Language, Moment, Say, Text, say
from bot.texts import Catalog, TextFault, TextMissing

GOOD = """
[a.b]
en = "Hello {name}, *{count}* {inner}"
zh = "{inner}，{name}：{count}"
[c]
en = "<c {x}>"
zh = "中{x}"
"""


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('[a]\nen = "x"', "needs exactly en, zh"),
        ('[a]\nen = "x"\nzh = "y"\nfr = "z"', "needs exactly en, zh"),
        ('[a]\nen = "x"\nzh = ""', "is empty"),
        ('[a]\nen = "{x}"\nzh = "{y}"', "names different facts"),
        ('[a]\nen = "{x.y}"\nzh = "{x.y}"', "no bare name"),
        ('[a]\nen = "{x!r}"\nzh = "{x!r}"', "no bare name"),
        ('[a]\nen = "{0}"\nzh = "{0}"', "no bare name"),
        ('[a]\nen = "{"\nzh = "{"', "a: "),
        ('a = "x"', "needs exactly en, zh"),
    ],
)
def test_faulty_files_are_refused_with_every_fault(source: str, fault: str) -> None:
    with pytest.raises(TextFault, match=fault):
        Catalog.parse({"one.toml": source})


def test_a_key_stands_in_one_file_only() -> None:
    text = '[a]\nen = "x"\nzh = "y"'
    with pytest.raises(TextFault, match="two files"):
        Catalog.parse({"one.toml": text, "two.toml": text})


def test_facts_are_escaped_and_texts_are_not() -> None:
    catalog = Catalog.parse({"one.toml": GOOD})
    words = say("a.b", name="you", count=3, inner=say("c", x="me"))
    assert catalog.render(words, Language.EN, escape=lambda text: f"[{text}]") == "Hello [you], *[3]* <c [me]>"


@pytest.mark.parametrize(
    ("fact", "shown"),
    [(Moment(0), "1970-01-01 00:00 UTC"), (1.50, "1.5"), (Text(en="Yes", zh="是"), "是"), ("花", "花"), (7, "7")],
)
def test_every_kind_of_fact_is_drawn(fact: Moment | float | Text | str, shown: str) -> None:
    catalog = Catalog.parse({"one.toml": '[a]\nen = "{x}"\nzh = "{x}"'})
    assert catalog.render(say("a", x=fact), Language.ZH) == shown


def test_moments_are_drawn_as_the_surface_wants() -> None:
    catalog = Catalog.parse({"one.toml": '[a]\nen = "{x}"\nzh = "{x}"'})
    assert catalog.render(say("a", x=Moment(5)), Language.EN, moment=lambda m: f"<!{m.at:g}>") == "<!5>"


def test_braces_in_a_fact_are_only_braces() -> None:
    catalog = Catalog.parse({"one.toml": '[a]\nen = "{x}"\nzh = "{x}"'})
    assert catalog.render(say("a", x="{y} {0.__class__}"), Language.EN) == "{y} {0.__class__}"


@pytest.mark.parametrize("words", [Say("nothing"), Say("a", {"y": "z"})])
def test_a_missing_text_or_fact_is_named(words: Say) -> None:
    catalog = Catalog.parse({"one.toml": '[a]\nen = "{x}"\nzh = "{x}"'})
    with pytest.raises(TextMissing, match=r"nothing|needs x"):
        catalog.render(words, Language.EN)


def test_the_product_s_own_texts_load() -> None:
    catalog = Catalog.load()
    assert catalog.facts("bucket.step.create") == {"target", "region", "class"}
    assert len(catalog.keys()) > 100
