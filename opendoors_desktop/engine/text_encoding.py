"""Which encoding a text file is in: stated by its first bytes, proved by all of them, or guessed and said so."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.plausible_text import ALPHABETS, LATIN, likeness

_CHUNK = 1 << 20
_HEAD = 1 << 16
_SAMPLE = 1 << 16
_SAMPLE_FROM = 32 << 20  # how far into a file odd lines are looked for

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (b"PK\x03\x04", "an Excel workbook or another packed file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a packed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "a Rich Text document"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|head|meta)", re.IGNORECASE)
_JAPANESE_MAIL = re.compile(rb"\x1b\$[@B]|\x1b\([BJ]")


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """How to read a file: `name` for codecs and `errors` for open; `is_guessed` where nothing proves it.

    With `errors` "surrogateescape" some bytes don't fit the encoding and come as half characters (PEP 383).
    """

    name: str
    is_guessed: bool = False
    errors: str = "strict"


def find_encoding(path: Path, given: str | None = None) -> TextEncoding:
    """The encoding of the whole file; `given` rules where a person said it.

    Raises InputError when the file can't be read, is no text, or doesn't fit `given`.
    """
    head = _head(path)
    if given is not None:
        return _check_given(path, given)
    _refuse_binary(path, head)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _check_marked(path, name)
    if (wide := _wide(head)) and _decodes(path, wide):
        return TextEncoding(wide)
    if head.count(0) > len(head) // 100 + 1:
        raise _no_text(path, "a file of another kind")
    if head.isascii() and _JAPANESE_MAIL.search(head) and _decodes(path, "iso2022_jp"):
        return TextEncoding("iso2022_jp", is_guessed=True)
    if _decodes(path, "utf-8"):
        return TextEncoding("utf-8")
    if _is_damaged_utf8(path):
        return TextEncoding("utf-8", errors="surrogateescape")
    return _guess(path)


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time; raises InputError when it can't be read."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def _head(path: Path) -> bytes:
    head = next(chunks(path), b"")[:_HEAD]
    if not head.strip():
        raise empty_file(path)
    return head


def empty_file(path: Path) -> InputError:
    """The error of a file without a single value."""
    return InputError(
        f"The file {path.name} is empty.",
        "Choose a file with a line of column names and a line for each contact.",
        where=str(path),
        code="empty_file",
    )


def _unreadable(path: Path, error: OSError) -> InputError:
    missing = isinstance(error, FileNotFoundError)
    title = f"There is no file {path}." if missing else f"The file {path} can't be read: {error.strerror or error}."
    return InputError(title, "Check its name and place, and that you may read it.", where=str(path), code="no_file")


def _refuse_binary(path: Path, head: bytes) -> None:
    for magic, kind in _BINARY:
        if head.startswith(magic):
            raise _no_text(path, kind)
    if _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)):
        raise _no_text(path, "a web page or an XML file")


def _no_text(path: Path, kind: str) -> InputError:
    return InputError(
        f"The file {path.name} is {kind}, not a CSV file.",
        "Open it in the program it comes from and save it as CSV (UTF-8), then import that.",
        where=str(path),
        code="not_csv",
    )


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the plain letters of addresses and separators leave zeros in fixed places."""
    quarter = len(head) // 4 or 1
    pattern = "".join("0" if head[at::4].count(0) > quarter * 0.2 else "x" for at in range(4))
    return {"x000": "utf-32-le", "000x": "utf-32-be", "x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(pattern)


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_marked(path: Path, name: str) -> TextEncoding:
    if _decodes(path, name):
        return TextEncoding(name)
    if name == "utf-8-sig":
        return TextEncoding(name, errors="surrogateescape")
    raise InputError(
        f"The file {path.name} begins as {name.upper()} but has bytes that are not.",
        "It was damaged or cut off; save it anew, as CSV (UTF-8).",
        where=str(path),
        code="damaged_file",
    )


def _check_given(path: Path, given: str) -> TextEncoding:
    try:
        "a".encode(given)  # refuses codecs of other things than text, too
    except (LookupError, UnicodeError):
        raise InputError(
            f"There is no encoding “{given}”.", "Give one like utf-8, utf-16 or cp1252.", code="unknown_encoding"
        ) from None
    name = codecs.lookup(given).name
    if not _decodes(path, name):
        raise InputError(
            f"The file {path.name} is not in the encoding {given}.",
            "Leave the encoding away to have it found out, or give another.",
            where=str(path),
            code="wrong_encoding",
        )
    return TextEncoding("utf-8-sig" if name == "utf-8" else name)


def _is_damaged_utf8(path: Path) -> bool:
    """Whether far more of the odd bytes are right UTF-8 than not: then the others are faults, not another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    right = wrong = 0
    for chunk in chunks(path):
        text = decoder.decode(chunk)
        if not text.isascii():
            escaped = len(re.findall("[\udc80-\udcff]", text))
            wrong += escaped
            right += len(re.findall(r"[^\x00-\x7f]", text)) - escaped
    return right > 2 * wrong


def _guess(path: Path) -> TextEncoding:
    sample = _odd_lines(path)
    ranked = sorted(_likenesses(sample).items(), key=lambda pair: -pair[1])
    # Some of them, such as cp850, read any byte at all: one is always found.
    return next(TextEncoding(name, is_guessed=True) for name, _ in ranked if _decodes(path, name))


def _odd_lines(path: Path) -> bytes:
    """The first lines with bytes beyond ASCII, up to a bounded size."""
    sample = bytearray()
    rest, seen = b"", 0
    for chunk in chunks(path):
        *lines, rest = re.split(rb"[\r\n]+", rest[-_SAMPLE:] + chunk)
        for line in lines:
            if not line.isascii():
                sample += line[:_SAMPLE] + b"\n"
        seen += len(chunk)
        if len(sample) >= _SAMPLE or seen >= _SAMPLE_FROM:
            break
    if not rest.isascii():
        sample += rest[:_SAMPLE]
    return bytes(sample[: 2 * _SAMPLE])


def _likenesses(sample: bytes) -> dict[str, float]:
    """The encodings that can read the sample, with how much it then reads like names; of equal ones the usual first."""
    names = [*LATIN, *ALPHABETS]
    if east_asian := _east_asian(sample):
        names.append(east_asian)
    found = {}
    for name in names:
        try:
            # Not the final call: the sample may end within a character.
            found[name] = likeness(codecs.getincrementaldecoder(name)().decode(sample), name)
        except UnicodeDecodeError:
            continue
    return found


def _east_asian(sample: bytes) -> str | None:
    """The encoding of Chinese, Japanese or Korean that a general detector takes the sample for, if it does."""
    from charset_normalizer import from_bytes  # only when nothing simpler tells

    names = ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
    best = from_bytes(sample, cp_isolation=names).best()
    return best.encoding if best else None
