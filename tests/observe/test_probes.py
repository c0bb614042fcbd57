"""The probes say what is missing, and the figures what is left to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import StoreDown
from bot.listen import Front, listening
from bot.observe.figures import PREFIX, Figures
from bot.observe.probes import Health
from tests.meta.tree import ROOT
from tests.stack import free_ports

METRICS = ROOT / "docs" / "operations.md"


@dataclass(frozen=True)
class Answer:
    """What a probe answered."""

    status: int
    text: str


async def ask(health: Health, path: str) -> Answer:
    """Serve the probes for one question."""
    [port] = free_ports(1)
    async with (
        listening(Front(health), "127.0.0.1", port),
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return Answer(answer.status, await answer.text())


async def three_left() -> Mapping[str, int]:
    return {"work": 1, "outbox": 2, "due": 0, "later": 0, "dead": 7}


async def down() -> Mapping[str, int]:
    raise StoreDown("no answer")


async def test_ready_only_when_nothing_is_missing() -> None:
    health = Health(Figures(), three_left, lambda: 0, {"slack": "no answer"})
    assert (await ask(health, "/healthz")).status == 200
    answer = await ask(health, "/readyz")
    assert (answer.status, json.loads(answer.text)) == (
        503,
        {"ready": False, "missing": {"slack": "no answer"}, "impaired": {}},
    )
    health.missing.clear()
    assert (await ask(health, "/readyz")).status == 200


async def test_a_store_that_is_down_is_not_ready_and_never_settled() -> None:
    health = Health(Figures(), down, lambda: 0)
    assert (await ask(health, "/healthz")).status == 200
    assert json.loads((await ask(health, "/readyz")).text)["missing"] == {"redis": "does not answer"}
    assert "modelarts_bot_unsettled -1.0" in (await ask(health, "/metrics")).text


async def test_what_is_left_counts_own_work_and_not_the_dead() -> None:
    figures = Figures()
    figures.ack.labels(200).observe(0.002)
    text = (await ask(Health(figures, three_left, lambda: 4), "/metrics")).text
    assert "modelarts_bot_unsettled 7.0" in text
    assert 'modelarts_bot_depth{where="dead"} 7.0' in text
    assert 'modelarts_bot_ack_seconds_count{status="200"} 1.0' in text


async def test_two_products_in_one_process_do_not_share_figures() -> None:
    first, second = Figures(), Figures()
    first.work.labels("work", "ask").observe(1)
    assert b'kind="ask"' in first.exposed()
    assert b'kind="ask"' not in second.exposed()


async def test_the_sandbox_alone_is_told_what_was_recorded() -> None:
    health = Health(Figures(), three_left, lambda: 0)
    assert (await ask(health, "/sandbox/audit")).status == 404

    async def recorded() -> list[dict[str, str]]:
        return [{"at": "1.5", "what": "approve", "who": "U1", "correlation": "c"}]

    health.recorded = recorded
    answer = await ask(health, "/sandbox/audit")
    assert (answer.status, json.loads(answer.text)) == (200, await recorded())


async def test_the_sandbox_alone_is_told_which_calls_were_made_for_what() -> None:
    health = Health(Figures(), three_left, lambda: 0)
    assert (await ask(health, "/sandbox/calls")).status == 404
    made = {"service": "obs", "operation": "listBuckets", "outcome": "ok", "request_id": "r", "correlation": "c"}
    health.calls = lambda: [made]
    answer = await ask(health, "/sandbox/calls")
    assert (answer.status, json.loads(answer.text)) == (200, [made])


def test_operations_md_tells_every_figure_with_its_labels_and_no_other() -> None:
    """The names are those that Prometheus' own parser reads."""
    figures = Figures()
    for gauge in vars(figures).values():
        if labels := getattr(gauge, "_labelnames", ()):
            gauge.labels(*labels)
    told = re.findall(r"^\| `([a-z_]+)(?:\{([a-z,]+)\})?` \|", METRICS.read_text("utf-8"), re.MULTILINE)
    exposed = {
        family.name.removeprefix(f"{PREFIX}_") + ("_total" if family.type == "counter" else ""): {
            label for sample in family.samples for label in sample.labels
        }
        - {"le"}
        for family in text_string_to_metric_families(figures.exposed().decode())
    }
    known = {name: set(filter(None, labels.split(","))) for name, labels in told if name in exposed}
    assert known == exposed
    assert [name for name, labels in told if labels and name not in exposed] == []
