"""Explain the commands from the registry, so that help can never disagree with what works."""

from __future__ import annotations

from bot.command import Argument, Command, Noun
from bot.registry import Registry
from bot.reply import Reply, Row, Table
from bot.say import Say, say


def help_overview(registry: Registry) -> Reply:
    """Return all nouns with their verbs."""
    rows = [Row(say("help.noun", noun=n.name, about=n.summary), (_verbs(n, registry),)) for n in registry.nouns]
    return Reply(say("help.overview"), (say("help.how"),), Table(tuple(rows), len(rows)))


def help_for_noun(noun: Noun, registry: Registry) -> Reply:
    """Return the commands of one noun, each with what it does and an example."""
    rows = [Row(_headline(c), (_usage(c),)) for c in registry.verbs(noun.name)]
    return Reply(say("help.of_noun", noun=noun.name), (), Table(tuple(rows), len(rows)))


def help_for_command(command: Command) -> Reply:
    """Return what a command does, and each of its values."""
    rows = [Row(_argument_head(a), tuple(_argument_details(a))) for a in command.arguments]
    return Reply(_headline(command), (_usage(command),), Table(tuple(rows), len(rows)) if rows else None)


def _headline(command: Command) -> Say:
    return say("help.command", name=command.name, about=command.summary)


def _verbs(noun: Noun, registry: Registry) -> Say:
    return say("help.verbs", verbs=" ".join(f"`{c.verb or c.noun}`" for c in registry.verbs(noun.name)))


def _usage(command: Command) -> Say:
    words = [command.name, *(_shape(argument) for argument in command.arguments)]
    return say("help.usage", usage=" ".join(words))


def _shape(argument: Argument) -> str:
    if argument.required:
        return f"<{argument.name}>"
    return f"[{argument.name}=…]"


def _argument_head(argument: Argument) -> Say:
    key = "help.required" if argument.required else "help.optional"
    return say(key, name=argument.name, about=argument.label)


def _argument_details(argument: Argument) -> list[Say]:
    details = []
    if argument.hint:
        details.append(say("help.hint", about=argument.hint))
    if argument.choices:
        details.append(say("help.choices", choices=", ".join(f"`{c.value}`" for c in argument.choices)))
    return details
