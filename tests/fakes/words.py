"""What a plan or a reply says, rendered with the product's own texts: fails on a missing key or fact."""

from __future__ import annotations

from collections.abc import Iterator

from bot.command import Plan
from bot.errors import Refusal
from bot.reply import Link, Reply
from bot.say import Language, Say
from bot.texts import Catalog

CATALOG = Catalog.load()


def words_of(told: Plan | Reply | Refusal | Say, language: Language = Language.EN) -> str:
    """Return everything that is said, one text a line; both languages are rendered."""
    says = [told] if isinstance(told, Say) else list(_says(told))
    both = {tag: "\n".join(CATALOG.render(say, tag) for say in says) for tag in Language}
    return both[language]


def _says(told: Plan | Reply | Refusal) -> Iterator[Say]:
    if isinstance(told, Refusal):
        yield told.say
    elif isinstance(told, Plan):
        yield from (told.title, *told.notes, *(line.what for line in told.price), *_links(told.links))
        noun = told.title.key.partition(".")[0]
        yield from (Say(f"{noun}.step.{step.kind}", {"target": step.target, **step.facts}) for step in told.steps)
    else:
        yield from (told.head, *told.lines, *_links(told.links))
        for row in told.table.rows if told.table else ():
            yield from (row.head, *row.details, *_links((row.link,) if row.link else ()))


def _links(links: tuple[Link, ...]) -> Iterator[Say]:
    for link in links:
        yield from (link.label, link.path)
