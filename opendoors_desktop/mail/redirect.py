"""Waits on this computer for the browser to come back from a sign-in page (RFC 8252, section 7.3)."""

import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

LOOKS_EVERY: Final = 0.2
"""Seconds between two looks whether the sign-in is still wanted."""

READS_FOR: Final = 5.0
"""Seconds a connection may take to ask; a browser opens some that it never uses."""

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>OpenDoors Desktop</title>
<style>:root{{color-scheme:light dark}}
body{{font:16px system-ui,sans-serif;margin:15vh auto;max-width:32rem;padding:0 1rem}}</style>
<h1>{title}</h1><p>{text}</p></html>
"""


class Redirect:
    """Listens on the loopback address alone, on a free port, for one answer of a sign-in host."""

    def __init__(self, host: str) -> None:
        """`host` is how this computer is named in the address: `127.0.0.1` or `localhost`."""
        self._server = _Listener()
        self._host = host

    def __enter__(self) -> Self:
        """The port is open until the end of the `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        self._server.server_close()

    @property
    def uri(self) -> str:
        """Where the sign-in host is to send the browser."""
        return f"http://{self._host}:{self._server.server_address[1]}/"

    def wait(self, state: str, is_over: Callable[[], bool]) -> str | None:
        """The whole address the browser came back with, which holds `state`; None once `is_over` says so."""
        self._server.state = state
        while self._server.answer is None and not is_over():
            self._server.handle_request()
        return None if self._server.answer is None else self.uri + self._server.answer


class _Listener(HTTPServer):
    timeout = LOOKS_EVERY

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.state = ""
        self.answer: str | None = None

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up early isn't the answer that is waited for."""


class _Answer(BaseHTTPRequestHandler):
    server: _Listener
    timeout = READS_FOR

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        is_ours = secrets.compare_digest(asked.get("state", [""])[0].encode(), self.server.state.encode())
        if parts.path != "/" or not (is_ours and {"code", "error"} & asked.keys()):
            self._say(404, "Nothing here", "This page only waits for a sign-in.")
            return
        self.server.answer = f"?{parts.query}"
        if "error" in asked:
            self._say(200, "Not signed in", "You can close this page; OpenDoors Desktop says what to do.")
        else:
            self._say(200, "Thank you", "You can close this page and go back to OpenDoors Desktop.")

    def _say(self, status: int, title: str, text: str) -> None:
        page = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it is called by
        """Say nothing: the line holds the code."""

    def version_string(self) -> str:
        return "OpenDoors"
