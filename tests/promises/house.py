"""A running product as the promises look at it: the truth of the cloud, the audit, the copies of a card."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
from redis import Redis

from tests.stack import Child, Json, Stack

TAG = "mb:{-:T0LAB00001}:"
DONE = ("confirmed by the cloud", "并经云服务确认")
PLACES = {"li": ("li", "@bot"), "mei": ("mei", "@bot"), "channel": ("mei", "#modelarts")}
"""Where a request of li's is shown, and whose eyes see it there."""
PEOPLE = {"li": "U0LI000001", "mei": "U0MEI00001", "chen": "U0CHEN0001", "guest": "U0GUEST001", "wang": "U0WANG0001"}
T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 60.0) -> T:
    """Return the first truthy answer of `look`, asked gently: each look costs the sandbox work."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"did not come true within {seconds} s, last seen: {found!r}"
        time.sleep(0.1)
    return found


@dataclass
class House:
    """A stack and a look into its Redis."""

    stack: Stack
    redis: Redis
    probed: list[int] = field(default_factory=list)
    """The ports where the workers tell their figures."""

    # ------------------------------------------------------------- what people see

    def cards(self, name: str, place: str) -> list[Json]:
        """Return the copies of the card about the thing `name` in a place, oldest first."""
        who, where = PLACES.get(place, (place, "@bot"))
        seen = self.stack.messages(who, where)
        return [m for m in seen if not m["ephemeral"] and f" {name} " in _plain(m["text"].split("\n")[0])]

    def card(self, name: str, place: str = "mei") -> str:
        """Return the words of the newest copy of a card."""
        return str(self.cards(name, place)[-1]["text"])

    def told(self, who: str, where: str = "@bot") -> list[str]:
        """Return what only this person was told there, oldest first."""
        return [m["text"] for m in self.stack.messages(who, where) if m["ephemeral"]]

    def request(self, name: str) -> str:
        """Return the id of the request about `name`, from the value of a button in mei's copy."""
        return str(self.button(name, "approve")["value"])

    def button(self, name: str, action: str, place: str = "mei") -> Json:
        """Return a button of the newest copy of a card."""
        for block in self.cards(name, place)[-1]["blocks"]:
            for element in block.get("elements", ()):
                if element.get("action_id") == action:
                    found: Json = element
                    return found
        raise AssertionError(f"no button {action} on the card of {name} for {place}")

    def offers(self, name: str, action: str, place: str = "mei") -> bool:
        """Return whether the newest copy of a card offers a button."""
        found = self.cards(name, place)
        return bool(found) and f'"{action}"' in json.dumps(found[-1]["blocks"])

    # ------------------------------------------------------------- what people do

    def ask(self, name: str, words: str = "", who: str = "li") -> None:
        """Ask for a bucket; the answer is not waited for."""
        self.stack.post("say", as_=who, in_="@bot", text=f"/modelarts bucket create {name} {words}".strip())

    def asked(self, name: str, words: str = "", who: str = "li", approvers: Sequence[str] = ("mei",)) -> str:
        """Ask for a bucket and wait until approvers are offered the decision; return the request's id."""
        self.ask(name, words, who)
        until(lambda: all(self.offers(name, "approve", approver) for approver in approvers))
        return str(self.button(name, "approve", approvers[0])["value"])

    def press(self, name: str, action: str, who: str = "mei", place: str = "") -> Json:
        """Press a button on the newest copy of a card; the work is not waited for."""
        until(lambda: self.offers(name, action, place or who))
        ts = self.cards(name, place or who)[-1]["ts"]
        where = PLACES.get(place or who, (who, "@bot"))[1]
        found: Json = self.stack.post("press", as_=who, in_=where, ts=ts, action_id=action, surface="message")
        return found

    # ------------------------------------------------------------- the truth

    def puts(self, path: str) -> list[int]:
        """Return how each write to an OBS path was answered; 0 is no answer."""
        calls = self.stack.get("calls", service="obs")
        return [call["status"] for call in calls if call["method"] == "PUT" and call["path"] == path]

    def audit(self, identity: str = "") -> list[dict[str, str]]:
        """Return the audit entries, all or those of one request."""
        entries: Any = self.redis.xrange(f"{TAG}stream:audit")
        found = [{key.decode(): value.decode() for key, value in fields.items()} for _, fields in entries]
        return [entry for entry in found if identity in ("", entry.get("id"))]

    def acts(self, identity: str) -> Counter[str]:
        """Return how often each thing was recorded about a request."""
        return Counter(entry["what"] for entry in self.audit(identity))

    def has(self, name: str, key: str = "") -> bool:
        """Return whether the cloud has a bucket, with an object if wanted."""
        bucket = self.stack.bucket(name)
        return bucket is not None and (not key or key in {o["key"] for o in bucket["objects"]})

    def place_of(self, identity: str, person: str) -> tuple[str, str]:
        """Return channel and ts of a person's copy of a request's card, as the product remembers them."""
        text: Any = self.redis.get(f"{TAG}doc:card:request-{identity}")
        copies = json.loads(text.partition(b"\n")[2])["copies"]
        found = next(copy for copy in copies if PEOPLE[person] == copy["address"])
        return found["channel"], found["ts"]

    def figure(self, name: str, *ports: int) -> float:
        """Return the sum of a figure over processes, the workers if none are named."""
        texts = [requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text for port in ports or self.probed]
        rows = [line for text in texts for line in text.splitlines() if line.startswith(f"modelarts_bot_{name} ")]
        return sum(float(row.rpartition(" ")[2]) for row in rows)

    def quiet(self) -> bool:
        """Return whether no work is left; cards may still wait for their turn, Slack takes 50 updates a minute."""
        later: Any = self.redis.zrange(f"{TAG}later", 0, -1)
        return not self.redis.xlen(f"{TAG}stream:work") and not any(member.startswith(b"work:") for member in later)

    # ------------------------------------------------------------- processes

    def readers(self) -> dict[str, bool]:
        """Return the connections that read streams, and whether each waits inside Redis now."""
        found = self.redis.client_list()
        return {c["id"]: "b" in c["flags"] for c in found if c["cmd"] == "xreadgroup"}

    @contextmanager
    def stopped(self, worker: Child, readers: frozenset[str]) -> Iterator[None]:
        """Hold a worker still, once Redis no longer waits to hand it an entry."""
        worker.process.send_signal(signal.SIGSTOP)
        try:
            until(lambda: not any(waits for one, waits in self.readers().items() if one in readers))
            yield
        finally:
            worker.process.send_signal(signal.SIGCONT)


def _plain(text: str) -> str:
    """Return words as people read them, with blanks around marked names."""
    return f" {text.replace('`', ' ').replace('*', ' ')} "


def is_done(card: Json) -> bool:
    """Return whether a copy says that the cloud confirmed it, and offers nothing more than to take it back."""
    offered = {element.get("action_id") for block in card["blocks"] for element in block.get("elements", ())}
    return any(word in card["text"] for word in DONE) and not offered - {None, "undo"}
