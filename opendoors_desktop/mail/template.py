"""Templates: from their sources to code held ready, and from one contact's fields to subject, HTML and text."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.nodes import EvalContext

from opendoors_desktop.mail.analysis import Analysis, TemplateProblem, analyse
from opendoors_desktop.mail.errors import MessageProblem, RenderCode
from opendoors_desktop.mail.filters import LONGEST_TEXT, MissingVariableError
from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.layout import Layout, laid_out
from opendoors_desktop.mail.sandbox import FieldContext, Fields, Group, Sandbox, filled
from opendoors_desktop.mail.text_part import text_of_html, tidy

_HTML: Final = Sandbox(is_html=True)
_TEXT: Final = Sandbox(is_html=False)
_HTML_CONTEXT: Final = EvalContext(_HTML, None)
_TEXT_CONTEXT: Final = EvalContext(_TEXT, None)
_CHUNK: Final = 4096
_CODE_FILE: Final = "<template>"
LINE_BREAKS: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one contact gets: the subject, the HTML body (None for a text-only message) and the text body."""

    subject: str
    html: str | None
    text: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One compiled text, its name, and the context its code runs in."""

    name: str
    template: Template
    context: EvalContext

    def render(self, fields: Fields) -> str:
        """The text for these fields; MessageProblem naming what stood in the way."""
        try:
            return _joined(self.template.root_render_func(FieldContext(fields, self.context)))  # type: ignore[arg-type]
        except MissingVariableError as error:
            title = f"{error.name} is empty."
            raise self._problem(RenderCode.MISSING_VARIABLE, title, error, (error.name,)) from None
        except SecurityError as error:
            is_size = "larger than a message" in str(error)
            code = RenderCode.TEMPLATE_TOO_LARGE if is_size else RenderCode.TEMPLATE_FORBIDDEN
            raise self._problem(code, f"{error}.", error) from None
        except (MemoryError, OverflowError) as error:
            title = "The template makes something larger than a message may be."
            raise self._problem(RenderCode.TEMPLATE_TOO_LARGE, title, error) from None
        except (
            TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as e:
            raise self._problem(RenderCode.TEMPLATE_ERROR, f"The template can't be worked out: {e}.", e) from None

    def _problem(
        self, code: RenderCode, title: str, error: BaseException, fields: tuple[str, ...] = ()
    ) -> MessageProblem:
        line, trace = 1, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == _CODE_FILE:
                line = self.template.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return MessageProblem(code, title, detail=f"{self.name}, line {line}", fields=fields)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template held ready: `text` is None where it must be made from each HTML body; names as in Analysis."""

    subject: _Part | None
    html: _Part | None
    text: _Part | None
    needed: frozenset[str]
    used: frozenset[str]

    def render(self, variables: Mapping[str, object]) -> Rendered:
        """Subject and bodies for one contact, at most 1 MB together.

        Values are put in as they are (escaped in HTML) and never read as template themselves. MessageProblem with
        all missing names, or saying what stood in the way and in which line.
        """
        fields = filled(variables)
        try:
            subject = "" if self.subject is None else self.subject.render(fields)
            html = None if self.html is None else self.html.render(fields)
            text = text_of_html(html or "") if self.text is None else self.text.render(fields)
        except MessageProblem as problem:
            if problem.fields:
                problem = self._missing(problem, fields)
            raise problem from None
        if LINE_BREAKS.search(subject) is not None:
            raise self._broken(fields)
        if _size(subject) + _size(html or "") + _size(text) > LONGEST_TEXT:
            raise MessageProblem(RenderCode.TEMPLATE_TOO_LARGE, "The message is larger than 1 MB.")
        return Rendered(subject, html, text if html is None else tidy(text))

    def _missing(self, problem: MessageProblem, fields: Fields) -> MessageProblem:
        """The same problem, naming all that is missing instead of the first."""
        names = {name for name in self.needed if not _is_there(name, fields)} | set(problem.fields)
        listed = tuple(sorted(names))
        title = f"{', '.join(listed)} {'is' if len(listed) == 1 else 'are'} empty."
        return MessageProblem(RenderCode.MISSING_VARIABLE, title, detail=problem.detail, fields=listed)

    def _broken(self, fields: Fields) -> MessageProblem:
        """Which fields bring a line end or control character into the subject."""
        names = tuple(sorted(name for name in self.used if LINE_BREAKS.search(str(_value(name, fields)))))
        title = "The subject holds a line end or control character."
        return MessageProblem(RenderCode.HEADER_INJECTION, title, detail="subject", fields=names or ("subject",))


class Templates:
    """Compiled templates by their id, the last used few hundred."""

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._compiled: OrderedDict[str, Compiled | MessageProblem] = OrderedDict()

    def get(self, source: TemplateSource) -> Compiled:
        """The template made ready, from memory where it is; MessageProblem for one that can't be used."""
        found = self._compiled.get(source.id)
        if found is None:
            try:
                found = compile_template(source)
            except MessageProblem as problem:
                found = problem
            self._compiled[source.id] = found
            if len(self._compiled) > self._capacity:
                self._compiled.popitem(last=False)
        else:
            self._compiled.move_to_end(source.id)
        if isinstance(found, MessageProblem):
            raise found
        return found


def compile_template(source: TemplateSource) -> Compiled:
    """Make a template ready; MessageProblem of its first fault, with part and line."""
    layout = laid_out(source, _HTML, _TEXT)
    for problem in layout.problems:
        where = f"{problem.part}, line {problem.line}"
        raise MessageProblem(problem.code, f"{problem.message[:1].upper()}{problem.message[1:]}.", detail=where)
    return Compiled(
        _compiled("subject", layout), _compiled("html", layout), _compiled("text", layout), layout.needed, layout.used
    )


def check_template(source: TemplateSource) -> tuple[TemplateProblem, ...]:
    """All that is wrong with a template, part by part and line by line; empty when it can be used."""
    return laid_out(source, _HTML, _TEXT).problems


def analyse_text(text: str) -> Analysis:
    """What one template text (a subject, a body, a task's description) needs and what is wrong with it."""
    return analyse(_TEXT, text)


def variables_of(text: str) -> frozenset[str]:
    """The variables a template text can't do without (dotted names); those with a default or a condition are not."""
    return analyse(_TEXT, text).needed


def render_text(text: str, variables: Mapping[str, object]) -> str:
    """One plain text (a task's title, a LinkedIn message) for one contact; MessageProblem as for a message."""
    return compile_template(TemplateSource("", "", text, is_html=False)).render(variables).text


def _compiled(name: str, layout: Layout) -> _Part | None:
    tree = layout.trees.get(name)
    if tree is None:
        return None
    environment, context = (_HTML, _HTML_CONTEXT) if name == "html" else (_TEXT, _TEXT_CONTEXT)
    return _Part(layout.names[name], environment.from_string(tree), context)


def _joined(pieces: Iterator[str]) -> str:
    """The pieces as one text, taken in chunks so that an endless one ends; SecurityError above the bound."""
    taken: list[str] = []
    size = 0
    while True:
        chunk = list(islice(pieces, _CHUNK))
        size += sum(map(len, chunk))
        if size > LONGEST_TEXT:
            raise SecurityError("The text is larger than a message may be")
        taken += chunk
        if len(chunk) < _CHUNK:
            return "".join(taken)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _value(name: str, fields: Fields) -> object:
    """The value a dotted name has, or ""."""
    found: object = fields
    for part in name.split("."):
        if not isinstance(found, Fields | Group) or part not in found:
            return ""
        found = found[part]
    return found


def _is_there(name: str, fields: Fields) -> bool:
    return _value(name, fields) != ""
