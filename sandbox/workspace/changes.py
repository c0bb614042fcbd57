"""What Slack tells an app when people and user groups change: events the app is subscribed to, delivered behind."""

from __future__ import annotations

from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace import payloads
from sandbox.workspace.people import Person, UserGroup, group_json, user_json
from sandbox.workspace.site import Site

Json = dict[str, Any]
SNAPSHOT = 500
"""How many members a subteam_updated names; its user_count tells of all."""


def person_changed(site: Site, person: Person) -> None:
    """Tell that somebody's profile, rights or state changed."""
    user = user_json(person, site.workspace.team, with_locale=True)
    _tell(site, {"type": "user_change", "user": user, "cache_ts": int(machine_now())})


def group_changed(site: Site, group: UserGroup, before: list[str], updated: int) -> None:
    """Tell who came into a user group and who left it; `updated` is when it changed before."""
    added = [user for user in group.users if user not in before]
    removed = [user for user in before if user not in group.users]
    delta: Json = {
        "subteam_id": group.id,
        "team_id": site.workspace.team,
        "date_previous_update": updated,
        "date_update": group.updated,
        "added_users": added,
        "added_users_count": str(len(added)),
        "removed_users": removed,
        "removed_users_count": str(len(removed)),
    }
    _tell(site, {"type": "subteam_members_changed", **delta})
    whole = group_json(group, site.workspace.team, with_users=True)
    whole["users"] = whole["users"][:SNAPSHOT]
    _tell(site, {"type": "subteam_updated", "subteam": whole})


def _tell(site: Site, event: Json) -> None:
    if event["type"] in site.workspace.app.events:
        event["event_ts"] = payloads.action_ts()
        site.deliverer.behind(payloads.event_callback(site, event))
