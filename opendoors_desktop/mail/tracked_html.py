"""Gives an HTML body its signed links and its picture that tells of opens; every other byte stays as it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from html.entities import html5
from typing import Final

from opendoors_desktop.domain.public_link import MOST_LINKS, click_token
from opendoors_desktop.mail.frames import Tracking

LONGEST_TARGET: Final = 4000
"""Characters; a longer link stays as it is."""

_PIXEL: Final = '<img src="{}" alt="" width="1" height="1" style="border:0;height:1px;width:1px">'
_RAW_TEXT: Final = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content is no markup, up to their own end tag."""

_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>|.*)", re.DOTALL)
_OTHER_MARK = re.compile(r"<(?:[!?]|/[^a-zA-Z])[^>]*>?")
_TAG = re.compile(r"<(/?)([a-zA-Z][^ \t\n\r\f/>]*)")
_BETWEEN = re.compile(r"[ \t\n\r\f/]*")
_NAME = re.compile(r"=?[^ \t\n\r\f/>=]*")
_VALUE = re.compile(r"""[ \t\n\r\f]*=[ \t\n\r\f]*(?:"([^"]*)"|'([^']*)'|(?!["'])([^ \t\n\r\f>]*))""")
_EQUALS = re.compile(r"[ \t\n\r\f]*=")
_REFERENCE = re.compile(r"&(?:\#[0-9]+;?|\#[xX][0-9a-fA-F]+;?|([a-zA-Z][a-zA-Z0-9]*)(;?)(=?))")
_WEB = re.compile(r"https?://[^/?\#\\\s]", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_ENDS: Final = "".join(map(chr, range(0x21)))


@dataclass(frozen=True, slots=True)
class Tracked:
    """A body with what was put into it; `links` are the addresses behind the signed ones, that of number 1 first."""

    html: str
    links: tuple[str, ...] = ()
    has_pixel: bool = False


NOT_TRACKED: Final = Tracked("")


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of the body by its name in lower case, and where it begins and ends; `value` is where its `href` stands."""

    name: str
    is_end: bool
    start: int
    end: int
    value: tuple[int, int] | None = None
    href: str = ""


def track(html: str, tracking: Tracking, unsubscribe_url: str = "") -> Tracked:
    """The body with each http link of it replaced by a signed one, and the picture at its end, as `tracking` says.

    What a mail program takes for a link is one: tags in comments, in other tags' attributes or in scripts are none.
    The same address has the same number wherever it stands. `unsubscribe_url` and what begins with `tracking.kept`
    stay as they are, and so does what is no web address.
    """
    numbers: dict[str, int] = {}
    pieces: list[str] = []
    done, end_of_body = 0, -1
    for tag in _tags(html):
        if tag.is_end and tag.name in {"body", "html"} and end_of_body < 0:
            end_of_body = len(pieces)
            pieces += (html[done : tag.start], "")
            done = tag.start
        elif tracking.click_url and tag.value is not None:
            target = target_of(tag.href)
            if target is None or target == unsubscribe_url or _is_kept(target, tracking):
                continue
            number = numbers.setdefault(target, len(numbers) + 1)
            url = tracking.click_url + click_token(tracking.click_key, tracking.email_id, number)
            pieces += (html[done : tag.value[0]], f'"{escape(url)}"')
            done = tag.value[1]
            if len(numbers) >= MOST_LINKS:
                break
    pieces.append(html[done:])
    if not tracking.pixel_url:
        return Tracked("".join(pieces), tuple(numbers))
    pixel = _PIXEL.format(escape(tracking.pixel_url))
    if end_of_body < 0:
        pieces.append(pixel)
    else:
        pieces[end_of_body + 1] = pixel
    return Tracked("".join(pieces), tuple(numbers), has_pixel=True)


def target_of(href: str) -> str | None:
    """The web address that an `href` as it stands in the source leads to; None for any other, or none at all.

    Character references are read as in attributes (HTML, section 13.2.5.73), and blanks around it and line ends in it
    don't count (URL standard, section 4.4).
    """
    target = _REFERENCE.sub(_referred, href).strip(_ENDS)
    target = target.replace("\t", "").replace("\n", "").replace("\r", "")
    if len(target) > LONGEST_TARGET or _WEB.match(target) is None or _CONTROL.search(target) is not None:
        return None
    try:
        target.encode()
    except UnicodeEncodeError:
        return None
    return target


def _is_kept(target: str, tracking: Tracking) -> bool:
    return bool(tracking.kept) and target.startswith(tracking.kept)


def _referred(match: re.Match[str]) -> str:
    name, semicolon, equals = match.groups()
    if name is None:
        return unescape(match[0])
    if semicolon:
        return html5.get(f"{name};", f"&{name};") + equals
    # Of the names that may go without a semicolon, those before "=" or a letter are text: "?a=1&copy=2".
    return match[0] if equals else html5.get(name, match[0])


def _tags(html: str) -> Iterator[_Tag]:
    """Every tag of a document, as a browser would see it; it ends where a tag is never closed."""
    at = html.find("<")
    while at >= 0:
        if html.startswith("<!--", at):
            found = _COMMENT.match(html, at)
            assert found is not None  # it matches the rest of any text
            after: int | None = found.end()
        elif (opened := _TAG.match(html, at)) is not None:
            tag = _tag(html, opened)
            if tag is None:
                return
            yield tag
            after = tag.end if tag.is_end or tag.name not in _RAW_TEXT else _end_of_raw_text(html, tag)
        else:
            other = _OTHER_MARK.match(html, at)
            after = at + 1 if other is None else other.end()
        at = html.find("<", after)


def _tag(html: str, opened: re.Match[str]) -> _Tag | None:
    """The tag that begins here, None where the document ends in it."""
    name, is_end, at = opened[2].lower(), bool(opened[1]), opened.end()
    is_link = name in {"a", "area"} and not is_end
    value: tuple[int, int] | None = None
    href = ""
    while True:
        at = _end(_BETWEEN, html, at)
        if html.startswith(">", at):
            return _Tag(name, is_end, opened.start(), at + 1, value, href)
        begins, at = at, _end(_NAME, html, at)
        found = _VALUE.match(html, at)
        if at == begins or (found is None and _EQUALS.match(html, at) is not None):
            return None
        if found is None:
            continue
        if is_link and value is None and html[begins:at].lower() == "href":
            group = next(number for number in (1, 2, 3) if found[number] is not None)
            marks = 0 if group == 3 else 1
            value, href = (found.start(group) - marks, found.end(group) + marks), found[group]
        at = found.end()


def _end(pattern: re.Pattern[str], html: str, at: int) -> int:
    found = pattern.match(html, at)
    return at if found is None else found.end()


def _end_of_raw_text(html: str, tag: _Tag) -> int:
    found = re.compile(rf"</{tag.name}(?=[ \t\n\r\f/>])", re.IGNORECASE).search(html, tag.end)
    return len(html) if found is None else found.start()
