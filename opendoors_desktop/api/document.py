"""What the OpenAPI document says of every route: what it may answer, and the form of its problems."""

from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel

from opendoors_desktop.api.problems import MEDIA_TYPE, ProblemDetails

DESCRIPTION: Final = """
Sequences, contacts and enrollments of one workspace, by the same rules as the window and the command line.

Every request brings a token (`Authorization: Bearer …`) that `opendoors api-token create NAME` showed once; it acts as
its user, in that user's workspace alone. Instants are RFC 3339 in UTC, ids are UUIDs. Lists come in pages: hand
`next_cursor` back as `cursor`. A POST may bring an `Idempotency-Key`; the same key with the same body is answered as
before, for a day. A PUT replaces whole and brings the `ETag` that was read as `If-Match`. Every error is
`application/problem+json` with a stable `code` and the path of each fault.
""".strip()

_TOLD: Final = {
    400: "The body is no JSON.",
    401: "No token, or one that is wrong, over or revoked.",
    403: "The token may not change anything.",
    404: "There is no such thing in this workspace.",
    405: "The path doesn't know this method.",
    409: "The state of things doesn't allow it; `possible` names the states that are possible.",
    412: "It was changed since it was read.",
    413: "The body is too large.",
    422: "Something in the request can't be used; `errors` holds the path of each fault.",
    428: "If-Match is needed.",
    503: "The store is away.",
}
_SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}
_ALWAYS: Final = (401, 413, 422, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer with, those that any may among them."""
    told: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*_ALWAYS, *statuses}):
        told[status] = {"description": _TOLD[status], "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    told[401]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    told[503]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return told


def tagged(status: int, model: type[BaseModel], told: str) -> dict[int | str, dict[str, Any]]:
    """An answer that carries the ETag of what it shows."""
    return {status: {"model": model, "description": told, "headers": {"ETag": {"schema": {"type": "string"}}}}}


def write_document(app: FastAPI) -> dict[str, Any]:
    """The document of an application, with the form of problems among its schemas; made once."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        own = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(own.pop("$defs", {}))
        schemas["Problem"] = own
        app.openapi_schema = document
    return app.openapi_schema
