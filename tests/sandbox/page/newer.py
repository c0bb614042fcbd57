"""Blocks that frame others, and figures: what the page draws of Slack's newer blocks."""

from __future__ import annotations

from typing import Any

from tests.sandbox.page.gallery import button, mrkdwn, plain

Json = dict[str, Any]
MONTHS = ("Jun", "Jul", "Aug", "Sep", "Oct", "Nov")


def rich(text: str) -> Json:
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inner]}


def task(number: int, title: str, status: str, **more: Any) -> Json:
    return {"type": "task_card", "task_id": str(number), "title": title, "status": status, **more}


def series(name: str, *values: float) -> Json:
    return {"name": name, "data": [{"label": m, "value": v} for m, v in zip(MONTHS, values, strict=True)]}


def card(name: str, text: str, icon: str) -> Json:
    opens = button("Open", "open_card", value=name)
    named = {"type": "card", "title": mrkdwn(f"*{name}*"), "subtitle": plain("cn-north-4"), "body": mrkdwn(text)}
    return named | {
        "slack_icon": {"type": "icon", "name": icon},
        "actions": [opens],
        "subtext": plain("Stops at 18:30"),
    }


def row(name: str, hours: float) -> list[Json]:
    return [
        {"type": "raw_text", "text": name},
        {"type": "raw_number", "value": hours, "text": f"{hours:g} h"},
        rich("running" if hours > 20 else "stopped"),
    ]


HEAD = [{"type": "raw_text", "text": text} for text in ("Service", "Hours", "State")]
NEWER: list[Json] = [
    {
        "type": "carousel",
        "elements": [card("flowers", "Classifies *flowers*", "rocket"), card("trees", "Trees", "bot")],
    },
    {
        "type": "container",
        "title": plain("Three services changed"),
        "subtitle": mrkdwn("since _yesterday_"),
        "is_collapsible": True,
        "width": "wide",
        "child_blocks": [
            {"type": "section", "text": mrkdwn("*flowers*\nstopped → running")},
            {"type": "divider"},
            {"type": "actions", "elements": [button("Look again", "look_again")]},
        ],
    },
    {
        "type": "plan",
        "title": "Create bucket c-flowers",
        "tasks": [
            task(1, "Look whether the name is free", "complete", output=rich("c-flowers is free")),
            task(2, "Create the bucket", "in_progress"),
            task(3, "Check region", "pending"),
            task(4, "Tell the owner", "error", details=rich("no such person")),
        ],
    },
    {
        "type": "data_table",
        "caption": "Services",
        "rows": [HEAD, *(row(f"service-{n:02d}", n * 4) for n in range(1, 13))],
    },
    {
        "type": "data_visualization",
        "title": "GPU hours a month",
        "chart": {
            "type": "bar",
            "series": [series("Li Na", 120, 80, 60, 140, 90, 30), series("Wang Wei", 40, 60, 90, 20, 10, 70)],
            "axis_config": {"categories": list(MONTHS), "x_label": "Month", "y_label": "Hours"},
        },
    },
    {
        "type": "data_visualization",
        "title": "Package hours",
        "chart": {"type": "pie", "segments": [{"label": "used", "value": 30.5}, {"label": "left", "value": 69.5}]},
    },
    {
        "type": "video",
        "title": plain("How a request goes"),
        "video_url": "https://example.invalid/v",
        "thumbnail_url": "https://example.invalid/v.png",
        "alt_text": "a film",
        "provider_name": "Lab",
        "author_name": "Mei Lin",
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "helpful",
                "positive_button": {"text": plain("Helpful"), "value": "yes"},
                "negative_button": {"text": plain("Not helpful"), "value": "no"},
            },
            {"type": "icon_button", "action_id": "delete_it", "icon": "trash", "text": plain("Delete")},
        ],
    },
]
ATTACHMENTS: list[Json] = [
    {
        "color": "#36a64f",
        "title": "Run finished",
        "title_link": "https://example.com/",
        "text": "Loss *0.31*",
        "fields": [
            {"title": "Epochs", "value": "20", "short": True},
            {"title": "Card", "value": "Ascend", "short": True},
        ],
        "footer": "trainer",
    },
    {"color": "danger", "blocks": [{"type": "actions", "elements": [button("Restart", "restart", value="run-7")]}]},
]
