"""Header fields of a message as RFC 5322, 2047 and 2231 want them: ASCII, folded, nothing smuggled in."""

import re
from base64 import b64encode
from functools import lru_cache
from time import gmtime
from typing import Final
from urllib.parse import quote

from opendoors_desktop.domain.address import AddressFault, parse_address
from opendoors_desktop.mail.errors import MessageProblem, RenderCode

LINE: Final = 78
LONGEST_LINE: Final = 998
_LONGEST_WORD: Final = 900
_WORD_LINE: Final = 76
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_BLANKS = re.compile("  +")
_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_URL = re.compile(r"[!-;=?-~]+")
_TAKEN: Final = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"}
    | {"mime-version", "return-path", "received", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post"}
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clean(text: str, field: str) -> str:
    """The text trimmed, tabs as blanks; MessageProblem naming `field` where a line end or control character is in it.

    Refused are all characters at which any reader of mail could begin a new line: C0, DEL, C1, U+2028, U+2029.
    """
    if text.isprintable() and text[:1] != " " and text[-1:] != " ":
        return text
    found = text.replace("\t", " ").strip()
    if _CONTROL.search(found) is not None:
        title = f"{field} holds a line end or control character."
        raise MessageProblem(RenderCode.HEADER_INJECTION, title, detail=field, fields=(field,))
    return found


def text_line(name: str, value: str, field: str | None = None) -> str:
    """`name: value` for free text, with CRLF at the end."""
    value = clean(value, field or name.lower())
    if len(value) + len(name) + 2 <= LINE and value.isascii() and "=?" not in value:
        return f"{name}: {value}\r\n"
    if value.isascii() and "=?" not in value and max(map(len, value.split(" "))) <= _LONGEST_WORD:
        return _folded(name, value)
    return f"{name}: {encoded_words(value, len(name) + 2, field or name.lower())}\r\n"


def encoded_words(text: str, used: int, field: str) -> str:
    """The text as RFC 2047 words of UTF-8 in base64, folded so that no line has more than 76 characters.

    `used` is how much of the first line is taken. MessageProblem for half a surrogate pair.
    """
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        title = f"{field} holds a broken character."
        raise MessageProblem(RenderCode.BAD_VALUE, title, detail=field, fields=(field,)) from None
    words = []
    start, room = 0, _WORD_LINE - used
    while start < len(raw):
        end = min(len(raw), start + max(1, (room - 12) // 4) * 3)
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{b64encode(raw[start:end]).decode('ascii')}?=")
        start, room = end, _WORD_LINE - 1
    return "\r\n ".join(words)


def mailbox_line(name: str, address: str, display_name: str) -> str:
    """`name: "Display Name" <address>` with CRLF; the domain in A-labels, the display name quoted or encoded.

    MessageProblem (bad_address) for what is no address or needs SMTPUTF8, (header_injection) for a bad name.
    """
    field = name.lower()
    bare = wire_address(address, field)
    shown = _BLANKS.sub(" ", clean(display_name, f"{field} name"))
    if not shown:
        return f"{name}: {bare}\r\n"
    phrase = _phrase(shown)
    if phrase is None or len(name) + len(phrase) + 3 > LINE:
        phrase = encoded_words(shown, len(name) + 2, f"{field} name")
    last = len(phrase) - phrase.rfind("\n") - 1
    joint = " " if last + len(name) + len(bare) + 5 <= LINE else "\r\n "
    return f"{name}: {phrase}{joint}<{bare}>\r\n"


def wire_address(address: str, field: str) -> str:
    """The address as it may stand on the wire: ASCII, domain in A-labels; MessageProblem naming `field` otherwise."""
    found = parse_address(address)
    if isinstance(found, AddressFault):
        raise MessageProblem(RenderCode.BAD_ADDRESS, found.sentence, detail=field, fields=(field,))
    return found.text


def id_line(name: str, value: str) -> str:
    """`name: <id>` with CRLF, never folded inside; MessageProblem for what is no message id."""
    if _ID.fullmatch(value) is None:
        raise MessageProblem(
            RenderCode.BAD_HEADER, f"{name} is no message id.", detail=value[:80], fields=(name.lower(),)
        )
    return f"{name}: {value}\r\n"


def references_line(ids: tuple[str, ...]) -> str:
    """The References field folded between ids: the first and the last twenty; what is no id is left out."""
    good = [value for value in dict.fromkeys(ids) if _ID.fullmatch(value) is not None]
    kept = good if len(good) <= 21 else [good[0], *good[-20:]]
    if not kept:
        return ""
    joint = " " if sum(map(len, kept)) + len(kept) < LINE - 12 else "\r\n "
    return f"References: {joint.join(kept)}\r\n"


def unsubscribe_lines(mailto: str | None, url: str | None) -> str:
    """List-Unsubscribe with its URLs as they are (RFC 2369), and the one-click field of RFC 8058 when there is https.

    MessageProblem for a URL that isn't ASCII, is too long for a line, or is of another kind.
    """
    targets = []
    for target, start in ((url, "https://"), (mailto, "mailto:")):
        if target is not None:
            if not target.startswith(start) or _URL.fullmatch(target) is None or len(target) > _LONGEST_WORD:
                title = "An address to unsubscribe at can't stand in a header."
                raise MessageProblem(RenderCode.BAD_HEADER, title, detail=target[:80], fields=("list-unsubscribe",))
            targets.append(f"<{target}>")
    if not targets:
        return ""
    joint = ", " if sum(map(len, targets)) < LINE - 20 else ",\r\n "
    lines = f"List-Unsubscribe: {joint.join(targets)}\r\n"
    return lines + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if url is not None else lines


def extra_line(name: str, value: str) -> str:
    """A further header field; MessageProblem for a name that is none or one that the writer sets itself."""
    if _FIELD_NAME.fullmatch(name) is None or name.lower() in _TAKEN or name.lower().startswith("content-"):
        title = "A header field can't have that name."
        raise MessageProblem(RenderCode.BAD_HEADER, title, detail=name[:80], fields=(name[:80],))
    return text_line(name, value, name)


@lru_cache(maxsize=256)
def date_line(seconds: int, utc_offset: int) -> str:
    """The Date field for seconds since 1970 UTC, written `utc_offset` minutes east."""
    at = gmtime(seconds + utc_offset * 60)
    sign, minutes = ("-", -utc_offset) if utc_offset < 0 else ("+", utc_offset)
    day = f"{_DAYS[at.tm_wday]}, {at.tm_mday:02d} {_MONTHS[at.tm_mon - 1]} {at.tm_year:04d}"
    clock = f"{at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d}"
    return f"Date: {day} {clock} {sign}{minutes // 60:02d}{minutes % 60:02d}\r\n"


def file_name(name: str) -> str:
    """The `filename` parameter for an attachment, in pieces of their own lines where it is long (RFC 2231)."""
    shown = clean(name, "attachment name") or "attachment"
    if shown.isascii() and len(shown) <= 60:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n filename="{escaped}"'
    size = 50 if shown.isascii() and shown.isalnum() else 5
    try:
        pieces = [quote(shown[at : at + size], safe="") for at in range(0, len(shown), size)]
    except UnicodeEncodeError:
        title = "The attachment's name holds a broken character."
        raise MessageProblem(RenderCode.BAD_VALUE, title, fields=("attachment name",)) from None
    if len(pieces) == 1:
        return f";\r\n filename*=utf-8''{pieces[0]}"
    pieces[0] = f"utf-8''{pieces[0]}"
    return "".join(f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))


def _phrase(name: str) -> str | None:
    """An ASCII display name as atoms or a quoted string; None where it must be encoded."""
    if not name.isascii() or "=?" in name:
        return None
    if _PHRASE.fullmatch(name) is not None:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _folded(name: str, value: str) -> str:
    """ASCII text broken at blanks into lines of 78 characters where it can be."""
    lines: list[str] = []
    line = f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > LINE and word and not line.isspace() and line != f"{name}:":
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return "\r\n".join([*lines, line]) + "\r\n"
