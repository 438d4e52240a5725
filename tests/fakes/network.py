"""Keeps the test process off every network but loopback."""

import ipaddress
import socket
import sys
from typing import Any

LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})


class OutsideForbiddenError(RuntimeError):
    """A test tried to reach a host other than this one; no OSError, so that no code takes it for a bad connection."""


def is_local(host: object) -> bool:
    """True for loopback, unspecified and link-free local names, which never leave this machine."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name.lower().rstrip(".") in LOCAL_NAMES | {socket.gethostname().lower()}
    return address.is_loopback or address.is_unspecified


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not is_local(address[0]):
            raise OutsideForbiddenError(f"{event} to {address!r}")
    elif (
        event in ("socket.getaddrinfo", "socket.gethostbyname")
        and not is_local(arguments[0])
        and not _is_address(arguments[0])
    ):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known (the tests have no name server)")


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


def forbid_the_outside() -> None:
    """From now on refuse connections that leave this machine; names but the local ones don't resolve.

    An audit hook sees every socket of the process, and can't be taken away again.
    """
    sys.addaudithook(_watch)
