"""What somebody does on the page, by the same functions as the control API."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Undefined
from starlette.datastructures import FormData, UploadFile

from sandbox.workspace import act, speak, submit
from sandbox.workspace.fields import enter
from sandbox.workspace.page.controls import Choice, most_files, offered_choices, text_to_rich
from sandbox.workspace.page.reader import Reader
from sandbox.workspace.records import Message, View
from sandbox.workspace.site import Site

Json = dict[str, Any]
LISTS = frozenset({"checkboxes", "file_input"})


def _text(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def say(site: Site, form: FormData) -> None:
    """Say something, with files or without; what comes of it is told by the feed. Raises NotThereError, CannotError.

    A form with files ends its lines with CR LF, whatever was typed.
    """
    who, where, thread = (_text(form, name) for name in ("as", "in", "thread_ts"))
    text = _text(form, "text").replace("\r\n", "\n")
    if dropped := await uploaded(form, "file"):
        await speak.drop_files(site, who, where, dropped, thread or None, text)
    else:
        await speak.say(site, who, where, text, thread or None)


async def uploaded(form: FormData, name: str) -> list[speak.Dropped]:
    """Return the files in a field of the form; a field in which none was chosen holds one without a name."""
    files = [one for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]
    return [(file.filename or "", await file.read()) for file in files]


async def press(site: Site, reader: Reader, form: FormData) -> str | None:
    """Press or choose; returns what went wrong, in words. Raises NotThereError, CannotError, EntryError."""
    kind, field = _text(form, "kind"), _text(form, "field") or "selected"
    keep(site, reader, form)
    done = await act.press(
        site,
        _text(form, "as"),
        _text(form, "action_id"),
        where=_text(form, "in"),
        ts=_text(form, "ts"),
        value=_text(form, "value") or None,
        selected=_entry(reader, kind, form, field),
        surface=_text(form, "surface") or "message",
    )
    return None if done["ok"] else reader.words("failed_press")


async def shortcut(site: Site, reader: Reader, form: FormData) -> str | None:
    """Run a shortcut; returns what went wrong, in words. Raises NotThereError, CannotError."""
    where = _text(form, "in") if _text(form, "ts") else ""
    done = await act.shortcut(site, _text(form, "as"), _text(form, "callback_id"), where, _text(form, "ts"))
    return None if done["ok"] else reader.words("failed_press")


def _entry(reader: Reader, kind: str, form: FormData, name: str) -> object:
    """Return what a form field of this element type holds, as the sandbox's own functions take it."""
    given = [value for value in form.getlist(name) if isinstance(value, str) and value]
    if kind.startswith("multi_") or kind in LISTS:
        return given
    first = given[0] if given else None
    if kind == "datetimepicker":
        return reader.moment(first or "")
    return text_to_rich(first or "") if kind == "rich_text_input" else first


def _entries(reader: Reader, view: View, form: FormData) -> Json:
    """Return what a modal's form holds, by block_id; files by their ids."""
    found: Json = {}
    for block in view.blocks:
        if block["type"] == "input":
            found[block["block_id"]] = _entry(reader, block["element"]["type"], form, f"f:{block['block_id']}")
    return found


def _top(site: Site, reader: Reader, form: FormData) -> View | None:
    """Return the visible modal if it is the one that the form shows."""
    stack = site.workspace.stack(reader.me.id)
    return stack[-1] if stack and stack[-1].id == _text(form, "view_id") else None


async def send(site: Site, reader: Reader, form: FormData) -> None:
    """Submit the modal, if it is still the visible one. Raises CannotError, EntryError."""
    view = _top(site, reader, form)
    if view:
        await submit.submit(site, reader.me.name, _entries(reader, view, form))


async def close(site: Site, reader: Reader, form: FormData) -> None:
    """Close the modal, if it is still the visible one."""
    if _top(site, reader, form):
        await submit.close(site, reader.me.name)


def keep(site: Site, reader: Reader, form: FormData) -> None:
    """Keep what is being typed into the modal, so that drawing it anew loses nothing.

    An entry that is not valid yet is left as it was.
    """
    view = _top(site, reader, form)
    if view is None:
        return
    entries = _entries(reader, view, form)
    for block in view.blocks:
        if block["block_id"] in entries:
            element, entry = block["element"], entries[block["block_id"]]
            offered = site.offered.get((reader.me.id, element["action_id"]), [])
            with contextlib.suppress(ValueError, LookupError):
                if element["type"] == "file_input":
                    entry = submit.chosen_files(site, reader.me, entry)
                held = enter(site.workspace, element, entry, offered)
                view.values[block["block_id"]][element["action_id"]] = held


async def upload(site: Site, reader: Reader, form: FormData) -> None:
    """Take the files chosen in the modal, besides those that it holds; what it does not take is said at the field."""
    keep(site, reader, form)
    view = _top(site, reader, form)
    for block in view.blocks if view else ():
        if view and block["type"] == "input" and (fresh := await uploaded(form, f"u:f:{block['block_id']}")):
            element = block["element"]
            held = view.values[block["block_id"]][element["action_id"]]
            view.errors.pop(block["block_id"], None)
            if wrong := _unfit(reader, element, len(held["files"]) + len(fresh), [name for name, _ in fresh]):
                view.errors[block["block_id"]] = wrong
            else:
                held["files"] = [*held["files"], *(speak.keep_file(site, reader.me, one) for one in fresh)]


def _unfit(reader: Reader, element: Json, count: int, names: list[str]) -> str:
    """Return what Slack's client would say of files that the element does not take, or ""."""
    kinds = element.get("filetypes", [])
    if count > most_files(element):
        return reader.words("too_many_files", count=most_files(element))
    if kinds and any(name.rpartition(".")[2].lower() not in kinds for name in names):
        return reader.words("wrong_file_type", types=", ".join(kinds))
    return ""


async def offered(site: Site, reader: Reader, query: Mapping[str, str]) -> list[Choice]:
    """Return the options an external select shows. Raises CannotError."""
    holder: View | Message | None
    if query.get("surface") == "modal":
        holder = act.modal_of(site, reader.me)
    else:
        place = site.workspace.place(query.get("in", ""), reader.me)
        holder = site.workspace.find(place.id, query.get("ts", ""))
    found = act.spot(holder, query.get("action_id", "")) if holder else None
    if found is None:
        raise speak.CannotError("the element is gone")
    options = await act.options(site, reader.me.name, query.get("action_id", ""), query.get("q", ""), found)
    return offered_choices(reader, options)


def vals(**values: object) -> str:
    """Return values for htmx to send along, without the empty ones."""
    empty = (None, "")
    sent = {name: value for name, value in values.items() if value not in empty and not isinstance(value, Undefined)}
    return json.dumps(sent, ensure_ascii=False)
