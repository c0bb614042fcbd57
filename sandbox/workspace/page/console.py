"""The provider's own console, as much of it as the demo needs: services, packages, buckets and what one does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.cloud.bss.state import ACTIVE, EXPIRED, REFUNDED
from sandbox.cloud.modelarts.life import GONE, STARTABLE, STOPPABLE
from sandbox.workspace.page.spans import left
from sandbox.workspace.page.words import WORDS, Words

Json = Mapping[str, Any]
SHOWN = 20
IN_FORCE = ("waiting", "active", "used_up", "expired", "refunded")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing as drawn: `status` is the provider's word, `actions` what may be done to it now."""

    id: str
    name: str
    status: str
    shown: str
    notes: list[str]
    free: bool = False
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of one list that are shown, and how many more there are."""

    rows: list[Row]
    more: int


def listed(rows: list[Row], wanted: str) -> Listed:
    """Return the first rows whose name has what was typed in it; those at rest come last."""
    found = [row for row in rows if wanted.strip().lower() in row.name.lower()]
    found.sort(key=lambda row: row.status == "stopped")
    return Listed(found[:SHOWN], max(0, len(found) - SHOWN))


def services(truth: Json, now: float, words: Words) -> list[Row]:
    """Return the services; `truth` is what ModelArts holds, `now` cloud time."""
    return [_service(row, now, words) for row in truth["services"]]


def _service(row: Json, now: float, words: Words) -> Row:
    status = row["status"]
    notes = [f"{node['model_name']} {node['model_version']}" for node in row["config"]]
    if row["next"]:
        key = _following(status, row["next"]["status"])
        notes.append(words(key, span=left(words, row["next"]["at"] / 1000 - now)))
    shown = words(f"status_{status}") if f"status_{status}" in WORDS else status
    return Row(row["service_id"], row["service_name"], status, shown, notes, row["is_free"], _service_actions(status))


def _following(status: str, following: str) -> str:
    if following == GONE:
        return "gone_in" if status == "deleting" else "released_in"
    return "stops_in" if status == "running" else "changes_in"


def _service_actions(status: str) -> tuple[str, ...]:
    if status == "deleting":
        return ()
    return (*(("start",) if status in STARTABLE else ()), *(("stop", "fail") if status in STOPPABLE else ()), "delete")


def packages(truth: Json, now: float, words: Words) -> list[Row]:
    """Return the packages; `truth` is what billing holds."""
    return [_package(row, now, words) for row in truth["packages"]]


def _package(row: Json, now: float, words: Words) -> Row:
    number, quota = row["status"], row["free_resources"][0]
    status = IN_FORCE[number]
    notes = [words("hours_left", left=quota["amount"], total=quota["original_amount"])]
    if status == "waiting":
        notes.append(words("begins_in", span=left(words, _moment(row["effective_time"]) - now)))
    elif number not in (EXPIRED, REFUNDED):
        notes.append(words("ends_in", span=left(words, _moment(row["expire_time"]) - now)))
    actions: tuple[str, ...] = ("buy_again",) if number == REFUNDED else ("renew", "buy_again")
    if number == ACTIVE:
        actions = (*actions, "use_up")
    return Row(row["order_instance_id"], row["product_name"], status, words(f"package_{status}"), notes, False, actions)


def _moment(utc: str) -> float:
    return datetime.fromisoformat(utc).timestamp()


def buckets(truth: Json, words: Words) -> list[Row]:
    """Return the buckets, to look at; `truth` is what OBS holds."""
    found = []
    for row in truth["buckets"]:
        notes = [row["region"], words("objects", count=len(row["objects"])), row["owner"]]
        encrypted = bool(row["encryption"])
        found.append(Row(row["name"], row["name"], "encrypted" if encrypted else "plain", "", notes))
    return found


def names(modelarts: Json, bss: Json) -> dict[str, str]:
    """Return what services and packages are called, by their ids."""
    found = {row["service_id"]: row["service_name"] for row in modelarts["services"]}
    found |= {row["service_id"]: row["service_name"] for row in modelarts["gone"]}
    return found | {row["order_instance_id"]: row["product_name"] for row in bss["packages"]}
