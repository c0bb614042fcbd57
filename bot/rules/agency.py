"""Agencies: their names, how many, how long they last, and whom they serve (R3.06-R3.08, R3.12, R3.18)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from bot.errors import Refusal
from bot.records.identity import Agency, Allowance, Authorization, Principal
from bot.rules.figures import FIGURES
from bot.say import Moment, Say, say

DAY = 86400.0
SAME = 600.0
"""Seconds by which an end that IAM counted may lie before the one we counted."""

_FIGURES = FIGURES.agency
_SUFFIX = re.compile(rf"[A-Za-z0-9_-]{{1,{_FIGURES.longest_suffix}}}")
_DAYS = re.compile(r"(\d{1,5})\s*(?:d|days?|天|日)?")
_FOREVER = frozenset({"permanent", "forever", "unlimited", "永久", "永久有效", "0"})
_ONE_DAY = frozenset({"oneday", "one day", "a day", "一天"})


def check_suffix(value: str) -> str:
    """Return the part of a new agency's name that a person chooses (R3.08). Refuses what IAM does not take."""
    word = value.strip().removeprefix(f"{_FIGURES.prefix}_")
    if _SUFFIX.fullmatch(word):
        return word
    mended = re.sub(r"[^A-Za-z0-9_-]+", "_", word).strip("_")[: _FIGURES.longest_suffix]
    raise Refusal("agency.name", name=value, longest=_FIGURES.longest_suffix, suggestion=mended or "modelarts")


def suffix_for(word: str, at: float) -> str:
    """Return a generated suffix, readable and new each time: from whom it is for and when it was asked (R3.08).

    >>> suffix_for("li.wei", 1_790_000_000.0)
    'li_wei_568af1'
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_").casefold()[:30] or "users"
    return f"{readable}_{hashlib.sha256(f'{word}{at!r}'.encode()).hexdigest()[:6]}"


def name_of(suffix: str) -> str:
    """Return the name that ModelArts gives an agency with this suffix; it is read back all the same (R3.08)."""
    return f"{_FIGURES.prefix}_{suffix}"


def created_as(suffix: str, agencies: Sequence[Agency]) -> Agency | None:
    """Return the agency that was created with this suffix, whatever ModelArts put before it, or None (R3.03, R3.08)."""
    exact = next((agency for agency in agencies if agency.name == name_of(suffix)), None)
    return exact or next((agency for agency in agencies if agency.name.endswith(f"_{suffix}")), None)


def check_days(value: str) -> str:
    """Return a validity as a number of days, "0" for permanent (R3.12). Refuses anything else.

    >>> check_days("30 天"), check_days("permanent")
    ('30', '0')
    """
    word = value.strip().casefold()
    if word in _FOREVER:
        return "0"
    found = _DAYS.fullmatch("1" if word in _ONE_DAY else word)
    days = int(found.group(1)) if found else 0
    if not 0 < days <= _FIGURES.longest_days:
        raise Refusal("agency.days", value=value, most=_FIGURES.longest_days, suggestion="30")
    return str(days)


def end_of(days: int, now: float) -> Say:
    """Return when a validity set now ends: a date, not a number of hours (R3.12)."""
    return say("agency.until", at=Moment(now + days * DAY)) if days else say("agency.forever")


def expiry(agency: Agency) -> Say:
    """Return when an agency ends (R3.10)."""
    return say("agency.until", at=Moment(agency.expires)) if agency.expires else say("agency.forever")


def lasts(agency: Agency, days: int, asked: float) -> bool:
    """Return whether the agency has this validity, counted from `asked` or later; the provider counts hours (R3.12)."""
    if not days:
        return agency.expires == 0.0
    return agency.days == days and agency.expires >= asked + days * DAY - SAME


def trusts_modelarts(agency: Agency) -> bool:
    """Return whether ModelArts acts by this agency, so that an authorization may use it (R3.06)."""
    return agency.trusted == _FIGURES.service


def users_of(agency: str, rows: Sequence[Authorization]) -> tuple[Principal, ...]:
    """Return every principal that an authorization lets use this agency (R3.12, R3.18, R3.31)."""
    return tuple(row.principal for row in rows if row.agency == agency)


def check_room(allowance: Allowance | None, agencies: Sequence[Agency], rows: Sequence[Authorization]) -> Say:
    """Return used / quota for the plan. Refuses, before anything is created, when no further agency may be (R3.07).

    The live quota decides; without one the catalog's. What can be shared and what nobody uses is named.
    """
    used, limit = (allowance.used, allowance.limit) if allowance else (len(agencies), _FIGURES.quota)
    if used < limit:
        return say("agency.room" if allowance else "agency.room_by_guide", used=used, limit=limit)
    inuse = {row.agency for row in rows}
    ours = [agency.name for agency in agencies if trusts_modelarts(agency)]
    shared, unused = [name for name in ours if name in inuse], [name for name in ours if name not in inuse]
    raise Refusal("agency.full", used=used, limit=limit, shared=names(shared), unused=names(unused))


def names(found: Sequence[str], most: int = 10) -> str:
    """Return names for a sentence, a dash where there are none; the first ones and how many more."""
    shown = ", ".join(f"`{name}`" for name in found[:most])
    return f"{shown} … (+{len(found) - most})" if len(found) > most else shown or "–"


def check_usable(agency: Agency) -> None:
    """Refuse an agency that ModelArts cannot act by (R3.06)."""
    if not trusts_modelarts(agency):
        raise Refusal("agency.foreign", argument="agency", name=agency.name, trusted=agency.trusted or "–")


def chosen(word: str, agencies: Sequence[Agency]) -> Agency:
    """Return the agency that a name or id stands for. Raises `Refusal` that names those that are near."""
    for agency in agencies:
        if word in (agency.name, agency.id):
            return agency
    near = [agency.name for agency in agencies if word.casefold() in agency.name.casefold()]
    raise Refusal("agency.missing", argument="agency", name=word, near=names(near))
