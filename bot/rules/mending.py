"""What mends a refusal of the cloud: the command that an administrator would give (R3.01, R3.02, R3.19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.rules.actions import of_the_caller
from bot.rules.diagnosis import actions_in
from bot.say import Say

Mend = tuple[str, Mapping[str, str]]
INNER = ("refusal", "why")
"""The facts of words that tell of another refusal: first what was refused, then what may be why."""
LACKING = ("cloud.forbidden", "cloud.agency_lacks")


@dataclass(frozen=True, slots=True)
class Lack:
    """What a refused call lacked: `by_key` are the IAM actions of the bot's own key, `by_agency` the agency's."""

    by_key: tuple[str, ...] = ()
    by_agency: tuple[str, ...] = ()

    @property
    def actions(self) -> tuple[str, ...]:
        """Return both."""
        return (*self.by_key, *self.by_agency)


MENDS: Mapping[str, Mend] = {
    "cloud.unauthorized": ("auth add", {}),
    "cloud.no_agency": ("auth add", {}),
    "cloud.statement": ("console", {"page": "authorization"}),
    "cloud.agency_failed": ("agency list", {}),
    "cloud.arrears": ("account show", {}),
    "cloud.frozen": ("account show", {}),
    "cloud.not_signed_up": ("account show", {}),
    "cloud.forbidden": ("account doctor", {}),
    "cloud.key": ("account doctor", {}),
    "cloud.no_key": ("account doctor", {}),
}
"""What an administrator looks at, or gives, for each refusal that an asker cannot mend (R1.02, R3.02, R3.05)."""


def mend_of(words: Say | None) -> Mend | None:
    """Return the command, with its values, that mends what the words tell of; None where no administrator can.

    Without any authorization one is added; where an action is missing, the agency's grants are compared with it.
    """
    for told in _told(words):
        if told.key in LACKING and (actions := _named(told)):
            return "auth diagnose", {"error": ", ".join(actions)}
        if told.key in MENDS:
            return MENDS[told.key]
    return None


def lack_of(words: Say | None) -> Lack | None:
    """Return which actions a refusal says were missing, and whose they are; None where it was not for want of any.

    Any refusal counts whose message names an action: ModelArts answers so when its agency may not.
    """
    for told in _told(words):
        if actions := _named(told) or actions_in(str(told.facts.get("message", ""))):
            service = str(told.facts.get("service", ""))
            key = tuple(one for one in actions if of_the_caller(service, (one,)))
            return Lack(key, tuple(one for one in actions if one not in key))
    return None


def _told(words: Say | None) -> Iterator[Say]:
    """Yield words and the refusals that they tell of."""
    if words is None:
        return
    yield words
    for name in INNER:
        inner = words.facts.get(name)
        if isinstance(inner, Say):
            yield from _told(inner)


def _named(told: Say) -> tuple[str, ...]:
    named = told.facts.get("actions")
    words = str(named.facts.get("actions", "")) if isinstance(named, Say) else ""
    return tuple(action.strip() for action in words.replace("`", "").split(",") if action.strip())
