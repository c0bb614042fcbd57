"""Every line of the journal is a point where a worker dies; another one finishes, and nothing happens twice.

One house for all deaths: a worker that is to die works alone until it does, then the survivor, held still meanwhile,
takes over. What each death led to is judged at the end.
"""

from __future__ import annotations

import base64
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from obs import ACL, Grant, Grantee

from bot.flows.world import FAIL_POINTS
from bot.rules.figures import FIGURES
from tests.console import console
from tests.promises.clocks import DEATHS as CLOCKS
from tests.promises.conftest import LEASE, Open
from tests.promises.conversations import DEATHS as TALKS
from tests.promises.house import PLACES, House, is_done, until
from tests.stack import Child

DEATHS = (
    "submit.before_commit",
    "submit.committed",
    "decide.before_commit",
    "decide.committed",
    "execute.queued",
    "execute.leased",
    "execute.before_act",
    "execute.before_act:2",
    "execute.acted",
    "execute.acted:2",
    "execute.recorded",
    "execute.finished",
    "outbox.leased",
    "outbox.sent",
    "outbox.sent:3",
    "outbox.saved",
)
"""A point, or its n-th pass: the plan has two steps, the card three copies."""
ELSEWHERE = {death.partition(":")[0] for death in (*CLOCKS, *TALKS)}
"""Some points are passed by watched things, or by questions: test_clocks.py and test_conversations.py die there."""
STEERED = {"cancel.committed", "undo.committed"}
"""Points that are passed when somebody steers an operation; each has a story of its own below."""
PAUSES = ("execute.before_act!stop", "execute.acted:2!stop")


def test_every_fail_point_has_a_death() -> None:
    assert {death.partition(":")[0] for death in DEATHS} | ELSEWHERE | STEERED == set(FAIL_POINTS)


@dataclass
class Crash:
    """One crash: the bucket that was asked for, the request, and the worker that met it."""

    name: str
    worker: Child
    request: str = ""

    def end(self) -> tuple[int | None, str]:
        return self.worker.process.returncode, self.worker.log.read_text("utf-8")


@dataclass
class Ward:
    """A house with one worker that survives everything; `readers` are its connections to the streams."""

    house: House
    survivor: Child
    readers: frozenset[str]
    web_died: bool = False

    def victim(self, point: str) -> Child:
        return self.house.stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE, BOT_FAIL_POINT=point)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self.house.stopped(self.survivor, self.readers):
            yield

    def approve(self, crash: Crash) -> bool:
        """Approve as soon as that is offered; return whether it is done."""
        if not crash.request and self.house.offers(crash.name, "approve"):
            crash.request = self.house.request(crash.name)
            self.house.press(crash.name, "approve")
        return bool(crash.request)

    def provoke(self, crash: Crash) -> None:
        """Ask and approve with nobody else at work, until the worker is dead."""
        with self.alone():
            self.house.ask(crash.name, "folder=roses")
            until(lambda: _gone(crash.worker) or (self.approve(crash) and _gone(crash.worker)))

    def finish(self, crash: Crash) -> None:
        """Wait until the cloud has it all, approving on the way if that was not possible before."""
        until(lambda: self.approve(crash) and self.house.has(crash.name, "roses/"))
        until(lambda: self.house.acts(crash.request)["operation.done"])
        if not crash.worker.died():
            crash.worker.process.send_signal(signal.SIGCONT)
            crash.worker.process.terminate()
            crash.worker.process.wait(30)

    def lose_the_web(self, name: str) -> None:
        """Kill the web role in the moment it has acked an approval, and start it anew."""
        self.house.asked(name)
        web = next(child for child in self.house.stack.children if child.name == "bot-web")
        acked = self.house.press(name, "approve")["ok"]
        web.kill()
        self.web_died = acked and web.process.returncode == -signal.SIGKILL
        self.house.stack.start_bot("web", self.house.stack.ports[0])
        self.house.stack.ready()


@pytest.fixture(scope="module")
def ward(open_house: Open) -> Ward:
    house = open_house(1, 1)
    house.stack.post("people", id="chen", groups=[])  # fewer copies: Slack takes 50 updates a minute
    survivor = next(child for child in house.stack.children if child.name == "bot-worker")
    readers = until(lambda: frozenset(house.readers()) if len(house.readers()) == 2 else frozenset())
    return Ward(house, survivor, readers)


@pytest.fixture(scope="module")
def crashes(ward: Ward) -> dict[str, Crash]:
    """Let a worker die at each point; the next one starts while the survivor finishes the last one's work."""
    found: dict[str, Crash] = {}
    for number, death in enumerate((*DEATHS, *PAUSES)):
        victim = ward.victim(death)
        for last in list(found.values())[-1:]:
            ward.finish(last)
        found[death] = Crash(f"crash-{number}", victim)
        ward.provoke(found[death])
    ward.finish(found[death])
    ward.lose_the_web("web-dies")
    ward.house.stack.settle()
    return found


def judge(house: House, crash: Crash) -> None:
    """Fail unless it happened once, was recorded once, and every place says so in the end."""
    assert house.has(crash.name, "roses/")
    assert house.puts(f"/{crash.name}") == [200]
    assert house.puts(f"/{crash.name}/roses/") == [200]
    acts = house.acts(crash.request)
    assert (acts["requested"], acts["approval.approve"], acts["operation.done"]) == (1, 1, 1)
    for place in PLACES:
        copies = house.cards(crash.name, place)
        assert any(is_done(copy) for copy in copies), (place, copies)
        assert len(copies) == 1 or place == "channel", f"history can be read in {place}, so nothing is repeated"


@pytest.mark.parametrize("death", DEATHS)
def test_a_worker_dies_and_another_one_finishes(death: str, crashes: dict[str, Crash], ward: Ward) -> None:
    code, log = crashes[death].end()
    assert code == -signal.SIGKILL
    assert f"fail point: kill at {death.partition(':')[0]}\n" in log
    judge(ward.house, crashes[death])


@pytest.mark.parametrize("pause", PAUSES)
def test_a_worker_sleeps_past_its_lease_and_wakes_to_find_it_done(
    pause: str, crashes: dict[str, Crash], ward: Ward
) -> None:
    code, log = crashes[pause].end()
    assert code == 0, "it woke, saw that another one had carried on, and stopped when asked"
    assert "fail point: stop at" in log
    judge(ward.house, crashes[pause])


def test_at_most_one_first_post_is_repeated_for_each_kill(crashes: dict[str, Crash], ward: Ward) -> None:
    posts = [len(ward.house.cards(crash.name, "channel")) for crash in crashes.values()]
    cut_off = sum(death.startswith("outbox.sent") for death in DEATHS)
    assert sum(posts) - len(posts) <= cut_off, posts


@pytest.mark.usefixtures("crashes")
def test_the_web_role_dies_right_after_its_ack(ward: Ward) -> None:
    assert ward.web_died
    assert ward.house.puts("/web-dies") == [200]
    assert all(is_done(copy) for place in PLACES for copy in ward.house.cards("web-dies", place))


@pytest.mark.usefixtures("crashes")
def test_a_worker_dies_right_after_it_noted_a_wish_to_cancel(ward: Ward) -> None:
    """The wish stands, the next worker begins no further step, and who pressed is told after all."""
    house, victim = ward.house, ward.victim("cancel.committed")
    house.stack.post("cloud/faults", service="obs", operation="put_object", kind="throttled", times=9)
    with ward.alone():
        identity = house.asked("crash-cancel", "folder=roses")
        house.press("crash-cancel", "approve")
        until(lambda: house.has("crash-cancel"))
        house.press("crash-cancel", "cancel", "li")
        until(victim.died)
    until(lambda: house.acts(identity)["operation.cancelled"])
    until(lambda: any("不再开始新的步骤" in text for text in house.told("li")))
    assert victim.process.returncode == -signal.SIGKILL
    acts = house.acts(identity)
    assert (acts["operation.cancel"], acts["operation.done"]) == (1, 0)
    assert house.has("crash-cancel")
    assert not house.has("crash-cancel", "roses/")


@pytest.mark.usefixtures("crashes")
def test_a_worker_dies_right_after_an_undo_was_asked_for(ward: Ward) -> None:
    """One press, one request, although it is carried out by two workers one after the other."""
    house, victim = ward.house, ward.victim("undo.committed")
    with ward.alone():
        identity = house.asked("crash-undo")
        house.press("crash-undo", "approve")
        house.press("crash-undo", "undo", "li")
        until(victim.died)
    until(house.quiet)
    assert victim.process.returncode == -signal.SIGKILL
    [undone] = [entry for entry in house.audit(identity) if entry["what"] == "operation.undo"]
    assert house.acts(undone["by"])["requested"] == 1
    until(lambda: any("申请已发送给" in text for text in house.told("li")))
    asked = [entry for entry in house.audit() if entry["what"] == "requested" and entry["command"] == "bucket delete"]
    assert len(asked) == 1


def _upload(house: House, name: str) -> None:
    """Have li put a file of 6 MB into a bucket that is made for it past the bot, and mei approve."""
    with console(house.stack) as obs:
        assert obs.createBucket(name, location="cn-north-4").status == 200
    words = {"as_": "li", "in_": "@bot", "name": "花.bin", "text": f"bucket put obs://{name}/x/"}
    house.stack.post("file", **words, content_base64=base64.b64encode(bytes(6 * 1024 * 1024)).decode())
    asked = until(
        lambda: [
            m for m in house.stack.messages("mei") if name in m["text"] and '"approve"' in str(m).replace("'", '"')
        ]
    )
    house.stack.post("press", as_="mei", in_="@bot", ts=asked[-1]["ts"], action_id="approve", surface="message")


@pytest.mark.usefixtures("crashes")
def test_an_upload_that_a_kill_cut_off_is_gone_on_with_or_its_parts_are_dropped(ward: Ward) -> None:
    """Of two uploads cut off, one goes on; the other may not write any more, and after a while nobody retried."""
    house, stack = ward.house, ward.house.stack
    with ward.alone():
        victim = stack.start_bot("worker", BOT_LEASE_SECONDS=LEASE)
        stack.post("cloud/faults", service="obs", operation="put_part", kind="slow", times=2)
        for name in ("goes-on", "gives-up"):
            _upload(house, name)
        until(lambda: all((stack.bucket(name) or {})["uploads"] for name in ("goes-on", "gives-up")))
        victim.kill()
        assert not house.has("goes-on", "x/花.bin")
        with console(stack) as obs:
            own = obs.getBucketAcl("gives-up").body.owner
            assert obs.setBucketAcl("gives-up", ACL(own, [Grant(Grantee(own.owner_id), "READ")])).status == 200
    until(lambda: house.has("goes-on", "x/花.bin"))
    assert (stack.bucket("goes-on") or {})["uploads"] == []
    assert [one["size"] for one in (stack.bucket("goes-on") or {})["objects"]] == [6 * 1024 * 1024]
    until(lambda: any(one["what"] == "operation.failed" for one in house.audit()))
    assert len((stack.bucket("gives-up") or {})["uploads"]) == 1
    stack.post("clock", advance_s=FIGURES.files.kept_for_retry + 1)
    until(lambda: (stack.bucket("gives-up") or {})["uploads"] == [])


def _gone(worker: Child) -> bool:
    """Return whether a process is dead, or the kernel says that it is stopped."""
    if worker.died():
        return True
    stat = Path(f"/proc/{worker.process.pid}/stat").read_text("ascii")
    return stat.rpartition(")")[2].split()[0] == "T"
