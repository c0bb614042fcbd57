"""Who somebody is and what they may do, asked of Slack and remembered briefly (decision 6)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

from bot.errors import ChatFault, ChatRefused
from bot.ports import Clock
from bot.records import Circle, Language, Person
from bot.slack.client import Identity, Slack

PERSON_AGE = 60.0
GROUP_AGE = 5.0
GLANCE = 1.0
MOST_KEPT = 5000

V = TypeVar("V")


class Fresh(Generic[V]):
    """Values no older than `age` seconds of machine time; callers at the same moment share one question."""

    def __init__(self, ask: Callable[[str], Awaitable[V]], age: float, clock: Clock) -> None:
        self._ask, self._age, self._clock = ask, age, clock
        self._kept: dict[str, tuple[float, V]] = {}
        self._asking: dict[str, asyncio.Task[V]] = {}

    def known(self, key: str) -> tuple[float, V] | None:
        """Return when the value of `key` was asked for, and the value, where it is fresh enough."""
        kept = self._kept.get(key)
        return kept if kept and self._clock.machine() - kept[0] < self._age else None

    async def get(self, key: str, *, live: bool = False) -> V:
        """Return the value of `key`; with `live`, one that is asked for after this call began."""
        if not live and (kept := self.known(key)):
            return kept[1]
        if live or key not in self._asking:
            self._asking[key] = asyncio.create_task(self._answered(key))
        return await asyncio.shield(self._asking[key])

    async def _answered(self, key: str) -> V:
        asked = self._clock.machine()
        try:
            value = await self._ask(key)
        finally:
            if self._asking.get(key) is asyncio.current_task():
                del self._asking[key]
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (asked, value)
        return value


class People:
    """The members of our workspace, the administrators, and who may ask.

    Slack's calls: users.info (tier 4), usergroups.users.list (tier 2, hence five seconds and one question at a time).
    """

    def __init__(
        self,
        slack: Slack,
        identity: Identity,
        clock: Clock,
        *,
        admins: Iterable[str] = (),
        admin_groups: Iterable[str] = (),
        user_groups: Iterable[str] = (),
        language: Language = Language.EN,
    ) -> None:
        self._slack, self._identity = slack, identity
        self._admins = frozenset(admins)
        self._admin_groups = tuple(admin_groups)
        self._user_groups = tuple(user_groups)
        self.language = language
        self._persons = Fresh(self._ask_person, PERSON_AGE, clock)
        self._standing = Fresh(self._ask_person, GROUP_AGE, clock)
        self._groups = Fresh(self._ask_group, GROUP_AGE, clock)

    async def person(self, user: str, *, live: bool = False) -> Person | None:
        """Return a member, or None where Slack knows nobody by that id. Raises `ChatFault`."""
        return await self._persons.get(user, live=live)

    async def glance(self, user: str) -> Person | None:
        """Return a member if that is known within a second, else None: the worker decides then."""
        if kept := self._persons.known(user):
            return kept[1]
        try:
            async with asyncio.timeout(GLANCE):
                return await self.person(user)
        except (ChatFault, TimeoutError):
            return None

    async def administrators(self) -> frozenset[str]:
        """Return the ids of those who may approve, at most 5 s old: active full members only. Raises `ChatFault`."""
        return await self.circle(Circle(tuple(self._admins), self._admin_groups))

    async def circle(self, circle: Circle) -> frozenset[str]:
        """Return who of these people and groups is an active full member, at most 5 s old. Raises `ChatFault`."""
        named = sorted({*circle.users}.union(*await self._all_of(circle.groups)))
        people = await asyncio.gather(*(self._standing.get(user) for user in named))
        return frozenset(person.id for person in people if person and person.member and person.active)

    async def may_ask(self, person: Person) -> bool:
        """Return whether this person may ask for anything. Raises `ChatFault` where a group cannot be read."""
        if not (person.member and person.active):
            return False
        return not self._user_groups or any(person.id in g for g in await self._all_of(self._user_groups))

    async def _all_of(self, groups: tuple[str, ...]) -> list[frozenset[str]]:
        return list(await asyncio.gather(*(self._groups.get(group) for group in groups)))

    async def _ask_person(self, user: str) -> Person | None:
        try:
            answer = await self._slack.read("users.info", user=user, include_locale=True)
        except ChatRefused as refused:
            if refused.code in ("user_not_found", "user_not_visible", "users_not_found"):
                return None
            raise
        return person_of(answer["user"], self._identity, self.language)

    async def _ask_group(self, group: str) -> frozenset[str]:
        team = {"team_id": self._identity.team} if self._identity.enterprise else {}
        answer = await self._slack.read("usergroups.users.list", usergroup=group, **team)
        return frozenset(answer["users"])


def person_of(user: dict[str, Any], identity: Identity, default: Language) -> Person:
    """Return what Slack's user object says; guests, bots and people of other workspaces are no members.

    The kind of an id is never read off its prefix: on Enterprise Grid both U… and W… are people.
    """
    profile = user.get("profile") or {}
    outside = any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_bot", "is_stranger"))
    return Person(
        id=str(user["id"]),
        team=str(user.get("team_id") or ""),
        name=str(profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"]),
        language=language_of(str(user.get("locale") or ""), default),
        zone=str(user.get("tz") or "UTC"),
        member=not outside and _ours(user, identity),
        active=not user.get("deleted"),
    )


def _ours(user: dict[str, Any], identity: Identity) -> bool:
    grid = user.get("enterprise_user") or {}
    if user.get("team_id") == identity.team or identity.team in (grid.get("teams") or ()):
        return True
    # On Enterprise Grid a person's home may be another workspace of the same organisation.
    return bool(identity.enterprise) and user.get("team_id") == identity.enterprise


def language_of(locale: str, default: Language) -> Language:
    """Return the language of a Slack locale such as zh-CN.

    >>> language_of("zh-CN", Language.EN), language_of("de-DE", Language.ZH), language_of("", Language.ZH)
    (<Language.ZH: 'zh'>, <Language.EN: 'en'>, <Language.ZH: 'zh'>)
    """
    if not locale:
        return default
    return Language.ZH if locale.casefold().startswith("zh") else Language.EN
