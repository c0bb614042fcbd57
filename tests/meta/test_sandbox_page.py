"""`docs/sandbox.md` lists every option, control call and switch that there is; its examples are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.__main__ import _parser
from sandbox.cloud.seed import Options
from sandbox.control.routes import TABLE
from tests.meta.tree import ROOT
from tests.stack import free_ports

PAGE = (ROOT / "docs" / "sandbox.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def rows(first: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the table whose first title this is."""
    table = PAGE.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_option_is_listed() -> None:
    listed = [option for row in rows("Option | Environment") for option in words(row[0])]
    assert listed == [action.option_strings[0] for action in _parser()._actions if action.dest != "help"]


def test_every_environment_name_is_read() -> None:
    source = (ROOT / "sandbox" / "__main__.py").read_text("utf-8")
    listed = {name for row in rows("Option | Environment") for name in words(row[1])}
    assert listed == set(re.findall(r"SANDBOX_\w+", source))


def test_every_control_call_is_listed_with_its_fields() -> None:
    listed = [(words(call)[0], " ".join(words(fields))) for call, fields, _ in rows("Call | Fields")]
    assert listed == [(f"{method} /control{path}", fields) for method, path, _, fields in TABLE]


def test_every_switch_of_the_cloud_is_listed_with_its_default() -> None:
    listed = {words(row[0])[0]: row[1].strip("`").removesuffix(" s") for row in rows("Option | Chosen")}
    defaults = {name: field.default for name, field in Options.model_fields.items()}
    assert listed == {
        name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in defaults.items()
    }


@contextmanager
def started(*given: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python with these words while the block lasts."""
    with (folder / "output.txt").open("ab") as output:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, *given],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def until(found: Any, folder: Path, seconds: float = 30.0) -> Any:
    """Return the first truthy answer of `found`; fail with what the processes wrote."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, (folder / "output.txt").read_text("utf-8")
        time.sleep(0.05)
    return answer


def said(url: str) -> str:
    """Return what the app of the example answers to a command."""
    body = json.dumps({"as": "li", "in": "#modelarts", "text": "/modelarts hello"}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/control/say", body), timeout=10) as answer:
        return json.dumps(json.load(answer)["response"])


def test_the_examples_work(tmp_path: Path) -> None:
    app, *tools = EXAMPLES
    port, app_port = free_ports(2)
    (tmp_path / "app.py").write_text(app.replace(":8080/", f":{port}/").replace("(3000)", f"({app_port})"), "utf-8")
    announced = tmp_path / "sandbox.json"
    sandbox = ["-m", "sandbox", "--port", str(port), "--announce", announced.name]
    with started(*sandbox, "--bot-url", f"http://127.0.0.1:{app_port}", folder=tmp_path):
        until(announced.exists, tmp_path)
        for tool, shown in zip(tools, ("lab-datasets", "'total_count'"), strict=True):
            with started("-W", "ignore", "-c", tool, folder=tmp_path) as process:
                assert process.wait(60) == 0, (tmp_path / "output.txt").read_text("utf-8")
            assert shown in (tmp_path / "output.txt").read_text("utf-8")
        with started("app.py", folder=tmp_path):
            until(lambda: "Hello from my own app" in said(f"http://127.0.0.1:{port}"), tmp_path)
