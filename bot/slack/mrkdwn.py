"""Texts as Slack wants them: escaped facts, date tokens, mentions; and what people typed, back from Slack's markup."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.say import Language, Moment, People, Say, Text
from bot.texts import Catalog, iso

# Control characters and the marks that turn the direction of writing: nobody needs them in a name, forgers do.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
STRONG = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])")
MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def clean(text: str) -> str:
    """Return the text without characters that cannot be seen; line ends and tabs stay."""
    return UNSEEN.sub("", text)


def escape(text: str) -> str:
    """Return a fact as it may stand in mrkdwn: no mention, link or date can be smuggled in.

    >>> escape("<!channel> & co")
    '&lt;!channel&gt; &amp; co'
    """
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def date_token(moment: Moment) -> str:
    """Return Slack's date token, drawn in each reader's own zone, with UTC as its fallback."""
    return f"<!date^{int(moment.at)}^{{date_short_pretty}} {{time}}|{iso(moment)}>"


def mention(people: People) -> str:
    """Return people as mentions; an id that is no id is shown as text."""
    return ", ".join(f"<@{who}>" if who.isalnum() else escape(who) for who in people.ids)


def link(url: str, label: str) -> str:
    """Return a link in mrkdwn; anything but http(s) becomes its label alone. `label` is escaped already."""
    if urlsplit(url).scheme not in ("http", "https"):
        return label
    safe = clean(url).replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{safe}|{label.replace('|', '¦')}>"


def typed(text: str) -> str:
    """Return what a person typed: links as their text, channels by name, people by id, Slack's entities undone once.

    >>> typed("bucket show <http://c-flowers.example|c-flowers.example> &amp; more")
    'bucket show c-flowers.example & more'
    """
    return html.unescape(MARKED.sub(_unmarked, text))


def _unmarked(match: re.Match[str]) -> str:
    target, label = match.group(1), match.group(2)
    if target[:1] == "@":
        return f"<{target}>"
    if target[:1] in ("#", "!"):
        return match.group(0) if label is None else f"{target[:1].replace('!', '')}{label}"
    return label or target.removeprefix("mailto:")


@dataclass(frozen=True, slots=True)
class Voice:
    """The texts in one reader's language."""

    texts: Catalog
    language: Language

    def rich(self, what: Say | Text) -> str:
        """Return the text in mrkdwn."""
        if isinstance(what, Text):
            return escape(what.to(self.language))
        return self.texts.render(what, self.language, escape=escape, moment=date_token, people=mention)

    def plain(self, what: Say | Text) -> str:
        """Return the text without markup, for plain_text objects, field errors and labels."""
        if isinstance(what, Text):
            return clean(what.to(self.language)).replace("`", "")
        words = self.texts.render(what, self.language, escape=clean, people=_named)
        return STRONG.sub(r"\1", words).replace("`", "")

    def fallback(self, what: Say | Text) -> str:
        """Return the text for a message's top level `text`, which Slack still reads as mrkdwn."""
        if isinstance(what, Text):
            return self.rich(what)
        words = self.texts.render(what, self.language, escape=escape, people=mention)
        return STRONG.sub(r"\1", words).replace("`", "")


def _named(people: People) -> str:
    return ", ".join(f"@{who}" for who in people.ids)
