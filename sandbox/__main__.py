"""`python -m sandbox`: the simulated Slack workspace and Huawei Cloud until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from sandbox.server import Options, run_sandbox
from sandbox.workspace.rates import RateLimits
from sandbox.workspace.sockets import Pace


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    add, env = parser.add_argument, os.environ.get
    add("--host", default="127.0.0.1", help="loopback address to listen on")
    add("--port", type=int, default=int(env("SANDBOX_PORT", "8080")), help="main port, 0 for a free one")
    add("--bot-url", action="append", default=None, help="base address of the bot; repeat for replicas")
    add("--scenario", default=env("SANDBOX_SCENARIO", "default"), help="name or path of a scenario")
    add("--signing-secret", default=env("SANDBOX_SIGNING_SECRET", Options.signing_secret))
    add("--bot-token", default=env("SANDBOX_BOT_TOKEN", Options.bot_token))
    add("--app-token", default=env("SANDBOX_APP_TOKEN", Options.app_token))
    add("--socket-mode", action="store_true", help="deliver over Socket Mode, not to --bot-url")
    add("--socket-life-s", type=float, default=Pace.life_s, help="how long a Socket Mode connection lives")
    add("--socket-warn-s", type=float, default=Pace.warn_s, help="how long before its end it is warned")
    add("--redis-url", default=env("SANDBOX_REDIS_URL"), help="where the product reads the clock's offset")
    add("--clock-key", default=env("SANDBOX_CLOCK_KEY"), help="the key for it; TEAM stands for the team's id")
    add("--cloud-ports", default="", type=_ports, help="ports of cloud services, as iam=8081,obs=0")
    add("--announce", type=Path, help="file to write addresses and secrets to when listening")
    add("--ack-s", type=float, default=Options.ack_s, help="how long Slack waits for an acknowledgement")
    add("--retry-scale", type=float, default=1.0, help="factor on the waits before events are sent again")
    add("--no-rate-limits", action="store_true", help="answer however often the app asks")
    return parser


def _ports(text: str) -> dict[str, int]:
    pairs = (item.partition("=") for item in text.split(",") if item)
    return {name: int(port) for name, _, port in pairs}


def _options(argv: list[str] | None = None) -> Options:
    given = _parser().parse_args(argv)
    bots = given.bot_url or [url for url in os.environ.get("SANDBOX_BOT_URL", "").split(",") if url]
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
    """Run until told to stop; a taken port or an unknown scenario ends with one line."""
    try:
        asyncio.run(_run(_options()))
    except (OSError, ValueError) as fault:
        sys.exit(f"sandbox: {fault}")


if __name__ == "__main__":
    main()
