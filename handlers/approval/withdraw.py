"""Take one's own request back."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Watched
from handlers.approval import WHICH, known


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall one request, if this person may see it."""
    return {"asked": await watched.request(ask.person, ask["request"])}


def press(ask: Ask, facts: Facts) -> tuple[str, str]:
    """Stand for the Withdraw button of that request: the same guards, the same answer."""
    return "withdraw", known(facts["asked"], ask["request"]).approval.id


command = Command(
    "approval withdraw",
    summary=Text(en="Take your own request back", zh="撤回自己的申请"),
    rules=(),
    aliases=("撤回", "取消"),
    arguments=(WHICH,),
    recall=recall,
    press=press,
)
