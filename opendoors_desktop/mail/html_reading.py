"""The text of an HTML mail as a person sees it, with or without what it quotes; in bounded time, without recursion."""

import re
from typing import Any, Final

from lxml.etree import LxmlError  # type: ignore[import-untyped]
from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

LONGEST_HTML: Final = 400_000

_UNSEEN: Final = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
_LINES: Final = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html "
    "li main nav ol p pre section table tbody tfoot thead tr ul".split()
)
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table"})

_QUOTES = re.compile(
    r"gmail_(?:quote|extra|attr)|yahoo_quoted|protonmail_quote|tutanota_quote|moz-cite-prefix|zmail_extra|"
    r"moz-email-headers|qt(?:-|_)?box|quoted(?:_?reply|_?text|content)|iosymail|mailbox_signature_quote|mail_quote"
)
_ENDS = re.compile(
    r"outlookmessageheader|divrplyfwdmsg|appendonsend|stopspelling|olk_src_body_section|replyforwardmessage|"
    r"mail-editor-reference-message|reply-intro|isforwardcontent|originalcontent|hmreplyheader|mailcontainer_quote"
)
_RULE_ABOVE = re.compile(
    r"border:\s*none;\s*border-top:\s*(?:solid|#)\s*[#\w. ]+1\.0pt|border-top:\s*solid\s+#\w{6}\s+1\.0pt"
)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0\u200b\ufeff]+")
_BLANK_LINES = re.compile(r"\n[ \n]*\n")


def text_of(html: str, *, with_quotes: bool = True) -> str:
    """What a reader sees of an HTML body, links and pictures left out; "" for what can't be read as HTML."""
    try:
        tree = document_fromstring(html[:LONGEST_HTML].encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (LxmlError, ValueError):
        return ""
    pieces: list[str] = []
    _write(tree, pieces, with_quotes=with_quotes)
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _write(tree: Any, pieces: list[str], *, with_quotes: bool) -> None:
    """Put the text of a tree into `pieces`; a quote of another mail is passed over, or ends it."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        tag = node.tag if isinstance(node.tag, str) else "script"
        if not with_quotes and _ends_here(node, tag):
            return
        if node.tail and node is not tree:
            waiting.append(_on_one_line(node.tail))
        if tag in _UNSEEN or (not with_quotes and _is_quote(node, tag)):
            waiting.append("\n")
            continue
        mark = "\n\n" if tag in _PARAGRAPHS else "\n" if tag in _LINES or tag == "br" else " " if tag == "td" else ""
        pieces.append(mark)
        if mark and tag != "br":
            waiting.append(mark)
        waiting.extend(reversed(node))
        if node.text:
            waiting.append(_on_one_line(node.text))


def _on_one_line(text: str) -> str:
    return _SPACES.sub(" ", text)


def _names(node: Any) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''} {node.get('name') or ''}".lower()


def _is_quote(node: Any, tag: str) -> bool:
    return tag == "blockquote" or bool(_QUOTES.search(_names(node)))


def _ends_here(node: Any, tag: str) -> bool:
    """Whether all that follows is the other mail: what Outlook and its kin put above it."""
    if _ENDS.search(_names(node)):
        return True
    return tag == "div" and bool(_RULE_ABOVE.search((node.get("style") or "").lower()))
