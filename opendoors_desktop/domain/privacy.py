"""Masks what is private in a line for the log or a report of a fault: addresses, passwords, tokens, home folders."""

import re
from collections.abc import Iterable

MASK = "…"
SHORTEST_SECRET = 4
"""Shorter secrets aren't looked for: they would mask half of every line."""

_ADDRESS = re.compile(r"(?<![^\s<>()\[\]{}\",;:“”])(//)?[^\s<>()\[\]{}\",;:“”]+@(?=[^\s<>()\[\]{}\",;:“”@]*[^\W_])")
_QUOTED_LOCAL_PART = re.compile(r"\"[^\"\n]{1,64}\"@(?=\w)")
_USER_OF_URL = re.compile(r"(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@]+@", re.IGNORECASE)
_NAMED = re.compile(
    r"""((?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|credentials?|client[-_]secret|code_verifier|pwd)\w{0,30}
         ["']?\s{0,9}(?:[:=]|\bis\b)\s{0,9})(?:"[^"]*"|'[^']*'|[^\s,;&)}\]]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_HEADER = re.compile(
    r"((?:\bauthorization\b[\"']?\s*[:=]\s*[\"']?(?:\w+\s+)?|\b(?:bearer|basic)\s+))[\w.~+/=-]{6,}", re.IGNORECASE
)
_SMTP_AUTH = re.compile(r"(\bAUTH\s+(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER)\s+)\S+", re.IGNORECASE)
_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?")


def mask_address(address: str) -> str:
    """The address without its local part: `ana@example.com` gives `…@example.com`."""
    return MASK + address[address.rfind("@") :] if "@" in address else MASK


def mask(text: str, secrets: Iterable[str] = (), home: str = "") -> str:
    """The text with everything private masked.

    Masked are the given `secrets` wherever they stand, values that are named or formed like a password or token, the
    local part of every address, and the path `home`, which holds a person's name. Domains stay: they tell which host
    refused.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    if home:
        text = text.replace(home, "~")
    text = _USER_OF_URL.sub(rf"\1{MASK}@", text)
    text = _SMTP_AUTH.sub(rf"\1{MASK}", text)
    text = _HEADER.sub(rf"\1{MASK}", text)
    text = _NAMED.sub(rf"\1{MASK}", text)
    text = _WEB_TOKEN.sub(MASK, text)
    text = _QUOTED_LOCAL_PART.sub(f"{MASK}@", text)
    return _ADDRESS.sub(rf"\1{MASK}@", text)
