"""The console script `modelarts-bot`."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated

import typer

from bot.describe import described

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
    from bot.compose import serve
    from bot.settings import SettingsFault, load

    try:
        settings = load(role=role.value)
    except SettingsFault as fault:
        typer.echo("The bot cannot start. Mend these settings:", err=True)
        for line in fault.faults:
            typer.echo(f"  - {line}", err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(asyncio.run(serve(settings, role.value)))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 for any free one.")] = 8080,
    replicas: Annotated[int, typer.Option(min=1, help="How many bot processes.")] = 1,
    scenario: Annotated[str, typer.Option(help="Name of a scenario, or a path to one.")] = "default",
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Run the bot on a simulated Slack workspace and a simulated Huawei Cloud."""
    from bot.demo import DemoFault, Options
    from bot.demo import demo as run_demo

    try:
        asyncio.run(run_demo(Options(port, replicas, scenario, headless)))
    except DemoFault as fault:
        typer.echo(f"The demo stopped: {fault}", err=True)
        raise typer.Exit(1) from None


@app.command()
def commands(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the slash commands."""
    rows = described()
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"/modelarts {row['name']:<24} {row['summary']['en']}")


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Public address of the bot, for HTTP mode.")] = "https://bot.example.com",
) -> None:
    """Print the Slack app manifest."""
    from bot.slack.manifest import manifest as manifest_of

    typer.echo(json.dumps(manifest_of(url), ensure_ascii=False, indent=2))


def main() -> None:
    """Run the console script."""
    app()
