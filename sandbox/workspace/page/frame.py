"""What every answer of the page shares: who asks, templates, headers, refusals in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader
from markupsafe import escape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sandbox.clock import Clock
from sandbox.workspace.page import acts
from sandbox.workspace.page.address import Address, Side, read_address
from sandbox.workspace.page.controls import control, dom_id, holder
from sandbox.workspace.page.panes import Pane, pane_of
from sandbox.workspace.page.plots import plot
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
Act = Callable[[Pane, FormData], Awaitable[Response]]
Serve = Callable[[Request], Awaitable[Response]]


def environment(**names: object) -> Environment:
    """Return the page's templates, which know `names` too."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(control=control, dom_id=dom_id, holder=holder, plot=plot, vals=acts.vals, **names)
    return found


@dataclass(frozen=True, slots=True)
class Frame:
    """Answer requests of the page over one simulated workspace."""

    site: Site
    clock: Clock
    templates: Environment

    def draw(self, template: str, /, **values: object) -> Response:
        """Return a template as an answer."""
        return HTMLResponse(self.templates.get_template(template).render(**values), headers=HEADERS)

    def address(self, query: Mapping[str, str]) -> Address:
        """Return where the page stands."""
        return read_address(query, self.site.workspace.humans()[0].name)

    def pane(self, request: Request, given: Mapping[str, Any]) -> Pane:
        """Return the side that a request is about: as, in, slot; the other side is as the browser shows it."""
        query = dict(parse_qsl(urlsplit(request.headers.get("hx-current-url", "")).query))
        sides = list(self.address(query).sides)
        number = 2 if given.get("slot") == "2" and len(sides) > 1 else 1
        side = sides[number - 1]
        sides[number - 1] = Side(str(given.get("as") or side.who), str(given.get("in") or side.where))
        found = pane_of(self.site.workspace, Address(tuple(sides)), number, self.clock.now)
        most = str(given.get("most", ""))
        return replace(found, most=int(most)) if most.isdecimal() and len(most) < 7 else found

    def act(self, act: Act) -> Serve:
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


def refusal(pane: Pane, fault: Exception) -> Response:
    """Return in words what cannot be done."""
    reason = str(fault.args[0]) if fault.args else type(fault).__name__
    shown = pane.reader.words("refused", reason=pane.reader.words.client(reason))
    return HTMLResponse(str(escape(shown)), 422, HEADERS)
