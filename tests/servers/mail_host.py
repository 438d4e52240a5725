"""A real Postfix with a real Dovecot behind it, on loopback: mailboxes, vacation answers, and bounces as they are."""

import os
import shutil
import signal
import smtplib
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.fixtures_smtp import free_port

WITHIN = 30.0
"""Seconds after which what should have come is given up."""

PASSWORD = "secret-word"
HERE, ELSEWHERE = "example.org", "example.net"

_DOVECOT = """
base_dir = {base}/dovecot
state_dir = {base}/state
log_path = {base}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
mail_location = maildir:{base}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
submission_host = 127.0.0.1:{smtp}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={base}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
}}
service auth {{
  unix_listener auth-userdb {{
    mode = 0666
  }}
  inet_listener {{
    address = 127.0.0.1
    port = {sasl}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
protocol lda {{
  mail_plugins = sieve
  postmaster_address = postmaster@example.com
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_extensions = +editheader
}}
"""
_POSTFIX = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = {base}/postfix.log
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.com
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.com {here}
virtual_mailbox_maps = texthash:{base}/boxes
virtual_transport = lda
lda_destination_recipient_limit = 1
transport_maps = inline:{{ {elsewhere}=smtp:[127.0.0.1]:{outside} }}
default_transport = error:no other host is known here
smtp_host_lookup = native
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_relay_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
"""
_SERVICES = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 5 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
lda unix - n n - - pipe
  flags=DORhu user=nobody:nogroup argv={lda} -c {base}/dovecot.conf -f ${{sender}} -a ${{original_recipient}} -d ${{recipient}}
"""  # noqa: E501  # one line is one service


@dataclass
class Outside:
    """The host of ELSEWHERE: nobody lives there, and the mailboxes of those called full are full."""

    tried: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Refuse for now or for good."""
        self.tried.append(address)
        return "452 4.2.2 The mailbox is full" if address.startswith("full") else "550 5.1.1 Nobody of that name"


@dataclass(frozen=True)
class MailHost:
    """What runs: the ports of SMTP and IMAP, and the folder that holds all mailboxes."""

    folder: Path
    smtp: int
    imap: int
    outside: Outside

    def mails(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's inbox, oldest first."""
        place = self.folder / "mail" / address
        paths = [path for part in ("new", "cur") if (place / part).is_dir() for path in (place / part).iterdir()]
        paths.sort(key=lambda path: path.name)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def wait_for(self, address: str, count: int) -> list[EmailMessage]:
        """What lies in somebody's inbox once it is that many."""
        wait(lambda: len(self.mails(address)) >= count, f"{count} mails for {address}")
        return self.mails(address)

    def post(self, message: EmailMessage, sender: str) -> None:
        """Have somebody send a mail by their own program."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=WITHIN) as client:
            client.send_message(message, sender, [message["To"]])

    def set_vacation(self, address: str, words: str) -> None:
        """Have Dovecot answer for somebody who is away (RFC 5230), as other hosts do also where it is asked not to.

        It keeps silent to what has a List-Unsubscribe, as to lists.
        """
        lists = "".join(f'deleteheader "{name}";\n' for name in ("List-Unsubscribe", "List-Unsubscribe-Post"))
        script = f'require ["editheader", "vacation"];\n{lists}vacation :days 1 "{words}";\n'
        home = self.folder / "mail" / address
        home.mkdir()
        (home / ".dovecot.sieve").write_text(script, encoding="utf-8")
        subprocess.run(["sievec", "-c", self.folder / "dovecot.conf", home / ".dovecot.sieve"], check=True)
        for path in (home, *home.iterdir()):
            shutil.chown(path, "nobody", "nogroup")


def wait(until: Callable[[], bool], what: str) -> None:
    """Wait for other programs, which tell nobody; AssertionError after WITHIN."""
    ends_at = time.monotonic() + WITHIN
    while not until():
        assert time.monotonic() < ends_at, f"waited in vain for {what}"
        time.sleep(0.05)  # noqa: TID251  # other programs tell nobody


@contextmanager
def running_mail_host(addresses: list[str]) -> Iterator[MailHost]:
    """A mail host of example.com and HERE with these mailboxes, all with PASSWORD, that relays to ELSEWHERE.

    Skips the test where it can't be had.
    """
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin{os.pathsep}/usr/lib/dovecot"
    programs = {name: shutil.which(name, path=path) for name in ("postfix", "dovecot", "dovecot-lda", "sievec")}
    missing = [name for name, place in programs.items() if place is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root and Debian's postfix, dovecot-imapd and dovecot-sieve; missing: {missing or 'root'}")
    outside = Outside()
    relay = Controller(outside, hostname="127.0.0.1", port=free_port())
    relay.start()
    with TemporaryDirectory(prefix="opendoors-mail-") as name:  # parts of both run as other users
        base = Path(name)
        given: dict[str, Any] = {
            "base": base,
            "smtp": free_port(),
            "imap": free_port(),
            "sasl": free_port(),
            "outside": relay.port,
            "here": HERE,
            "elsewhere": ELSEWHERE,
            "password": PASSWORD,
            "lda": programs["dovecot-lda"],
        }
        _write(base, given, addresses)
        postfix = [str(programs["postfix"]), "-c", str(base / "postfix")]
        dovecot = subprocess.Popen(
            [str(programs["dovecot"]), "-F", "-c", str(base / "dovecot.conf")], start_new_session=True
        )
        try:
            subprocess.run([*postfix, "start"], check=True, capture_output=True)
            wait(lambda: (base / "queue/pid/master.pid").exists(), "Postfix")
            yield MailHost(base, given["smtp"], given["imap"], outside)
        finally:
            subprocess.run([*postfix, "stop"], check=False, capture_output=True)
            os.killpg(dovecot.pid, signal.SIGTERM)
            dovecot.wait(WITHIN)
            relay.stop()


def _write(base: Path, given: dict[str, Any], addresses: list[str]) -> None:
    base.chmod(0o755)
    for folder, owner in (("mail", "nobody"), ("queue", "root"), ("data", "postfix"), ("postfix", "root")):
        (base / folder).mkdir()
        shutil.chown(base / folder, owner)
    (base / "dovecot.log").touch()
    (base / "dovecot.log").chmod(0o666)
    (base / "boxes").write_text("".join(f"{address} x\n" for address in addresses))
    (base / "dovecot.conf").write_text(_DOVECOT.format(**given))
    (base / "postfix/main.cf").write_text(_POSTFIX.format(**given))
    (base / "postfix/master.cf").write_text(_SERVICES.format(**given))
