"""One call of the command line: its options, how it opens the store, and how it says what it has to say."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opendoors_desktop.config import Options
from opendoors_desktop.domain.errors import OpenDoorsError
from opendoors_desktop.engine.context import Context

Build = Callable[[Options], Context]


@dataclass(frozen=True, slots=True)
class Session:
    """What every command is given as its context's `obj`.

    With `as_json` standard output carries JSON alone; sentences for a person go to standard error either way.
    """

    options: Options
    as_json: bool
    build: Build

    @contextmanager
    def open(self) -> Iterator[Context]:
        """The program's parts, closed again at the end of the block; raises what `build` raises."""
        context = self.build(self.options)
        try:
            yield context
        finally:
            context.store.close()

    def show(self, value: object, lines: Callable[[], Iterator[str]] | None = None) -> None:
        """Print a result: `value` as one line of JSON, or for a person the `lines`, without them indented JSON."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False), flush=True)
        elif lines is None:
            print(json.dumps(value, ensure_ascii=False, indent=2), flush=True)
        else:
            for line in lines():
                print(line, flush=True)


def tell(sentence: str) -> None:
    """Say something to a person, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def tell_error(error: OpenDoorsError, *, as_json: bool) -> None:
    """Say what went wrong and what to do next, on standard error; as JSON for a program."""
    if as_json:
        tell_fault(error.code, error.title, error.advice, error.where)
        return
    tell(f"{error.where + ': ' if error.where else ''}{error.title}")
    if error.advice:
        tell(error.advice)


def tell_fault(code: str, title: str, advice: str = "", where: str = "") -> None:
    """An error as the one JSON object a program reads on standard error."""
    fault: Mapping[str, str] = {"code": code, "title": title, "advice": advice, "where": where}
    tell(json.dumps({"error": fault}, ensure_ascii=False))
