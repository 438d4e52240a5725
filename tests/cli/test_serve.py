"""`opendoors serve`, as a process of its own: it says where it answers, and ends when it is told to."""

import json
import signal
import subprocess
import urllib.error
import urllib.request

import pytest


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows ends a process without a word")
def test_serve_answers_until_it_is_stopped(cli, data_dir, python, repository):
    token = cli("api-token", "create", "test", "--json").value["token"]
    command = [python, "-m", "opendoors_desktop", "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        command, cwd=repository, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stderr is not None
        address = json.loads(child.stderr.readline())["address"]
        request = urllib.request.Request(f"{address}/api/sequences", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer) == {"items": [], "next_cursor": None}
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{address}/api/sequences", timeout=30)
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0


def test_an_address_that_is_taken_is_told(cli):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        from opendoors_desktop.__main__ import serve
        from opendoors_desktop.app import build
        from opendoors_desktop.cli.main import run

        assert run(["serve", "--port", port], build, serve=serve) == 2
