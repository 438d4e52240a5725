"""A real Dovecot on loopback for the tests: mailboxes in Maildirs, passwords and tokens, killed and started at will."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.fixtures_smtp import Authority, free_port

STARTS_WITHIN = 10.0
PASSWORD = "secret-word"
ODD_USER, ODD_PASSWORD = "odd@example.com", 'pässwörd "✓'
SPARE = 100

_CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:{base}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
imap_idle_notify_interval = 30 s
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


@dataclass
class Dovecot:
    """A mail host whose mailboxes are `users`; its certificate is the tests' own authority's."""

    folder: Path
    ca_file: str
    port: int
    tls_port: int
    users: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _delivered: int = 0

    def start(self) -> None:
        """Start it and wait until it greets."""
        program = _program()
        assert program is not None  # asked before
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as wire:
                if wire.recv(100).startswith(b"* OK"):
                    return
            time.sleep(0.02)  # noqa: TID251  # another program's start tells nobody
        self.kill()
        raise RuntimeError(f"Dovecot doesn't answer:\n{(self.folder / 'dovecot.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End all its parts at once, saying good-bye to nobody."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STARTS_WITHIN)
            self._process = None

    def deliver(self, user: str, message: bytes, folder: str = "INBOX", *, is_seen: bool = False) -> None:
        """Put a message into a folder as a delivery does: whole or not at all, and told to those who wait in IDLE."""
        place = self.place_of(user, folder)
        for path in (place, place / "tmp", place / "new", place / "cur"):
            if not path.exists():
                path.mkdir(parents=True)
                shutil.chown(path, "nobody", "nogroup")
        self._delivered += 1
        name = f"{self._delivered}.{os.getpid()}.example"
        (place / "tmp" / name).write_bytes(message)
        shutil.chown(place / "tmp" / name, "nobody", "nogroup")
        (place / "tmp" / name).rename(place / ("cur" if is_seen else "new") / (f"{name}:2,S" if is_seen else name))

    def place_of(self, user: str, folder: str = "INBOX") -> Path:
        """The Maildir of a folder."""
        base = self.folder / "mail" / user
        return base if folder == "INBOX" else base / f".{folder}"

    def change_uid_validity(self, user: str, folder: str = "INBOX") -> None:
        """Give every UID anew, as a mailbox that was moved to another host does."""
        place = self.place_of(user, folder)
        validity = int((place / "dovecot-uidlist").read_text().split()[1].removeprefix("V"))
        for name in ("dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (place / name).unlink(missing_ok=True)
        (place / "dovecot-uidlist").write_text(f"3 V{validity + 1} N1\n")
        shutil.chown(place / "dovecot-uidlist", "nobody", "nogroup")


def _program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")


@contextmanager
def running_dovecot(authority: Authority, introspection_url: str = "http://127.0.0.1:9/") -> Iterator[Dovecot]:
    """A Dovecot with mailboxes ann, ben, cleo and spare0 … @example.com, all with PASSWORD, till the end of the `with`.

    Tokens are asked about at `introspection_url` (RFC 7662). Skips the test where Dovecot can't be had.
    """
    if _program() is None:
        pytest.skip("Dovecot isn't installed (Debian package dovecot-imapd)")
    if os.geteuid() != 0:
        pytest.skip("Dovecot starts its parts as root alone")
    spare = [f"spare{number}@example.com" for number in range(SPARE)]
    users = ["ann@example.com", "ben@example.com", "cleo@example.com", *spare]
    # Its parts run as other users, who may not look into pytest's own folders.
    with TemporaryDirectory(prefix="opendoors-dovecot-") as place:
        host = Dovecot(Path(place), authority.ca_file, free_port(), free_port(), users, spare)
        host.folder.chmod(0o755)
        _write_settings(host, authority.pem("good"), introspection_url)
        host.start()
        try:
            yield host
        finally:
            host.kill()


def _write_settings(host: Dovecot, pem: Path, introspection_url: str) -> None:
    folder = host.folder
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    lines = [f"{user}:{{PLAIN}}{PASSWORD}::::::\n" for user in host.users]
    (folder / "users").write_text("".join([*lines, f"{ODD_USER}:{{PLAIN}}{ODD_PASSWORD}::::::\n"]), encoding="utf-8")
    (folder / "oauth2.conf").write_text(
        f"introspection_mode = post\nintrospection_url = {introspection_url}\nusername_attribute = username\n"
        "active_attribute = active\nactive_value = true\n"
    )
    config = _CONFIG.format(base=folder, pem=pem, port=host.port, tls_port=host.tls_port)
    (folder / "dovecot.conf").write_text(config)


@pytest.fixture(scope="session")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    """A Dovecot that many tests share; each takes a `user` of its own."""
    with running_dovecot(authority) as host:
        yield host


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox of the shared Dovecot that nobody has used before."""
    return dovecot.spare.pop()
