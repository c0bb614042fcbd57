"""Every sentence stands in both languages, is used, and gets the facts that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bot.say import Language, Say
from bot.texts import Catalog, TextFault
from tests.meta.tree import PRODUCT, code, parsed, shown, strings

SAYING = {"say", "Say", "Refusal"}
# A key that code puts together must have this much of it written out, or any key would count as used.
WRITTEN_OUT = 4
BOLD = re.compile(r"(?<!\w)\*\S(?:[^*\n]*\S)?\*(?!\w)")


def built(path: Path) -> Iterator[str]:
    """Yield a pattern for each f-string that may name keys: `f"state.{x}"` is `state\\..+`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
            fixed = "".join(part or "" for part in parts)
            if re.fullmatch(r"[a-z0-9_.]+", fixed) and len(fixed) >= WRITTEN_OUT:
                yield "".join(".+" if part is None else re.escape(part) for part in parts)


def unused(catalog: Catalog, paths: Iterable[Path]) -> list[str]:
    """Return the keys that no string and no f-string of the code can name."""
    sources = list(paths)
    said = {text for path in sources for text in strings(path)}
    patterns = [re.compile(pattern) for path in sources for pattern in built(path)]
    return sorted(key for key in catalog.keys() - said if not any(p.fullmatch(key) for p in patterns))


def wrong(catalog: Catalog, paths: Iterable[Path]) -> list[str]:
    """Return each call that names a key without a text, or leaves out a fact of its text."""
    return [
        f"{shown(path)}:{call.lineno} {key}: {fault}"
        for path in paths
        for call, key in keyed(path)
        if (fault := fault_of(catalog, call, key))
    ]


def keyed(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Yield each call that says or refuses, with each key it may name: `say("a" if x else "b")` names two."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in SAYING:
            first = node.args[0]
            for choice in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    yield node, choice.value


def fault_of(catalog: Catalog, call: ast.Call, key: str) -> str:
    """Return what is wrong with a call; facts handed over as a mapping are known at run time only."""
    if key not in catalog.keys():  # noqa: SIM118 - a catalog is no mapping
        return "has no text"
    given = {keyword.arg for keyword in call.keywords}
    if None in given or len(call.args) > 1:
        return ""
    left_out = catalog.facts(key) - (given - {"argument"})
    return f"lacks {', '.join(sorted(left_out))}" if left_out else ""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


def test_every_text_is_used(catalog: Catalog) -> None:
    offenders = unused(catalog, code(*PRODUCT))
    assert not offenders, "\n".join(offenders)


def test_every_call_names_a_text_and_its_facts(catalog: Catalog) -> None:
    offenders = wrong(catalog, code(*PRODUCT))
    assert not offenders, "\n".join(offenders)


def test_bold_words_stand_apart_so_that_slack_draws_them_bold(catalog: Catalog) -> None:
    """Slack leaves the stars standing where a letter touches them; Chinese has no blanks of its own."""
    keys = sorted(catalog.keys())
    said = [
        catalog.render(Say(key, dict.fromkeys(catalog.facts(key), "x")), tongue) for key in keys for tongue in Language
    ]
    offenders = [text for text in said if "*" in BOLD.sub("", text)]
    assert not offenders, "\n".join(offenders)


def test_offenders_are_named(tmp_path: Path) -> None:
    catalog = Catalog.parse(
        {"t.toml": "\n".join(f'[t.{name}]\nen = "a {{x}}"\nzh = "甲 {{x}}"' for name in ("used", "idle", "on_1"))}
    )
    planted = tmp_path / "planted.py"
    planted.write_text('say("t.used")\nsay("t.gone")\nsay("t.used", x=1)\nsay(f"t.on_{n}", x=1)\n', encoding="utf-8")
    assert unused(catalog, [planted]) == ["t.idle"]
    assert wrong(catalog, [planted]) == ["planted.py:1 t.used: lacks x", "planted.py:2 t.gone: has no text"]


@pytest.mark.parametrize("texts", ['en = "a"', 'en = "a {x}"\nzh = "甲"', 'en = "a"\nzh = " "'])
def test_a_half_written_text_stops_the_start(texts: str) -> None:
    with pytest.raises(TextFault, match=r"t\.toml: t\.key"):
        Catalog.parse({"t.toml": f"[t.key]\n{texts}"})
