"""Who may come in: signed by Slack within five minutes, for our app, from our workspace."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from bot.slack.client import Identity

WINDOW = 300.0
LARGEST = 1_000_000


def signed(secrets: Sequence[str], timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Return whether one of the signing secrets made this signature, no more than five minutes ago.

    Slack's scheme: `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<body>`. Replays within the five minutes are caught by
    the once token of each payload. https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp)) > WINDOW:
        return False
    base = b"v0:%b:%b" % (timestamp.encode(), body)
    made = [f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}" for secret in secrets if secret]
    return any(hmac.compare_digest(one.encode(), signature.encode()) for one in made)


def is_ours(body: dict[str, Any], identity: Identity) -> bool:
    """Return whether a payload is for our app and comes from our workspace or organisation."""
    app = body.get("api_app_id")
    if identity.app and app and app != identity.app:
        return False
    return any(_same(team, enterprise, identity) for team, enterprise in _origins(body))


def _origins(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (workspace, organisation) pairs; an event in a shared channel names several installations."""
    team, enterprise = body.get("team"), body.get("enterprise")
    first = (
        str(body.get("team_id") or (team or {}).get("id") or "") if not isinstance(team, str) else team,
        str(body.get("enterprise_id") or (enterprise or {}).get("id") or ""),
    )
    others = [
        (str(one.get("team_id") or ""), str(one.get("enterprise_id") or "")) for one in body.get("authorizations") or ()
    ]
    return [first, *others]


def _same(team: str, enterprise: str, identity: Identity) -> bool:
    if team:
        return team == identity.team
    return bool(identity.enterprise) and enterprise == identity.enterprise
