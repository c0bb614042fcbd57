"""Cards, containers, figures and videos that Slack refuses, over the wire; each limit by itself: workspace/."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Control
from tests.sandbox.refused.test_blocks_refused import Case, cell
from tests.sandbox.workspace.test_blocks import modal, plain
from tests.sandbox.workspace.test_web_api import refusal, trigger

pytestmark = pytest.mark.asyncio(loop_scope="package")
MESSAGES: dict[str, Case] = {
    "card of nothing": Case([{"type": "card", "subtitle": plain("x")}], "at least one of", "Card block"),
    "carousel in a carousel": Case(
        [{"type": "carousel", "elements": [{"type": "carousel", "elements": []}]}], "unsupported type", "Carousel block"
    ),
    "container of 11": Case(
        [{"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}] * 11}],
        "no more than 10",
        "Container block",
    ),
    "task half done": Case(
        [{"type": "task_card", "task_id": "1", "title": "x", "status": "half"}],
        "pending, in_progress",
        "Task card block",
    ),
    "ragged data table": Case(
        [{"type": "data_table", "caption": "x", "rows": [[cell("x")], []]}], "no fewer than 1", "Data table block"
    ),
    "pie of 13": Case(
        [
            {
                "type": "data_visualization",
                "title": "x",
                "chart": {"type": "pie", "segments": [{"label": "x", "value": 1}] * 13},
            }
        ],
        "no more than 12",
        "Data visualization block",
    ),
    "video without the scope": Case(
        [
            {
                "type": "video",
                "title": plain("x"),
                "alt_text": "x",
                "video_url": "https://x.example",
                "thumbnail_url": "https://x.example",
            }
        ],
        "links.embed:write",
        "Video block",
    ),
    "file block": Case(
        [{"type": "file", "external_id": "x", "source": "remote"}], "unsupported type: file", "File block"
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_message_with_such_blocks_is_refused(shared: Control, name: str) -> None:
    case = MESSAGES[name]
    answer = await refusal(shared.client().chat_postMessage(channel="C0MODELART", text="x", blocks=case.payload))
    assert answer["error"] == "invalid_blocks", case.source
    assert any(case.complaint in fault for fault in answer["response_metadata"]["messages"]), answer.data


VIEWS: dict[str, Case] = {
    "container in a modal": Case(
        modal({"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}]}),
        "unsupported type: container",
        "Container block",
    ),
    "carousel in a modal": Case(
        modal({"type": "carousel", "elements": [{"type": "card", "title": plain("x")}]}),
        "unsupported type: carousel",
        "Carousel block",
    ),
}


@pytest.mark.parametrize("name", VIEWS)
async def test_such_a_view_is_refused(shared: Control, name: str) -> None:
    case = VIEWS[name]
    answer = await refusal(shared.client().views_open(trigger_id=trigger(shared), view=case.payload))
    assert answer["error"] == "invalid_arguments", case.source
    assert any(case.complaint in fault for fault in answer["response_metadata"]["messages"]), answer.data
