"""The HTML of a mail as it may be shown: nothing in it runs or loads, and links keep their targets; in bounded time."""

import re
from dataclasses import dataclass
from typing import Any, Final

import nh3
from lxml.etree import LxmlError, tostring  # type: ignore[import-untyped]
from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

LONGEST_HTML: Final = 400_000
LONGEST_SHOWN: Final = 400_000
DEEPEST: Final = 60
"""Elements within each other; who nests deeper wants to keep a window busy, and is shown as text."""

_TAGS: Final = frozenset(
    "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i ins "
    "kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul".split()
)
_ATTRIBUTES: Final = {
    "a": {"href"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width", "align"},
    "td": {"align", "valign", "colspan", "rowspan", "width"},
    "th": {"align", "valign", "colspan", "rowspan", "width"},
    "tr": {"align", "valign"},
}
_WITH_THEIR_TEXT: Final = frozenset(
    {"script", "style", "title", "head", "template", "noscript", "svg", "math", "object"}
)
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_ELEMENT = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_EMPTY: Final = frozenset({"br", "hr", "col"})
_FROM_ELSEWHERE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_LOADS: Final = ("src", "srcset", "background", "poster", "data")


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """HTML without anything that loads or runs; "" where there is nothing to show.

    Links keep their true targets. `wants_pictures`: the mail would have loaded something from elsewhere.
    """

    html: str
    wants_pictures: bool


NOTHING: Final = CleanHtml("", wants_pictures=False)


def clean_html(html: str) -> CleanHtml:
    """What may be shown of an HTML body; nothing of one that can't be read as HTML, or is nested without end."""
    try:
        parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = document_fromstring(html[:LONGEST_HTML].encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError):
        return NOTHING
    # libxml2 stops at 256 levels, without which the cleaner would take minutes for what is nested on purpose.
    evened = tostring(tree, method="html", encoding="unicode")
    cleaned = nh3.clean(
        evened,
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_THEIR_TEXT),
        attributes=_ATTRIBUTES,
        attribute_filter=_only_named,
        url_schemes=set(_SCHEMES),
        link_rel=None,
    ).strip()
    is_showable = len(cleaned) <= LONGEST_SHOWN and _depth(cleaned) <= DEEPEST
    return CleanHtml(cleaned if is_showable else "", _wants_pictures(tree))


def _only_named(tag: str, name: str, value: str) -> str | None:
    """The library lets some attributes through that nobody named."""
    return value if name in _ATTRIBUTES.get(tag, ()) else None


def _depth(html: str) -> int:
    """How many elements of cleaned HTML stand within each other."""
    depth = deepest = 0
    for closes, name in _ELEMENT.findall(html):
        if name in _EMPTY:
            continue
        depth += -1 if closes else 1
        deepest = max(deepest, depth)
    return deepest


def _wants_pictures(tree: Any) -> bool:
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "a"}:
            continue
        if any(_FROM_ELSEWHERE.match(element.get(name) or "") for name in _LOADS):
            return True
        if "url(" in (element.get("style") or ""):
            return True
    return False
