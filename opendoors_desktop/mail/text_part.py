"""The text part of an HTML body: of a finished text, and of a template once for all contacts where that is sure."""

import re
from html import unescape
from typing import Final

from inscriptis.css_profiles import CSS_PROFILES  # type: ignore[import-untyped]
from inscriptis.html_engine import Inscriptis  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]
from inscriptis.model.html_document_state import HtmlDocumentState  # type: ignore[import-untyped]
from inscriptis.model.tag import CustomHtmlTagHandlerMapping  # type: ignore[import-untyped]
from jinja2.exceptions import TemplateSyntaxError
from lxml.etree import LxmlError  # type: ignore[import-untyped]
from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

from opendoors_desktop.mail.sandbox import Sandbox

_LINK_OPEN, _LINK_MIDDLE, _LINK_CLOSE = "\ue010", "\ue011", "\ue012"
_PLACE_OPEN, _PLACE_CLOSE = "\ue013", "\ue014"
_PRIVATE = re.compile("[\ue010-\ue014]")
_LINK = re.compile(f"{_LINK_OPEN}([^{_LINK_OPEN}{_LINK_CLOSE}]*){_LINK_MIDDLE}([^{_LINK_CLOSE}]*){_LINK_CLOSE}")
_PLACE = re.compile(f"{_PLACE_OPEN}([bv])([0-9]+){_PLACE_CLOSE}")
_BLOCK = f"{_PLACE_OPEN}b[0-9]+{_PLACE_CLOSE}"
_BLOCK_LINE = re.compile(f"^[ \t]*({_BLOCK}(?:[ \t]*{_BLOCK})*)[ \t]*\n?", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_TABLE_WITH_PLACES = re.compile(f"<table.*{_PLACE_OPEN}", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_UNSEEN: Final = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def text_of_html(html: str) -> str:
    """The text of an HTML body: lists, tables and paragraphs kept, each link as `text <target>`, no blank ends."""
    return tidy(_converted(_PRIVATE.sub("", html)))


def tidy(text: str) -> str:
    """At most one blank line in a row, none at the ends."""
    return _BLANK_LINES.sub("\n\n", text).lstrip("\n").rstrip()


def text_template(environment: Sandbox, html: str) -> str | None:
    """A text template that renders to the text of what `html`, a template of `environment`, renders to.

    None where that isn't sure (a value stands in a table or decides about markup): then the text must be made from
    each finished body.
    """
    placed = _with_places(environment, _PRIVATE.sub("", html))
    if placed is None or _TABLE_WITH_PLACES.search(placed[0]):
        return None
    marked, tokens = placed
    text = _converted(marked)
    found = [(kind, int(number)) for kind, number in _PLACE.findall(text)]
    if [number for kind, number in found if kind == "b"] != [n for n, (kind, _) in enumerate(tokens) if kind == "b"]:
        return None
    if any(mark in text for mark in ("{", "}")):
        return None
    return _PLACE.sub(lambda place: tokens[int(place[2])][1], _BLOCK_LINE.sub(r"\1", text.strip()))


def _with_places(environment: Sandbox, html: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The HTML with a mark for each `{{ … }}` ("v") and `{% … %}` ("b"), and those; None if it is no template."""
    pieces: list[str] = []
    tokens: list[tuple[str, str]] = []
    inside: list[str] = []
    try:
        for _, kind, value in environment.lex(html):
            if kind == "data":
                pieces.append(value)
            elif kind.startswith("raw"):
                return None
            elif not kind.startswith("comment"):
                inside.append(value)
                if kind in ("variable_end", "block_end"):
                    token = ("v" if kind == "variable_end" else "b", "".join(inside))
                    number = tokens.index(token) if token[0] == "v" and token in tokens else len(tokens)
                    pieces.append(f"{_PLACE_OPEN}{token[0]}{number}{_PLACE_CLOSE}")
                    tokens.append(token)
                    inside = []
    except TemplateSyntaxError:
        return None
    return "".join(pieces), tokens


def _converted(html: str) -> str:
    """The text that inscriptis makes, with our form of links; of what it can't read, the text between the tags."""
    html = html.encode("utf-8", "replace").decode("utf-8")
    try:
        tree = document_fromstring(html, parser=HTMLParser(huge_tree=True, encoding="utf-8"))
        text = str(Inscriptis(tree, _FORM).get_text())
    except (LxmlError, RecursionError, ValueError):
        text = unescape(_TAG.sub(" ", _UNSEEN.sub(" ", html)))
    return _LINK.sub(_link, text.replace("\xa0", " "))


def _link(found: re.Match[str]) -> str:
    text, target = found[1], found[2]
    shown = target.removeprefix("mailto:")
    if text.strip() in ("", target, shown):
        return shown
    return f"{text} <{shown}>"


def _open_link(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    target = attributes.get("href", "").strip()
    state.link_target = "" if target.startswith("#") else target
    if state.link_target:
        state.tags[-1].write(_LINK_OPEN)


def _close_link(state: HtmlDocumentState) -> None:
    if state.link_target:
        state.tags[-1].write(f"{_LINK_MIDDLE}{state.link_target}{_LINK_CLOSE}")
        state.link_target = ""


_FORM = ParserConfig(
    css=CSS_PROFILES["strict"],
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping({"a": _open_link}, {"a": _close_link}),
)
