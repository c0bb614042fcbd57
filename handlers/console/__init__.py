"""Where things stand in the provider's console (R2.01-R2.03)."""

from __future__ import annotations

from bot.command import Noun, Text

noun = Noun(
    "console",
    Text(en="Links into the Huawei Cloud console", zh="华为云控制台链接"),
    aliases=("控制台", "链接"),
)
