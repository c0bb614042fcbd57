"""Run a simulated Slack workspace and Huawei Cloud until SIGTERM or SIGINT, with a page to see and move them.

Everything listens on loopback only. Alone it is a test bed for any Slack app or cloud tool: docs/sandbox.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from math import isfinite
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from sandbox.cloud.coverage import COVERAGE
from sandbox.server import HOST, Options, run_sandbox
from sandbox.workspace.rates import RateLimits
from sandbox.workspace.sockets import Pace

SERVICES = tuple(dict.fromkeys(row.service for row in COVERAGE))
LARGEST_PORT = 65_535
Wrong = argparse.ArgumentTypeError


class _Parser(argparse.ArgumentParser):
    """A parser that ends with one line for a bad option."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on."""
        self.exit(2, f"sandbox: {message} (see python -m sandbox --help)\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m sandbox", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add, env = parser.add_argument, os.environ.get
    add("--host", default=HOST, help="loopback address to listen on; default %(default)s")
    add("--port", type=_port, default=env("SANDBOX_PORT", "8080"), help="main port, 0 for a free one; default 8080")
    add("--bot-url", action="append", type=_url, help="base address of your app; repeat for replicas")
    add("--scenario", default=env("SANDBOX_SCENARIO", "default"), help="name or path of a scenario; default 'default'")
    add("--signing-secret", default=env("SANDBOX_SIGNING_SECRET", Options.signing_secret), help="signs deliveries")
    add("--bot-token", default=env("SANDBOX_BOT_TOKEN", Options.bot_token), help="the token that Slack's API takes")
    add("--app-token", default=env("SANDBOX_APP_TOKEN", Options.app_token), help="the token that opens connections")
    add("--socket-mode", action="store_true", help="deliver over Socket Mode, not to --bot-url")
    add("--socket-life-s", type=_seconds, default=Pace.life_s, help="how long a connection lives; default %(default)s")
    add("--socket-warn-s", type=_seconds, default=Pace.warn_s, help="warning before its end; default %(default)s")
    add("--redis-url", default=env("SANDBOX_REDIS_URL"), help="with --clock-key: where the clock's offset is told")
    add("--clock-key", default=env("SANDBOX_CLOCK_KEY"), help="the key for it; TEAM stands for the team's id")
    add("--cloud-ports", default="", type=_ports, help=f"as iam=8081,obs=0, of {', '.join(SERVICES)}; free ones else")
    add("--announce", type=_draft, help="file to write addresses and secrets to, once everything listens")
    add("--ack-s", type=_seconds, default=Options.ack_s, help="how long Slack waits for an ack; default %(default)s")
    add("--retry-scale", type=_seconds, default=1.0, help="factor on the waits before events are sent again")
    add("--no-rate-limits", action="store_true", help="answer however often the app asks")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > LARGEST_PORT:
        raise Wrong(f"a port is a whole number from 0 to {LARGEST_PORT}, not {text!r}")
    return int(text)


def _ports(text: str) -> dict[str, int]:
    pairs = [(name, port) for name, _, port in (item.partition("=") for item in text.split(",") if item)]
    if strange := [name for name, _ in pairs if name not in SERVICES]:
        raise Wrong(f"no service {strange[0]!r}; there are: {', '.join(SERVICES)}")
    return {name: _port(port) for name, port in pairs}


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if number < 0 or not isfinite(number):
        raise Wrong(f"{text!r} must be a number, zero or more")
    return number


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Wrong(f"{text!r} must be an address such as http://127.0.0.1:3000")
    return text


def _draft(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise Wrong(f"{text!r} must be a file in a folder that exists")
    return path


def _options(argv: list[str] | None = None) -> Options:
    parser = _parser()
    given = parser.parse_args(argv)
    try:
        bots = given.bot_url or [_url(url) for url in os.environ.get("SANDBOX_BOT_URL", "").split(",") if url]
    except Wrong as fault:
        parser.error(f"SANDBOX_BOT_URL: {fault}")
    if bool(given.redis_url) != bool(given.clock_key):
        parser.error("--redis-url and --clock-key go together")
    return Options(
        host=given.host,
        port=given.port,
        bots=bots,
        scenario=given.scenario,
        signing_secret=given.signing_secret,
        bot_token=given.bot_token,
        app_token=given.app_token,
        socket_mode=given.socket_mode,
        sockets=Pace(given.socket_life_s, given.socket_warn_s),
        redis_url=given.redis_url,
        clock_key=given.clock_key,
        cloud_ports=given.cloud_ports,
        announce=given.announce,
        ack_s=given.ack_s,
        retry_scale=given.retry_scale,
        rates=RateLimits(enabled=not given.no_rate_limits),
    )


async def _run(options: Options) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with run_sandbox(options) as running:
        sys.stdout.write(f"sandbox: {running.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run until told to stop; a taken port or a scenario that cannot be read ends with one line."""
    try:
        asyncio.run(_run(_options()))
    except (OSError, ValueError) as fault:
        sys.exit(f"sandbox: {fault}")


if __name__ == "__main__":
    main()
