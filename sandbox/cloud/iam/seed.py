"""What IAM and ModelArts' authorizations hold at the start, as data; owners, users and agencies are named."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.tables import Span, Strict


class SeededGrant(Strict):
    """A permission by display name: for the account's global services, for all projects, or in one project by name."""

    permission: str
    scope: Literal["domain", "all_projects"] | str = "domain"


class SeededPolicy(Strict):
    """A custom policy of an account that allows these actions; `type` as IAM's, AX for global services.

    `resources` as in IAM, `obs:*:*:bucket:NAME`; without them it is about all there are.
    """

    owner: str
    name: str
    type: Literal["AX", "XA"]
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()


class SeededGroup(Strict):
    """A group of users and what its users may do."""

    owner: str
    name: str
    users: tuple[str, ...] = ()
    grants: tuple[SeededGrant, ...] = ()


class SeededAgency(Strict):
    """An agency: `trusts` an account or `op_svc_<service>`; `days` of validity, of which `created` ago some passed."""

    owner: str
    name: str
    id: str | None = None
    trusts: str = "op_svc_modelarts"
    description: str = ""
    days: int | None = Field(default=None, ge=1)
    created: Span = 0.0
    grants: tuple[SeededGrant, ...] = ()


class SeededAuthorization(Strict):
    """An authorization: for a user by name, a federated user, an agency by name, or all; by agency or access key."""

    owner: str
    user_type: Literal["iam", "federate", "federation-group", "grant", "all-users"] = "iam"
    user: str = ""
    type: Literal["agency", "credential"] = "agency"
    content: str
    created: Span = 0.0


class Crowd(Strict):
    """Many things of a kind, named by a prefix and a number from 1."""

    owner: str
    kind: Literal["user", "agency"]
    prefix: str
    count: int = Field(ge=1, le=5000)
