"""Commands about the account the bot acts as, what the bot stands on, and who a person is in IAM (R3.21)."""

from __future__ import annotations

from bot.command import Noun, Text

noun = Noun(
    "account",
    Text(
        en="The Huawei Cloud account, who you are in it, and the bot's health: doctor",
        zh="华为云账号、您在其中的身份，以及机器人状态：诊断",
    ),
    aliases=("账号", "账户"),
)
