"""What journeys read off the cards of watched things, and how time passes in them."""

from __future__ import annotations

from typing import Any

from tests.stack import Stack


def offered(message: dict[str, Any]) -> set[str]:
    """Return the action ids on a message."""
    elements = [element for block in message["blocks"] for element in block.get("elements", ())]
    return {element["action_id"] for element in elements if "action_id" in element}


def pass_time(house: Stack, seconds: float) -> None:
    """Let time pass for the product and the cloud, and let everything that falls due be done."""
    house.post("clock", advance_s=seconds)
    house.settle()
