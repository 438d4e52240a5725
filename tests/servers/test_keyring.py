"""Secrets in a real Secret Service, on a message bus and with a home of the test's own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
SCRIPT = """
import sys
from pathlib import Path
from opendoors_desktop.store.secrets import open_secrets

token = "eyJhbGciOi" * 300
folder = Path(sys.argv[1])
first = open_secrets(None, folder / "secrets", folder / "key")
assert first.get("mailbox") is None
first.set("mailbox", "geheim \\u2603")
first.set("token", token)
second = open_secrets(None, folder / "secrets", folder / "key")
assert second.get("mailbox") == "geheim \\u2603"
assert second.get("token") == token
second.set("token", "short")
assert first.get("token") == "short"
second.delete("token")
assert first.get("token") is None
assert list(folder.iterdir()) == []
print("kept and forgotten")
"""


@pytest.mark.servers
@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="needs dbus and gnome-keyring")
def test_T88_a_real_keyring_keeps_passwords_and_long_tokens(tmp_path: Path, python, repository):
    for name in ("home", "run", "kept"):
        (tmp_path / name).mkdir(mode=0o700)
    unlocked = 'printf "\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -c "$1" "$2"'
    private = {"HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path / "run"), "PYTHONPATH": str(repository)}
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | private
    command = ["dbus-run-session", "--", "sh", "-c", unlocked, python, SCRIPT, str(tmp_path / "kept")]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.stdout.strip() == "kept and forgotten", done.stderr
