"""Describe the commands as data: for `commands --json`, the generated pages and the manifest."""

from __future__ import annotations

from typing import TypedDict

import handlers
from bot.command import Argument, Command
from bot.registry import Registry, discover


class Described(TypedDict):
    """One command of `commands --json` (contract, section 1)."""

    name: str
    summary: dict[str, str]
    arguments: list[dict[str, object]]
    risk: str
    rules: list[str]


def registry() -> Registry:
    """Return every noun and command below handlers/."""
    return discover(handlers)


def described() -> list[Described]:
    """Return all commands as JSON-ready rows."""
    return [_command(command) for command in registry().commands]


def _command(command: Command) -> Described:
    return {
        "name": command.name,
        "summary": {"en": command.summary.en, "zh": command.summary.zh},
        "arguments": [_argument(argument) for argument in command.arguments],
        "risk": command.risk.value,
        "rules": list(command.rules),
    }


def _argument(argument: Argument) -> dict[str, object]:
    return {"name": argument.name, "required": argument.required, "kind": argument.kind.value}
