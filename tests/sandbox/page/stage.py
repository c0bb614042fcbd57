"""A sandbox with the small bot, in a thread of its own, so that a test may drive a browser beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.server import Running
from sandbox.workspace.speak import say
from tests.sandbox.conftest import company
from tests.sandbox.page.bot import Heard, listen

START_S = 20


@dataclass
class Stage:
    """A running sandbox; `url` is where the page is."""

    running: Running
    heard: Heard
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def workspace(self) -> Any:
        return self.running.controls.site.workspace

    def do(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Run something in the sandbox's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work(), self.loop).result(START_S)

    def call(self, work: Callable[[], None]) -> None:
        """Change something in the sandbox's own loop."""

        async def run() -> None:
            work()

        self.do(run)

    async def command(self, who: str, text: str) -> Any:
        """Let somebody give a command elsewhere than on the page."""
        return await say(self.running.controls.site, who, "@bot", f"/modelarts {text}")


@contextmanager
def stage(**options: Any) -> Iterator[Stage]:
    """Run a sandbox and the bot while the block lasts."""
    heard, ready = Heard(), threading.Event()
    box: list[Stage] = []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def run() -> None:
        async with company(lambda app: listen(app, heard), **options) as (control, _):
            box.append(Stage(control.running, heard, loop))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(START_S), "the sandbox did not start"
        yield box[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(START_S)
        loop.close()
