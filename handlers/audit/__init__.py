"""Commands about what was recorded."""

from __future__ import annotations

from bot.command import Noun, Text

noun = Noun(
    "audit",
    Text(en="What was recorded: list", zh="审计记录：列表"),
    aliases=("审计", "审计记录"),
)
