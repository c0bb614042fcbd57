"""The pages that are generated are current, and what a reader is told to type or to follow exists."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from bot.console import app
from tests.meta.tree import ROOT, files, shown

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"`([^`\n]+)`|^((?:make|modelarts-bot) .*)$", re.MULTILINE)
MAKE = re.compile(r"^make ([a-z-]+)")
CONSOLE = re.compile(r"^modelarts-bot ([a-z]+)")


def pages() -> tuple[Path, ...]:
    return files(".md")


def targets() -> set[str]:
    """Return what the Makefile makes."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def subcommands() -> set[str]:
    """Return the subcommands of the console script."""
    return set(get_command(app).commands)  # type: ignore[attr-defined]  # a group, since there are several


def untypable(paths: Iterable[Path], kind: re.Pattern[str], known: set[str]) -> list[str]:
    """Return each command of this kind that a page tells to type, and that does not exist."""
    return [
        f"{shown(path)}: {typed}"
        for path in paths
        for typed in commands_of(path)
        if (found := kind.match(typed)) and found[1] not in known
    ]


def commands_of(path: Path) -> Iterator[str]:
    for inline, line in TYPED.findall(path.read_text("utf-8")):
        yield (inline or line).strip()


def dangling(paths: Iterable[Path]) -> list[str]:
    """Return each link to a file that is not there, or to a heading that the file does not have."""
    return [
        f"{shown(path)}: {link}"
        for path in paths
        for link in LINK.findall(FENCE.sub("", path.read_text("utf-8")))
        if "://" not in link and not leads_somewhere(path, link)
    ]


def leads_somewhere(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not heading or heading in anchors(target))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "pages.py", "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_to_be_typed_exists() -> None:
    assert untypable(pages(), MAKE, targets()) == []
    assert untypable(pages(), CONSOLE, subcommands()) == []


def test_links_lead_somewhere() -> None:
    assert dangling(pages()) == []


def test_offenders_are_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n`make coffee` [here](#a-page) [there](gone.md)\n```console\nmodelarts-bot sing\nmake test\n```\n"
        "[no heading](#b) [the web](https://example.com/x)\n",
        encoding="utf-8",
    )
    assert untypable([page], MAKE, {"test"}) == ["page.md: make coffee"]
    assert untypable([page], CONSOLE, {"run"}) == ["page.md: modelarts-bot sing"]
    assert dangling([page]) == ["page.md: gone.md", "page.md: #b"]


@pytest.mark.parametrize("name", ["demo", "test", "check", "bench", "proof"])
def test_the_contract_is_made(name: str) -> None:
    assert name in targets()
