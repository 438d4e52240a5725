"""Jinja2 with less of everything: what a template may name, call and calculate."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape

from opendoors_desktop.mail.filters import (
    ALLOWED_TESTS,
    FILTERS,
    LONGEST_LIST,
    Missing,
    bounded,
    join,
    join_markup,
    replace,
    text_of,
    too_large,
)

LARGEST_NUMBER: Final = 10**18
LOOP_ATTRIBUTES: Final = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "cycle", "changed"}
)
TEXT_METHODS: Final = frozenset(
    {"upper", "lower", "title", "capitalize", "casefold", "swapcase", "strip", "lstrip", "rstrip"}
    | {"removeprefix", "removesuffix", "startswith", "endswith", "find", "count", "isdigit", "isalpha", "isalnum"}
    | {"split", "rsplit", "splitlines", "partition", "rpartition", "replace", "join"}
)
GROUP_METHODS: Final = frozenset({"items", "keys", "values", "get"})
METHODS: Final = TEXT_METHODS | GROUP_METHODS
_OPERATORS: Final = frozenset({"+", "-", "*", "/", "//", "%", "**"})
_BOUNDED_METHODS: Final[Mapping[str, Any]] = {"replace": replace, "join": lambda between, items: join(items, between)}


class Group(dict[str, Any]):
    """Fields of fields (`custom`), which knows the name it goes by."""

    __slots__ = ("name",)

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.name = name


def bounded_concat(pieces: Iterable[str]) -> str:
    """The pieces of a `{% set %}` or `{% filter %}` block as one text."""
    pieces = list(pieces)
    bounded(sum(map(len, pieces)))
    return "".join(pieces)


def bounded_range(*bounds: int) -> range:
    """`range` of at most ten thousand numbers."""
    found = range(*bounds)
    if len(found) > LONGEST_LIST:
        raise too_large("A range")
    return found


class Fields(dict[str, Any]):
    """What a template's names mean for one contact: the fields that are not empty, and `range`."""

    def __missing__(self, name: str) -> Any:
        return bounded_range if name == "range" else missing


def filled(fields: Mapping[str, object], above: str = "") -> Fields:
    """The fields without the empty ones: None, "" and blanks alone count as absent, in groups too."""
    kept = Fields()
    for name, value in fields.items():
        if type(value) is str:
            if value and not value.isspace():
                kept[name] = value
        elif isinstance(value, dict):
            kept[name] = Group(f"{above}{name}", filled(value, f"{above}{name}."))
        elif value is not None:
            kept[name] = value
    return kept


class FieldContext:
    """The little of Jinja2's context that the compiled code of our templates touches."""

    __slots__ = ("eval_ctx", "exported_vars", "resolve_or_missing", "vars")

    def __init__(self, fields: Fields, eval_ctx: EvalContext) -> None:
        self.resolve_or_missing = fields.__getitem__
        self.eval_ctx = eval_ctx
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()


def shown_in_html(value: object) -> str:
    """A value as text of an HTML body."""
    return escape(value if type(value) is str or isinstance(value, Markup) else text_of(value))


class _Writer(CodeGenerator):
    """Writes the code of a checked template: loop's own attributes directly, joints and outputs by bounded ways."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja2 calls it so
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP_ATTRIBUTES:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
        else:
            super().visit_Getattr(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja2 calls it so
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        """Only the text between tokens is known beforehand; what tokens say is worked out when it is boxed."""
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.shown(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """One dialect of our templates: HTML (what is put in is escaped) or plain text. Holds nothing of the program."""

    code_generator_class = _Writer
    intercepted_binops = _OPERATORS
    concat = staticmethod(bounded_concat)

    def __init__(self, *, is_html: bool) -> None:
        super().__init__(autoescape=is_html, undefined=Missing, keep_trailing_newline=True, optimized=False)
        self.globals.clear()
        self.globals["range"] = bounded_range
        self.filters = {**FILTERS, "join": join_markup if is_html else join}
        self.tests = dict(ALLOWED_TESTS)
        self.shown = shown_in_html if is_html else text_of
        self._join_texts = markup_join if is_html else str_join

    def joined(self, parts: tuple[Any, ...]) -> str:
        """What `~` makes of its operands, bounded."""
        texts = [part if isinstance(part, str) else text_of(part) for part in parts]
        bounded(sum(map(len, texts)))
        return self._join_texts(texts)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: a field of a group, or one of the few methods; nothing of Python shows through."""
        if isinstance(obj, Group):
            if attribute in obj:
                return obj[attribute]
            if attribute in GROUP_METHODS:
                return getattr(obj, attribute)
            return Missing(name=f"{obj.name}.{attribute}")
        if isinstance(obj, Missing):
            return Missing(name=f"{obj.path}.{attribute}")
        if isinstance(obj, str) and attribute in TEXT_METHODS:
            own = _BOUNDED_METHODS.get(attribute)
            return partial(own, obj) if own is not None else getattr(obj, attribute)
        return self.getitem(obj, attribute) if isinstance(obj, dict) else self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`: a field of a group or dictionary, an item of a list or text; never an attribute."""
        if isinstance(obj, Missing):
            return Missing(name=f"{obj.path}.{argument}")
        if isinstance(obj, dict) or (isinstance(obj, list | tuple | str | range) and not isinstance(argument, str)):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                name = getattr(obj, "name", "")
                return Missing(name=f"{name}.{argument}" if name else f"item {argument}")
        return self.unsafe_undefined(obj, str(argument))

    def unsafe_undefined(self, obj: Any, attribute: str) -> Missing:
        """What a forbidden attribute gives: a fault as soon as it is used."""
        return Missing(f"{attribute!r} of a {type(obj).__name__} can't be used here", exc=SecurityError)

    def call(self, context: Any, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call one of the few things that `getattr` gives out; the analysis has refused all other callees."""
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return called(*arguments, **named)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic of numbers within bounds, `+` of texts, and `*` of a text with a small number."""
        if isinstance(left, int | float) and isinstance(right, int | float):
            return self._calculated(operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            bounded(len(left) + len(right))
            return left + right
        if operator == "*" and isinstance(left, str) and isinstance(right, int):
            bounded(len(left) * max(0, right))
            return left * right
        if isinstance(left, Missing) or isinstance(right, Missing):
            return self.binop_table[operator](left, right)
        raise SecurityError(f"{type(left).__name__} {operator} {type(right).__name__} can't be calculated here")

    def _calculated(self, operator: str, left: float, right: float) -> Any:
        if operator == "**" and not (abs(right) <= 64 and abs(left) <= 1_000_000):
            raise too_large("A power")
        found = self.binop_table[operator](left, right)
        if isinstance(found, complex):
            raise SecurityError(f"{left} ** {right} can't be calculated here")
        if abs(found) > LARGEST_NUMBER:
            raise too_large("A number")
        return found
