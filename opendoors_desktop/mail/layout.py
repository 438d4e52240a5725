"""Puts a template's texts together: body, signature, opt-out line and postal address, in HTML and in text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final

from jinja2 import nodes

from opendoors_desktop.mail.analysis import Analysis, TemplateProblem, analyse
from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.sandbox import Sandbox
from opendoors_desktop.mail.text_part import text_of_html, text_template

_TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_UNSUBSCRIBE = re.compile(r"\{\{\s*unsubscribe_url\s*\}\}")
_LINE_END: Final = re.compile(r"[ \t]*[\r\n]+[ \t]*")


@dataclass(slots=True)
class Layout:
    """The trees to compile by part (subject, html, text; absent where there is nothing to compile) and what they use.

    `names` says what a person calls each part.
    """

    trees: dict[str, nodes.Template] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    problems: tuple[TemplateProblem, ...] = ()
    needed: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()

    def add(self, part: str, found: Analysis) -> list[nodes.Node]:
        """Take over what was found, and give the statements."""
        self.problems += found.problems
        self.needed |= found.needed
        self.used |= found.used
        return list(found.tree.body) if found.tree is not None else []

    def finish(self, part: str, name: str, body: list[nodes.Node], environment: Sandbox) -> None:
        """Keep the statements as the tree of a part."""
        tree = nodes.Template(body, lineno=1)
        tree.set_environment(environment)
        self.trees[part] = tree
        self.names[part] = name


def laid_out(source: TemplateSource, html: Sandbox, text: Sandbox) -> Layout:
    """The trees of a message's parts with all that goes below the body, or all problems found."""
    layout = Layout()
    if source.subject.strip():
        subject = _LINE_END.sub(" ", source.subject.strip())
        layout.finish("subject", "subject", _read(layout, text, subject, "subject", source.is_literal), text)
    if source.is_html:
        _lay_out_html(layout, source, html, text)
    else:
        body = _read(layout, text, source.body, "body", source.is_literal)
        layout.finish("text", "body", body + _text_tail(layout, source, text), text)
    return layout


def _lay_out_html(layout: Layout, source: TemplateSource, html: Sandbox, text: Sandbox) -> None:
    written = source.body if source.is_literal else _TOKEN.sub(lambda token: unescape(token[0]), source.body)
    body = _read(layout, html, written, "body", source.is_literal)
    tail = _html_tail(layout, source, html)
    layout.finish("html", "body", _above_end(body, tail) if tail else body, html)
    if source.text is not None:
        own: str | None = source.text
    elif source.is_literal:
        own = text_of_html(written)
    else:
        own = None if layout.problems else text_template(html, written)
    if own is not None:
        found = _read(layout, text, own, "text", source.is_literal)
        layout.finish("text", "text", found + _text_tail(layout, source, text), text)


def _read(layout: Layout, environment: Sandbox, text: str, part: str, is_literal: bool) -> list[nodes.Node]:
    if is_literal:
        return _literal(text)
    return layout.add(part, analyse(environment, text, part))


def _text_tail(layout: Layout, source: TemplateSource, environment: Sandbox) -> list[nodes.Node]:
    signature = source.signature_text or (text_of_html(source.signature_html) if source.signature_html else "")
    opt_out = layout.add("opt_out", analyse(environment, source.opt_out, "opt-out line")) if source.opt_out else []
    return [
        node
        for paragraph in (_literal(signature), opt_out, _literal(source.postal_address))
        if paragraph
        for node in (*_literal("\n\n"), *paragraph)
    ]


def _html_tail(layout: Layout, source: TemplateSource, environment: Sandbox) -> list[nodes.Node]:
    signature = source.signature_html or _as_html(source.signature_text)
    tail = _literal(f"<div>{signature}</div>\n") if signature else []
    if source.opt_out:
        line = layout.add("opt_out", analyse(environment, _opt_out_html(source.opt_out), "opt-out line"))
        tail += [*_literal("<p>"), *line, *_literal("</p>\n")]
    if source.postal_address:
        tail += _literal(f"<p>{_as_html(source.postal_address)}</p>\n")
    return tail


def _opt_out_html(opt_out: str) -> str:
    """The opt-out line as HTML template: text escaped, tokens kept, the address to unsubscribe made a link."""
    pieces = _TOKEN.split(opt_out)
    marked = "".join(piece if number % 2 else _as_html(piece) for number, piece in enumerate(pieces))
    return _UNSUBSCRIBE.sub('<a href="{{ unsubscribe_url }}">{{ unsubscribe_url }}</a>', marked)


def _as_html(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())


def _literal(text: str) -> list[nodes.Node]:
    return [nodes.Output([nodes.TemplateData(text, lineno=1)], lineno=1)] if text else []


def _above_end(body: Sequence[nodes.Node], tail: Iterable[nodes.Node]) -> list[nodes.Node]:
    """The tail put in front of the last `</body>` that stands outside of all statements, else at the end."""
    for index in range(len(body) - 1, -1, -1):
        output = body[index]
        if isinstance(output, nodes.Output):
            for place, data in reversed(list(enumerate(output.nodes))):
                at = data.data.lower().rfind("</body") if isinstance(data, nodes.TemplateData) else -1
                if isinstance(data, nodes.TemplateData) and at >= 0:
                    first = nodes.TemplateData(data.data[:at], lineno=data.lineno)
                    rest = nodes.TemplateData(data.data[at:], lineno=data.lineno)
                    head = nodes.Output([*output.nodes[:place], first], lineno=output.lineno)
                    foot = nodes.Output([rest, *output.nodes[place + 1 :]], lineno=data.lineno)
                    return [*body[:index], head, *tail, foot, *body[index + 1 :]]
    return [*body, *tail]
