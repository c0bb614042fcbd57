"""The web page of the demo: a chat client over the simulated workspace, drawn on the server."""

from sandbox.workspace.page.serve import routes

__all__ = ["routes"]
