"""Read a scenario: a TOML file that says who and what is there when the sandbox starts.

`extends = "name"` takes every table from another scenario that the file does not have itself. A row with `repeat = 500`
stands for 500 rows; `{n}` in its texts is the row's number, from 1 on, and takes a format: `{n:04d}`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from sandbox.workspace.people import Person, UserGroup
from sandbox.workspace.records import Conversation, ConversationKind
from sandbox.workspace.state import App, Workspace
from sandbox.workspace.tables import check_tables

Json = dict[str, Any]
FOLDER = Path(__file__).parent.parent / "scenarios"
NUMBER = re.compile(r"\{n(?::([^{}]*))?\}")


def read_scenario(name: str) -> Json:
    """Return the tables of a scenario, by its name or path. Raises ValueError that says in one line what is wrong."""
    try:
        tables = _read(FOLDER, name, ())
        check_tables(tables)
    except ValueError as fault:
        raise ValueError(f"scenario {name}: {fault}") from None
    return tables


def _read(beside: Path, name: str, above: tuple[Path, ...]) -> Json:
    """Return the tables of a scenario with those of what it extends; `above` are the files that lead here."""
    path = Path(name if not above else beside / name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise ValueError(f"no scenario {name!r}; there are: {known}, or give the path of a .toml file")
    if path.resolve() in above:
        raise ValueError(f"{name} extends itself")
    tables: Json = unfolded(tomllib.loads(path.read_text(encoding="utf-8")))
    base = tables.pop("extends", None)
    if base is None:
        return tables
    return _read(path.parent, str(base), (*above, path.resolve())) | tables


def unfolded(node: Any) -> Any:
    """Return the tables with every repeated row written out. Raises ValueError for a repeat that is no number."""
    if isinstance(node, dict):
        return {name: unfolded(value) for name, value in node.items()}
    if isinstance(node, list):
        return [row for item in node for row in _rows(item)]
    return node


def _rows(item: Any) -> list[Any]:
    if not isinstance(item, dict) or "repeat" not in item:
        return [unfolded(item)]
    row = {name: unfolded(value) for name, value in item.items() if name != "repeat"}
    if not isinstance(item["repeat"], int) or item["repeat"] < 1:
        raise ValueError(f"repeat is {item['repeat']!r}: it must be a whole number, 1 or more")
    return [_numbered(row, number) for number in range(1, item["repeat"] + 1)]


def _numbered(node: Any, number: int) -> Any:
    """Return a row with its number in the place of {n}."""
    if isinstance(node, dict):
        return {name: _numbered(value, number) for name, value in node.items()}
    if isinstance(node, list):
        return [_numbered(item, number) for item in node]
    return NUMBER.sub(lambda found: format(number, found[1] or ""), node) if isinstance(node, str) else node


def build_workspace(scenario: Json, bot_token: str, signing_secret: str, app_token: str = "") -> Workspace:
    """Return the workspace that a scenario describes, with the secrets given to its app."""
    head = scenario["workspace"]
    app = _app(scenario["app"], bot_token, signing_secret, app_token)
    workspace = Workspace(head["team"], head["domain"], head["name"], app, edit_window_s=head.get("edit_window_s", 0.0))
    bot = Person(app.bot_user, app.name.lower(), app.name, bot=True, team=workspace.team)
    workspace.people[bot.id] = bot
    for group in scenario.get("groups", []):
        workspace.groups[group["id"]] = UserGroup(**group)
    for row in scenario["people"]:
        _add_person(workspace, dict(row))
    for row in scenario["channels"]:
        _add_channel(workspace, dict(row))
    return workspace


def _app(row: Json, bot_token: str, signing_secret: str, app_token: str) -> App:
    commands = [{"command": one} if isinstance(one, str) else one for one in row["commands"]]
    return App(
        id=row["id"],
        bot_id=row["bot_id"],
        bot_user=row["bot_user"],
        bot_token=bot_token,
        signing_secret=signing_secret,
        verification_token="verification-" + row["id"].lower(),
        app_token=app_token,
        scopes=frozenset(row["scopes"]),
        commands=tuple(one["command"] for one in commands),
        hints={one["command"]: one for one in commands},
        events=frozenset(row["events"]),
        shortcuts=tuple(row.get("shortcuts", [])),
        name=row["name"],
    )


def _add_person(workspace: Workspace, row: Json) -> None:
    groups = row.pop("groups", [])
    address = f"{row['name']}@{workspace.domain}.example"
    person = Person(**(Json(team=workspace.team, email=address) | row))
    workspace.people[person.id] = person
    for handle in groups:
        workspace.group(handle).users.append(person.id)
    workspace.direct(person.id)


def _add_channel(workspace: Workspace, row: Json) -> None:
    """Add a channel; without `members` everybody is in it, the bot too."""
    names = row.pop("members", list(workspace.people))
    members = {workspace.person(name).id for name in names}
    kind: ConversationKind = "group" if row.pop("private", False) else "channel"
    place = Conversation(row["id"], row["name"], kind, members, archived=row.pop("archived", False))
    workspace.conversations[place.id] = place
