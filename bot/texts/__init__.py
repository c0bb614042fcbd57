"""Every sentence the product says, by key, English and Chinese side by side; one TOML file a noun.

A text may use `*bold*` and backticks around facts, and `{name}` for a fact. Facts are escaped, texts are not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from string import Formatter
from typing import Any

from bot.say import Fact, Language, Moment, People, Say, Text

Escape = Callable[[str], str]
Drawn = Callable[[Moment], str]
Mentioned = Callable[[People], str]


class TextFault(ValueError):
    """The text files are not fit to be used; the message lists every fault."""


class TextMissing(LookupError):
    """A key has no text, or a text names a fact that was not given."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text in all languages, and the names of the facts in it."""

    by_language: Mapping[Language, str]
    facts: frozenset[str]


class Catalog:
    """All texts. Build it with `Catalog.load()`, once."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    @classmethod
    def load(cls) -> Catalog:
        """Read the text files of this package. Raises `TextFault` with the full list of faults."""
        sources = (found for found in files(__name__).iterdir() if found.name.endswith(".toml"))
        return cls.parse({source.name: source.read_text(encoding="utf-8") for source in sources})

    @classmethod
    def parse(cls, sources: Mapping[str, str]) -> Catalog:
        """Build the catalog from file names and their TOML. Raises `TextFault`."""
        entries: dict[str, Entry] = {}
        faults: list[str] = []
        for name, source in sorted(sources.items()):
            for key, texts in _flat(tomllib.loads(source), ""):
                problems = [f"{name}: {key}: {problem}" for problem in _problems(texts)]
                if key in entries:
                    problems.append(f"{name}: {key}: stands in two files")
                faults.extend(problems)
                if not problems:
                    entries[key] = Entry({Language(tag): texts[tag] for tag in texts}, _placeholders(texts["en"]))
        if faults:
            raise TextFault("\n".join(faults))
        return cls(entries)

    def keys(self) -> frozenset[str]:
        """Return every key."""
        return frozenset(self._entries)

    def facts(self, key: str) -> frozenset[str]:
        """Return the names of the facts that a text needs."""
        return self._entry(key).facts

    def render(
        self,
        say: Say,
        language: Language,
        *,
        escape: Escape = str,
        moment: Drawn | None = None,
        people: Mentioned | None = None,
    ) -> str:
        """Return a text with its facts: strings escaped, moments and people drawn, inner texts rendered the same way.

        Raises `TextMissing`.
        """
        entry = self._entry(say.key)
        missing = entry.facts - set(say.facts)
        if missing:
            raise TextMissing(f"{say.key} needs {', '.join(sorted(missing))}")

        def put(fact: Fact) -> str:
            if isinstance(fact, Say):
                return self.render(fact, language, escape=escape, moment=moment, people=people)
            if isinstance(fact, Text):
                return escape(fact.to(language))
            if isinstance(fact, Moment):
                return (moment or iso)(fact)
            if isinstance(fact, People):
                return (people or ids)(fact)
            if isinstance(fact, Text):
                return escape(fact.to(language))
            return escape(f"{fact:g}" if isinstance(fact, float) else str(fact))

        return entry.by_language[language].format_map({name: put(say.facts[name]) for name in entry.facts})

    def _entry(self, key: str) -> Entry:
        try:
            return self._entries[key]
        except KeyError:
            raise TextMissing(f"no text {key}") from None


def iso(moment: Moment) -> str:
    """Return a moment in UTC to the minute, for surfaces that cannot draw the reader's own time."""
    return f"{datetime.fromtimestamp(moment.at, UTC):%Y-%m-%d %H:%M} UTC"


def ids(people: People) -> str:
    """Return people by id, for surfaces that cannot mention them."""
    return ", ".join(people.ids)


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield dotted keys with their tables of languages: a table that holds anything but tables is a text."""
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict) and all(isinstance(inner, dict) for inner in value.values()):
            yield from _flat(value, key)
        else:
            yield key, value if isinstance(value, dict) else {"": value}


def _problems(texts: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one text."""
    if set(texts) != {language.value for language in Language}:
        return [f"needs exactly {', '.join(Language)}, has {', '.join(texts) or 'nothing'}"]
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        return ["is empty or no text"]
    try:
        named = {tag: _placeholders(text) for tag, text in texts.items()}
    except ValueError as error:
        return [str(error)]
    return [] if len(set(named.values())) == 1 else ["names different facts in its languages"]


def _placeholders(text: str) -> frozenset[str]:
    """Return the names of the facts in a text. Raises ValueError on anything but a bare `{name}`."""
    names = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is no bare name")
        names.add(name)
    return frozenset(names)
