"""The page's addresses: "/" for people, /page/… for its parts, its acts and its live events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader
from markupsafe import escape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.clock import Clock
from sandbox.workspace.page import acts
from sandbox.workspace.page.address import Address, Side, read_address
from sandbox.workspace.page.controls import control, dom_id, holder
from sandbox.workspace.page.live import stream
from sandbox.workspace.page.panes import Pane, pane_of
from sandbox.workspace.page.scene import Scene
from sandbox.workspace.site import Site

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STEPS = {"plus_10m": 600, "plus_1h": 3_600, "plus_3d": 259_200}
PARTS = frozenset({"side", "head", "list", "modal", "clock", "requests"})
Act = Callable[[Pane, FormData], Awaitable[Response]]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(control=control, dom_id=dom_id, holder=holder, vals=acts.vals, steps=STEPS)
    return environment


@dataclass(frozen=True, slots=True)
class Page:
    """The page over one simulated workspace."""

    site: Site
    clock: Clock
    scene: Scene
    templates: Environment

    def draw(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a template as an answer."""
        html = self.templates.get_template(template).render(scene=self.scene, **values)
        return HTMLResponse(html, status, HEADERS)

    def pane(self, request: Request, given: Mapping[str, Any]) -> Pane:
        """Return the side that a request is about: as, in, slot; the other side is as the browser shows it."""
        query = dict(parse_qsl(urlsplit(request.headers.get("hx-current-url", "")).query))
        sides = list(self._address(query).sides)
        number = 2 if given.get("slot") == "2" and len(sides) > 1 else 1
        side = sides[number - 1]
        sides[number - 1] = Side(str(given.get("as") or side.who), str(given.get("in") or side.where))
        return pane_of(self.site.workspace, Address(tuple(sides)), number, self.clock.now)

    def _address(self, query: Mapping[str, str]) -> Address:
        return read_address(query, self.site.workspace.humans()[0].name)

    async def whole(self, request: Request) -> Response:
        """Serve the page."""
        address = self._address(request.query_params)
        panes = [pane_of(self.site.workspace, address, slot + 1, self.clock.now) for slot in range(len(address.sides))]
        return self.draw("page.html", panes=panes, pane=panes[0], words=panes[0].reader.words)

    async def part(self, request: Request) -> Response:
        """Serve one part of a side or of the drawer."""
        return self._part(self.pane(request, request.query_params), request.path_params["part"])

    def _part(self, pane: Pane, part: str) -> Response:
        if part not in PARTS:
            return HTMLResponse("no such part", 404, HEADERS)
        return self.draw(f"part_{part}.html", pane=pane, words=pane.reader.words)

    async def live(self, request: Request) -> Response:
        """Serve the live events of a page."""
        events = stream(self.site.workspace, self.scene, self._address(request.query_params))
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)

    async def options(self, request: Request) -> Response:
        """Serve the options of an external select."""
        pane = self.pane(request, request.query_params)
        try:
            choices = await acts.offered(self.site, pane.reader, request.query_params)
        except (ValueError, LookupError) as fault:
            return refusal(pane, fault)
        return self.draw("part_options.html", choices=choices, list_id=request.query_params.get("list", ""))

    def act(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler of something done on the page; only the page's own scripts may send it."""

        async def serve(request: Request) -> Response:
            if request.headers.get("hx-request") != "true":
                return HTMLResponse("this address is for the page's own scripts", 403, HEADERS)
            form = await request.form()
            pane = self.pane(request, form)
            try:
                return await act(pane, form)
            except (ValueError, LookupError) as fault:
                return refusal(pane, fault)

        return serve

    async def say(self, _: Pane, form: FormData) -> Response:
        """Say something; what comes of it is told by the feed."""
        await acts.say(self.site, form)
        return HTMLResponse("", headers=HEADERS)

    async def press(self, pane: Pane, form: FormData) -> Response:
        """Press or choose; the answer is the complaint, if there is one."""
        trouble = await acts.press(self.site, pane.reader, form)
        return HTMLResponse(str(escape(trouble or "")), headers=HEADERS)

    async def keep(self, pane: Pane, form: FormData) -> Response:
        """Keep what was typed and draw the modal anew."""
        acts.keep(self.site, pane.reader, form)
        return self._part(pane, "modal")

    async def submit(self, pane: Pane, form: FormData) -> Response:
        """Submit the modal and draw what is there then."""
        await acts.send(self.site, pane.reader, form)
        return self._part(pane, "modal")

    async def close(self, pane: Pane, form: FormData) -> Response:
        """Close the modal and draw what is there then."""
        await acts.close(self.site, pane.reader, form)
        return self._part(pane, "modal")

    async def advance(self, pane: Pane, form: FormData) -> Response:
        """Move the clock."""
        await self.clock.advance(STEPS.get(str(form.get("step")), 0))
        self.site.workspace.tell("clock")
        return self._part(pane, "clock")


def refusal(pane: Pane, fault: Exception) -> Response:
    """Return in words what the workspace does not let this person do."""
    reason = str(fault.args[0]) if fault.args else type(fault).__name__
    shown = pane.reader.words("refused", reason=pane.reader.words.client(reason))
    return HTMLResponse(str(escape(shown)), 422, HEADERS)


def routes(site: Site, clock: Clock) -> list[Route | Mount]:
    """Return the page's routes, to be mounted at "/"."""
    page = Page(site, clock, Scene(site.deliverer, site.calls, clock), _environment())
    done = {
        "say": page.say,
        "press": page.press,
        "keep": page.keep,
        "submit": page.submit,
        "close": page.close,
        "clock": page.advance,
    }
    return [
        Route("/", page.whole),
        Route("/page/live", page.live),
        Route("/page/options", page.options),
        *(Route(f"/page/{name}", page.act(act), methods=["POST"]) for name, act in done.items()),
        Route("/page/part/{part}", page.part),
        Mount("/page/static", StaticFiles(directory=HERE / "static")),
    ]
