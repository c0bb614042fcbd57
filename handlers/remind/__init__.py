"""Commands about reminders: what is still to be said about a thing, and when (R5.37)."""

from __future__ import annotations

from bot.command import Argument, Ask, Facts, Kind, Noun, Text
from bot.errors import Refusal
from bot.ports import Watched
from bot.records import Thing

noun = Noun(
    "remind",
    Text(en="Reminders: list, put off, mute, add", zh="提醒：列表、推迟、静音、添加"),
    aliases=("提醒", "reminders"),
)

WHICH = Argument(
    "thing",
    Text(en="Service or package", zh="服务或套餐包"),
    required=True,
    hint=Text(en="Name or id", zh="名称或 ID"),
    aliases=("名称", "服务", "套餐包", "name", "id"),
    kind=Kind.SEARCH,
    index=("service", "package"),
)


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall the one thing that is named; whether the asker may decide about it is checked with the change itself."""
    return {"thing": await named(ask["thing"], watched)}


async def named(word: str, watched: Watched) -> Thing:
    """Return the watched thing that `word` names. Raises `Refusal`."""
    named_so = await watched.find(word)
    found = [thing for thing in named_so if thing.provider == word] or named_so
    if not found:
        raise Refusal("remind.missing", argument="thing", name=word)
    if len(found) > 1:
        ids = ", ".join(f"`{thing.provider}`" for thing in found)
        raise Refusal("remind.which", argument="thing", name=word, ids=ids)
    return found[0]
