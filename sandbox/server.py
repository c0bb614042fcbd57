"""Run the whole sandbox in one event loop: every simulated service on its own loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from errno import EADDRINUSE
from pathlib import Path
from typing import Any

import uvicorn
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud, default_seed
from sandbox.control.frame import Controls
from sandbox.control.probe import Probe
from sandbox.control.routes import control_routes
from sandbox.workspace.app import slack_routes
from sandbox.workspace.deliver import ACK_S, Deliverer
from sandbox.workspace.faults import Faults
from sandbox.workspace.page import routes as page_routes
from sandbox.workspace.posting import Poster
from sandbox.workspace.rates import RateLimits, Rates
from sandbox.workspace.scenario import build_workspace, read_scenario
from sandbox.workspace.site import Site
from sandbox.workspace.sockets import Pace, Sockets

Json = dict[str, Any]
STOP_S = 1
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Options:
    """How to run; `cloud_ports` are by service, 0 or absent for a free port."""

    host: str = HOST
    port: int = 0
    bots: list[str] = field(default_factory=list)
    scenario: str = "default"
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 — the demo's, opens nothing else
    bot_token: str = "xoxb-sandbox-bot-token"  # noqa: S105 — the demo's, opens nothing else
    app_token: str = "xapp-sandbox-app-token"  # noqa: S105 — the demo's, opens nothing else
    socket_mode: bool = False
    sockets: Pace = field(default_factory=Pace)
    redis_url: str | None = None
    clock_key: str | None = None
    cloud_ports: dict[str, int] = field(default_factory=dict)
    announce: Path | None = None
    ack_s: float = ACK_S
    retry_scale: float = 1.0
    rates: RateLimits = field(default_factory=RateLimits)


@dataclass(frozen=True, slots=True)
class Running:
    """A running sandbox: what the control API moves, and what it announced."""

    controls: Controls
    announced: Json

    @property
    def url(self) -> str:
        """Return the main address."""
        return str(self.announced["url"])


class _Server(uvicorn.Server):
    """A server that leaves signals to the process it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the servers from reporting what a stop cuts off: live pages, answers held back by a fault."""
    log = logging.getLogger("uvicorn.error")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


@asynccontextmanager
async def run_sandbox(options: Options) -> AsyncIterator[Running]:
    """Run the sandbox while the block lasts. Raises OSError for a taken port, ValueError for a bad scenario."""
    async with contextlib.AsyncExitStack() as stack:
        redis = await _redis(stack, options)
        scenario = read_scenario(options.scenario)
        seed, calls = scenario.get("cloud") or default_seed(), Calls()
        _home(seed)
        clock = await _clock(redis, options, scenario["workspace"]["team"])
        cloud = build_cloud(clock, calls, seed)
        main = _bind(stack, options.host, options.port)
        ports = {name: _bind(stack, options.host, options.cloud_ports.get(name, 0)) for name in cloud.apps}
        sockets = await _sockets(stack, options, scenario["app"]["id"]) if options.socket_mode else None
        site = _site(options, scenario, calls, _address(main), sockets)
        stack.push_async_callback(site.deliverer.close)
        urls = {"slack_api": f"{_address(main)}/api/"}
        urls |= {name: _address(port) for name, port in ports.items()}
        controls = Controls(site, cloud, clock, calls, Probe(options.bots), urls)
        servers: list[tuple[Any, socket.socket]] = [
            (_main_app(controls), main),
            *((cloud.apps[name], port) for name, port in ports.items()),
        ]
        await _serve(stack, servers, cloud.close)
        running = Running(controls, _announcement(options, scenario, seed, _address(main), urls))
        if options.announce:
            _announce(options.announce, running.announced)
        yield running


async def _redis(stack: contextlib.AsyncExitStack, options: Options) -> Redis | None:
    if not (options.redis_url and options.clock_key):
        return None
    redis: Redis = Redis.from_url(options.redis_url)
    stack.push_async_callback(redis.aclose)
    return redis


async def _clock(redis: Redis | None, options: Options, team: str) -> Clock:
    """Return a clock that tells its offset by a key, and starts from what the key holds.

    "TEAM" in the key stands for the workspace's id.
    """
    if redis is None:
        return Clock()
    key = str(options.clock_key).replace("TEAM", team)

    async def publish(offset: float) -> None:
        await redis.set(key, repr(offset))

    clock = Clock(publish)
    try:
        clock.offset = float(await redis.get(key) or 0.0)
    except RedisError as fault:
        raise OSError(f"the Redis at {options.redis_url} does not answer: {fault}") from None
    return clock


def listening(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Made for TCP by name, not by default: asyncio switches Nagle's delay (40 ms an answer) off for those only.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(512)
    except OSError as fault:
        bound.close()
        taken = "is taken" if fault.errno == EADDRINUSE else f"cannot be had: {fault.strerror}"
        raise OSError(f"port {port} of {host} {taken}; choose another, or 0 for a free one") from None
    return bound


def _bind(stack: contextlib.AsyncExitStack, host: str, port: int) -> socket.socket:
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError(f"the sandbox listens on loopback only, not on {host}")
    return stack.enter_context(listening(host, port))


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _sockets(stack: contextlib.AsyncExitStack, options: Options, app: str) -> Sockets:
    """Serve Socket Mode on a port of its own, until the end of the stack."""
    bound = _bind(stack, options.host, 0)
    sockets = Sockets(app, _address(bound).replace("http", "ws", 1), options.ack_s, options.sockets)
    served = web.Application()
    served.router.add_get("/link/", sockets.serve)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=STOP_S)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, bound).start()
    return sockets


def _site(options: Options, scenario: Json, calls: Calls, base_url: str, sockets: Sockets | None) -> Site:
    faults = Faults()
    targets = [f"{bot.rstrip('/')}/slack/events" for bot in options.bots]
    poster = Poster(targets, options.signing_secret, options.ack_s)
    deliverer = Deliverer(sockets or poster, faults, options.retry_scale)
    app_token = options.app_token if options.socket_mode else ""
    workspace = build_workspace(scenario, options.bot_token, options.signing_secret, app_token)
    name = Path(options.scenario).stem
    return Site(
        workspace,
        deliverer,
        faults,
        calls,
        base_url,
        name,
        sockets,
        None if sockets else poster,
        rates=Rates(options.rates),
    )


def _main_app(controls: Controls) -> Starlette:
    control = Mount("/control", routes=control_routes(controls))
    page = page_routes(controls.site, controls.clock)
    return Starlette(routes=[control, *slack_routes(controls.site), *page])


async def _serve(
    stack: contextlib.AsyncExitStack, servers: list[tuple[Any, socket.socket]], let_go: Callable[[], None]
) -> None:
    """Start a server per socket, which listens already; the stack stops them."""
    running, tasks = [], []
    for app, bound in servers:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=STOP_S
        )
        server = _Server(config)
        running.append(server)
        tasks.append(asyncio.create_task(server.serve(sockets=[bound])))

    async def stop() -> None:
        let_go()
        with _quiet():
            for server in running:
                server.should_exit = True
            await asyncio.gather(*tasks)
            cut_off = [task for server in running for task in server.server_state.tasks]
            await asyncio.gather(*cut_off, return_exceptions=True)

    stack.push_async_callback(stop)


def _announcement(options: Options, scenario: Json, seed: Json, url: str, urls: dict[str, str]) -> Json:
    """Return addresses and secrets, and as `env` the settings with which the bot runs on this sandbox."""
    account, project, region = _home(seed)
    env = {
        "SLACK_BOT_TOKEN": options.bot_token,
        **_door(options),
        "SLACK_API_URL": urls["slack_api"],
        "HUAWEICLOUD_SDK_AK": account["keys"][0]["ak"],
        "HUAWEICLOUD_SDK_SK": account["keys"][0]["sk"],
        "HUAWEICLOUD_SDK_DOMAIN_ID": account["domain_id"],
        "HUAWEICLOUD_SDK_PROJECT_ID": project,
        "HUAWEICLOUD_REGION": region,
    }
    env |= {f"HUAWEICLOUD_ENDPOINT_{name.upper()}": at for name, at in urls.items() if name != "slack_api"}
    env |= scenario.get("env", {})
    secrets = {"bot_token": options.bot_token, "signing_secret": options.signing_secret, "app_token": options.app_token}
    return {"url": url, **urls, **secrets, "team": scenario["workspace"]["team"], "env": env}


def _home(seed: Json) -> tuple[Json, str, str]:
    """Return the account that is announced, its project and the region. Raises ValueError for a seed without them."""
    region = seed.get("endpoint_region", "cn-north-4")
    for account in seed.get("accounts", [])[:1]:
        for project in account.get("projects", []):
            if project["name"] == region and account.get("keys"):
                return account, project["id"], region
    raise ValueError(f"cloud: the first of its accounts needs a key and a project named {region}")


def _door(options: Options) -> dict[str, str]:
    """Return the setting by which payloads reach the bot."""
    if options.socket_mode:
        return {"SLACK_APP_TOKEN": options.app_token}
    return {"SLACK_SIGNING_SECRET": options.signing_secret}


def _announce(path: Path, announced: Json) -> None:
    """Write the announcement in one step, so that a reader never sees half of it."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(announced), encoding="utf-8")
    draft.replace(path)
