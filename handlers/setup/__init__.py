"""The checklist of a new account (R1.01, R1.03)."""

from __future__ import annotations

from bot.command import Noun, Text

noun = Noun(
    "setup",
    Text(
        en="What a new account needs before anything else, and who ticked what",
        zh="新账号的准备清单：需要完成的事项和勾选记录",
    ),
    ("准备", "开始", "onboarding"),
)
