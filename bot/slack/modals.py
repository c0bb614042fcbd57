"""Forms: a command's arguments as a modal, the typed confirmation of a decision, and what was entered; pure.

Block id and action id of a field are the argument's name, and `private_metadata` holds the form's id alone: everything
else is read from the stored form, so nothing that comes back is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.command import REASON, Argument, Command, Kind
from bot.errors import Refusal
from bot.flows.hear import LONGEST_REASON
from bot.records import Form, Values
from bot.reply import Reply
from bot.say import say
from bot.slack import blocks, replies
from bot.slack.blocks import Block
from bot.slack.mrkdwn import Voice

ASK = "ask"
CONFIRM = "confirm"
TYPED = "typed"
LONGEST_INPUT = 3000
LONGEST_ERROR = 500
HOUR = re.compile(r"\d\d:\d\d")
MOST_BOXES = 10
MOST_CHOICES = 100
MOST_FILES = 10


def ask_view(voice: Voice, command: Command, form: Form, refusal: Refusal | None = None) -> Block:
    """Return the form of a command with the values it has; `refusal` is shown on top and at its field."""
    fault = {refusal.argument: voice.plain(refusal.say)} if refusal else {}
    top = [blocks.section(voice.rich(command.summary))]
    if refusal:
        top = [blocks.section(f":warning: {voice.rich(refusal.say)}")]
    fields = [_asked(voice, command, argument, form.values, fault) for argument in shown(command, form.values)]
    if REASON in form.values:
        fields.append(_reason_field(voice, form.values[REASON], fault.get(REASON, "")))
    return _modal(voice, ASK, command.name, form.id, [*top, *fields])


def shown(command: Command, values: Values) -> list[Argument]:
    """Return the arguments that have a meaning beside what is filled in so far (R3.24)."""
    return [argument for argument in command.arguments if command.applies(argument, values)]


def _asked(voice: Voice, command: Command, argument: Argument, values: Values, fault: Mapping[str, str]) -> Block:
    """Return one field; one that others depend on tells us at once when it is changed."""
    value = values.get(argument.name) or argument.default
    if argument.kind is Kind.FILES and value:
        return blocks.context(voice.rich(say("form.files_here", count=len(value.split(",")))))
    field = _field(voice, argument, value, fault.get(argument.name, ""))
    leads = any(argument.name in (*(other.when or ("",))[:1], other.within) for other in command.arguments)
    return field | ({"dispatch_action": True} if leads or argument.kind is Kind.PATH else {})


def attached(command: Command, values: Values) -> list[str]:
    """Return the arguments whose files the form has already: no field asks for them, so they are not among its state.

    They came with the message that the form was opened for, and stay with the stored form.
    """
    return [one.name for one in command.arguments if one.kind is Kind.FILES and values.get(one.name)]


def confirm_view(voice: Voice, form: Form, title: str) -> Block:
    """Return the form that completes an act on a request: a word typed, a reason given, or both."""
    asked = voice.rich(say(f"form.act.{form.act}", title=title))
    fields = [_word_field(voice, form.word)] if form.word else []
    fields += [_reason_field(voice, "")] if form.reason else []
    return _modal(voice, CONFIRM, voice.plain(say("form.confirm_title")), form.id, [blocks.section(asked), *fields])


def _word_field(voice: Voice, word: str) -> Block:
    element = {"type": "plain_text_input", "action_id": TYPED, "placeholder": blocks.plain(word, blocks.PLACEHOLDER)}
    return {
        "type": "input",
        "block_id": TYPED,
        "label": blocks.plain(voice.plain(say("form.type_word", word=word)), blocks.LABEL),
        "element": element,
    }


def _reason_field(voice: Voice, words: str, fault: str = "") -> Block:
    """Return the field for a reason that must be given; everybody who sees the card will read it."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": REASON,
        "multiline": True,
        "max_length": LONGEST_REASON,
    }
    hint = " ".join(filter(None, [f"⚠ {fault}" if fault else "", voice.plain(say("form.reason_hint"))]))
    return {
        "type": "input",
        "block_id": REASON,
        "label": blocks.plain(voice.plain(say("form.reason")), blocks.LABEL),
        "element": element | ({"initial_value": words} if words else {}),
        "hint": blocks.plain(hint, blocks.LABEL),
    }


def checking_view(voice: Voice, command: str) -> Block:
    """Return what is shown while a worker checks and answers."""
    return replies.modal(voice, Reply(say("form.checking", command=command)), say("form.title"))


def _modal(voice: Voice, callback: str, title: str, form: str, drawn: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": form,
        "title": blocks.plain(title, blocks.TITLE),
        "submit": blocks.plain(voice.plain(say("form.submit")), blocks.TITLE),
        "close": blocks.plain(voice.plain(say("form.cancel")), blocks.TITLE),
        "blocks": drawn[: blocks.MODAL_BLOCKS],
    }


def _field(voice: Voice, argument: Argument, value: str, fault: str) -> Block:
    hint = " ".join(filter(None, [f"⚠ {fault}" if fault else "", _hint(voice, argument)]))
    field = {
        "type": "input",
        "block_id": argument.name,
        "label": blocks.plain(voice.plain(argument.label), blocks.LABEL),
        "element": _element(voice, argument, value),
        "optional": not argument.required,
    }
    return field | ({"hint": blocks.plain(hint, blocks.LABEL)} if hint else {})


def _hint(voice: Voice, argument: Argument) -> str:
    return voice.plain(argument.hint) if argument.hint else ""


def _element(voice: Voice, argument: Argument, value: str) -> Block:
    if argument.kind in _ALIKE:
        return _ALIKE[argument.kind](voice, argument, value)
    if argument.kind is Kind.TIME and (not value or HOUR.fullmatch(value)):
        picker = {"type": "timepicker", "action_id": argument.name}
        return picker | ({"initial_time": value} if value else {})
    if argument.choices:
        return (_several if argument.kind is Kind.MULTI else _select)(voice, argument, value)
    if argument.index and all(len(part) <= blocks.CHOICE for part in value.split(",")):
        return (_search_several if argument.kind is Kind.MULTI else _search)(voice, argument, value)
    return _typed(argument, value)


def _typed(argument: Argument, value: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": argument.name, "max_length": LONGEST_INPUT}
    if argument.rest:
        element["multiline"] = True
    if value:
        element["initial_value"] = value[:LONGEST_INPUT]
    if argument.placeholder:
        element["placeholder"] = blocks.plain(argument.placeholder, blocks.PLACEHOLDER)
    return element


def _checkbox(voice: Voice, argument: Argument, value: str) -> Block:
    yes = blocks.option("yes", voice.plain(say("form.yes")))
    element = {"type": "checkboxes", "action_id": argument.name, "options": [yes]}
    return element | ({"initial_options": [yes]} if value == "yes" else {})


def _select(voice: Voice, argument: Argument, value: str) -> Block:
    options = {c.value: blocks.option(c.value, voice.plain(c.label)) for c in argument.choices[:100]}
    element = {"type": "static_select", "action_id": argument.name, "options": list(options.values())}
    return element | ({"initial_option": options[value]} if value in options else {})


def _search(voice: Voice, argument: Argument, value: str) -> Block:
    """Return a select that asks us for its options at every letter, the first time before any; see `suggest`."""
    element = _asking(voice, argument, "external_select")
    return element | ({"initial_option": blocks.option(value, value)} if value else {})


def _search_several(voice: Voice, argument: Argument, value: str) -> Block:
    ticked = [blocks.option(part, part) for part in dict.fromkeys(value.split(",")) if part][:MOST_CHOICES]
    return _asking(voice, argument, "multi_external_select") | ({"initial_options": ticked} if ticked else {})


def _asking(voice: Voice, argument: Argument, kind: str) -> Block:
    words = argument.placeholder or voice.plain(say("form.search"))
    placeholder = blocks.plain(words, blocks.PLACEHOLDER)
    return {"type": kind, "action_id": argument.name, "min_query_length": 0, "placeholder": placeholder}


def _several(voice: Voice, argument: Argument, value: str) -> Block:
    """Return boxes to tick, or a list to choose from where there are more than Slack draws boxes."""
    options = {c.value: blocks.option(c.value, voice.plain(c.label)) for c in argument.choices[:MOST_CHOICES]}
    kind = "checkboxes" if len(options) <= MOST_BOXES else "multi_static_select"
    element = {"type": kind, "action_id": argument.name, "options": list(options.values())}
    ticked = [options[part] for part in value.split(",") if part in options]
    return element | ({"initial_options": ticked} if ticked else {})


def _files(_voice: Voice, argument: Argument, _value: str) -> Block:
    return {"type": "file_input", "action_id": argument.name, "max_files": MOST_FILES}


_ALIKE: Mapping[Kind, Callable[[Voice, Argument, str], Block]] = {Kind.FLAG: _checkbox, Kind.FILES: _files}


def entered(state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Return what was filled in, by field: text, the chosen value, ticked ones with commas, "" for nothing."""
    return {block: value_of(field) for block, fields in state.items() for field in fields.values()}


def value_of(field: Mapping[str, Any]) -> str:
    """Return what one field holds, from a form's state or from a press."""
    if field.get("type") == "file_input":
        return ",".join(str(file["id"]) for file in field.get("files") or ())
    if "selected_options" in field:
        return ",".join(str(option["value"]) for option in field["selected_options"] or ())
    chosen = field.get("selected_option")
    if "selected_time" in field:
        return str(field["selected_time"] or "")
    return str(chosen["value"] if chosen else field.get("value") or "")


def errors_view(
    voice: Voice, command: Command, faults: Mapping[str, Refusal], fields: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the ack that shows refusals at their fields; one without a field on the screen stands at the first."""
    fields = fields or [argument.name for argument in command.arguments]
    return field_errors(
        {name if name in fields else fields[0]: voice.plain(refusal.say) for name, refusal in faults.items()}
    )


def field_errors(errors: Mapping[str, str]) -> dict[str, Any]:
    """Return the ack of a submission that keeps the form open."""
    short = {block: blocks.shortened(text, LONGEST_ERROR) for block, text in errors.items()}
    return {"response_action": "errors", "errors": short}


def asked_values(command: Command, values: Values) -> dict[str, str]:
    """Return only the values that the command has arguments for, and the reason where the form asked for one."""
    reason = {REASON: values[REASON]} if REASON in values else {}
    return {argument.name: values.get(argument.name, "") for argument in command.arguments} | reason
