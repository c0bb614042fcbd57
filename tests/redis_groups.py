"""Several servers that stand in for each other: a primary with replicas and sentinels, and a cluster.

All on loopback, of the embedded server's program. What takes long in real life is set short: a primary is given up
after a second, and replicas copy at once.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from bot.store.embedded import program
from tests.redis_server import Server, until

PATIENCE_MS = 1000
SERVICE = "main"
_SLOTS = 16384


@dataclass(frozen=True)
class Group(Server):
    """A group under one REDIS_URL; `nodes` are its data servers by port, `watchers` its sentinels."""

    nodes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    watchers: tuple[int, ...] = ()

    def primary(self, key: str = "") -> int:
        """Return the port of the server that answers for a key now, 0 if nobody does."""
        for port in self.nodes:
            with contextlib.suppress(RedisError, OSError), _client(port) as client:
                if _told(client, "ROLE")[0] == b"master" and _answers_for(client, key):
                    return port
        return 0

    def send(self, port: int, number: signal.Signals) -> None:
        """Send a signal to a data server."""
        self.nodes[port].send_signal(number)

    def kill(self, port: int) -> None:
        """End a data server as a power cut would."""
        self.nodes[port].kill()
        self.nodes[port].wait()

    def whole(self) -> bool:
        """Return whether every replica has finished its copy, so that it may take over."""
        return all(self._linked(port) for port, process in self.nodes.items() if process.poll() is None)

    def _linked(self, port: int) -> bool:
        with contextlib.suppress(RedisError, OSError), _client(port) as client:
            told: Any = client.info("replication")
            return told.get("master_link_status", "up") == "up" and self._is_covered(client)
        return False

    def _is_covered(self, client: Redis) -> bool:
        return self.engine != "cluster" or b"cluster_state:ok" in _told(client, "CLUSTER", "INFO")


def _told(client: Redis, *command: str | int) -> Any:
    return client.execute_command(*command)  # type: ignore[no-untyped-call]


def _answers_for(client: Redis, key: str) -> bool:
    """Return whether a node of a cluster answers for a key; without a key, any does."""
    with contextlib.suppress(RedisError):
        return not key or _told(client, "TYPE", key) is not None
    return False


def _client(port: int) -> Redis:
    return Redis(host="127.0.0.1", port=port, socket_timeout=1, protocol=2)


def ports(count: int) -> list[int]:
    """Return ports that are free now."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in held]


@contextmanager
def sentinels(replicas: int = 2, watchers: int = 3, patience_ms: int = PATIENCE_MS) -> Iterator[Group]:
    """Run a primary, its replicas and the sentinels that watch them."""
    first, *others = data = ports(1 + replicas)
    watching = ports(watchers)
    with _folder() as folder, ExitStack() as stack:
        nodes = {first: stack.enter_context(_server(folder, first))}
        for port in others:
            nodes[port] = stack.enter_context(_server(folder, port, "--replicaof", f"127.0.0.1 {first}"))
        url = f"redis+sentinel://{','.join(f'127.0.0.1:{port}' for port in watching)}/{SERVICE}"
        group = Group("sentinel", url, nodes[first].pid, folder, nodes, tuple(watching))
        until(lambda: all(map(_up, data)) and group.whole() and _replicas(first) == replicas, "the replicas copy")
        for port in watching:
            stack.enter_context(_watcher(folder, port, _watching(port, watching, data, patience_ms)))
        until(lambda: all(_sees(port, replicas, watchers - 1) for port in watching), "the sentinels know each other")
        yield group


@contextmanager
def cluster(primaries: int = 3) -> Iterator[Group]:
    """Run a cluster with one replica a primary."""
    data = ports(2 * primaries)
    with _folder() as folder, ExitStack() as stack:
        buses = ports(2 * primaries)
        nodes = {
            port: stack.enter_context(_server(folder, port, *_clustered(port, bus)))
            for port, bus in zip(data, buses, strict=True)
        }
        until(lambda: all(map(_up, data)), "the nodes answer")
        _form(data, buses, primaries)
        url = f"redis+cluster://127.0.0.1:{data[0]},127.0.0.1:{data[-1]}"
        group = Group("cluster", url, nodes[data[0]].pid, folder, nodes)
        until(lambda: group.whole() and all(_replicas(port) == 1 for port in data[:primaries]), "the cluster forms", 20)
        yield group


def _clustered(port: int, bus: int) -> Sequence[str]:
    words = ("--cluster-enabled", "yes", "--cluster-node-timeout", str(PATIENCE_MS), "--cluster-port", str(bus))
    return (*words, "--cluster-config-file", f"nodes-{port}.conf")


def _form(data: Sequence[int], buses: Sequence[int], primaries: int) -> None:
    """Let the nodes meet, share the slots out, and give each primary its replica."""
    share = -(-_SLOTS // primaries)
    with ExitStack() as stack:
        clients = [stack.enter_context(_client(port)) for port in data]
        names = [_told(client, "CLUSTER", "MYID").decode() for client in clients]
        for number, client in enumerate(clients):
            _told(client, "CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            if number < primaries:
                last = min((number + 1) * share, _SLOTS) - 1
                _told(client, "CLUSTER", "ADDSLOTSRANGE", number * share, last)
            _told(clients[0], "CLUSTER", "MEET", "127.0.0.1", data[number], buses[number])
        for number in range(primaries):
            replica, name = clients[primaries + number], names[number]
            until(partial(_follows, replica, name), "a replica knows its primary")


def _follows(replica: Redis, name: str) -> bool:
    with contextlib.suppress(RedisError):
        return bool(_told(replica, "CLUSTER", "REPLICATE", name))
    return False


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mb-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    own = folder / str(port)
    own.mkdir()
    words = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(own), "--save", "", "--appendonly", "yes"]
    words += ["--repl-diskless-sync-delay", "0", "--logfile", "log", *options]
    with _process([str(program()), *words]) as process:
        yield process


def _watching(own: int, watching: Sequence[int], data: Sequence[int], patience_ms: int) -> list[str]:
    """Return the settings of a sentinel that knows everybody from the start; finding out takes them seconds."""
    first, *replicas = data
    lines = [
        f"port {own}",
        f"sentinel myid {own:040x}",
        f"sentinel monitor {SERVICE} 127.0.0.1 {first} 2",
        f"sentinel down-after-milliseconds {SERVICE} {patience_ms}",
        f"sentinel failover-timeout {SERVICE} 3000",
    ]
    lines += [f"sentinel known-replica {SERVICE} 127.0.0.1 {port}" for port in replicas]
    others = (port for port in watching if port != own)
    return lines + [f"sentinel known-sentinel {SERVICE} 127.0.0.1 {port} {port:040x}" for port in others]


@contextmanager
def _watcher(folder: Path, port: int, lines: Sequence[str]) -> Iterator[None]:
    own = folder / str(port)
    own.mkdir()
    config = own / "sentinel.conf"
    config.write_text("\n".join(["bind 127.0.0.1", f"dir {own}", "logfile log", *lines, ""]), "utf-8")
    with _process([str(program()), str(config), "--sentinel"]):
        yield


@contextmanager
def _process(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(words, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _up(port: int) -> bool:
    with contextlib.suppress(RedisError, OSError), _client(port) as client:
        return bool(client.ping())
    return False


def _replicas(port: int) -> int:
    with _client(port) as client:
        return len(_told(client, "ROLE")[2])


def _sees(port: int, replicas: int, others: int) -> bool:
    with contextlib.suppress(RedisError, OSError), _client(port) as client:
        told = client.sentinel_masters()[SERVICE]
        return bool(told["num-slaves"] == replicas and told["num-other-sentinels"] == others and not told["is_sdown"])
    return False
