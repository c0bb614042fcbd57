"""Block Kit as a table: every block, element and composition object with its fields and limits.

Figures: Slack's Block Kit reference. Where it leaves a doubt (number inputs in a message), the table takes the
narrower reading: what passes here passes there.
"""

from __future__ import annotations

from sandbox.workspace import charts, layouts, rich
from sandbox.workspace.shapes import ANY_TEXT, PLAIN, Flag, Free, Many, Number, OneOf, Part, Rule, Shape, Str, Text

SURFACE_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MESSAGE_BLOCKS_CHARS = 13_200  # undocumented; seen as msg_blocks_too_long from about this size
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
MARKDOWN_TOTAL = 12_000
VIEW_BYTES = 250_000
VIEW_STACK = 3
METADATA_CHARS = 8_000
TABLE_CHARS = 10_000
ATTACHMENTS = 100
MARKDOWN_TEXT = 12_000


ID = Str(255)
DATE = Str(10)
SINGLE = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI = tuple(f"multi_{name}" for name in SINGLE)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CHOICES = ("checkboxes", "radio_buttons")
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
ACTIONS = ("button", "overflow", "workflow_button", "rich_text_input", *CHOICES, *PICKERS, *SINGLE, *MULTI)
ACCESSORIES = ("image", "button", "overflow", "workflow_button", "datepicker", "timepicker")
INPUTS = (*TYPED, "file_input", "rich_text_input", *CHOICES, *PICKERS, *SINGLE, *MULTI)
STATEFUL = frozenset(INPUTS)
# Elements of one kind of surface only, whatever block they stand in.
ONLY_IN = {
    **dict.fromkeys(("file_input", "number_input", "email_text_input", "url_text_input"), ("modal",)),
    "rich_text_input": ("modal", "home"),
    "datetimepicker": ("modal", "message"),
    "workflow_button": ("message",),
}

_BASE: dict[str, Rule] = {"action_id": ID, "focus_on_load": Flag()}
_CONFIRM: dict[str, Rule] = {"confirm": Part(("confirm",))}
_HINTED: dict[str, Rule] = {"placeholder": Text(150, PLAIN)}
_CONVERSATION: dict[str, Rule] = {"filter": Part(("filter",)), "default_to_current_conversation": Flag()}
_TYPED: dict[str, Rule] = {"dispatch_action_config": Part(("dispatch_action_config",))}
_PICK = _BASE | _CONFIRM | _HINTED
OPTIONS = Many(Part(("option",)), 100)
GROUPS = Many(Part(("option_group",)), 100)
TEN = Many(Part(("marked_option",)), 10)
QUERY = Number(0, 150)
MAX_ITEMS: dict[str, Rule] = {"max_selected_items": Number(1, 100)}

COMPOSITION = {
    **layouts.COMPOSITION,
    **charts.COMPOSITION,
    "style": rich.STYLE_SHAPE,
    "confirm": Shape(
        {"title": Text(100, PLAIN), "text": Text(300), "confirm": Text(30, PLAIN), "deny": Text(30, PLAIN)},
        {"style": OneOf(("primary", "danger"))},
    ),
    "option": Shape({"text": Text(75, PLAIN), "value": Str(150)}, {"description": Text(75, PLAIN)}),
    "marked_option": Shape({"text": Text(75), "value": Str(150)}, {"description": Text(75)}),
    "linked_option": Shape(
        {"text": Text(75, PLAIN), "value": Str(150)}, {"description": Text(75, PLAIN), "url": Str(3_000)}
    ),
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

OFFER = Shape(
    {}, {"options": Many(Part(("option",)), 100, 0), "option_groups": GROUPS}, (("options", "option_groups"),)
)
ELEMENTS = {
    **layouts.ELEMENTS,
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
    "overflow": Shape({"options": Many(Part(("linked_option",)), 5)}, _CONFIRM | {"action_id": ID}),
    "workflow_button": Shape({"text": Text(75, PLAIN), "workflow": Free()}, {"action_id": ID}),
    "checkboxes": Shape({"options": TEN}, _BASE | _CONFIRM | {"initial_options": TEN}),
    "radio_buttons": Shape({"options": TEN}, _BASE | _CONFIRM | {"initial_option": Part(("marked_option",))}),
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
    "rich_text": Shape({"elements": rich.TEXTS}, {}),
    "table": Shape(
        {"rows": Many(Many(charts.CELLS, 20), 100)},
        {"column_settings": Many(Part(("column",)), 20)},
        surfaces=("message",),
    ),
    "alert": Shape(
        {"text": Text(200)},
        {"level": OneOf(("default", "info", "warning", "error", "success"))},
        surfaces=("modal",),
    ),
    **layouts.BLOCKS,
    **charts.BLOCKS,
}
TYPED_PARTS = ELEMENTS | rich.PARTS | layouts.PARTS | charts.PARTS
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
