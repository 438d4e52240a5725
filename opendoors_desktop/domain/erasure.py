"""The keyed hash that is left of an erased person, so that an import can't bring them back."""

import hmac


def erased_hash(key: bytes, email_key: str) -> str:
    """The hash of a normalised address under the workspace's key (HMAC with SHA-256), as 64 hexadecimal digits.

    Without the key nobody can tell from it whose it is, nor try addresses out.
    """
    return hmac.digest(key, email_key.encode("utf-8", "surrogatepass"), "sha256").hex()
