"""The embedded server, killed in every way there is."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import StoreDown
from bot.ports import Change
from bot.store.connect import check, connect
from bot.store.embedded import Embedded, EmbeddedFault, program
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore
from tests.redis_server import eventually, until
from tests.store.samples import Note


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="mb-", dir="/tmp"))
    yield made / "data"
    shutil.rmtree(made)


async def _put(server: Embedded, identity: str) -> None:
    link = connect(server.url)
    await RedisStore(link, Keys(Workspace("T1"))).commit(Change().create(Note(identity)))
    await link.close()


async def _has(server: Embedded, identity: str) -> bool:
    link = connect(server.url)
    found = await RedisStore(link, Keys(Workspace("T1"))).load(Note, identity)
    await link.close()
    return found is not None


def _free(lock: Path) -> bool:
    """Return whether nobody holds the lock: whoever did has ended, also if nobody has waited for it yet."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


async def test_it_keeps_its_data_and_leaves_nothing_running(folder: Path) -> None:
    async with Embedded(folder) as server:
        await _put(server, "n")
    assert _free(folder / "server.lock")
    assert not (folder / "redis.sock").exists()
    async with Embedded(folder) as server:
        assert await _has(server, "n")
    await server.stop()


async def test_it_is_as_the_start_up_check_wants_it_and_nobody_elses(folder: Path) -> None:
    async with Embedded(folder) as server:
        link = connect(server.url)
        assert await check(link) == []
        await link.close()
        assert _mode(folder / "redis.sock") == _mode(folder) == 0o700
        assert server.pid != 0
    assert server.pid == 0


async def test_a_killed_server_comes_back_with_its_data(folder: Path) -> None:
    async with Embedded(folder) as server:
        await _put(server, "n")
        first = server.pid
        os.kill(first, signal.SIGKILL)

        async def back() -> bool:
            try:
                return server.pid not in (0, first) and await _has(server, "n")
            except StoreDown:
                return False

        await eventually(back, "the server is back with its data")
    assert _free(folder / "server.lock")


async def test_when_its_parent_is_killed_the_next_start_has_the_data(folder: Path) -> None:
    _run_and_kill_parent(folder)
    async with Embedded(folder) as server:
        assert await _has(server, "n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a server with its parent")
def test_when_its_parent_is_killed_it_ends(folder: Path) -> None:
    _run_and_kill_parent(folder)
    until(lambda: _free(folder / "server.lock"), "the server has ended")


def _run_and_kill_parent(folder: Path) -> None:
    """Let another process run a server and write a note, then kill that process with signal 9."""
    words = (sys.executable, "-m", "tests.store.racer", "keep", str(folder))
    parent = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert parent.stdout
        assert int(parent.stdout.readline()) > 0
        assert not _free(folder / "server.lock")
    finally:
        parent.kill()
        parent.communicate()


async def test_a_second_bot_on_the_same_folder_is_refused_and_the_first_goes_on(folder: Path) -> None:
    async with Embedded(folder) as first:
        with pytest.raises(EmbeddedFault, match="another bot uses"):
            await Embedded(folder).__aenter__()
        await _put(first, "n")


async def test_an_orphan_is_asked_to_leave_and_its_data_taken_over(folder: Path) -> None:
    with _orphan(folder) as orphan:
        embedded = Embedded(folder)
        await _put(embedded, "n")
        async with embedded as server:
            assert orphan.wait(5) == 0
            assert await _has(server, "n")


@contextmanager
def _orphan(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server as one is left behind where the system does not end it with its parent."""
    folder.mkdir()
    with (folder / "server.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        words = (program(), "--port", "0", "--unixsocket", str(folder / "redis.sock"), "--dir", str(folder))
        orphan = subprocess.Popen(
            (*words, "--appendonly", "yes"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(lock.fileno(),),
        )
    try:
        until((folder / "redis.sock").exists, "the orphan listens")
        yield orphan
    finally:
        orphan.kill()
        orphan.wait()


async def test_a_socket_without_a_server_is_cleared(folder: Path) -> None:
    _leave_a_socket(folder)
    async with Embedded(folder) as server:
        await _put(server, "n")


def _leave_a_socket(folder: Path) -> None:
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "redis.sock"))
        dead.listen()


async def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    deep = folder / ("d" * 120)
    async with Embedded(deep) as server:
        await _put(server, "n")
        address = Path(server.url.removeprefix("unix://"))
        assert len(os.fsencode(address)) <= 100
        assert _mode(address.parent) == 0o700
    address.parent.rmdir()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("name", "reason"), [("missing", "cannot be run"), ("false", "ended at once")])
async def test_a_server_that_cannot_run_says_why_and_frees_the_folder(folder: Path, name: str, reason: str) -> None:
    with pytest.raises(EmbeddedFault, match=reason):
        await Embedded(folder, program=Path("/bin", name)).__aenter__()
    async with Embedded(folder) as server:
        assert server.pid


def test_looking_for_the_server_loads_no_second_client() -> None:
    words = "import bot.store.embedded as e, sys; e.program(); sys.exit('valkey' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
