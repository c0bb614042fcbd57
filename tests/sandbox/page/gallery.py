"""Blocks and a form of every kind that the page must draw."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
WHEN = 1_798_765_432


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(label: str, value: str, **more: Any) -> Json:
    return {"text": plain(label), "value": value, **more}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


CONFIRM = {
    "title": plain("Deny this?"),
    "text": mrkdwn("The asker is *told* at once."),
    "confirm": plain("Deny"),
    "deny": plain("Back"),
    "style": "danger",
}

CARD: list[Json] = [
    {"type": "header", "text": plain("Request: create bucket c-flowers :bucket:")},
    {
        "type": "section",
        "text": mrkdwn(
            "<@U0LI000001> asks for a bucket. Needs *one approver* other than the asker, until "
            f"<!date^{WHEN}^{{date_short_pretty}} at {{time}}|tomorrow>."
        ),
    },
    {
        "type": "section",
        "fields": [
            mrkdwn("*Region*\ncn-north-4"),
            mrkdwn("*Storage class*\nStandard"),
            mrkdwn("*Encryption*\noff"),
            mrkdwn("*Price*\n¥0.099 per GB and month"),
        ],
    },
    {
        "type": "section",
        "text": mrkdwn(
            "*Plan*\n1. Look whether `c-flowers` is free\n2. Create the bucket\n3. Check region and encryption"
        ),
    },
    {
        "type": "actions",
        "elements": [
            button("Approve", "approve", style="primary", value="r-1"),
            button("Deny", "deny", style="danger", value="r-1", confirm=CONFIRM),
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Why am I asked?", "why"), option("Withdraw", "withdraw")],
            },
        ],
    },
    {"type": "context", "elements": [mrkdwn("Request `r-1` · policy 3 · <https://console.huaweicloud.com/|console>")]},
]

GALLERY: list[Json] = [
    {
        "type": "section",
        "text": mrkdwn("*Section* with an accessory"),
        "accessory": button("Open", "open_it", url="https://example.com/"),
    },
    {
        "type": "section",
        "text": mrkdwn("Pick a flavor"),
        "accessory": {
            "type": "static_select",
            "action_id": "flavor",
            "placeholder": plain("Flavor"),
            "options": [
                option("Ascend 1 card", "a1", description=plain("¥ 4.30 an hour")),
                option("CPU 2 cores", "c2"),
                option("CPU 8 cores", "c8"),
            ],
        },
    },
    {"type": "divider"},
    {
        "type": "actions",
        "elements": [
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-24"},
            {"type": "timepicker", "action_id": "hour", "initial_time": "18:30"},
            {"type": "users_select", "action_id": "whom", "placeholder": plain("Who")},
            {
                "type": "checkboxes",
                "action_id": "ticks",
                "options": [option("Keep the logs", "logs"), option("Tell the owner", "tell")],
            },
            {
                "type": "radio_buttons",
                "action_id": "one",
                "initial_option": option("Today", "0"),
                "options": [option("Today", "0"), option("Tomorrow", "1")],
            },
        ],
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Rich ", "style": {"bold": True}},
                    {"type": "emoji", "name": "tada"},
                    {"type": "text", "text": " for "},
                    {"type": "user", "user_id": "U0LI000001"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "two", "style": {"code": True}}],
                    },
                ],
            },
            {
                "type": "rich_text_preformatted",
                "elements": [{"type": "text", "text": "epoch 1  loss 0.42\nepoch 2  loss 0.31"}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        ],
    },
    {
        "type": "markdown",
        "text": "**Markdown** with a [link](https://example.com) and\n\n| Name | Rows |\n|---|---|\n| c-flowers | 12 |",
    },
    {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Bucket"}, {"type": "raw_text", "text": "Size"}],
            [{"type": "raw_text", "text": "c-flowers"}, {"type": "raw_text", "text": "1.2 GB"}],
            [{"type": "raw_text", "text": "c-trees"}, {"type": "raw_text", "text": "17 GB"}],
        ],
    },
    {
        "type": "image",
        "title": plain("A picture"),
        "image_url": "https://example.invalid/x.png",
        "alt_text": "a chart of losses",
    },
]


def field(name: str, label: str, kind: str, optional: bool = False, hint: str = "", **element: Any) -> Json:
    """Return an input block whose block_id and action_id are alike."""
    block = {"type": "input", "block_id": name, "label": plain(label), "optional": optional}
    return block | {"element": {"type": kind, "action_id": name, **element}} | ({"hint": plain(hint)} if hint else {})


REGIONS = [option("cn-north-4", "cn-north-4"), option("cn-east-3", "cn-east-3")]
LABELS = [option("vision", "vision"), option("text", "text"), option("sound", "sound")]
ENGLISH = ("Create a bucket", "Submit", "Cancel", "Name", "Region", "Enterprise project", "Labels", "Reason", "Confirm")
CHINESE = ("创建桶", "提交", "取消", "桶名称", "区域", "企业项目", "标签", "说明", "确认")


def form(zh: bool = False) -> Json:
    """Return the modal that "/modelarts form" opens."""
    title, submit, close, name, region, project, labels, reason, confirm = CHINESE if zh else ENGLISH
    text = "桶用于存放数据集。" if zh else "A bucket keeps data sets. *Nothing is made* before an approver agrees."
    hint = "3–63 个小写字母、数字或连字符" if zh else "3 to 63 small letters, digits and hyphens"
    text_field: Json = {"hint": hint, "placeholder": plain("c-flowers"), "focus_on_load": True}
    search = plain("搜索" if zh else "Search")
    blocks = [
        {"type": "section", "block_id": "intro", "text": mrkdwn(text)},
        field("name", name, "plain_text_input", **text_field),
        field("region", region, "static_select", initial_option=REGIONS[0], options=REGIONS),
        field("project", project, "external_select", True, min_query_length=1, placeholder=search),
        field("tags", labels, "multi_static_select", True, options=LABELS),
        field("note", reason, "plain_text_input", True, multiline=True),
        field("agree", confirm, "checkboxes", True, options=[option("Delete after 30 days", "d30")]),
    ]
    shown = {"title": plain(title), "submit": plain(submit), "close": plain(close), "blocks": blocks}
    return {"type": "modal", "callback_id": "bucket", "notify_on_close": True, **shown}


def home(zh: bool = False) -> list[Json]:
    """Return the Home that the small bot publishes: what waits for a decision, and what one may begin."""
    waits, begins, opens = (
        ("等待您的决定", "开始", "打开") if zh else ("Waiting for your decision", "Start something", "Open")
    )
    rows = [
        {"type": "section", "text": mrkdwn(f"*{name}*"), "accessory": button(opens, "open_form", value=name)}
        for name in ("bucket create", "service start")
    ]
    head = {"type": "header", "text": plain(waits)}
    return [head, *CARD[1:5], {"type": "divider"}, {"type": "header", "text": plain(begins)}, *rows]
