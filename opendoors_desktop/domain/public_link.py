"""Signed links of emails: each names its email, and only the workspace's key makes one."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

OPT_OUT = "u"
"""The kind of link under which a person unsubscribes; it is the first part of the path."""

_KEY_LENGTH = 16
_SIGN_LENGTH = 16


def sign(key: bytes, kind: str, email_id: UUID) -> str:
    """The token of a kind of link in an email: 43 characters that stand in a URL as they are."""
    return urlsafe_b64encode(email_id.bytes + _sign(key, kind, email_id)).decode().rstrip("=")


def read_email_id(token: str) -> UUID | None:
    """The email a token names, whoever made it; None for what has no such form."""
    raw = _raw(token)
    return None if raw is None else UUID(bytes=raw[:_KEY_LENGTH])


def is_signed(key: bytes, kind: str, token: str) -> bool:
    """Whether the holder of the key made this token for this kind of link; takes as long for any token."""
    raw = _raw(token)
    if raw is None:
        return False
    return hmac.compare_digest(raw[_KEY_LENGTH:], _sign(key, kind, UUID(bytes=raw[:_KEY_LENGTH])))


def opt_out_url(public_url: str | None, key: bytes, email_id: UUID) -> str | None:
    """Where a person unsubscribes with one click (RFC 8058); None without a public address that is https."""
    if public_url is None or not public_url.startswith("https://"):
        return None
    return f"{public_url}/{OPT_OUT}/{sign(key, OPT_OUT, email_id)}"


def _sign(key: bytes, kind: str, email_id: UUID) -> bytes:
    return hmac.new(key, f"{kind}:{email_id.hex}".encode(), sha256).digest()[:_SIGN_LENGTH]


def _raw(token: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(f"{token}=")
    except ValueError:
        return None
    is_plain = len(raw) == _KEY_LENGTH + _SIGN_LENGTH and urlsafe_b64encode(raw).decode() == f"{token}="
    return raw if is_plain else None
