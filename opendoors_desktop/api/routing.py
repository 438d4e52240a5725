"""Routes by what they do: from that, and from the path, the document knows what each may answer."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Response
from pydantic import BaseModel

from opendoors_desktop.api.document import problems, tagged

WRITING: Final = (400, 403, 409)
"""The problems of every route that changes something by a body."""

Route = Callable[..., Response]


class Routes:
    """The routes to things of one kind. The name of each function is its operation's; a path with an id may be 404.

    Each decorator takes the path, the form of the answer, what it does in a few words, and statuses beside the usual
    ones; `tag` tells of an answer that carries an ETag.
    """

    def __init__(self, kind: str) -> None:
        """`kind` is the chapter of the document."""
        self.router = APIRouter(tags=[kind])

    def show(self, path: str, model: type[BaseModel], summary: str, *, tag: str = "") -> Callable[[Route], Route]:
        """GET: it changes nothing."""
        return self._route("GET", path, summary, (), model=model, tag=tag)

    def make(
        self, path: str, model: type[BaseModel], summary: str, *also: int, tag: str = ""
    ) -> Callable[[Route], Route]:
        """POST: something new is there afterwards."""
        return self._route("POST", path, summary, (*WRITING, *also), status=201, model=model, tag=tag)

    def do(self, path: str, model: type[BaseModel], summary: str) -> Callable[[Route], Route]:
        """POST: something is done to what is there."""
        return self._route("POST", path, summary, WRITING, model=model)

    def replace(
        self, path: str, model: type[BaseModel], summary: str, *also: int, tag: str = ""
    ) -> Callable[[Route], Route]:
        """PUT: what is there becomes what the body says."""
        return self._route("PUT", path, summary, (*WRITING, *also), model=model, tag=tag)

    def turn(self, path: str, model: type[BaseModel], summary: str) -> Callable[[Route], Route]:
        """PUT without a body: what is there goes into the state that the path names."""
        return self._route("PUT", path, summary, (403, 409), model=model)

    def remove(
        self, path: str, summary: str, *also: int, model: type[BaseModel] | None = None
    ) -> Callable[[Route], Route]:
        """DELETE; without a form there is nothing to be told."""
        return self._route("DELETE", path, summary, (403, *also), status=200 if model else 204, model=model)

    def _route(
        self,
        method: str,
        path: str,
        summary: str,
        statuses: tuple[int, ...],
        *,
        status: int = 200,
        model: type[BaseModel] | None = None,
        tag: str = "",
    ) -> Callable[[Route], Route]:
        responses = problems(*statuses, *((404,) if "{" in path else ()))
        if tag and model is not None:
            responses |= tagged(status, model, tag)
        more: dict[str, Any] = {"response_model": model} if model else {"response_class": Response}

        def add(route: Route) -> Route:
            self.router.add_api_route(
                path,
                route,
                methods=[method],
                status_code=status,
                responses=responses,
                operation_id=_operation(route.__name__),
                summary=summary,
                **more,
            )
            return route

        return add


def _operation(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
