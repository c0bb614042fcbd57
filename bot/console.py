"""The console script `modelarts-bot`."""

from __future__ import annotations

import asyncio
import gc
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.say import Language, say

if TYPE_CHECKING:
    from bot.approvals.policy import Policy
    from bot.compose.audit import Books
    from bot.settings import Role, Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Provision Huawei Cloud ModelArts from Slack: planned, priced, approved, carried out once, recorded.",
)


class RoleName(StrEnum):
    """What one process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


@app.command()
def run(
    role: Annotated[RoleName, typer.Option(help="web answers Slack, worker does the work.")] = RoleName.ALL,
) -> None:
    """Run the bot until SIGTERM or Ctrl-C."""
    gc.disable()  # importing leaves no garbage behind, and looking for it takes a tenth of the start
    from bot.compose import serve

    settings = _settings(role.value)
    policy = _policy(settings)
    gc.freeze()
    gc.enable()
    raise typer.Exit(asyncio.run(serve(settings, policy, role.value)))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 for any free one.")] = 8080,
    replicas: Annotated[int, typer.Option(min=1, help="How many bot processes.")] = 1,
    scenario: Annotated[str, typer.Option(help="Name of a scenario, or a path to one.")] = "default",
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    socket_mode: Annotated[bool, typer.Option("--socket-mode", help="Reach the bot by Socket Mode, not HTTP.")] = False,
) -> None:
    """Run the bot on a simulated Slack workspace and a simulated Huawei Cloud."""
    from bot.demo import DemoFault, Options
    from bot.demo import demo as run_demo

    try:
        asyncio.run(run_demo(Options(port, replicas, scenario, headless, socket_mode)))
    except DemoFault as fault:
        typer.echo(f"The demo stopped: {fault}", err=True)
        raise typer.Exit(1) from None


@app.command()
def commands(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the slash commands."""
    from bot.describe import described

    rows = described()
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"/modelarts {row['name']:<24} {row['summary']['en']}")


@app.command()
def doctor(
    language: Annotated[Language | None, typer.Option(help="en or zh; default: BOT_LANGUAGE.")] = None,
) -> None:
    """Examine settings, Slack, Redis, workers and the cloud key, only reading. Ends with 1 if something is at fault."""
    from bot.compose.doctor import examine
    from bot.records import Level
    from bot.settings import SettingsFault, load
    from bot.texts import Catalog

    try:
        settings = load(role="all")
    except SettingsFault as fault:
        _stop("\n".join(["Mend these settings:", *(f"  - {line}" for line in fault.faults)]), 1)
    findings, texts, reader = asyncio.run(examine(settings)), Catalog.load(), language or settings.BOT_LANGUAGE
    for found in findings:
        typer.echo(texts.render(say(f"doctor.console.{found.level}", what=found.what), reader))
        if found.mend:
            typer.echo(f"      {texts.render(found.mend, reader)}")
    raise typer.Exit(1 if any(found.level is Level.FAULT for found in findings) else 0)


audit = typer.Typer(no_args_is_help=True, help="What was recorded: write it out, check it.")
app.add_typer(audit, name="audit")
WORKSPACE = typer.Option(help="Team id, T… or E…:T…; without it Slack is asked whose the bot token is.")


@audit.command()
def export(
    since: Annotated[datetime | None, typer.Option(help="Only entries from this time on, UTC.")] = None,
    workspace: Annotated[str, WORKSPACE] = "",
) -> None:
    """Print every entry with its seal, one line of JSON each, oldest first."""
    books = _books(_settings("all"), workspace)
    for line in books.since(since.replace(tzinfo=UTC).timestamp() if since else 0.0):
        typer.echo(line)


@audit.command()
def verify(
    head: Annotated[list[str] | None, typer.Option(help="A head as the bot posted it; may be repeated.")] = None,
    workspace: Annotated[str, WORKSPACE] = "",
) -> None:
    """Find changed, missing, re-ordered and added entries, and a tail that was cut off. Ends with 1 if there are."""
    from bot.audit.chain import read_head

    settings = _settings("all")
    if not settings.seal_keys:
        _stop("BOT_SECRET_KEY is missing: without the key nothing can be checked")
    try:
        told = [read_head(text) for text in head or ()]
    except ValueError as fault:
        _stop(f"--head cannot be read: {fault}")
    verdict = _books(settings, workspace).check(settings.seal_keys, told)
    for line in verdict.lines():
        typer.echo(line)
    raise typer.Exit(1 if verdict.findings else 0)


def _books(settings: Settings, workspace: str) -> Books:
    from bot.compose.audit import read
    from bot.errors import BotError

    try:
        return asyncio.run(read(settings, workspace))
    except (BotError, OSError, ValueError) as fault:
        _stop(f"The audit cannot be read: {fault}")


def _settings(role: Role) -> Settings:
    """Return the settings, or stop with everything that is wrong with them."""
    from bot.settings import SettingsFault, load

    try:
        return load(role=role)
    except SettingsFault as fault:
        _mend(fault.faults)


def _policy(settings: Settings) -> Policy:
    """Return the approval policy, or stop with everything that is wrong with its file."""
    from bot.compose.policy import policy_of
    from bot.settings import SettingsFault

    try:
        return policy_of(settings)
    except SettingsFault as fault:
        _mend(fault.faults)


def _mend(faults: list[str]) -> NoReturn:
    _stop("\n".join(["The bot cannot start. Mend these settings:", *(f"  - {line}" for line in faults)]), 2)


def _stop(why: str, code: int = 1) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(code)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Public address of the bot, for HTTP mode.")] = "https://bot.example.com",
    socket_mode: Annotated[bool, typer.Option("--socket-mode", help="For Socket Mode: no address is needed.")] = False,
) -> None:
    """Print the Slack app manifest."""
    from bot.slack.manifest import manifest as manifest_of

    typer.echo(json.dumps(manifest_of("" if socket_mode else url), ensure_ascii=False, indent=2))


def main() -> None:
    """Run the console script."""
    app()
