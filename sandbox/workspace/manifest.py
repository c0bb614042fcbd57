"""What Slack's app manifest allows, held against a scenario's `[app]` table: counts and lengths by its reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
COUNTS = {"commands": 50, "shortcuts": 10, "events": 100}
NAME = 35
COMMAND = {"command": 32, "description": 2_000, "usage_hint": 1_000}
SHORTCUT = {"name": 24, "description": 150, "callback_id": 255}


def complaints(app: Json) -> Iterator[str]:
    """Yield what Slack would not take of an app: its name, commands (as tables), shortcuts and events."""
    if len(app["name"]) > NAME:
        yield f"app name {app['name']!r} is longer than {NAME} characters"
    for name, most in COUNTS.items():
        if len(app.get(name, [])) > most:
            yield f"app has more than {most} {name}"
    for command in app["commands"]:
        if not command["command"].startswith("/") or " " in command["command"]:
            yield f"command {command['command']!r} must be one word that begins with /"
        yield from _long("command", command, COMMAND)
    for shortcut in app.get("shortcuts", []):
        yield from _long("shortcut", shortcut, SHORTCUT)


def _long(what: str, row: Json, limits: dict[str, int]) -> Iterator[str]:
    for name, most in limits.items():
        if len(str(row.get(name, ""))) > most:
            yield f"{what} {row.get(what, row.get('name'))!r}: {name} is longer than {most} characters"
