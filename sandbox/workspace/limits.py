"""Block Kit as a table: every block, element and composition object with its fields and limits.

Figures: Slack's Block Kit reference. Where it leaves a doubt (multi-selects in an actions block), the table
takes the narrower reading: what passes here passes there.
"""

from __future__ import annotations

from dataclasses import dataclass

SURFACE_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MESSAGE_BLOCKS_CHARS = 13_200  # undocumented; seen as msg_blocks_too_long from about this size
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
MARKDOWN_TOTAL = 12_000
VIEW_BYTES = 250_000
VIEW_STACK = 3
METADATA_CHARS = 8_000
PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Text:
    """A text object of at most `most` characters."""

    most: int
    kinds: tuple[str, ...] = ANY_TEXT


@dataclass(frozen=True, slots=True)
class Str:
    """A string of `least` to `most` characters."""

    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """An object: of one of these `type`s, or, if a single untyped composition object, of that shape."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """An array of `least` to `most` things."""

    item: Rule
    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class Free:
    """Anything: not looked into."""


Rule = Text | Str | Number | Flag | OneOf | Part | Many | Free


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one object; `either` lists groups of which exactly one field must be there."""

    required: dict[str, Rule]
    optional: dict[str, Rule]
    either: tuple[tuple[str, ...], ...] = ()
    surfaces: tuple[str, ...] = ("message", "modal", "home")


ID = Str(255)
DATE = Str(10)
SINGLE = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI = tuple(f"multi_{name}" for name in SINGLE)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CHOICES = ("checkboxes", "radio_buttons")
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
ACTIONS = ("button", "overflow", "workflow_button", *CHOICES, *PICKERS, *SINGLE)
ACCESSORIES = ("image", "button", "overflow", "workflow_button", "datepicker", "timepicker")
INPUTS = (*TYPED, "file_input", "rich_text_input", *CHOICES, *PICKERS, *SINGLE, *MULTI)
STATEFUL = frozenset(INPUTS)

_BASE: dict[str, Rule] = {"action_id": ID, "focus_on_load": Flag()}
_CONFIRM: dict[str, Rule] = {"confirm": Part(("confirm",))}
_HINTED: dict[str, Rule] = {"placeholder": Text(150, PLAIN)}
_CONVERSATION: dict[str, Rule] = {"filter": Part(("filter",)), "default_to_current_conversation": Flag()}
_TYPED: dict[str, Rule] = {"dispatch_action_config": Part(("dispatch_action_config",))}
_PICK = _BASE | _CONFIRM | _HINTED
OPTIONS = Many(Part(("option",)), 100)
GROUPS = Many(Part(("option_group",)), 100)
TEN = Many(Part(("option",)), 10)
QUERY = Number(0, 150)
MAX_ITEMS: dict[str, Rule] = {"max_selected_items": Number(1, 100)}

COMPOSITION = {
    "confirm": Shape(
        {"title": Text(100, PLAIN), "text": Text(300), "confirm": Text(30, PLAIN), "deny": Text(30, PLAIN)},
        {"style": OneOf(("primary", "danger"))},
    ),
    "option": Shape({"text": Text(75), "value": Str(150)}, {"description": Text(75), "url": Str(3_000)}),
    "option_group": Shape({"label": Text(75, PLAIN), "options": OPTIONS}, {}),
    "filter": Shape(
        {},
        {
            "include": Many(OneOf(("im", "mpim", "private", "public")), 4),
            "exclude_external_shared_channels": Flag(),
            "exclude_bot_users": Flag(),
        },
    ),
    "dispatch_action_config": Shape(
        {}, {"trigger_actions_on": Many(OneOf(("on_enter_pressed", "on_character_entered")), 2)}
    ),
    "slack_file": Shape({}, {"url": Str(3_000), "id": Str(255)}, (("url", "id"),)),
    "column": Shape({}, {"align": OneOf(("left", "center", "right")), "is_wrapped": Flag()}),
}

ELEMENTS = {
    "button": Shape(
        {"text": Text(75, PLAIN)},
        _CONFIRM
        | {
            "action_id": ID,
            "url": Str(3_000),
            "value": Str(2_000),
            "style": OneOf(("primary", "danger")),
            "accessibility_label": Str(75),
        },
    ),
    "image": Shape(
        {"alt_text": Str(2_000)},
        {"image_url": Str(3_000), "slack_file": Part(("slack_file",))},
        (("image_url", "slack_file"),),
    ),
    "overflow": Shape({"options": Many(Part(("option",)), 5)}, _CONFIRM | {"action_id": ID}),
    "workflow_button": Shape({"text": Text(75, PLAIN), "workflow": Free()}, {"action_id": ID}),
    "checkboxes": Shape({"options": TEN}, _BASE | _CONFIRM | {"initial_options": TEN}),
    "radio_buttons": Shape({"options": TEN}, _BASE | _CONFIRM | {"initial_option": Part(("option",))}),
    "datepicker": Shape({}, _PICK | {"initial_date": DATE}),
    "timepicker": Shape({}, _PICK | {"initial_time": Str(5), "timezone": Str(64)}),
    "datetimepicker": Shape({}, _BASE | _CONFIRM | {"initial_date_time": Number(10**9, 10**10 - 1)}),
    "static_select": Shape(
        {},
        _PICK | {"options": OPTIONS, "option_groups": GROUPS, "initial_option": Part(("option",))},
        (("options", "option_groups"),),
    ),
    "external_select": Shape({}, _PICK | {"min_query_length": QUERY, "initial_option": Part(("option",))}),
    "users_select": Shape({}, _PICK | {"initial_user": ID}),
    "conversations_select": Shape(
        {}, _PICK | _CONVERSATION | {"initial_conversation": ID, "response_url_enabled": Flag()}
    ),
    "channels_select": Shape({}, _PICK | {"initial_channel": ID, "response_url_enabled": Flag()}),
    "multi_static_select": Shape(
        {},
        _PICK | MAX_ITEMS | {"options": OPTIONS, "option_groups": GROUPS, "initial_options": OPTIONS},
        (("options", "option_groups"),),
    ),
    "multi_external_select": Shape({}, _PICK | MAX_ITEMS | {"min_query_length": QUERY, "initial_options": OPTIONS}),
    "multi_users_select": Shape({}, _PICK | MAX_ITEMS | {"initial_users": Many(ID, 100)}),
    "multi_conversations_select": Shape(
        {}, _PICK | MAX_ITEMS | _CONVERSATION | {"initial_conversations": Many(ID, 100)}
    ),
    "multi_channels_select": Shape({}, _PICK | MAX_ITEMS | {"initial_channels": Many(ID, 100)}),
    "plain_text_input": Shape(
        {},
        _BASE
        | _HINTED
        | _TYPED
        | {
            "initial_value": Str(3_000, 0),
            "multiline": Flag(),
            "min_length": Number(0, 3_000),
            "max_length": Number(1, 3_000),
        },
    ),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()},
        _BASE | _HINTED | _TYPED | {"initial_value": Str(100), "min_value": Str(100), "max_value": Str(100)},
    ),
    "email_text_input": Shape({}, _BASE | _HINTED | _TYPED | {"initial_value": Str(3_000)}),
    "url_text_input": Shape({}, _BASE | _HINTED | _TYPED | {"initial_value": Str(3_000)}),
    "file_input": Shape({}, {"action_id": ID, "filetypes": Many(Str(20), 100), "max_files": Number(1, 10)}),
    "rich_text_input": Shape({}, _BASE | _HINTED | _TYPED | {"initial_value": Free()}),
}

_TEXTS = Many(Part(("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")), 500)
BLOCK_ID: dict[str, Rule] = {"block_id": ID}
BLOCKS = {
    "section": Shape(
        {},
        {
            "text": Text(3_000),
            "fields": Many(Text(2_000), 10),
            "accessory": Part((*ACCESSORIES, *CHOICES, *SINGLE, *MULTI)),
            "expand": Flag(),
        },
    ),
    "header": Shape({"text": Text(150, PLAIN)}, {}),
    "divider": Shape({}, {}),
    "context": Shape({"elements": Many(Part(("image", *ANY_TEXT)), 10)}, {}),
    "actions": Shape({"elements": Many(Part(ACTIONS), 25)}, {}),
    "image": Shape(
        {"alt_text": Str(2_000)},
        {"title": Text(2_000, PLAIN), "image_url": Str(3_000), "slack_file": Part(("slack_file",))},
        (("image_url", "slack_file"),),
    ),
    "input": Shape(
        {"label": Text(2_000, PLAIN), "element": Part(INPUTS)},
        {"hint": Text(2_000, PLAIN), "optional": Flag(), "dispatch_action": Flag()},
    ),
    "markdown": Shape({"text": Str(MARKDOWN_TOTAL)}, {}, surfaces=("message",)),
    "rich_text": Shape({"elements": _TEXTS}, {}),
    "table": Shape(
        {"rows": Many(Many(Free(), 20), 100)},
        {"column_settings": Many(Part(("column",)), 20)},
        surfaces=("message",),
    ),
    "alert": Shape({"text": Text(200)}, {"level": Str(20)}, surfaces=("modal",)),
}
RICH = {
    "rich_text_section": Shape({"elements": Many(Free(), 1_000, 0)}, {}),
    "rich_text_quote": Shape({"elements": Many(Free(), 1_000, 0)}, {"border": Number(0, 1)}),
    "rich_text_preformatted": Shape(
        {"elements": Many(Free(), 1_000, 0)}, {"border": Number(0, 1), "language": Str(100)}
    ),
    "rich_text_list": Shape(
        {"elements": Many(Part(("rich_text_section",)), 1_000, 0), "style": OneOf(("bullet", "ordered"))},
        {"indent": Number(0, 8), "offset": Number(0, 10**6), "border": Number(0, 1)},
    ),
}
TYPED_PARTS = ELEMENTS | RICH
MODAL = Shape(
    {"title": Text(24, PLAIN), "blocks": Free()},
    {
        "submit": Text(24, PLAIN),
        "close": Text(24, PLAIN),
        "private_metadata": Str(3_000, 0),
        "callback_id": Str(255, 0),
        "external_id": Str(255, 0),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
HOME = Shape(
    {"blocks": Free()},
    {"private_metadata": Str(3_000, 0), "callback_id": Str(255, 0), "external_id": Str(255, 0)},
)
