"""A sign-in host on loopback that holds strictly to RFC 6749 and PKCE (RFC 7636), and can be made to fail."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

from opendoors_desktop.domain.sign_in import SignInHost, own_sign_in_host

CLIENT_ID = "desktop-client"
PAGE_SECONDS = 10


class FakeSignInHost:
    """Hands out tokens that are counted: `access-1`, `refresh-1`, …; every refresh token works once."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.asked: list[dict[str, str]] = []
        self.renewals: list[str] = []
        self.lasts = 3600
        self.rotates = True
        self.denies = False
        self.gives_refresh = True
        self.status = 200
        self.nonsense: bytes | None = None
        self.client_secret = ""
        self.opens_for: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._number = 0
        self.living: set[str] = set()

    @property
    def host(self) -> SignInHost:
        """How the program is told of it."""
        return own_sign_in_host(f"{self.base}/authorize", f"{self.base}/token", ("mail", "offline_access"))

    def visit(self, url: str) -> None:
        """Do as a browser does whose person signs in: follow the page to the end."""
        with urlopen(url, timeout=PAGE_SECONDS) as answer:
            answer.read()

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent to."""
        self.asked.append(asked)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        if self.denies:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            self._number += 1
            self._codes[f"code-{self._number}"] = asked
            answer = {"code": f"code-{self._number}", "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the token endpoint answers."""
        if "token" in form:  # a mail host asks about a token it was shown (RFC 7662)
            is_active = form["token"] in self.opens_for
            return 200, {"active": is_active, "username": self.opens_for.get(form["token"], "")}
        if form.get("client_id") != CLIENT_ID or form.get("client_secret", "") != self.client_secret:
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "authorization_code":
            asked = self._codes.pop(form["code"], None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
            if asked is None or asked["code_challenge"] != challenge.decode().rstrip("="):
                return 400, {"error": "invalid_grant", "error_description": "bad code or verifier"}
            assert asked["redirect_uri"] == form["redirect_uri"]
            return 200, self._tokens()
        self.renewals.append(form["refresh_token"])
        if form["refresh_token"] not in self.living:
            return 400, {"error": "invalid_grant", "error_description": "The token was revoked."}
        if not self.rotates:
            return 200, {name: value for name, value in self._tokens().items() if name != "refresh_token"}
        self.living.remove(form["refresh_token"])
        return 200, self._tokens()

    def _tokens(self) -> dict[str, Any]:
        self._number += 1
        tokens = {"access_token": f"access-{self._number}", "token_type": "Bearer", "expires_in": self.lasts}
        if self.gives_refresh:
            tokens["refresh_token"] = f"refresh-{self._number}"
            self.living.add(f"refresh-{self._number}")
        return tokens


@contextmanager
def browser(visit: Callable[..., object]) -> Iterator[Callable[..., None]]:
    """Opens pages by `visit`, each on a thread of its own, as a browser beside the program does."""
    threads: list[threading.Thread] = []  # noqa: TID251  # stands for another program

    def open_page(*addresses: str) -> None:
        threads.append(threading.Thread(target=visit, args=addresses))  # noqa: TID251
        threads[-1].start()

    yield open_page
    for thread in threads:
        thread.join(PAGE_SECONDS)


@contextmanager
def running_sign_in_host() -> Iterator[FakeSignInHost]:
    """The host, on a free port, until the end of the `with`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self.send_response(302)
            self.send_header("Location", fake.authorize({key: one[0] for key, one in parse_qs(parts.query).items()}))
            self.end_headers()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if fake.nonsense is None and fake.status == 200:
                status, answer = fake.exchange({key: one[0] for key, one in parse_qs(text).items()})
                body = json.dumps(answer).encode()
            else:
                status, body = fake.status, fake.nonsense or b"{}"
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if fake.nonsense else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeSignInHost(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # noqa: TID251  # stands for another host
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
