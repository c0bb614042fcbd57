"""The places in OBS that a plan reads and writes, each named and diagnosed before anybody approves; pure.

ModelArts keeps nothing itself: data, code, models and results lie in the user's OBS (R4.09, R5.23).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Refusal
from bot.rules.obs_findings import Finding, State, agent_finding, findings
from bot.rules.obs_path import Agent, Seen
from bot.say import Say, say


@dataclass(frozen=True, slots=True)
class ObsPlace:
    """One place: its path in canonical form, and whether the plan writes there; else it reads."""

    path: str
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """A place and what the cloud said of it."""

    place: ObsPlace
    seen: Seen


def faults(looked: Looked, here: str) -> list[Finding]:
    """Return what stands in the way of this use: where results are written, nothing needs to be there yet (R4.09)."""
    found = [one for one in findings(looked.seen, here) if one.state is State.FAULT]
    return [one for one in found if not (looked.place.writes and one.only_reading)]


def place_notes(all_looked: Sequence[Looked], here: str, *, priced: bool = True) -> tuple[Say, ...]:
    """Return a plan's notes: each place with how it was found, and that writing to OBS is never free (R4.09, R5.23).

    Without `priced` the plan says the latter itself.
    """
    notes = [_note(looked, here) for looked in all_looked]
    if priced and any(looked.place.writes for looked in all_looked):
        notes.append(say("bucket.price.never_free"))
    return tuple(notes)


def agent_notes(agent: Agent, here: str) -> tuple[Say, ...]:
    """Return what keeps ModelArts itself out of OBS, for a plan of a place that is still to be made (R4.07, R4.09)."""
    found = agent_finding(agent, here)
    return (found.words,) if found.state is State.FAULT else ()


def _note(looked: Looked, here: str) -> Say:
    use = "writes" if looked.place.writes else "reads"
    found = faults(looked, here)
    if not found:
        return say(f"place.{use}", path=looked.place.path)
    return say(f"place.{use}_fault", path=looked.place.path, why=found[0].words)


def check_places(all_looked: Sequence[Looked], here: str, arguments: dict[str, str] | None = None) -> tuple[Say, ...]:
    """Return the notes of a plan that trains or deploys, or refuse where a place has a fault, with its mend (R4.09).

    `arguments` says by path which argument named it, so that a form shows the refusal at its field.
    """
    for looked in all_looked:
        if found := faults(looked, here):
            path = looked.place.path
            refusal = Refusal(
                "place.refused",
                argument=(arguments or {}).get(path, ""),
                path=path,
                why=found[0].words,
                more=len(found) - 1,
            )
            raise _with_mend(refusal, found[0])
    return place_notes(all_looked, here)


def _with_mend(refusal: Refusal, fault: Finding) -> Refusal:
    if fault.mend is None:
        return refusal
    offered = refusal.mended_by if fault.by_admin else refusal.offering
    return offered(fault.mend.command, **dict(fault.mend.values))
