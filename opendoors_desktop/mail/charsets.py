"""Bytes of a mail as text: the charset it names, forgiving wrong, unknown and missing ones."""

import codecs
import re
from functools import lru_cache
from typing import Final

_ALIASES: Final = {
    "ansi_x3.110-1983": "latin-1", "unknown-8bit": "utf-8", "x-unknown": "utf-8", "default": "utf-8", "8bit": "utf-8",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "ansi": "cp1252",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "cp-850": "cp850", "iso-8859-8-i": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7", "x-sjis": "cp932", "shift_jis": "cp932", "windows-31j": "cp932", "utf8mb4": "utf-8",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "windows-874": "cp874", "x-euc-jp": "euc-jp", "koi8": "koi8-r",
}  # fmt: skip
"""Names that the world writes, and the codec that reads what it means by them (a superset where that is usual)."""

_NO_CHARSETS: Final = frozenset(
    {
        "unicode-escape",
        "raw-unicode-escape",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "undefined",
        "mbcs",
        "oem",
    }
)


def decode(data: bytes, charset: str) -> str:
    """The text; UTF-8 is tried where the named charset is missing, unknown or can't read it, then Windows-1252."""
    if data.isascii() and _NO_SHIFTS.search(data) is None:
        return data.decode("ascii")
    named = _codec(charset.strip().strip("'\"").lower()[:40])
    for codec in (named, "utf-8"):
        if codec:
            try:
                return data.decode(codec)
            except (UnicodeError, ValueError):
                continue
    return data.decode(named if named not in ("", "utf-8") else "cp1252", "replace")


_NO_SHIFTS = re.compile(rb"[\x1b\x0e\x0f\x00]|[+~]\S*-|~\{")
"""What ASCII bytes of a stateful or wide encoding (ISO-2022, UTF-7, HZ, UTF-16) hold; all others mean themselves."""


@lru_cache(maxsize=256)
def _codec(name: str) -> str:
    """The codec of Python that reads a charset of that name, or "" for none."""
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True) and found.name not in _NO_CHARSETS
    return found.name if is_text else ""
