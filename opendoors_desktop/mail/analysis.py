"""Reads a template without running it: what is wrong with it, line by line, and which variables it needs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from opendoors_desktop.mail.errors import RenderCode
from opendoors_desktop.mail.filters import ALLOWED_TESTS, FILTERS
from opendoors_desktop.mail.sandbox import LOOP_ATTRIBUTES, METHODS, Sandbox

LONGEST_SOURCE: Final = 200_000
MOST_TOKENS: Final = 2_000
NOTHING: Final[frozenset[str]] = frozenset()
_RESERVED: Final = frozenset({"loop", "self", "super", "caller"})
_STATEMENTS: Final[dict[type[nodes.Node], str]] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Scope: "autoescape",
}


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One thing that is wrong in a `part` (subject, body …) of a message.

    `line` counts from 1, `code` is template_syntax, template_forbidden or template_too_large.
    """

    part: str
    line: int
    code: RenderCode
    message: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found: `needed` must be filled for every contact, `used` holds them and those that have a way out.

    Names are dotted paths (`first_name`, `custom.plan`). `tree` is None when the text is no template at all.
    """

    problems: tuple[TemplateProblem, ...] = ()
    needed: frozenset[str] = NOTHING
    used: frozenset[str] = NOTHING
    tree: nodes.Template | None = None


def analyse(environment: Sandbox, source: str, part: str = "body") -> Analysis:
    """Read one template text; never raises, all that is wrong is in the answer."""
    tokens = source.count("{{") + source.count("{%")
    if len(source) > LONGEST_SOURCE or tokens > MOST_TOKENS:
        most = f"at most {LONGEST_SOURCE:,} characters and {MOST_TOKENS:,} fields and statements are allowed"
        return Analysis((TemplateProblem(part, 1, RenderCode.TEMPLATE_TOO_LARGE, most),))
    try:
        tree = environment.parse(source)
        reader = _Reader(part)
        reader.block(tree.body, frozenset(), NOTHING)
    except TemplateSyntaxError as error:
        return Analysis((TemplateProblem(part, error.lineno, RenderCode.TEMPLATE_SYNTAX, str(error.message)),))
    except (RecursionError, ValueError):
        what = "nested too deep, or a number too long"
        return Analysis((TemplateProblem(part, 1, RenderCode.TEMPLATE_SYNTAX, what),))
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.line))
    return Analysis(problems, frozenset(reader.needed), frozenset(reader.used), tree)


@dataclass(slots=True)
class _Reader:
    """Walks a tree with two sets in hand: names the template made itself (`bound`), names known to be filled."""

    part: str
    needed: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    problems: list[TemplateProblem] = field(default_factory=list)

    def block(self, body: Iterable[nodes.Node], bound: frozenset[str], sure: frozenset[str]) -> frozenset[str]:
        """Read statements in order; gives the names bound behind them."""
        for statement in body:
            bound = self.statement(statement, bound, sure)
        return bound

    def statement(self, node: nodes.Node, bound: frozenset[str], sure: frozenset[str]) -> frozenset[str]:
        """Read one statement; gives the names bound behind it."""
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self.value(part, bound, sure)
            case nodes.If():
                bound = self._if(node, bound, sure)
            case nodes.For():
                self._for(node, bound, sure)
            case nodes.Assign():
                self.value(node.node, bound, sure)
                bound |= self._targets(node.target)
            case nodes.AssignBlock():
                self.block(node.body, bound, sure)
                bound |= self._targets(node.target)
                if node.filter is not None:
                    self.value(node.filter, bound, sure)
            case nodes.With():
                for value in node.values:
                    self.value(value, bound, sure)
                self.block(node.body, bound.union(*map(self._targets, node.targets)), sure)
            case nodes.FilterBlock():
                self.value(node.filter, bound, sure)
                self.block(node.body, bound, sure)
            case _:
                self._forbid(node, f"{{% {_STATEMENTS.get(type(node), type(node).__name__.lower())} %}}")
        return bound

    def value(self, node: nodes.Node, bound: frozenset[str], sure: frozenset[str]) -> None:
        """Read an expression whose value is used, so that its variables must be there."""
        path = _path(node, bound)
        if path is not None:
            self._use(node, path, sure)
            return
        match node:
            case nodes.Filter():
                self._filter(node, bound, sure)
            case nodes.Not():
                self.condition(node.node, bound, sure)
            case nodes.Test() if node.name in ("defined", "undefined"):
                self.condition(node, bound, sure)
            case nodes.Test():
                self._known(node, "test", ALLOWED_TESTS)
                self._children(node, bound, sure)
            case nodes.Call():
                self._call(node, bound, sure)
            case nodes.Getattr():
                self._attribute(node)
                self.value(node.node, bound, sure)
            case nodes.CondExpr():
                yes, no = self.condition(node.test, bound, sure)
                self.value(node.expr1, bound, sure | yes)
                if node.expr2 is not None:
                    self.value(node.expr2, bound, sure | no)
            case nodes.Or():
                _, no = self.condition(node.left, bound, sure)
                self.value(node.right, bound, sure | no)
            case nodes.And():
                self.value(node.left, bound, sure)
                yes, _ = self.condition(node.left, bound, sure)
                self.value(node.right, bound, sure | yes)
            case _:
                self._children(node, bound, sure)

    def condition(
        self, node: nodes.Node, bound: frozenset[str], sure: frozenset[str]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Read a condition, where a missing variable is merely false; gives what is surely filled if true, if false."""
        path = _path(node, bound)
        if path is not None:
            self._use(node, path, sure | {path})
            return frozenset({path}), NOTHING
        match node:
            case nodes.Not():
                yes, no = self.condition(node.node, bound, sure)
                return no, yes
            case nodes.And():
                yes, _ = self.condition(node.left, bound, sure)
                more, _ = self.condition(node.right, bound, sure | yes)
                return yes | more, NOTHING
            case nodes.Or():
                _, no = self.condition(node.left, bound, sure)
                _, more = self.condition(node.right, bound, sure | no)
                return NOTHING, no | more
            case nodes.Test() if node.name in ("defined", "undefined"):
                yes, _ = self.condition(node.node, bound, sure)
                return (yes, NOTHING) if node.name == "defined" else (NOTHING, yes)
        self.value(node, bound, sure)
        return NOTHING, NOTHING

    def _if(self, node: nodes.If, bound: frozenset[str], sure: frozenset[str]) -> frozenset[str]:
        after = bound
        for branch in (node, *node.elif_):
            yes, no = self.condition(branch.test, bound, sure)
            after |= self.block(branch.body, bound, sure | yes)
            sure |= no
        return after | self.block(node.else_, bound, sure)

    def _for(self, node: nodes.For, bound: frozenset[str], sure: frozenset[str]) -> None:
        if node.recursive:
            self._forbid(node, "a recursive loop")
        self.value(node.iter, bound, sure)
        inner = bound | self._targets(node.target) | {"loop"}
        if node.test is not None:
            self.condition(node.test, inner, sure)
        self.block(node.body, inner, sure)
        self.block(node.else_, bound, sure)

    def _targets(self, node: nodes.Node) -> frozenset[str]:
        names = frozenset(name.name for name in (node, *node.find_all(nodes.Name)) if isinstance(name, nodes.Name))
        if isinstance(node, nodes.NSRef) or names & {"loop", "range"}:
            self._forbid(node, "setting that name")
        return names

    def _use(self, node: nodes.Node, path: str, sure: frozenset[str]) -> None:
        if path.partition(".")[0] in _RESERVED:
            self._forbid(node, f"{path} in this place")
        elif any(name.startswith("_") for name in path.split(".")):
            self._forbid(node, f"{path}, a name with an underscore in front,")
        self.used.add(path)
        if path not in sure:
            self.needed.add(path)

    def _filter(self, node: nodes.Filter, bound: frozenset[str], sure: frozenset[str]) -> None:
        self._known(node, "filter", FILTERS)
        if node.name in ("default", "d") and node.node is not None:
            self.condition(node.node, bound, sure)
        elif node.node is not None:
            self.value(node.node, bound, sure)
        self._arguments(node, bound, sure)

    def _call(self, node: nodes.Call, bound: frozenset[str], sure: frozenset[str]) -> None:
        match node.node:
            case nodes.Name(name="range"):
                pass
            case nodes.Getattr(node=nodes.Name(name="loop"), attr=attribute) if "loop" in bound:
                if attribute not in ("cycle", "changed"):
                    self._forbid(node, f"calling loop.{attribute}")
            case nodes.Getattr(node=owner, attr=attribute):
                if attribute not in METHODS:
                    self._forbid(node, f"calling .{attribute}()")
                self.value(owner, bound, sure)
            case _:
                self._forbid(node, "calling that")
        self._arguments(node, bound, sure)

    def _arguments(self, node: nodes.Filter | nodes.Call, bound: frozenset[str], sure: frozenset[str]) -> None:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self._forbid(node, "an argument with stars")
        for argument in (*node.args, *(pair.value for pair in node.kwargs)):
            self.value(argument, bound, sure)

    def _attribute(self, node: nodes.Getattr) -> None:
        is_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
        if (is_loop and node.attr not in LOOP_ATTRIBUTES) or node.attr.startswith("_"):
            self._forbid(node, f"the attribute {node.attr}")

    def _known(self, node: nodes.Filter | nodes.Test, kind: str, known: Iterable[str]) -> None:
        if node.name not in known:
            self._problem(node, f"there is no {kind} {node.name!r} here")

    def _children(self, node: nodes.Node, bound: frozenset[str], sure: frozenset[str]) -> None:
        for child in node.iter_child_nodes():
            self.value(child, bound, sure)

    def _forbid(self, node: nodes.Node, what: str) -> None:
        self._problem(node, f"{what} is not allowed in a template")

    def _problem(self, node: nodes.Node, message: str) -> None:
        line = node.lineno or next((child.lineno for child in node.iter_child_nodes()), 1)
        self.problems.append(TemplateProblem(self.part, line, RenderCode.TEMPLATE_FORBIDDEN, message))


def _path(node: nodes.Node, bound: frozenset[str]) -> str | None:
    """The dotted name of a contact's variable; None for anything else."""
    match node:
        case nodes.Name(ctx="load", name=name):
            return None if name in bound else name
        case nodes.Getattr(node=owner, attr=name) | nodes.Getitem(node=owner, arg=nodes.Const(value=str(name))):
            path = _path(owner, bound)
            return None if path is None else f"{path}.{name}"
    return None
