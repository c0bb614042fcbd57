"""People and user groups of the simulated workspace, and how the Web API shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]


@dataclass(slots=True)
class Person:
    """Somebody in the workspace; `team` is another one's for people of other organisations."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    tz: str = "Asia/Shanghai"
    deleted: bool = False
    guest: bool = False
    admin: bool = False
    bot: bool = False
    team: str = ""
    email: str = ""

    @property
    def tz_offset(self) -> int:
        """Return the present offset from UTC in seconds."""
        offset = datetime.now(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass(slots=True)
class UserGroup:
    """A user group: `handle` is its mention name, `users` the ids of its members."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    updated: int = 0


def user_json(person: Person, home_team: str, with_locale: bool, with_email: bool = False) -> Json:
    """Return the user object of users.info and users.list; a deleted person has no zone and no rights."""
    shown: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "profile": _profile(person) | ({"email": person.email} if with_email and person.email else {}),
        "is_bot": person.bot,
        "is_app_user": False,
        "updated": 0,
    }
    if person.team != home_team:
        shown["is_stranger"] = True
    if person.deleted:
        return shown
    shown |= {"tz": person.tz, "tz_label": person.tz, "tz_offset": person.tz_offset}
    shown |= {"is_admin": person.admin, "is_owner": False, "is_primary_owner": False}
    shown |= {"is_restricted": person.guest, "is_ultra_restricted": False}
    return shown | ({"locale": person.locale} if with_locale else {})


def _profile(person: Person) -> Json:
    return {
        "real_name": person.real_name,
        "display_name": person.name,
        "real_name_normalized": person.real_name,
        "display_name_normalized": person.name,
        "team": person.team,
    }


def group_json(group: UserGroup, team: str, with_users: bool) -> Json:
    """Return the usergroup object of usergroups.list."""
    shown: Json = {
        "id": group.id,
        "team_id": team,
        "is_usergroup": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": group.updated,
        "date_delete": 0,
        "auto_type": None,
        "user_count": len(group.users),
        "prefs": {"channels": [], "groups": []},
    }
    return shown | ({"users": list(group.users)} if with_users else {})
