"""Read XML strictly against a shape, and write it. A document is dicts, lists and strings, in element order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.wire import is_count

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with text: one of `choices` if given, or a whole number."""

    choices: frozenset[str] | None = None
    number: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """An element with children; `many` may repeat and become lists, `needed` must be there."""

    children: Mapping[str, Leaf | Tree]
    many: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


def one_of(*choices: str) -> Leaf:
    """Build a leaf with fixed choices."""
    return Leaf(frozenset(choices))


def read(body: bytes, root: str, shape: Leaf | Tree) -> Any:
    """Return the document in `body`. Raises Refusal MalformedXML for anything the shape does not hold."""
    if b"<!DOCTYPE" in body:
        raise refuse("MalformedXML", "document types are not accepted")
    try:
        element = ElementTree.fromstring(body)  # noqa: S314 -- no document type, so no entities
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise refuse("MalformedXML", f"not well formed: {error}") from None
    if _name(element) != root:
        raise refuse("MalformedXML", f"expected {root}, found {_name(element)}")
    return _read(element, shape)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _read(element: ElementTree.Element, shape: Leaf | Tree) -> Any:
    return _leaf(element, shape) if isinstance(shape, Leaf) else _tree(element, shape)


def _leaf(element: ElementTree.Element, shape: Leaf) -> str:
    text = element.text or ""
    wrong = (shape.choices is not None and text not in shape.choices) or (shape.number and not is_count(text))
    if len(element) or wrong:
        raise refuse("MalformedXML", f"{_name(element)} may not be {text!r}")
    return text


def _tree(element: ElementTree.Element, shape: Tree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        name = _name(child)
        if name not in shape.children or (name in found and name not in shape.many):
            raise refuse("MalformedXML", f"{_name(element)} may not hold another {name}")
        value = _read(child, shape.children[name])
        if name in shape.many:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    if missing := shape.needed - found.keys():
        raise refuse("MalformedXML", f"{_name(element)} lacks {sorted(missing)}")
    return found


def write(root: str, document: Any, namespace: str = "") -> bytes:
    """Return the XML of a document, with the namespace on its root if there is one."""
    attribute = f' xmlns="{namespace}"' if namespace else ""
    return (DECLARATION + _write(root, document, attribute)).encode()


def _write(name: str, value: Any, attribute: str = "") -> str:
    if isinstance(value, list):
        return "".join(_write(name, item) for item in value)
    inner = escape(str(value)) if not isinstance(value, dict) else ""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if item is not None}
        attribute += "".join(f' {key[1:]}="{escape(item)}"' for key, item in kept.items() if key[0] == "@")
        inner = "".join(_write(key, item) for key, item in kept.items() if key[0] != "@")
    return f"<{name}{attribute}>{inner}</{name}>"


def translate(document: Any, name: str, words: Mapping[str, str]) -> Any:
    """Return the document with the text of every element called `name` replaced by its translation."""
    if isinstance(document, list):
        return [translate(item, name, words) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        key: words[value] if key == name and isinstance(value, str) else translate(value, name, words)
        for key, value in document.items()
    }
