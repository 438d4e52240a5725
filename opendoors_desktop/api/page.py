"""The page on which the API can be tried: three files of our own, nothing from anywhere else."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Response

from opendoors_desktop.shipped import find_shipped

PAGE: Final = "/api/docs"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
FILES: Final = {
    PAGE: ("docs.html", "text/html; charset=utf-8"),
    f"{PAGE}.js": ("docs.js", "text/javascript; charset=utf-8"),
    f"{PAGE}.css": ("docs.css", "text/css; charset=utf-8"),
}


def add_page(app: FastAPI) -> None:
    """Answer the page's three files."""
    folder = find_shipped("resources") / "api"
    for path, (name, media_type) in FILES.items():
        show = _shower((folder / name).read_bytes(), media_type)
        app.add_api_route(path, show, methods=["GET"], include_in_schema=False)


def _shower(content: bytes, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def show() -> Response:
        return Response(content, media_type=media_type, headers={"Content-Security-Policy": POLICY})

    return show
