from __future__ import annotations

from bot.reply import Button, Reply
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
