"""users.*, usergroups.*, team.info, auth.test, api.test: who is there and who asks."""

from __future__ import annotations

from typing import Any

from sandbox.workspace.api.conversations import page
from sandbox.workspace.api.frame import ApiError, Args, Method
from sandbox.workspace.people import Person, group_json, user_json
from sandbox.workspace.site import Site

Json = dict[str, Any]


def api_test(site: Site, args: Args) -> Json:
    """Echo the arguments; answers with the error asked for."""
    if args.text("error"):
        raise ApiError(args.text("error"), args=args.given)
    return {"args": args.given, "url": site.base_url}


def auth_test(site: Site, args: Args) -> Json:
    """Tell the app who it is."""
    workspace = site.workspace
    return {
        "url": f"{site.base_url}/",
        "team": workspace.name,
        "user": workspace.people[workspace.app.bot_user].name,
        "team_id": workspace.team,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    } | ({"args": args.given} if args.flag("debug") else {})


def auth_revoke(site: Site, args: Args) -> Json:
    """Give the app's token up for good, unless it is only a test."""
    site.workspace.revoked = not args.flag("test")
    return {"revoked": site.workspace.revoked}


def users_info(site: Site, args: Args) -> Json:
    """Return one person, with the locale if asked."""
    person = site.workspace.people.get(args.need("user"))
    if person is None:
        raise ApiError("user_not_found")
    return {"user": _shown(site, person, args.flag("include_locale"))}


def _shown(site: Site, person: Person, locale: bool = False) -> Json:
    """Return somebody as the app may see them: the address of mail has a scope of its own."""
    return user_json(person, site.workspace.team, locale, "users:read.email" in site.workspace.app.scopes)


def users_lookup_by_email(site: Site, args: Args) -> Json:
    """Return the person with this address. Raises ApiError users_not_found, for the deactivated too."""
    wanted = args.need("email").lower()
    for person in site.workspace.people.values():
        if person.email.lower() == wanted and not person.deleted:
            return {"user": _shown(site, person)}
    raise ApiError("users_not_found")


def users_list(site: Site, args: Args) -> Json:
    """Return everybody, the deleted too."""
    locale = args.flag("include_locale")
    people = [_shown(site, person, locale) for person in site.workspace.people.values()]
    shown, more = page(people, args)
    return {"members": shown, "cache_ts": 0, **more}


def groups_list(site: Site, args: Args) -> Json:
    """Return the user groups, with their members if asked."""
    groups = site.workspace.groups.values()
    return {"usergroups": [group_json(g, site.workspace.team, args.flag("include_users")) for g in groups]}


def group_users(site: Site, args: Args) -> Json:
    """Return the members of a user group; deleted people have left it."""
    group = site.workspace.groups.get(args.need("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    people = site.workspace.people
    return {"users": [user for user in group.users if not people[user].deleted]}


def team_info(site: Site, args: Args) -> Json:
    """Return the workspace."""
    workspace = site.workspace
    if args.text("team") not in ("", workspace.team):
        raise ApiError("team_not_found")
    return {"team": {"id": workspace.team, "name": workspace.name, "domain": workspace.domain}}


METHODS = {
    "api.test": Method(api_test, None),
    "auth.revoke": Method(auth_revoke, 3),
    "auth.test": Method(auth_test, None),
    "users.info": Method(users_info, 4, ("users:read",)),
    "users.lookupByEmail": Method(users_lookup_by_email, 3, ("users:read.email",)),
    "users.list": Method(users_list, 2, ("users:read",)),
    "usergroups.list": Method(groups_list, 2, ("usergroups:read",)),
    "usergroups.users.list": Method(group_users, 2, ("usergroups:read",)),
    "team.info": Method(team_info, 3, ("team:read",)),
}
