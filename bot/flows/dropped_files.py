"""The files that a command is about: beside its words, in its thread, or dropped just before in the direct messages."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Command, Kind
from bot.errors import ChatRefused, Refusal
from bot.flows.world import World
from bot.records import Inbound, SharedFile, SurfaceKind, Values
from bot.registry import Registry
from bot.rules.figures import FIGURES

NOT_READABLE = frozenset({"missing_scope", "not_in_channel", "channel_not_found"})


def takes(command: Command) -> Argument | None:
    """Return the argument of a command that takes files, if it has one."""
    return next((argument for argument in command.arguments if argument.kind is Kind.FILES), None)


def taker(registry: Registry) -> Command:
    """Return the command that files without words are offered to."""
    return next(command for command in registry.commands if takes(command))


def with_attached(command: Command, values: Values, files: Sequence[str]) -> Values:
    """Return the values with the ids of the files that came beside the words, for a command that takes files."""
    argument = takes(command)
    return {**values, argument.name: ",".join(files)} if argument and files else values


async def with_shared(
    world: World, inbound: Inbound, command: Command, values: Values
) -> tuple[Values, tuple[SharedFile, ...]]:
    """Return the values with the ids of the files meant, and the files. Raises `Refusal` and `ChatFault`."""
    argument = takes(command)
    if argument is None:
        return values, ()
    given = [identity for identity in values.get(argument.name, "").split(",") if identity]
    try:
        files = [await world.files.one(identity) for identity in given] or await _dropped(world, inbound)
    except ChatRefused as refused:
        raise _unreadable(refused, looking=not given) from refused
    return {**values, argument.name: ",".join(file.id for file in files)}, tuple(files)


async def _dropped(world: World, inbound: Inbound) -> Sequence[SharedFile]:
    """Return the files of the thread, or what the asker dropped in the direct messages within the last 15 minutes."""
    surface = inbound.surface
    if surface.thread:
        return await world.files.in_thread(surface.channel, surface.thread)
    if surface.kind is SurfaceKind.DIRECT:
        since = world.clock.machine() - FIGURES.files.lately_seconds
        return await world.files.lately(surface.channel, surface.user, since)
    return ()


def _unreadable(refused: ChatRefused, *, looking: bool) -> Refusal | ChatRefused:
    """Return the refusal that names the scope the app lacks, or that the file is gone (contract, section 3)."""
    if refused.code in ("file_not_found", "file_deleted"):
        return Refusal("files.gone")
    if refused.code not in NOT_READABLE:
        return refused
    if not looking:
        return Refusal("files.scope", scope="files:read")
    return Refusal("files.thread_scope", scope="channels:history`, `groups:history")
