"""Signed links of emails: each names its email, and only the workspace's key makes one."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final
from uuid import UUID

OPT_OUT: Final = "u"
"""The kind of link under which a person unsubscribes; it is the first part of the path."""

OPEN: Final = "o"
"""The kind under which the picture of an email lies whose loading tells that it was opened."""

CLICK: Final = "c"
"""The kind that leads on to a link of an email, and tells that it was followed."""

MOST_LINKS: Final = 0x7FFF
"""The highest number a link of an email may have."""

_KEY_LENGTH = 16
_SIGN_LENGTH = 16
_NUMBER_LENGTH = 2


def sign(key: bytes, kind: str, email_id: UUID) -> str:
    """The token of a kind of link in an email: 43 characters that stand in a URL as they are."""
    return _text(email_id.bytes + _sign(key, kind, email_id))


def read_email_id(token: str) -> UUID | None:
    """The email a token names, whoever made it; None for what has no such form."""
    raw = _raw(token, _KEY_LENGTH + _SIGN_LENGTH)
    return None if raw is None else UUID(bytes=raw[:_KEY_LENGTH])


def is_signed(key: bytes, kind: str, token: str) -> bool:
    """Whether the holder of the key made this token for this kind of link; takes as long for any token."""
    raw = _raw(token, _KEY_LENGTH + _SIGN_LENGTH)
    if raw is None:
        return False
    return hmac.compare_digest(raw[_KEY_LENGTH:], _sign(key, kind, UUID(bytes=raw[:_KEY_LENGTH])))


def opt_out_url(public_url: str | None, key: bytes, email_id: UUID) -> str | None:
    """Where a person unsubscribes with one click (RFC 8058); None without a public address that is https."""
    if public_url is None or not public_url.startswith("https://"):
        return None
    return f"{public_url}/{OPT_OUT}/{sign(key, OPT_OUT, email_id)}"


def click_key(key: bytes, email_id: UUID) -> bytes:
    """The key of one email's links: whoever holds it can make those of this email, and of no other."""
    return _sign(key, CLICK, email_id)


def click_token(email_key: bytes, email_id: UUID, number: int) -> str:
    """The token of a link of an email by its number (from 1); 46 characters that stand in a URL as they are."""
    named = number.to_bytes(_NUMBER_LENGTH, "big")
    return _text(email_id.bytes + named + _sign_number(email_key, named))


def read_click(key: bytes, token: str) -> tuple[UUID, int] | None:
    """The email and the number of the link that the holder of the key made this token for; None for any other.

    Takes as long for any token of the form.
    """
    raw = _raw(token, _KEY_LENGTH + _NUMBER_LENGTH + _SIGN_LENGTH)
    if raw is None:
        return None
    email_id, named = UUID(bytes=raw[:_KEY_LENGTH]), raw[_KEY_LENGTH:-_SIGN_LENGTH]
    is_ours = hmac.compare_digest(raw[-_SIGN_LENGTH:], _sign_number(click_key(key, email_id), named))
    return (email_id, int.from_bytes(named, "big")) if is_ours else None


def _sign(key: bytes, kind: str, email_id: UUID) -> bytes:
    return hmac.new(key, f"{kind}:{email_id.hex}".encode(), sha256).digest()[:_SIGN_LENGTH]


def _sign_number(email_key: bytes, named: bytes) -> bytes:
    return hmac.new(email_key, named, sha256).digest()[:_SIGN_LENGTH]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(token: str, length: int) -> bytes | None:
    """The bytes a token stands for, if they are so many and written in the one way we write them."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return raw if len(raw) == length and _text(raw) == token else None
