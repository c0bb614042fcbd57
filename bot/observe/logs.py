"""Structured logs with the correlation id of the payload that began it all, and no secrets in them."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal

import structlog

MASK = "***"
SHAPES = re.compile(
    r"xox[a-z]-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+"
    r"|(?i:(?:authorization|x-security-token|x-slack-signature|signature|logintoken|secret|token|password)"
    r"\s*[=:]\s*)[^\s,;'\"&]+"
    r"|https?://hooks\.slack\.com/[^\s\"']+"
)

Event = MutableMapping[str, Any]


class Redactor:
    """Mask what looks like a secret, and the very secrets this process was given, in every value of a log line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) > 5}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: object, _name: str, event: Event) -> Event:
        """Return the event with its values masked (a structlog processor)."""
        return {key: self._masked(value) for key, value in event.items()}

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self._masked(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked(inner) for inner in value]
        return value

    def text(self, value: str) -> str:
        """Return `value` with every secret masked."""
        if self._known:
            value = self._known.sub(MASK, value)
        return SHAPES.sub(MASK, value)


class _Lines:
    """Where our own lines go: straight to standard error, past the records and handlers of `logging`.

    That detour costs twice as much as the rest of a line, and every ack waits for one.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        """Write one line, at once."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = msg


_JSON = json.JSONEncoder(default=repr)


def _as_json(_logger: object, _name: str, event: Event) -> str:
    return _JSON.encode(event)


def configure(form: Literal["console", "json"], secrets: Iterable[str]) -> None:
    """Send all logs of this process, libraries included, to standard error in one form, masked."""
    # What is added after the masking is ours, and never a secret.
    ours: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.format_exc_info,
        Redactor(secrets),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = _as_json if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*ours, last],
        logger_factory=_Lines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[*ours, structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn.access", "apscheduler", "slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
