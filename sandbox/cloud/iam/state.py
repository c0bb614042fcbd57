"""The truth of IAM: what the accounts contain and how many of each thing they may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.accounts import Accounts
from sandbox.cloud.seed import Account, Project, User

# Type of quota -> (limit, smallest, largest); the spelling is the API's.
QUOTAS: Mapping[str, tuple[int, int, int]] = {
    "user": (50, 10, 1000),
    "group": (20, 10, 1000),
    "idp": (10, 10, 50),
    "agency": (50, 10, 1000),
    "policy": (200, 50, 300),
    "assigment_group_mp": (500, 50, 1000),
    "assigment_agency_mp": (50, 50, 200),
    "assigment_group_ep": (500, 50, 1000),
    "assigment_user_ep": (500, 50, 1000),
    "mapping": (10, 10, 50),
}


class IamState:
    """Read accounts as IAM shows them."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def quotas(self, account: Account, kind: str | None) -> list[dict[str, Any]]:
        """Return the account's quotas, one of them or all."""
        used = {"user": len(account.users)}
        return [
            {
                "type": name,
                "quota": account.quotas.get(name, limit),
                "used": used.get(name, 0),
                "min": least,
                "max": most,
            }
            for name, (limit, least, most) in QUOTAS.items()
            if kind in (None, name)
        ]

    def truth(self) -> dict[str, Any]:
        """Return accounts with projects, users and quotas; no secret keys."""
        return {"accounts": [self._account_truth(account) for account in self.accounts.all]}

    def _account_truth(self, account: Account) -> dict[str, Any]:
        return {
            "domain_id": account.domain_id,
            "name": account.name,
            "projects": [project.model_dump() for project in account.projects],
            "users": [user.model_dump() for user in account.users],
            "access_keys": [key.ak for key in account.keys],
            "quotas": self.quotas(account, None),
        }


def project_row(account: Account, project: Project) -> dict[str, Any]:
    """Return a project as IAM lists it: parent is the account, no project is a domain."""
    return {
        "id": project.id,
        "name": project.name,
        "domain_id": account.domain_id,
        "parent_id": account.domain_id,
        "enabled": project.enabled,
        "is_domain": False,
        "description": project.description,
    }


def user_row(account: Account, user: User) -> dict[str, Any]:
    """Return a user as IAM shows it."""
    return {
        "id": user.id,
        "name": user.name,
        "domain_id": account.domain_id,
        "enabled": user.enabled,
        "description": user.description,
        "access_mode": user.access_mode,
        "pwd_status": True,
        "password_expires_at": None,
    }
