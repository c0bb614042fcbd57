"""The provider's own console, as much of it as the demo needs: what stands there, and what one does to it."""

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
RIGHT = "|"
"""What stands between agency and permission in the id of a right."""
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


def users(truth: Json, words: Words) -> list[Row]:
    """Return the users of the first account; `truth` is what IAM holds. The account's own user stays."""
    account = truth["accounts"][0]
    return [_user(row, row["name"] == account["name"], words) for row in account["users"]]


def _user(row: Json, owner: bool, words: Words) -> Row:
    notes = [row["description"]] if row["description"] else []
    return Row(row["name"], row["name"], "user", words("iam_account") if owner else "", notes, False, _unless(owner))


def _unless(owner: bool) -> tuple[str, ...]:
    return () if owner else ("delete_user",)


def agencies(truth: Json, now: float, words: Words) -> list[Row]:
    """Return the agencies of the first account with what each may do."""
    return [_agency(row, now, words) for row in truth["accounts"][0]["agencies"]]


def _agency(row: Json, now: float, words: Words) -> Row:
    notes = [words("iam_trusts", who=row["trust_domain_name"])]
    if row["expire_time"]:
        notes.append(words("ends_in", span=left(words, _moment(f"{row['expire_time']}+00:00") - now)))
    return Row(row["name"], row["name"], "agency", "", notes, False, ("delete_agency",))


def rights(truth: Json, words: Words) -> list[Row]:
    """Return what the agencies of the first account may do, each permission once an agency."""
    found: dict[str, Row] = {}
    for agency in truth["accounts"][0]["agencies"]:
        for grant in agency["grants"]:
            both = RIGHT.join((agency["name"], grant["permission"]))
            scopes = [*(found[both].notes if both in found else ()), words(f"iam_{grant['kind']}")]
            name = f"{agency['name']} · {grant['permission']}"
            found[both] = Row(both, name, "right", "", list(dict.fromkeys(scopes)), False, ("revoke",))
    return list(found.values())


def authorizations(truth: Json, iam: Json, words: Words) -> list[Row]:
    """Return who is authorized in the first account, and by which agency; `truth` is what ModelArts holds."""
    return [_authorization(row, words) for row in truth["authorizations"][iam["accounts"][0]["name"]]]


def _authorization(row: Json, words: Words) -> Row:
    name = row["user_name"] or words("iam_everybody")
    return Row(row["user_id"], name, row["type"], "", [row["content"]], False, ("deauthorize",))


def named(service: str, action: str, thing: str) -> dict[str, str]:
    """Return the fields by which an action is told what it is about."""
    if action == "revoke":
        agency, _, permission = thing.partition(RIGHT)
        return {"agency": agency, "permission": permission}
    if action == "deauthorize":
        return {"principal": thing}
    return {"package" if service == "bss" else "name": thing}


def names(modelarts: Json, bss: Json) -> dict[str, str]:
    """Return what services and packages are called, by their ids."""
    found = {row["service_id"]: row["service_name"] for row in modelarts["services"]}
    found |= {row["service_id"]: row["service_name"] for row in modelarts["gone"]}
    return found | {row["order_instance_id"]: row["product_name"] for row in bss["packages"]}
