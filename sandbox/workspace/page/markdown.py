"""The `markdown` block: standard Markdown as safe HTML, without raw HTML, images as links, http(s) links only."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from sandbox.workspace.page.emoji import draw
from sandbox.workspace.page.mrkdwn import link


def _web_only(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _link_open(self: RendererHTML, tokens: list[Token], index: int, options: Any, _: Any) -> str:
    if not _web_only(str(tokens[index].attrGet("href") or "")):
        tokens[index].attrs.pop("href", None)
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer")
    return self.renderToken(tokens, index, options, {})


def _image(_: RendererHTML, tokens: list[Token], index: int, __: Any, ___: Any) -> str:
    """Show an image as Slack does here: as a link."""
    return str(link(str(tokens[index].attrGet("src") or ""), escape(tokens[index].content)))


_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_PARSER.disable(["html_block", "html_inline"])
_PARSER.validateLink = _web_only  # type: ignore[method-assign]
_PARSER.add_render_rule("link_open", _link_open)
_PARSER.add_render_rule("image", _image)


def render_markdown(text: str) -> Markup:
    """Return the HTML of a Markdown text."""
    return Markup(_PARSER.render(draw(text)))  # noqa: S704 — the renderer escapes everything and makes no raw HTML
