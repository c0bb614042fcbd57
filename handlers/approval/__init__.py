"""Commands about requests: what waits, how one stands, taking one's own back."""

from __future__ import annotations

from bot.command import Argument, Noun, Place, Text
from bot.errors import Refusal
from bot.ports import Asked

noun = Noun(
    "approval",
    Text(en="Requests and their approval: list, show, withdraw", zh="申请与审批：列表、查看、撤回"),
    aliases=("审批", "申请", "approvals", "request"),
)


def _reference(value: str, _place: Place) -> str:
    return value.strip().strip("`").casefold()


WHICH = Argument(
    "request",
    Text(en="Request", zh="申请编号"),
    required=True,
    check=_reference,
    hint=Text(en="The eight characters on its card, or in the list", zh="卡片或列表中的八位编号"),
    placeholder="1a2b3c4d",
    aliases=("编号", "申请", "id"),
)


def known(asked: Asked | None, reference: str) -> Asked:
    """Return the request. Raises `Refusal` for one that does not exist, or that this person may not see."""
    if asked is None:
        raise Refusal("approval.no_such", argument="request", reference=reference)
    return asked
