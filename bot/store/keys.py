"""Every key of a workspace, on one page.

| key               | type   | holds                                             | lifetime                           |
|-------------------|--------|---------------------------------------------------|------------------------------------|
| `doc:<kind>:<id>` | string | `<version>` newline JSON, see `documents`         | by its kind, see below             |
| `once:<token>`    | string | `1`: the token was used                           | at most a day                      |
| `rate:<name>`     | string | how often it was counted in this window           | the window, from its first count   |
| `index:<name>`    | zset   | ids, scored as the writer likes                   | for ever                           |
| `stream:work`     | stream | what a worker must look at                        | an entry: until it is finished     |
| `stream:outbox`   | stream | what a sender must draw                           | an entry: until it is finished     |
| `stream:dead`     | stream | entries given up, with the reason                 | an entry: until it is revived      |
| `stream:audit`    | stream | audit entries in the order they happened          | an entry: 90 days, then a segment  |
| `stream:seals`    | stream | number and seal of each sealed entry, by its id   | an entry: as long as what it seals |
| `due`             | zset   | due members (see `due`), scored by product time   | a member: until it is promoted     |
| `later`           | zset   | due members, scored by machine time               | a member: until it is promoted     |
| `clock`           | string | seconds that product time is ahead (sandbox only) | for ever                           |
| `workers`         | zset   | consumer names, scored by their last beat         | a member: one hour                 |

All carry the tag `{<enterprise or ->:<team>}`, so that one script can touch any of them in a cluster (decision 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What the documents of a kind hold, and for how many seconds at most after they were written; None: for ever.

    `until` says which of them have that lifetime, where not all do.
    """

    holds: str
    seconds: float | None = None
    until: str = ""


KINDS: Mapping[str, Kept] = {
    "approval": Kept("a request, its votes and its state", 120 * DAY),
    "card": Kept("a message in its copies", 120 * DAY, "of a request, a digest or an outage; a thing's stays"),
    "chain": Kept("how far the audit is sealed"),
    "conversation": Kept("a question and what was answered so far", 7 * DAY),
    "digest": Kept("what was told on a day", 7 * DAY),
    "failure": Kept("what the cloud refused somebody", 120 * DAY),
    "form": Kept("an opened form", DAY),
    "halt": Kept("that an operation shall stop", 120 * DAY),
    "handle": Kept("which thing a button means"),
    "home": Kept("what a Home shows", 30 * DAY),
    "in_force": Kept("the policy's version"),
    "inbound": Kept("what somebody said or pressed", DAY),
    "learned": Kept("what the cloud was seen to do"),
    "linked": Kept("who is whom in the cloud"),
    "memory": Kept("which Redis the bot remembers, so that a loss is noticed"),
    "names": Kept("names that forms offer", DAY),
    "operation": Kept("the journal of what is carried out", 120 * DAY),
    "outage": Kept("since when a cloud service does not answer", 7 * DAY),
    "pace": Kept("how fast Slack may be written to", 600.0),
    "setup": Kept("an account's checklist"),
    "thing": Kept("a watched thing and its reminders", 90 * DAY, "when it is gone"),
    "told": Kept("when the audit's head was told"),
    "turn": Kept("who waits for a thing", 120 * DAY),
    "wishes": Kept("quiet hours and digest"),
}
"""Every kind of document. Who writes one gives its lifetime; tests hold a running bot's keys against this page."""

GROUP = "bot"
STREAMS = ("work", "outbox")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack workspace; `enterprise` is empty outside an Enterprise organisation."""

    team: str
    enterprise: str = ""

    @property
    def tag(self) -> str:
        """Return the prefix of all its keys, with the part in braces that a cluster hashes."""
        return f"mb:{{{self.enterprise or '-'}:{self.team}}}:"


class Keys:
    """The keys of one workspace."""

    __slots__ = ("_tag", "clock", "due", "later", "workers")

    def __init__(self, workspace: Workspace) -> None:
        self._tag = workspace.tag
        self.due = f"{self._tag}due"
        self.later = f"{self._tag}later"
        self.clock = f"{self._tag}clock"
        self.workers = f"{self._tag}workers"

    def document(self, kind: str, identity: str) -> str:
        """Return the key of a document."""
        return f"{self._tag}doc:{kind}:{identity}"

    def once(self, token: str) -> str:
        """Return the key of a once token."""
        return f"{self._tag}once:{token}"

    def rate(self, name: str) -> str:
        """Return the key of a counter."""
        return f"{self._tag}rate:{name}"

    def index(self, name: str) -> str:
        """Return the key of a sorted index."""
        return f"{self._tag}index:{name}"

    def stream(self, name: str) -> str:
        """Return the key of a stream: work, outbox, dead, audit or seals."""
        return f"{self._tag}stream:{name}"

    def clocked(self, which: str) -> str:
        """Return the key of the members that wait for product time ("due") or machine time ("later")."""
        return {"due": self.due, "later": self.later}[which]
