"""Commands about the account the bot acts as, and what the bot stands on."""

from __future__ import annotations

from bot.command import Noun, Text

noun = Noun(
    "account",
    Text(en="The Huawei Cloud account and the bot's health: doctor", zh="华为云账号与机器人状态：诊断"),
    aliases=("账号", "账户"),
)
