"""The control API drawn: the drawer's panels of the page, under /control/behind.

The page asks here for what is due, for the provider's console and for the faults; what is pressed there does what the
control call of the same name does.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.control import calls, switches
from sandbox.control.frame import Controls, Input
from sandbox.workspace.page import console
from sandbox.workspace.page.audit import entry
from sandbox.workspace.page.due import items
from sandbox.workspace.page.frame import Frame, environment
from sandbox.workspace.page.panes import Pane
from sandbox.workspace.page.scene import joined
from sandbox.workspace.page.words import WORDS
from sandbox.workspace.people import Person

LOCALES = ("en-US", "zh-CN")
ZONES = (
    *("Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "Europe/London"),
    *("America/Sao_Paulo", "America/New_York", "America/Los_Angeles", "UTC"),
)
ELSEWHERE = "T0ELSEWHERE"
"""The workspace of a person whom the page makes one of another organisation."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The panels over one sandbox."""

    controls: Controls
    frame: Frame

    def _draw(self, template: str, pane: Pane, **values: object) -> Response:
        return self.frame.draw(template, pane=pane, words=pane.reader.words, **values)

    async def due(self, request: Request) -> Response:
        """Serve what the bot waits for."""
        waiting = await self.controls.probe.due()
        pane = self.frame.pane(request, request.query_params)
        cloud = self.controls.cloud
        names = console.names(cloud.truth("modelarts"), cloud.truth("bss"))
        found = None if waiting is None else items(waiting, names, pane.reader.times, pane.reader.words)
        return self._draw("part_due.html", pane, items=found)

    async def streams(self, request: Request) -> Response:
        """Serve how much waits in the bot's streams, or how an app gets here where there is no way for one yet."""
        pane, probe = self.frame.pane(request, request.query_params), self.controls.probe
        alone = not probe.bots and self.controls.site.sockets is None
        return self._draw("part_streams.html", pane, streams=await probe.depths(), known=WORDS, alone=alone)

    async def audit(self, request: Request) -> Response:
        """Serve what the bot recorded last."""
        told = await self.controls.probe.audit()
        entries = None if told is None else [entry(row) for row in told]
        return self._draw("part_audit.html", self.frame.pane(request, request.query_params), entries=entries)

    async def made(self, request: Request) -> Response:
        """Serve the cloud calls that the bot says it made for one payload, as the services received them."""
        told = await self.controls.probe.calls()
        pane, wanted = self.frame.pane(request, request.query_params), request.query_params.get("correlation", "")
        mine = [row for row in told or [] if wanted and row.get("correlation") == wanted]
        rows = joined(mine, self.controls.calls, pane.reader.times, pane.reader.words)
        return self._draw("part_made.html", pane, rows=rows, untold=told is None)

    async def people(self, request: Request) -> Response:
        """Serve what may be changed of a person: the one asked for, or who looks."""
        pane, workspace = self.frame.pane(request, request.query_params), self.controls.site.workspace
        return self._people(pane, workspace.people.get(request.query_params.get("look", ""), pane.reader.me))

    def _people(self, pane: Pane, person: Person) -> Response:
        workspace = self.controls.site.workspace
        return self._draw(
            "part_people.html",
            pane,
            person=person,
            people=workspace.humans(),
            groups=list(workspace.groups.values()),
            home=workspace.team,
            locales=dict.fromkeys((*LOCALES, person.locale)),
            zones=dict.fromkeys((*ZONES, person.tz)),
        )

    async def change(self, pane: Pane, form: FormData) -> Response:
        """Change a person as the form says; the app hears of it as by the control API."""
        workspace = self.controls.site.workspace
        person = workspace.person(str(form.get("id")))
        wanted: dict[str, object] = {name: name in form for name in ("deleted", "admin", "guest")}
        wanted |= {name: str(form.get(name)) for name in ("locale", "tz")}
        if ("outside" in form) is (person.team == workspace.team):
            wanted["team"] = ELSEWHERE if "outside" in form else workspace.team
        now = {name: getattr(person, name) for name in wanted}
        changes = {name: value for name, value in wanted.items() if value != now[name]}
        await calls.people(self.controls, Input({"id": person.id, "groups": form.getlist("groups"), **changes}))
        return self._people(pane, person)

    async def console(self, request: Request) -> Response:
        """Serve the provider's console."""
        return self._console(self.frame.pane(request, request.query_params), request.query_params.get("find", ""))

    def _console(self, pane: Pane, find: str) -> Response:
        truth, now, words = self.controls.cloud.truth, self.controls.clock.now(), pane.reader.words
        iam, modelarts = truth("iam"), truth("modelarts")
        lists = {
            "services": console.services(modelarts, now, words),
            "packages": console.packages(truth("bss"), now, words),
            "buckets": console.buckets(truth("obs"), words),
            "users": console.users(iam, words),
            "agencies": console.agencies(iam, now, words),
            "rights": console.rights(iam, words),
            "authorizations": console.authorizations(modelarts, iam, words),
        }
        return self._draw(
            "part_console.html", pane, **{name: console.listed(rows, find) for name, rows in lists.items()}
        )

    async def operate(self, pane: Pane, form: FormData) -> Response:
        """Do something in the console."""
        service, action = str(form.get("service")), str(form.get("action"))
        self.controls.cloud.console(service, action, console.named(service, action, str(form.get("thing"))))
        return self._console(pane, str(form.get("find", "")))

    async def switches(self, request: Request) -> Response:
        """Serve the forms that switch faults on."""
        pane = self.frame.pane(request, request.query_params)
        places, ways = switches.places(self.controls), switches.ways(self.controls)
        return self._draw("part_switches.html", pane, places=places, ways=ways, switches=switches)

    async def faults(self, request: Request) -> Response:
        """Serve what is switched on."""
        return self._faults(self.frame.pane(request, request.query_params))

    def _faults(self, pane: Pane) -> Response:
        connections = switches.connections(self.controls)
        return self._draw("part_faults.html", pane, faults=switches.active(self.controls), connections=connections)

    async def switch_on(self, pane: Pane, form: FormData) -> Response:
        """Switch a fault on."""
        times = str(form.get("times", ""))
        switches.switch_on(self.controls, str(form.get("where")), str(form.get("kind")), int(times) if times else None)
        return self._faults(pane)

    async def clear(self, pane: Pane, _: FormData) -> Response:
        """Switch all faults off."""
        switches.clear(self.controls)
        return self._faults(pane)


def behind_routes(controls: Controls) -> list[Route]:
    """Return the panels' routes, to be mounted at /control."""
    frame = Frame(controls.site, controls.clock, environment())
    behind = Behind(controls, frame)
    return [
        Route("/behind/due", behind.due),
        Route("/behind/streams", behind.streams),
        Route("/behind/audit", behind.audit),
        Route("/behind/made", behind.made),
        Route("/behind/people", behind.people),
        Route("/behind/people", frame.act(behind.change), methods=["POST"]),
        Route("/behind/console", behind.console),
        Route("/behind/switches", behind.switches),
        Route("/behind/faults", behind.faults),
        Route("/behind/console", frame.act(behind.operate), methods=["POST"]),
        Route("/behind/faults", frame.act(behind.switch_on), methods=["POST"]),
        Route("/behind/clear", frame.act(behind.clear), methods=["POST"]),
    ]
