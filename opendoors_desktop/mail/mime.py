"""Mail bytes taken apart: header fields and the tree of parts, whatever is wrong with them, in bounded time and size.

The standard library's parser isn't used for this: on hostile nesting it takes minutes and can overflow the stack, and
a third of what it does (defects, typed headers) isn't asked for here. Its codecs are.
"""

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from opendoors_desktop.mail.charsets import decode

LONGEST_HEAD: Final = 256 * 1024
"""Bytes of one block of header fields that are read."""

LONGEST_TEXT: Final = 1 << 20
"""Bytes of one part's body that are decoded."""

DEEPEST: Final = 24
MOST_PARTS: Final = 400
_MOST_MARKS: Final = 100_000
"""So many times is a boundary looked for, where it is written without being one."""


_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r|\A\r?\n")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ENVELOPE = re.compile(rb">?From [^\r\n]*\r?\n")
_PARAMETER = re.compile(r";\s*([\w.*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;\s]*))", re.DOTALL)
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]+)\s*/\s*([\w.+-]+)")
_WORD = re.compile(r"=\?([\w.:+-]*?)(?:\*[\w-]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_REST_OF_BOUNDARY = re.compile(rb"(--)?[ \t]*(?=[\r\n]|\Z)")
_LINE_ENDS = re.compile(rb"[\r\n]+")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANKS = re.compile(rb"[\r\n \t\0\xef\xbb\xbf]+")
_NO_UTF_8 = re.compile("[\ud800-\udfff]")
_CODING: Final = "utf-8"
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields in their order, as they stand in the mail: unfolded, not decoded, names in lower case."""

    items: tuple[tuple[str, str], ...] = ()
    _first: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, items: list[tuple[str, str]]) -> "Fields":
        """Fields found by their first value."""
        return cls(tuple(items), MappingProxyType(dict(reversed(items))))

    def raw(self, name: str) -> str:
        """The first field of that name as it stands, or ""."""
        return self._first.get(name, "")

    def text(self, name: str) -> str:
        """The first field of that name, decoded, on one line, or ""."""
        return decoded(self._first.get(name, ""))

    def all(self, name: str) -> list[str]:
        """Every field of that name as it stands."""
        return [value for known, value in self.items if known == name]

    def __contains__(self, name: str) -> bool:
        return name in self._first


@dataclass(frozen=True, slots=True)
class Part:
    """A message or a part of one; `body` is its bytes as they stand, `parts` what it holds."""

    fields: Fields
    media_type: str
    parameters: Mapping[str, str]
    body: bytes
    parts: tuple["Part", ...] = ()

    def walk(self) -> Iterator["Part"]:
        """The part and all below it, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.parts))

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone, as far as it can be; at most `LONGEST_TEXT` bytes."""
        return _untransferred(self.body[: LONGEST_TEXT * 4 // 3], self.fields.raw("content-transfer-encoding"))

    @property
    def text(self) -> str:
        """The body as text, its line ends those of Unix, without NULs."""
        text = decode(self.content, self.parameters.get("charset", ""))
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    @property
    def file_name(self) -> str:
        """The name of the file that the part is, or ""."""
        disposition = parameters_of(self.fields.raw("content-disposition"))
        return decoded(disposition.get("filename", "") or self.parameters.get("name", ""))

    @property
    def is_attachment(self) -> bool:
        """Whether the part goes along as a file rather than being read."""
        return self.fields.raw("content-disposition").lower().lstrip().startswith("attachment")


def take_apart(data: bytes) -> Part:
    """The message that `data` is; never raises. What is too deep or too much stays in the body of its parent."""
    return _Splitter(data).part(0, len(data), "text/plain", 0)


def read_fields(data: bytes, start: int = 0, end: int | None = None) -> tuple[Fields, int]:
    """The header fields that `data[start:end]` begins with, and where what follows them begins.

    Blank lines and the envelope lines of mbox files before the first field are skipped.
    """
    end = len(data) if end is None else end
    start = _end_of(_BLANKS, data, start, end)
    while found := _ENVELOPE.match(data, start, end):
        start = found.end()
    window = data[start : min(end, start + LONGEST_HEAD)]
    found = _HEAD_END.search(window)
    head = window[: found.start()] if found else window
    items, used = _items(head.decode(_CODING, "surrogateescape"))
    if used is None:
        return Fields.of(items), start + (found.end() if found else len(window))
    return Fields.of(items), start + used


def _end_of(run: re.Pattern[bytes], data: bytes, start: int, end: int) -> int:
    """Where a run of such bytes that begins at `start` ends; `start` where there is none."""
    found = run.match(data, start, end)
    return found.end() if found is not None else start


def decoded(value: str) -> str:
    """A header value with its encoded words decoded, on one line, without control characters."""
    if "=?" in value:
        value = _WORD.sub(_word, _BETWEEN_WORDS.sub(r"\1\2", value))
    return " ".join(_CONTROLS.sub(" ", value).split())


def parameters_of(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition, RFC 2231 ones put together, names in lower case."""
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(value[:8192]):
        base, star, _ = name.lower().partition("*")
        text = quoted.replace('\\"', '"').replace("\\\\", "\\") if quoted else bare
        found[base] = found.get(base, "") + (_percent(text, base in found) if star else text)
    return found


def _items(head: str) -> tuple[list[tuple[str, str]], int | None]:
    """The fields of a head; and, where its blank line is missing, the bytes up to the first line that is no field."""
    items: list[tuple[str, str]] = []
    position = 0
    for line in _unfolded(head):
        found = _FIELD.match(line)
        if found is not None:
            items.append((found[1].lower(), _mended(_FOLD.sub("", found[2]).strip())))
        elif items and line.strip() and not line.startswith((" ", "\t", ">From ", "From ")):
            return items, len(head[:position].encode(_CODING, "surrogateescape"))
        position += len(line) + 1
    return items, None


def _unfolded(head: str) -> list[str]:
    """The lines of a head with their continuations."""
    lines: list[str] = []
    for line in head.split("\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return lines


def _mended(value: str) -> str:
    """A value with bytes that are no UTF-8, as somebody's Windows meant it."""
    if value.isascii() or not _NO_UTF_8.search(value):
        return value
    return decode(value.encode(_CODING, "surrogateescape"), "")


def _word(found: re.Match[str]) -> str:
    """What an encoded word says."""
    charset, kind, text = found[1], found[2].lower(), found[3]
    if kind == "b":
        return decode(_base64(text.encode("ascii", "replace")), charset)
    return decode(quopri.decodestring(text.encode(_CODING, "replace"), header=True), charset)


def _percent(text: str, is_more: bool) -> str:
    """The value of an extended parameter: charset'language'percent-encoded in its first piece."""
    charset, quote, rest = text.partition("'")
    if is_more or not quote or "'" not in rest:
        charset, coded = "utf-8", text
    else:
        coded = rest.partition("'")[2]
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), coded.encode("utf-8", "replace"))
    return decode(raw, charset)


def _untransferred(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower().partition(";")[0]:
        case "base64":
            return _base64(body)[:LONGEST_TEXT]
        case "quoted-printable":
            return quopri.decodestring(body)[:LONGEST_TEXT]
    return body[:LONGEST_TEXT]


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def _base64(text: bytes) -> bytes:
    """What base64 holds, strangers and missing padding forgiven."""
    clean = _NOT_BASE64.sub(b"", text)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


class _Splitter:
    """Takes one mail apart, copying only what its leaves hold; counts its parts."""

    def __init__(self, data: bytes, count: int = 0) -> None:
        self._data = data
        self.count = count

    def part(self, start: int, end: int, default_type: str, depth: int) -> Part:
        """The part that the bytes from `start` to `end` are: fields, body, and what the body holds."""
        self.count += 1
        fields, body = read_fields(self._data, start, end) if depth == 0 else self._fields_of_part(start, end)
        value = fields.raw("content-type")
        found = _MEDIA_TYPE.match(value)
        media_type = f"{found[1]}/{found[2]}".lower() if found else default_type
        parameters = parameters_of(value[found.end() :]) if found else {}
        parts: tuple[Part, ...] = ()
        if depth < DEEPEST and media_type.startswith("multipart/"):
            parts = self._pieces(body, end, parameters.get("boundary", ""), media_type, depth)
        elif depth < DEEPEST and media_type in ("message/rfc822", "message/global"):
            parts = (self._message(body, end, fields.raw("content-transfer-encoding"), depth),)
        return Part(fields, media_type, MappingProxyType(parameters), b"" if parts else self._data[body:end], parts)

    def _message(self, start: int, end: int, encoding: str, depth: int) -> Part:
        """The message that the body of a part is."""
        if encoding.strip().lower() not in ("base64", "quoted-printable"):
            return self.part(self._behind_blanks(start, end), end, "text/plain", depth + 1)
        inner = _Splitter(_untransferred(self._data[start : min(end, start + LONGEST_TEXT)], encoding), self.count)
        found = inner.part(0, len(inner._data), "text/plain", depth + 1)
        self.count = inner.count
        return found

    def _pieces(self, start: int, end: int, boundary: str, media_type: str, depth: int) -> tuple[Part, ...]:
        """The parts between the boundaries; the last one ends where the body does if its end is missing."""
        inner_type = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        parts: list[Part] = []
        begun: int | None = None
        for at, behind, is_last in self._boundaries(start, end, boundary):
            if begun is not None:
                parts.append(self.part(begun, at, inner_type, depth + 1))
            begun = None if is_last else behind
            if is_last or self.count >= MOST_PARTS:
                break
        if begun is not None:
            parts.append(self.part(begun, end, inner_type, depth + 1))
        return tuple(parts)

    def _boundaries(self, start: int, end: int, boundary: str) -> Iterator[tuple[int, int, bool]]:
        """Where each line that is a boundary begins (with the line end before it) and ends, and if it is the last."""
        data, mark = self._data, b"--" + boundary.rstrip().encode(_CODING, "replace")
        at = data.find(mark, start, end) if len(mark) > 2 else -1
        for _ in range(_MOST_MARKS):
            if at < 0:
                return
            found = _REST_OF_BOUNDARY.match(data, at + len(mark), end)
            if found is not None and (at == start or data[at - 1] in b"\r\n"):
                before = at - 2 if data[max(start, at - 2) : at] == b"\r\n" else max(start, at - 1)
                yield before, found.end(), found[1] is not None
            at = data.find(mark, at + len(mark), end)

    def _fields_of_part(self, start: int, end: int) -> tuple[Fields, int]:
        """The fields of a part, which begin behind its boundary's line; one that begins with a blank line has none."""
        found = _LINE_END.match(self._data, start, end)
        begin = found.end() if found else start
        if _LINE_END.match(self._data, begin, end):
            return Fields(), self._behind_blanks(begin, end)
        return read_fields(self._data, begin, end)

    def _behind_blanks(self, start: int, end: int) -> int:
        return _end_of(_LINE_ENDS, self._data, start, end)
