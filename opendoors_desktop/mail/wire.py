"""What the line to any mail host has in common: verified encryption, this computer itself, and why there is none."""

import ipaddress
import socket
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

_CA_FILES: Final = ("/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


Cause: TypeAlias = Literal[
    "dns",
    "refused",
    "timeout",
    "closed",
    "tls",
    "no_starttls",
    "plaintext",
    "no_auth",
    "auth",
    "busy",
    "protocol",
    "network",
]
"""Stable words for what keeps us from a session, whatever is spoken in it."""


@lru_cache(maxsize=32)
def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """What verifies a mail host: the system's authorities, or those of a file alone; name and dates are checked.

    Raises OSError for a file that can't be read or holds no certificate.
    """
    if ca_file is not None:
        return ssl.create_default_context(cafile=ca_file)
    paths = ssl.get_default_verify_paths()
    if not paths.cafile and not paths.capath:  # an interpreter built elsewhere looks in the wrong places
        for candidate in _CA_FILES:
            if Path(candidate).is_file():
                return ssl.create_default_context(cafile=candidate)
    return ssl.create_default_context()


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, so that nobody listens in between."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def chain_of(error: BaseException) -> list[BaseException]:
    """A fault and those below it that led to it."""
    chain = [error]
    while (below := chain[-1].__cause__ or chain[-1].__context__) is not None and below not in chain:
        chain.append(below)
    return chain


def cause_of(error: BaseException, where: str) -> tuple[Cause, str]:
    """Cause and sentence of a fault of the line to `where` (host and port), as far down as Python tells of it."""
    chain = chain_of(error)
    host = where.rpartition(":")[0]
    for link in chain:
        match link:
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                return "closed", f"{where} closed the connection."
            case ssl.SSLCertVerificationError():
                return "tls", f"The certificate of {where} can't be trusted: {link.verify_message}."
            case ssl.SSLError():
                return "tls", f"No encrypted connection to {where}: {link.reason or link}."
            case socket.gaierror() | UnicodeError():
                return "dns", f"The host {host} isn't found."
            case ConnectionRefusedError():
                return "refused", f"Nothing answers at {where}."
            case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError():
                return "closed", f"{where} closed the connection."
            case TimeoutError():
                return "timeout", f"No answer from {where} in time."
            case _:
                continue
    return "network", f"{where} can't be reached: {chain[-1]}."
