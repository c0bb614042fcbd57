from __future__ import annotations

from bot.reply import Button, Link, Reply, Row, first_rows
from bot.say import Language, say
from bot.slack.mrkdwn import Voice
from bot.slack.replies import message
from bot.texts import Catalog

EN = Voice(Catalog.load(), Language.EN)


def test_an_action_id_stands_once_in_a_block_and_no_button_is_lost() -> None:
    actions = ["open_form", "mine", "open_form", "mute", "open_form"]
    buttons = tuple(Button(action, say("form.open"), f"v{number}") for number, action in enumerate(actions))
    rows = [
        block["elements"]
        for block in message(EN, Reply(say("form.title"), buttons=buttons)).blocks
        if "elements" in block
    ]
    assert [[element["action_id"] for element in row] for row in rows] == [
        ["open_form", "mine", "mute"],
        ["open_form"],
        ["open_form"],
    ]
    assert sorted(element["value"] for row in rows for element in row) == ["v0", "v1", "v2", "v3", "v4"]


def test_the_text_without_blocks_tells_all_but_secret_links() -> None:
    """Decision 11: notices and those who have it read out know no blocks."""
    row = Row(say("package.list.row", name="GPU hours", id="p1"), (say("package.state.active"),))
    console, secret = (Link(say("form.open"), f"https://{name}.example/", say("form.title")) for name in "ab")
    reply = Reply(
        say("package.list.head", total=3), table=first_rows([row] * 3, 2), links=(console,), fleeting=(secret,)
    )
    told = message(EN, reply).text.splitlines()
    assert told == [
        EN.fallback(reply.head),
        *[f"{EN.fallback(row.head)} · {EN.fallback(row.details[0])}"] * 2,
        EN.fallback(say("chat.more", more=1, total=3)),
        f"{EN.fallback(console.label)}: {console.url}",
    ]
