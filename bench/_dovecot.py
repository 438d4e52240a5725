"""A Dovecot on loopback with one mailbox full of mail, ended with the block that started it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._sink import free_port, wait_for

USER = "ann"

_SETTINGS = """
protocols = imap
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
mail_location = maildir:{base}/mail/%u/Maildir
first_valid_uid = 1
mail_fsync = never
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={base}/mail/%u
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
    port = 0
  }}
}}
"""


@contextmanager
def mailbox_of(mails: Iterable[bytes]) -> Iterator[int]:
    """Serve `mails`, all read already, as the inbox of USER, who signs in with any password; gives the port.

    RuntimeError where there is no Dovecot, or where it can't be started.
    """
    program = shutil.which("dovecot", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if program is None or os.name == "nt" or os.geteuid() != 0:
        raise RuntimeError(
            "Dovecot is missing (Debian's package dovecot-imapd), or this isn't root, who alone starts it"
        )
    with TemporaryDirectory(prefix="opendoors-bench-") as name:  # its parts run as other users
        base, port = Path(name), free_port()
        base.chmod(0o755)
        _fill(base, mails)
        settings = base / "dovecot.conf"
        settings.write_text(_SETTINGS.format(base=base, port=port))
        server = subprocess.Popen(
            [program, "-F", "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def _fill(base: Path, mails: Iterable[bytes]) -> None:
    folder = base / "mail" / USER / "Maildir"
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    came_at = time.time() - 86_400
    for number, mail in enumerate(mails):
        path = folder / "cur" / f"{1_700_000_000 + number}.M{number}P1.example:2,S"
        path.write_bytes(mail)
        os.utime(path, (came_at + number, came_at + number))
    for path in [base / "mail", *(base / "mail").rglob("*")]:
        shutil.chown(path, "nobody", "nogroup")
