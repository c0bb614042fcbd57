"""What Slack's side of the bot looks like: scopes, clock, the shared channel. Reading only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import ChatFault
from bot.flows.clock_skew import clock_skew
from bot.records import Finding, Level
from bot.say import say
from bot.slack.client import Slack
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES


async def examine(slack: Slack, channel: str, host_clock: float) -> list[Finding]:
    """Return what was found. `host_clock` is the time of this machine, in seconds."""
    try:
        answer = await slack.web.api_call("auth.test")
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as fault:
        return [Finding(Level.FAULT, say("doctor.slack_down", fault=type(fault).__name__), say("doctor.slack_mend"))]
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    return [
        *_scopes(headers),
        *clock_skew("Slack", headers.get("date", ""), host_clock),
        *await _channel(slack, channel),
    ]


def _scopes(headers: Mapping[str, str]) -> list[Finding]:
    """Return each missing scope with what lacks it; Slack names the granted ones in a header of every answer."""
    given = headers.get("x-oauth-scopes")
    if given is None:
        return [Finding(Level.WARNING, say("doctor.scopes_unsaid"), say("doctor.scopes_unsaid_mend"))]
    granted = {scope.strip() for scope in given.split(",")}
    found = [*_lacking(SCOPES, granted, Level.FAULT), *_lacking(OPTIONAL_SCOPES, granted, Level.WARNING)]
    return found or [Finding(Level.FINE, say("doctor.scopes_fine"))]


def _lacking(scopes: Iterable[str], granted: set[str], level: Level) -> list[Finding]:
    return [
        Finding(
            level,
            say("doctor.scope", scope=scope, lacks=say(f"doctor.lacks.{scope.replace(':', '_')}")),
            say("doctor.scope_mend", scope=scope),
        )
        for scope in scopes
        if scope not in granted
    ]


_NOT_READABLE = frozenset({"missing_scope", "no_permission"})


async def _channel(slack: Slack, channel: str) -> list[Finding]:
    """Return whether the bot is in BOT_CHANNEL. Only its history tells, so a scope for it is needed."""
    if not channel:
        return [Finding(Level.WARNING, say("doctor.no_channel"), say("doctor.no_channel_mend"))]
    try:
        await slack.read("conversations.history", channel=channel, limit=1)
    except ChatFault as fault:
        if fault.code in _NOT_READABLE:
            words = say("doctor.channel_unknown", channel=channel)
            return [Finding(Level.WARNING, words, say("doctor.channel_unknown_mend"))]
        words = say("doctor.channel", channel=channel, code=fault.code)
        return [Finding(Level.FAULT, words, say("doctor.channel_mend"))]
    return [Finding(Level.FINE, say("doctor.channel_fine", channel=channel))]
