"""One call of the command line: its options, how it opens the store, and how it shows what it found."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import typer

from opendoors_desktop.cli.output import Columns, plain, print_json, print_lines, table, tell
from opendoors_desktop.config import Listen, Options
from opendoors_desktop.engine.context import Context

T = TypeVar("T")
Build = Callable[[Options], Context]
PlayInWindow = Callable[[Options], int | None]
"""Plays the tour in a window; gives its exit status, None where there is no display."""

Serve = Callable[[Context, Listen, Callable[[str], None]], None]
"""Answers the REST API until a signal to stop; what it is given is told the address when it listens."""


def no_window(_options: Options) -> int | None:
    """No window is there to play in."""
    return None


def no_server(_context: Context, _listen: Listen, _started: Callable[[str], None]) -> None:
    """No server is there to answer."""
    raise AssertionError("the composition root gives one")


@dataclass(frozen=True, slots=True)
class Session:
    """What every command is given as its context's `obj`.

    With `as_json` standard output carries JSON alone; sentences for a person go to standard error either way.
    `store` is what `--store` said.
    """

    options: Options
    as_json: bool
    build: Build
    play_in_window: PlayInWindow = no_window
    store: str | None = None
    serve: Serve = no_server

    @contextmanager
    def open(self) -> Iterator[Context]:
        """The program's parts, closed again at the end of the block; raises what `build` raises."""
        context = self.build(self.options)
        try:
            yield context
        finally:
            context.store.close()

    def show(self, value: object, lines: Callable[[], Iterable[str]] | None = None) -> None:
        """Print a result: `value` as one line of JSON, or for a person the `lines`, without them indented JSON."""
        if self.as_json:
            print_json(value)
        elif lines is None:
            print_lines([json.dumps(plain(value), ensure_ascii=False, indent=2)])
        else:
            print_lines(lines())

    def stream(
        self, items: Iterable[T], columns: Columns[T], as_value: Callable[[T], object] = plain, nothing: str = ""
    ) -> None:
        """Print a list as it comes: a line of JSON for each item, or a table; `nothing` is told of an empty one."""
        stream = iter(items)
        first = next(stream, None)
        if first is None:
            if nothing and not self.as_json:
                tell(nothing)
            return
        found = chain([first], stream)
        if self.as_json:
            for item in found:
                print_json(as_value(item))
        else:
            print_lines(table(found, columns))

    def done(self, value: object, sentence: str) -> None:
        """Say that something was done: `value` for a program, a sentence for a person."""
        if self.as_json:
            print_json(value)
        else:
            tell(sentence)


def session_of(context: typer.Context) -> Session:
    """The session of a command's Typer context."""
    session = context.obj
    assert isinstance(session, Session)  # `cli.main.run` put it there
    return session
