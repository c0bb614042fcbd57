"""What IAM's operations share: whose request it is, rows with their links, pages."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.routes import Visit
from sandbox.cloud.seed import Account
from sandbox.cloud.wire import Refusal, Reply, answer_json, is_count

Json = dict[str, Any]
FORBIDDEN = (403, "IAM.0003", "Policy doesn't allow this operation to be performed")
PAGED = frozenset({"page", "per_page"})


def own(visit: Visit) -> Account:
    """Return the account that signed. The gateway lets nobody else through."""
    account = visit.caller.account
    if account is None:
        raise Refusal(401, "IAM.0001", "The request you have made requires authentication.")
    return account


def check_domain(visit: Visit, domain_id: str | None) -> Account:
    """Return the caller's account where it is the one named. Raises Refusal 403."""
    account = own(visit)
    if domain_id != account.domain_id:
        raise Refusal(*FORBIDDEN)
    return account


def links(visit: Visit, path: str) -> Json:
    """Return the `links` field of a row."""
    return {"links": {"self": f"https://{visit.request.headers['host']}{path}"}}


def listed(name: str, rows: list[Json], visit: Visit, **more: object) -> Reply:
    """Answer with rows under their name, and the list's own link."""
    own_link = links(visit, visit.request.path)["links"] | {"previous": None, "next": None}
    return answer_json({name: rows, "links": own_link, **more})


def passes(row: Json, visit: Visit, names: frozenset[str]) -> bool:
    """Tell whether a row has what the query asks for."""
    asked = {name: value for name, value in visit.query.items() if name in names}
    return all(str(row[name]).lower() == value.lower() for name, value in asked.items())


def page_of(rows: list[Json], visit: Visit, most: int) -> list[Json]:
    """Return one page, or all rows where none is asked for; both numbers go together. Raises Refusal 400."""
    if not PAGED & visit.query.keys():
        return rows
    page, size = _number(visit, "page", 10**9), _number(visit, "per_page", most)
    return rows[(page - 1) * size : page * size]


def _number(visit: Visit, name: str, most: int) -> int:
    value = visit.query.get(name, "")
    if not is_count(value) or not 1 <= int(value) <= most:
        raise Refusal(400, "IAM.0073", f"Invalid input for field '{name}'. The value is '{value}'.")
    return int(value)
