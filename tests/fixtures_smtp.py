"""SMTP servers for tests: the real smtp-sink, aiosmtpd with TLS and login, one that says just what it is told."""

import asyncio
import base64
import os
import shutil
import signal
import socket
import ssl
import subprocess
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from opendoors_desktop.engine.clock import RealClock

SINK = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
WITHIN = 10.0
"""Seconds after which a server that should be up, or a message that should have come, is given up."""


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# smtp-sink ------------------------------------------------------------------------------------------------------------


class Sink:
    """A running smtp-sink; `captured` are the messages it took, those too whose 250 never left."""

    def __init__(self, flags: tuple[str, ...]) -> None:
        self._flags = flags
        self.folder = Path(mkdtemp(prefix="sink-"))
        self.folder.chmod(0o777)
        self.port = free_port()
        self._process = self.start()
        self._wait()

    def start(self, inside: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Start another one at the same port and for the same folder; its command begins with `inside`."""
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        files = f"{self.folder}/%M%S{len(inside)}."
        command = [*inside, str(SINK), *user, "-d", files, *self._flags, f"127.0.0.1:{self.port}", "100"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _wait(self) -> None:
        deadline = monotonic() + WITHIN
        while monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
        raise RuntimeError("smtp-sink did not start")

    def captured(self) -> list[bytes]:
        """What each message held, envelope lines of the sink's own in front."""
        return [path.read_bytes() for path in sorted(self.folder.iterdir()) if path.stat().st_size]

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(WITHIN)
        shutil.rmtree(self.folder)


@contextmanager
def running_sink(*flags: str) -> Iterator[Sink]:
    """A smtp-sink with these flags of its manual (`-q .`, `-f rcpt`, `-B text` …)."""
    if SINK is None:
        pytest.skip("smtp-sink isn't installed (Debian package postfix)")
    sink = Sink(flags)
    try:
        yield sink
    finally:
        sink.close()


# Certificates ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests, in a folder; `ca_file` is what trusts it."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def ca_file(self) -> str:
        """The file that trusts it."""
        return str(self.folder / "ca.pem")

    def server(self, kind: str) -> ssl.SSLContext:
        """What a server in Python shows, of the kind that `pem` writes."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem(kind))
        return context

    def pem(self, kind: str) -> Path:
        """Certificate and key: `good` (localhost and 127.0.0.1), `wrong_name`, `expired` or `self_signed`."""
        names = ["mail.example.org"] if kind == "wrong_name" else ["localhost", "127.0.0.1"]
        until = -1 if kind == "expired" else 30
        key = ec.generate_private_key(ec.SECP256R1())
        signer = None if kind == "self_signed" else self
        path = self.folder / f"{kind}.pem"
        path.write_bytes(_pem(_certificate(names[0], key, signer, names, until), key))
        return path


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, signer: Authority | None, names: list[str], until: int
) -> x509.Certificate:
    now = RealClock().now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=until))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if signer is not None:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
        builder = builder.add_extension(authority, critical=False)
    if names:
        alternatives = [_general_name(each) for each in names]
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    else:
        usage = dict.fromkeys(
            (
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        signing = x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage)
        builder = builder.add_extension(signing, critical=True)
    return builder.sign(signer.key if signer is not None else key, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def _pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, form, plain
    )


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority that only these tests know."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate("Authority of the tests", key, None, [], 30)
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, certificate)


# aiosmtpd -------------------------------------------------------------------------------------------------------------


@dataclass
class MailHost:
    """A mail host in the test's own loop: what it took, and who tried to log in with what."""

    port: int = 0
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=lambda: {"ann@example.com": "right"})
    tokens: dict[str, str] = field(default_factory=dict)
    seen: bytearray = field(default_factory=bytearray)

    async def auth_OAUTHBEARER(self, server: Any, args: list[str]) -> AuthResult:  # aiosmtpd calls it so
        """Compare name and token as RFC 7628 writes them."""
        head, *fields = base64.b64decode(args[1]).decode().split("\x01")
        assert head.startswith("n,a=")
        assert fields[-2:] == ["", ""]
        told = dict(field.split("=", 1) for field in fields[:-2])
        name = head[4:-1].replace("=2C", ",").replace("=3D", "=")
        assert told["port"] == str(self.port)
        return await self._compare_token(server, name, told["auth"], b"\x01")

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        """Compare name and token as Google wrote it down before there was a standard."""
        told = dict(field.split("=", 1) for field in base64.b64decode(args[1]).decode().rstrip("\x01").split("\x01"))
        return await self._compare_token(server, told["user"], told["auth"], b"")

    async def _compare_token(self, server: Any, name: str, bearer: str, last_word: bytes) -> AuthResult:
        token = bearer.removeprefix("Bearer ")
        self.logins.append((name, token))
        if self.tokens.get(name) == token:
            return AuthResult(success=True)
        answered = await server.challenge_auth(b'{"status":"invalid_token"}')
        assert answered == last_word
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # aiosmtpd calls it so
        """Take a message."""
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 Ok: queued as TEST123"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Compare name and password."""
        assert isinstance(data, LoginPassword)
        login = (data.login.decode(), data.password.decode())
        self.logins.append(login)
        return AuthResult(success=self.passwords.get(login[0]) == login[1], handled=False)


class _Watched(SMTP):
    """aiosmtpd that keeps each byte it reads before TLS."""

    def __init__(self, host: MailHost, **options: Any) -> None:
        super().__init__(host, **options)
        self._host = host

    def data_received(self, data: bytes) -> None:
        self._host.seen += data
        super().data_received(data)


@asynccontextmanager
async def running_mail_host(
    *, tls: ssl.SSLContext | None = None, implicit: bool = False, login: bool = False, **options: Any
) -> AsyncIterator[MailHost]:
    """An aiosmtpd on loopback: with `tls` by STARTTLS or from the start (`implicit`), with login where asked."""
    host = MailHost()
    if login:
        options |= {"authenticator": host.authenticate, "auth_required": True, "auth_require_tls": tls is not None}
    if tls is not None and not implicit:
        options |= {"tls_context": tls, "require_starttls": True}
    if implicit:
        options["auth_require_tls"] = False  # aiosmtpd can't see the TLS of a server that begins with it
    loop = asyncio.get_running_loop()
    talks: list[_Watched] = []

    def answer() -> _Watched:
        with warnings.catch_warnings(action="ignore"):
            talks.append(_Watched(host, hostname="mail.example.com", loop=loop, **options))
        return talks[-1]

    server = await loop.create_server(answer, "127.0.0.1", 0, ssl=tls if implicit else None)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        for talk in talks:
            if isinstance(talk.transport, asyncio.Transport):
                talk.transport.abort()
        await asyncio.sleep(0.01)  # aborted connections end in the next turns


# A server that says what it is told -----------------------------------------------------------------------------------

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking_server(talk: Talk) -> AsyncIterator[int]:
    """The port of a server that runs `talk` with each connection, the EHLO done by it too."""
    writers: list[asyncio.StreamWriter] = []
    tasks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.gather(*(task for task in tasks if task is not None))


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *extensions: str) -> None:
    """Greeting and EHLO of an SMTP server with these extensions."""
    writer.write(b"220 mail.example.com ESMTP\r\n")
    await reader.readuntil(b"\r\n")
    lines = ["mail.example.com", *extensions]
    marks = ["-"] * (len(lines) - 1) + [" "]
    writer.write("".join(f"250{mark}{line}\r\n" for mark, line in zip(marks, lines, strict=True)).encode())


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """All up to and with the dot that ends a message."""
    return await reader.readuntil(b"\r\n.\r\n")
