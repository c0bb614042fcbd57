"""What a person does in the provider's console instead of by API: actions with strict fields, one table a service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sandbox.cloud.routes import Body
from sandbox.cloud.wire import Refusal


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person does: the fields it takes and the work, which returns the thing it was done to."""

    fields: type[Body]
    run: Callable[[Any], dict[str, Any]]


Actions = Mapping[str, Action]


def act(actions: Actions, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Do one action. Raises ValueError for unknown actions and fields, and with the provider's words for a refusal."""
    if name not in actions:
        raise ValueError(f"unknown action {name!r}; there are: {', '.join(actions) or 'none'}")
    action = actions[name]
    try:
        return action.run(action.fields.model_validate(dict(fields)))
    except ValidationError as error:
        faults = ", ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ValueError(f"{name} takes {json.dumps(sorted(action.fields.model_fields))}; {faults}") from None
    except Refusal as refusal:
        raise ValueError(str(refusal)) from None
