"""What one side of the page shows: the sidebar, the conversation's head, the modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.workspace.page.address import HOME, HOME_TAB, Address
from sandbox.workspace.page.messages import PAGE, Face, Listed, face_of, shown_messages
from sandbox.workspace.page.reader import Reader, reader_of
from sandbox.workspace.people import Person
from sandbox.workspace.records import Conversation, View
from sandbox.workspace.state import NotThereError, Workspace


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person in the switcher."""

    face: Face
    name: str
    marks: list[str]
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something that a message can name: what is inserted, what it is found by, who or what it is."""

    insert: str
    find: str
    name: str
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation in the sidebar."""

    title: str
    kind: str
    url: str
    unread: int
    current: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """One side of the page. `place` is None when there is nothing to see; `trouble` says why."""

    slot: int
    address: Address
    reader: Reader
    place: Conversation | None
    trouble: str | None = None
    most: int = PAGE

    @property
    def who(self) -> str:
        """Return the person's name, as addresses use it."""
        return self.reader.me.name

    @property
    def where(self) -> str:
        """Return the conversation, as addresses use it."""
        return self.address.sides[self.slot - 1].where

    @property
    def at_home(self) -> bool:
        """Return whether the app's Home is shown instead of its messages."""
        return self.where == HOME_TAB

    @property
    def home(self) -> View | None:
        """Return the person's Home, None while the app has published none."""
        return self.reader.workspace.homes.get(self.reader.me.id)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Return the tabs of the conversation with the app: the key of each one's word, its address, whether shown."""
        if self.place is None or self.place.kind != "im":
            return []
        named = (("home_tab", HOME_TAB), ("messages_tab", HOME))
        return [
            (key, self.address.moved(self.slot, where=tab), (tab == HOME_TAB) is self.at_home) for key, tab in named
        ]

    @property
    def title(self) -> str:
        """Return the conversation's title."""
        if self.place is None or self.place.kind == "im":
            return self.reader.workspace.app.name
        return f"#{self.place.name}"

    @property
    def members(self) -> int:
        """Return how many people are in the conversation, apps not counted."""
        people = self.reader.workspace.people
        return sum(not people[name].bot for name in self.place.members if name in people) if self.place else 0

    @property
    def face(self) -> Face:
        """Return the person's face."""
        return face_of(self.reader.workspace, self.reader.me)

    def arrive(self) -> None:
        """Note what is new to the person who comes here."""
        if self.place and not self.trouble and not self.at_home:
            self.reader.workspace.arrive(self.reader.me, self.place)

    @property
    def listed(self) -> Listed:
        """Return the messages, and mark them as read."""
        if self.place is None or self.trouble or self.at_home:
            return Listed()
        self.reader.workspace.read(self.reader.me, self.place)
        return shown_messages(self.reader, self.place, self.most)

    @property
    def modal(self) -> View | None:
        """Return the person's visible modal."""
        stack = self.reader.workspace.stack(self.reader.me.id)
        return stack[-1] if stack else None

    @property
    def marks(self) -> list[str]:
        """Return the reader's role, language and zone."""
        return marks_of(self.reader, self.reader.me)

    @property
    def people(self) -> list[Somebody]:
        """Return everybody one may look as."""
        return [
            Somebody(
                face_of(self.reader.workspace, person),
                person.name,
                marks_of(self.reader, person),
                self.address.moved(self.slot, who=person.name),
                person is self.reader.me,
            )
            for person in self.reader.workspace.humans()
        ]

    @property
    def beside(self) -> str:
        """Return who is shown beside this person first: an administrator, who decides on what others ask for."""
        others = [one for one in self.reader.workspace.humans() if one is not self.reader.me and not one.deleted]
        others.sort(key=lambda one: not one.admin)
        return others[0].name if others else self.who

    @property
    def mentions(self) -> list[Mention]:
        """Return the people, user groups and channels that a message can name, those after "@" first."""
        workspace, me = self.reader.workspace, self.reader.me
        others = [one for one in workspace.humans() if one is not me and not one.deleted]
        people = [
            Mention(f"@{p.name}", f"{p.name} {p.real_name}".lower(), p.real_name, face_of(workspace, p)) for p in others
        ]
        groups = [Mention(f"@{g.handle}", f"{g.handle} {g.name}".lower(), g.name) for g in workspace.groups.values()]
        places = [c for c in workspace.conversations.values() if c.kind == "channel" and me.id in c.members]
        return [*people, *groups, *(Mention(f"#{c.name}", c.name.lower(), "") for c in places)]

    @property
    def rooms(self) -> list[Room]:
        """Return the channels the person is in."""
        channels = [c for c in self.reader.workspace.conversations.values() if c.kind != "im"]
        return [self._room(c, f"#{c.name}") for c in channels if self.reader.me.id in c.members]

    @property
    def direct(self) -> Room:
        """Return the person's direct messages with the app."""
        return self._room(self.reader.workspace.direct(self.reader.me.id), HOME)

    def _room(self, place: Conversation, where: str) -> Room:
        unread = self.reader.workspace.unread.get((self.reader.me.id, place.id), 0)
        title = self.reader.workspace.app.name if place.kind == "im" else place.name
        url = self.address.moved(self.slot, where=where)
        return Room(title, place.kind, url, 0 if place is self.place else unread, place is self.place)


def marks_of(reader: Reader, person: Person) -> list[str]:
    """Return somebody's role, state and language in words."""
    role = "administrator" if person.admin else "guest" if person.guest else "member"
    keys = [role, "chinese" if person.locale.lower().startswith("zh") else "english"]
    if person.deleted:
        keys.append("deactivated")
    if person.team != reader.workspace.team:
        keys.append("outside")
    return [reader.words(key) for key in keys]


def pane_of(workspace: Workspace, address: Address, slot: int, now: Callable[[], float]) -> Pane:
    """Return one side of the page; an unknown person is replaced by the first one, with a word about it."""
    side = address.sides[slot - 1]
    try:
        person = workspace.person(side.who)
    except NotThereError:
        reader = reader_of(workspace, workspace.humans()[0], now)
        return Pane(slot, address, reader, None, reader.words("not_there"))
    reader = reader_of(workspace, person, now)
    try:
        place = workspace.place(HOME if side.where == HOME_TAB else side.where, person)
    except NotThereError:
        return Pane(slot, address, reader, None, reader.words("not_there"))
    outside = person.id not in place.members
    return Pane(slot, address, reader, place, reader.words("not_member", name=person.real_name) if outside else None)
