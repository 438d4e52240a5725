"""The tests themselves stay off the network."""

import socket

import pytest

from tests.fakes.network import OutsideForbiddenError, is_local


def test_a_connection_to_another_host_is_refused():
    with socket.socket() as outside, pytest.raises(OutsideForbiddenError):
        outside.connect(("192.0.2.1", 25))


def test_names_do_not_resolve():
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("mail.example.com", 25)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    "host,local",
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        (None, True),
        ("0.0.0.0", True),
        ("198.51.100.7", False),
        ("example.org", False),
    ],
)
def test_hosts_on_this_machine_are_local(host, local):
    assert is_local(host) is local
