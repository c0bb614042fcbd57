"""Find the commands: walk a package for declared values, refuse duplicates, look names up in both languages."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TypeVar

from bot.command import Command, Index, Noun

K = TypeVar("K")
V = TypeVar("V")


class DuplicateName(ValueError):
    """Two commands or nouns claim the same words."""


@dataclass(frozen=True)
class Registry:
    """All nouns and commands, by every name they answer to, and indexes. Raises `DuplicateName` when ambiguous."""

    nouns: tuple[Noun, ...]
    commands: tuple[Command, ...]
    indexes: tuple[Index, ...] = ()

    def __post_init__(self) -> None:
        """Build both look-up tables now, so that an ambiguity stops the start."""
        _ = self._nouns, self._verbs, self._indexes

    @cached_property
    def _nouns(self) -> dict[str, Noun]:
        return _unique((word, noun) for noun in self.nouns for word in (noun.name, *noun.aliases))

    @cached_property
    def _verbs(self) -> dict[tuple[str, str], Command]:
        return _unique(
            ((command.noun, word), command) for command in self.commands for word in (command.verb, *command.aliases)
        )

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        return _unique((index.name, index) for index in self.indexes)

    def index(self, name: str) -> Index | None:
        """Return the index of this name; those that the watch of services and packages keeps are not declared."""
        return self._indexes.get(name)

    def noun(self, word: str) -> Noun | None:
        """Return the noun that answers to `word`, in any language and letter case."""
        return self._nouns.get(word.casefold())

    def command(self, noun: str, verb: str) -> Command | None:
        """Return the command of the noun named `noun` that answers to `verb`."""
        return self._verbs.get((noun, verb.casefold()))

    def named(self, name: str) -> Command:
        """Return the command with this exact name. Raises KeyError."""
        noun, _, verb = name.partition(" ")
        return self._verbs[noun, verb]

    def find(self, name: str) -> Command | None:
        """Return the command with this exact name, or None."""
        noun, _, verb = name.partition(" ")
        return self._verbs.get((noun, verb))

    def verbs(self, noun: str) -> list[Command]:
        """Return the commands of one noun in the order they were found."""
        return [command for command in self.commands if command.noun == noun]

    def near(self, word: str, noun: str = "") -> list[str]:
        """Return up to three known words close to a mistyped one, nouns or verbs of `noun`, no two for one thing."""
        known: dict[str, object] = {verb: one for (owner, verb), one in self._verbs.items() if owner == noun}
        known = known if noun else dict(self._nouns)
        nearest: dict[int, str] = {}
        for one in difflib.get_close_matches(word.casefold(), known, n=9, cutoff=0.6):
            nearest.setdefault(id(known[one]), one)
        return list(nearest.values())[:3]


def _unique(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    table: dict[K, V] = {}
    for key, value in pairs:
        if table.setdefault(key, value) is not value:
            raise DuplicateName(f"{key!r} is claimed twice")
    return table


def discover(package: ModuleType) -> Registry:
    """Return what the modules below `package` declare as `noun`, `command` and `indexes`, in order of their names."""
    modules = [importlib.import_module(info.name) for info in _walk(package)]
    nouns = [m.noun for m in modules if isinstance(getattr(m, "noun", None), Noun)]
    commands = [m.command for m in modules if isinstance(getattr(m, "command", None), Command)]
    indexes = [index for m in modules for index in getattr(m, "indexes", ()) if isinstance(index, Index)]
    return Registry(tuple(nouns), tuple(commands), tuple(indexes))


def _walk(package: ModuleType) -> list[pkgutil.ModuleInfo]:
    found = pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}.")
    return sorted(found, key=lambda info: info.name)
