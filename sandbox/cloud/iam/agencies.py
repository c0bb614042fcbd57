"""The truth about agencies: who acts by them, until when, and what they may do.

In doubt, and so ours to choose or options of the seed: what IAM answers when the quota is full (403 IAM.0003 here), and
whether an agency that has ended is still listed (`ended_agencies`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sandbox.cloud.iam.permissions import Permission
from sandbox.cloud.wire import Refusal

Json = dict[str, Any]
Kind = Literal["domain", "project", "inherited"]
DAY_S = 86400.0
LEVELS = {"domain": ("AX", "AA"), "project": ("XA", "AA"), "inherited": ("AX", "XA", "AA")}
SERVICE_DOMAIN = re.compile(r"op_svc_[A-Za-z]+")
MOST_DAYS = 3650


@dataclass(frozen=True)
class Given:
    """A permission given somewhere; `project_id` is there for the kind "project" only."""

    permission: Permission
    kind: Kind
    project_id: str = ""


@dataclass
class Agency:
    """An agency; `hours` None is permanent."""

    id: str
    name: str
    domain_id: str
    trust_id: str
    trust_name: str
    description: str
    created: float
    hours: int | None = None
    expires: float | None = None
    grants: list[Given] = field(default_factory=list)

    def set_validity(self, hours: int | None, now: float) -> None:
        """Let it end so many hours from now, or never."""
        self.hours, self.expires = hours, None if hours is None else now + hours * 3600

    def row(self) -> Json:
        """Return it as IAM shows it: hours as text, FOREVER where it does not end."""
        return {
            "id": self.id,
            "name": self.name,
            "domain_id": self.domain_id,
            "trust_domain_id": self.trust_id,
            "trust_domain_name": self.trust_name,
            "description": self.description,
            "duration": "FOREVER" if self.hours is None else str(self.hours),
            "create_time": iam_time(self.created),
            "expire_time": None if self.expires is None else iam_time(self.expires),
        }

    def truth(self) -> Json:
        """Return it with what it has been given."""
        grants = [
            {"permission": one.permission.display_name, "kind": one.kind, "project_id": one.project_id}
            for one in self.grants
        ]
        return self.row() | {"grants": grants}

    def give(self, given: Given) -> None:
        """Give a permission; what it has already stays. Raises Refusal for a level that does not fit."""
        if given.permission.type not in LEVELS[given.kind]:
            message = f"The role type {given.permission.type} cannot be granted here."
            raise Refusal(400, "IAM.0011", message)
        if given not in self.grants:
            self.grants.append(given)

    def take(self, given: Given) -> None:
        """Take a permission back. Raises Refusal 404."""
        if given not in self.grants:
            raise Refusal(404, "IAM.0004", f"Could not find role assignment: {given.permission.id}.")
        self.grants.remove(given)


class AgencyBook:
    """All agencies of all accounts."""

    def __init__(self, *, ended_listed: bool) -> None:
        self._all: dict[str, Agency] = {}
        self._ended_listed = ended_listed

    def of(self, domain_id: str, now: float) -> list[Agency]:
        """Return an account's agencies, oldest first."""
        return [one for one in self._all.values() if one.domain_id == domain_id and self._shown(one, now)]

    def acting(self, domain_id: str, name: str, now: float) -> Agency | None:
        """Return the agency of this name that one can act by now, or None."""
        found = [one for one in self._all.values() if (one.domain_id, one.name) == (domain_id, name)]
        return next((one for one in found if one.expires is None or one.expires > now), None)

    def get(self, identity: str, now: float) -> Agency | None:
        """Return an agency that is there and has not ended, or None."""
        found = self._all.get(identity)
        return found if found and (found.expires is None or found.expires > now) else None

    def find(self, identity: str, domain_id: str, now: float) -> Agency:
        """Return one agency. Raises Refusal 404."""
        found = self._all.get(identity)
        if found is None or found.domain_id != domain_id or not self._shown(found, now):
            raise Refusal(404, "IAM.0004", f"Could not find agency: {identity}.")
        return found

    def add(self, agency: Agency, now: float) -> Agency:
        """Keep a new agency. Raises Refusal 409 where the name is taken."""
        if any(one.name == agency.name for one in self.of(agency.domain_id, now)):
            raise Refusal(409, "IAM.0005", f"Duplicate entry for agency: {agency.name}.")
        self._all[agency.id] = agency
        return agency

    def remove(self, agency: Agency) -> None:
        """Delete an agency; nobody is asked whether it is used."""
        del self._all[agency.id]

    def forget(self, permission: Permission) -> None:
        """Take a deleted policy from every agency."""
        for agency in self._all.values():
            agency.grants[:] = [given for given in agency.grants if given.permission is not permission]

    def _shown(self, agency: Agency, now: float) -> bool:
        return self._ended_listed or agency.expires is None or agency.expires > now


def read_duration(given: object) -> int | None:
    """Return hours, None for permanent: IAM takes FOREVER, ONEDAY or days. Raises Refusal."""
    if given in (None, "FOREVER"):
        return None
    text = "1" if given == "ONEDAY" else str(given)
    if isinstance(given, bool) or not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS:
        raise Refusal(400, "IAM.0073", f"Invalid input for field 'duration'. The value is '{given}'.")
    return int(text) * 24


def new_id() -> str:
    """Return an id as IAM writes it."""
    return uuid4().hex


def iam_time(moment: float) -> str:
    """Return a moment as IAM writes it: UTC, microseconds, no zone."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
