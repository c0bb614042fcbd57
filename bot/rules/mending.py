"""What mends a refusal of the cloud: the command that an administrator would give (R3.01, R3.02, R3.19)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.say import Say

Mend = tuple[str, Mapping[str, str]]


def mend_of(words: Say | None) -> Mend | None:
    """Return the command, with its values, that mends what the words tell of; None where none of ours does.

    Without any authorization one is added; where an action is missing, the agency's grants are compared with it.
    """
    if words is None:
        return None
    if words.key == "cloud.unauthorized":
        return "auth add", {}
    if words.key == "cloud.forbidden":
        return _diagnosis(words)
    why = words.facts.get("why")
    return mend_of(why) if isinstance(why, Say) else None


def _diagnosis(words: Say) -> Mend | None:
    named = words.facts.get("actions")
    actions = str(named.facts.get("actions", "")).replace("`", "") if isinstance(named, Say) else ""
    return ("auth diagnose", {"error": actions}) if actions else None
