"""The application that answers: routes, guard, problems and document, over the parts of one program."""

from contextlib import asynccontextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from opendoors_desktop import __version__
from opendoors_desktop.api import document, page, public, tracking
from opendoors_desktop.api.answers import ok
from opendoors_desktop.api.auth import require_token
from opendoors_desktop.api.guard import Guard
from opendoors_desktop.api.problems import add_handlers
from opendoors_desktop.api.routes import contacts, enrollments, folders, sequences, steps, team
from opendoors_desktop.api.tracking import Tracker
from opendoors_desktop.engine.context import Context

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

THREADS: Final = 8
"""How many requests are worked on at once; a store on this computer has one writer anyway."""


@asynccontextmanager
async def _with_few_threads(_app: FastAPI) -> "AsyncIterator[None]":
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def make_app(context: Context, tracker: Tracker | None = None) -> ASGIApp:
    """The application on a program's parts, with the public pages of emails where a `tracker` notes who asks."""
    return Guard(make_routes(tracker is not None), context, tracker)


@lru_cache(maxsize=2)
def make_routes(is_public: bool) -> FastAPI:  # the cache goes by it
    """The routes with their document; they know no program of their own, so that one is enough for all."""
    app = FastAPI(
        title="OpenDoors Desktop",
        version=__version__,
        description=document.DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        lifespan=_with_few_threads,
    )
    for module in (sequences, steps, enrollments, contacts, folders, team):
        app.include_router(module.routes.router, prefix="/api")
    app.add_api_route("/api/openapi.json", _document, methods=["GET"], include_in_schema=False)
    page.add_page(app)
    if is_public:
        app.include_router(public.router)
        app.include_router(tracking.router)
    add_handlers(app, require_token)
    return app


async def _document(request: Request) -> Response:
    app: Any = request.app
    return ok(document.write_document(app))
