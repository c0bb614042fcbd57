"""The page's addresses: "/" for people, /page/… for its parts, its acts and its live events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import escape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.clock import Clock
from sandbox.workspace import act
from sandbox.workspace.page import acts
from sandbox.workspace.page.address import HOME_TAB, Address
from sandbox.workspace.page.controls import PICTURES
from sandbox.workspace.page.frame import HEADERS, HERE, Frame, environment, refusal
from sandbox.workspace.page.live import stream
from sandbox.workspace.page.messages import PAGE
from sandbox.workspace.page.panes import Pane, pane_of
from sandbox.workspace.page.scene import Scene
from sandbox.workspace.site import Site

STEPS = {"plus_10m": 600, "plus_1h": 3_600, "plus_3d": 259_200}
SPEEDS = (1, 60, 600)
PARTS = frozenset({"side", "head", "list", "modal", "clock", "requests"})


@dataclass(frozen=True, slots=True)
class Page:
    """The page over one simulated workspace."""

    frame: Frame
    scene: Scene

    @property
    def site(self) -> Site:
        """Return the simulated Slack."""
        return self.frame.site

    async def whole(self, request: Request) -> Response:
        """Serve the page."""
        address = self.frame.address(request.query_params)
        panes = [
            pane_of(self.site.workspace, address, slot + 1, self.frame.clock.now) for slot in range(len(address.sides))
        ]
        for pane in panes:
            pane.arrive()
        return self.frame.draw("page.html", panes=panes, pane=panes[0], words=panes[0].reader.words)

    async def part(self, request: Request) -> Response:
        """Serve one part of a side or of the drawer."""
        return self._part(self.frame.pane(request, request.query_params), request.path_params["part"])

    def _part(self, pane: Pane, part: str) -> Response:
        if part not in PARTS:
            return HTMLResponse("no such part", 404, HEADERS)
        return self.frame.draw(f"part_{part}.html", pane=pane, words=pane.reader.words)

    async def inspect(self, request: Request) -> Response:
        """Serve one delivery in full; nothing for one that is forgotten or closed."""
        pane, number = self.frame.pane(request, request.query_params), request.path_params["number"]
        found = self.scene.inspected(number, pane.reader.times, pane.reader.words)
        return self.frame.draw("part_inspect.html", pane=pane, words=pane.reader.words, found=found)

    async def live(self, request: Request) -> Response:
        """Serve the live events of a page."""
        events = self._events(self.frame.address(request.query_params))
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)

    async def _events(self, address: Address) -> AsyncIterator[str]:
        """Yield the events; who looks at the Home has opened it, once the page would hear of its publishing."""
        told = False
        async for event in stream(self.site.workspace, self.scene, address):
            yield event
            if not told:
                for side in address.sides:
                    if side.where == HOME_TAB:
                        act.tell_home_opened(self.site, side.who)
                told = True

    async def options(self, request: Request) -> Response:
        """Serve the options of an external select."""
        pane = self.frame.pane(request, request.query_params)
        try:
            choices = await acts.offered(self.site, pane.reader, request.query_params)
        except act.SilentAppError:
            return HTMLResponse(str(escape(pane.reader.words("failed_options"))), 422, HEADERS)
        except (ValueError, LookupError) as fault:
            return refusal(pane, fault)
        return self.frame.draw("part_options.html", choices=choices, list_id=request.query_params.get("list", ""))

    async def file(self, request: Request) -> Response:
        """Serve a file that somebody sees in a conversation; only pictures are named as what they are."""
        pane, name = self.frame.pane(request, request.query_params), request.path_params["id"]
        shown = self.site.files.shown.get(name)
        if shown is None or not self.site.sees_file(pane.reader.me.id, name):
            return HTMLResponse("no such file", 404, HEADERS)
        kind = shown["mimetype"] if shown["mimetype"] in PICTURES else "application/octet-stream"
        headers = HEADERS | {"Content-Disposition": f"inline; filename*=UTF-8''{quote(shown['name'], safe='')}"}
        return Response(self.site.files.contents[name], media_type=kind, headers=headers)

    async def say(self, _: Pane, form: FormData) -> Response:
        """Say something; what comes of it is told by the feed."""
        await acts.say(self.site, form)
        return HTMLResponse("", headers=HEADERS)

    async def press(self, pane: Pane, form: FormData) -> Response:
        """Press or choose; the answer is the complaint, if there is one."""
        trouble = await acts.press(self.site, pane.reader, form)
        return HTMLResponse(str(escape(trouble or "")), headers=HEADERS)

    async def shortcut(self, pane: Pane, form: FormData) -> Response:
        """Run a shortcut; the answer is the complaint, if there is one."""
        trouble = await acts.shortcut(self.site, pane.reader, form)
        return HTMLResponse(str(escape(trouble or "")), headers=HEADERS)

    async def keep(self, pane: Pane, form: FormData) -> Response:
        """Keep what was typed and draw the modal anew."""
        acts.keep(self.site, pane.reader, form)
        return self._part(pane, "modal")

    async def upload(self, pane: Pane, form: FormData) -> Response:
        """Take files into the modal and draw it anew."""
        await acts.upload(self.site, pane.reader, form)
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
        """Move the clock, or let it run at another speed."""
        await self.frame.clock.advance(STEPS.get(str(form.get("step")), 0))
        if speed := form.get("speed"):
            self.frame.clock.run_at(float(str(speed)))
        self.site.workspace.tell("clock")
        return self._part(pane, "clock")


def routes(site: Site, clock: Clock) -> list[Route | Mount]:
    """Return the page's routes, to be mounted at "/"."""
    scene = Scene(site.deliverer, site.calls, clock)
    frame = Frame(
        site, clock, environment(scene=scene, steps=STEPS, speeds=SPEEDS, scenario=site.scenario, page_size=PAGE)
    )
    page = Page(frame, scene)
    done = {
        "say": page.say,
        "press": page.press,
        "shortcut": page.shortcut,
        "keep": page.keep,
        "upload": page.upload,
        "submit": page.submit,
        "close": page.close,
        "clock": page.advance,
    }
    return [
        Route("/", page.whole),
        Route("/page/live", page.live),
        Route("/page/options", page.options),
        Route("/page/inspect/{number:int}", page.inspect),
        Route("/page/file/{id}", page.file),
        *(Route(f"/page/{name}", frame.act(act), methods=["POST"]) for name, act in done.items()),
        Route("/page/part/{part}", page.part),
        Mount("/page/static", StaticFiles(directory=HERE / "static")),
    ]
