"""Messages that grow: Slack's own stream helpers, both kinds, and what is refused of them."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_sdk import WebClient

from tests.sandbox.conftest import TOKEN, Control
from tests.sandbox.workspace.test_web_api import SECTION, refusal

Json = dict[str, Any]
TO = {"recipient_team_id": "T0SANDBOX1", "recipient_user_id": "U0LI000001"}


async def asked(control: Control) -> Json:
    """Return where an answer to li's question belongs."""
    said = await control.say("li", "#general", "how far is it?")
    return {"channel": "C0GENERAL1", "thread_ts": said["ts"], **TO}


async def shown(control: Control) -> Json:
    rows = await control.messages("li", "#general")
    return rows[-1]


async def test_the_async_helper_streams_text_into_a_thread(control: Control) -> None:
    where = await asked(control)
    stream = await control.client().chat_stream(**where, buffer_size=4)
    await stream.append(markdown_text="**hello wo")
    growing = await shown(control)
    assert (growing["text"], growing["thread_ts"]) == ("**hello wo", where["thread_ts"])
    await stream.append(markdown_text="rld!**")
    metadata = {"event_type": "told", "event_payload": {"n": 1}}
    done = await stream.stop(markdown_text=" Bye.", blocks=[SECTION], metadata=metadata)
    assert [block["type"] for block in done["message"]["blocks"]] == ["markdown", "section"]
    assert (done["message"]["text"], done["message"]["metadata"]) == ("**hello world!** Bye.", metadata)
    late = await refusal(control.client().chat_appendStream(channel="C0GENERAL1", ts=done["ts"], markdown_text="x"))
    assert late["error"] == "message_not_in_streaming_state"


async def test_the_sync_helper_streams_tasks_in_a_plan(control: Control) -> None:
    where = await asked(control)
    client = WebClient(TOKEN, base_url=control.running.announced["slack_api"])

    def work() -> None:
        stream = client.chat_stream(**where, task_display_mode="plan")
        stream.append(chunks=[{"type": "plan_update", "title": "Create c-flowers"}])
        stream.append(chunks=[{"type": "task_update", "id": "1", "title": "Look", "status": "in_progress"}])
        stream.append(
            chunks=[{"type": "task_update", "id": "1", "title": "Look", "status": "complete", "output": "free"}]
        )
        stream.stop(markdown_text="Done.")

    await asyncio.to_thread(work)
    plan, text = (await shown(control))["blocks"]
    assert (plan["title"], text["text"]) == ("Create c-flowers", "Done.")
    (task,) = plan["tasks"]
    assert (task["status"], task["output"]["elements"][0]["elements"][0]["text"]) == ("complete", "free")


async def test_tasks_of_a_timeline_stand_among_the_text(control: Control) -> None:
    client, where = control.client(), await asked(control)
    chunks = [{"type": "task_update", "id": "1", "title": "Look", "status": "pending"}]
    ts = (await client.chat_startStream(**where, markdown_text="First", chunks=chunks))["ts"]
    await client.chat_appendStream(channel="C0GENERAL1", ts=ts, markdown_text="then")
    blocks = [{"type": "blocks", "blocks": [SECTION]}]
    await client.chat_appendStream(channel="C0GENERAL1", ts=ts, chunks=blocks)
    kinds = [block["type"] for block in (await shown(control))["blocks"]]
    assert kinds == ["markdown", "task_card", "markdown", "section"]
    answer = await refusal(client.chat_update(channel="C0GENERAL1", ts=ts, text="x"))
    assert answer["error"] == "streaming_state_conflict"


async def test_what_a_stream_does_not_take(control: Control) -> None:
    client, where = control.client(), await asked(control)
    for missing in TO:
        given = {name: value for name, value in where.items() if name != missing}
        assert (await refusal(client.chat_startStream(**given)))["error"] == f"missing_{missing}"
    ts = (await client.chat_startStream(**where))["ts"]
    growing = {"channel": "C0GENERAL1", "ts": ts}
    strange: list[Any] = ["x", {"type": "song"}, {"type": "task_update"}, {"type": "plan_update", "title": "no plan"}]
    for chunk in strange:
        assert (await refusal(client.chat_appendStream(**growing, chunks=[chunk])))["error"] == "invalid_chunks"
    bad = {"type": "task_update", "id": "1", "title": "x", "status": "halfway"}
    assert (await refusal(client.chat_appendStream(**growing, chunks=[bad])))["error"] == "invalid_blocks"
    assert (await refusal(client.chat_appendStream(**growing, markdown_text="x" * 12_001)))["error"] == "msg_too_long"
    assert (await refusal(client.chat_appendStream(**growing)))["error"] == "no_text"
    assert (await shown(control))["blocks"] == [], "nothing of what was refused is kept"
    mine = await control.say("li", "#general", "mine")
    theirs = await refusal(client.chat_stopStream(channel="C0GENERAL1", ts=mine["ts"]))
    assert theirs["error"] == "message_not_owned_by_app"
