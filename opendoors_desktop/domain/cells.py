"""Text from a file's cell: made harmless on the way in, and kept from acting as a formula on the way out."""

import re
import unicodedata

# Removed wherever they stand: controls, zero-width space, word joiner, byte order mark, the marks that turn the
# direction of whatever follows (but not those Persian, Hebrew or emoji are written with), and half characters.
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
_BREAKS = re.compile("\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_ODD_BLANKS = re.compile("[\t\x1f\xa0\u202f\u3000]")

# What makes a text need any of the above; nothing of it is printable.
_UNCLEAN = re.compile(
    "[\x00-\x1f\x7f-\xa0\u200b\u2028-\u202f\u2060\u2066-\u2069\u3000\ufeff\ud800-\udfff]",
)

# What a spreadsheet takes for the beginning of a formula, in its half-width and full-width forms.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def is_unclean(text: str) -> bool:
    """Whether cleaning would change more of a text than its ends; quick to say no, as it is of most rows of a file."""
    if not text.isprintable() and _UNCLEAN.search(text):
        return True
    return not (text.isascii() or unicodedata.is_normalized("NFC", text))


def clean_line(text: str) -> str:
    """`text` in NFC as one trimmed line: breaks, tabs and odd blanks become a space, invisible characters go."""
    if not text.isprintable() and _UNCLEAN.search(text):
        text = _ODD_BLANKS.sub(" ", _BREAKS.sub(" ", _REMOVED.sub("", text)))
    return unicodedata.normalize("NFC", text).strip()


def clean_text(text: str) -> str:
    """As `clean_line`, but of several lines, parted by a plain line feed."""
    if not text.isprintable() and _UNCLEAN.search(text):
        text = _ODD_BLANKS.sub(" ", _BREAKS.sub("\n", _REMOVED.sub("", text)))
    return unicodedata.normalize("NFC", text).strip()


def guard_formula(text: str) -> str:
    """`text` as a cell that no spreadsheet runs: what begins like a formula gets an apostrophe in front."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_formula(text: str) -> str:
    """The text behind `guard_formula`; any other text is given back as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text
