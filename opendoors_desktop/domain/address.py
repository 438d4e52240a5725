"""Email addresses: what one is, when two are the same person's, and which company a domain stands for."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import idna

from opendoors_desktop.domain.free_mail import is_free_mail

MAX_LOCAL = 64  # octets, RFC 5321, 4.5.3.1.1
MAX_DOMAIN = 253  # octets without the root's dot, RFC 1035, 2.3.4
MAX_ADDRESS = 254  # octets: a path of 256 less its angle brackets, RFC 5321, 4.5.3.1.3

# Controls, blanks and invisible marks, as copy and paste brings them along round an address.
_EDGE = "".join(
    chr(code)
    for first, last in (
        (0x00, 0x20),
        (0x7F, 0xA0),
        (0xAD, 0xAD),
        (0x1680, 0x1680),
        (0x2000, 0x200F),
        (0x2028, 0x202F),
        (0x205F, 0x206F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_DOMAIN.pattern})")
_PUNYCODE = re.compile(r"(?:\A|\.)xn--", re.IGNORECASE)


class AddressFault(StrEnum):
    """Why a text is no address that can be written to; the value is a stable word for programs."""

    EMPTY = "empty"
    SEVERAL = "several_addresses"
    NO_AT = "no_at"
    BAD_LOCAL = "bad_local_part"
    NEEDS_SMTPUTF8 = "needs_smtputf8"
    LOCAL_TOO_LONG = "local_part_too_long"
    BAD_DOMAIN = "bad_domain"
    TOO_LONG = "too_long"

    @property
    def sentence(self) -> str:
        """What is wrong and what would be right, for a person."""
        return _SENTENCES[self]


_SENTENCES = {
    AddressFault.EMPTY: "The email address is missing.",
    AddressFault.SEVERAL: "There is more than one email address here; keep one, and give the others rows of their own.",
    AddressFault.NO_AT: "This is no email address: it needs a name, one @ and a domain, like ana@example.com.",
    AddressFault.BAD_LOCAL: "The part before the @ has a character or a dot where an email address can't have one.",
    AddressFault.NEEDS_SMTPUTF8: (
        "The part before the @ needs SMTPUTF8 (letters beyond a to z), which mail servers can't be relied on to take; "
        "ask for the address in plain letters."
    ),
    AddressFault.LOCAL_TOO_LONG: f"The part before the @ is longer than the {MAX_LOCAL} characters mail allows.",
    AddressFault.BAD_DOMAIN: "The part after the @ is no domain name; it should look like example.com.",
    AddressFault.TOO_LONG: f"The address is longer than the {MAX_ADDRESS} characters mail allows.",
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address that can be written to: `local` as its owner writes it, `domain` in lower-case A-labels."""

    local: str
    domain: str

    @property
    def text(self) -> str:
        """The address as it goes on the wire, plain ASCII."""
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """What two spellings of one address have in common; unique in a workspace."""
        return f"{self.local.lower()}@{self.domain}"

    @property
    def shown(self) -> str:
        """The address with its domain in the owner's own letters (U-labels)."""
        return f"{self.local}@{shown_domain(self.domain)}"


def parse_address(text: str) -> Address | AddressFault:
    """The address in `text`, or why there is none; takes `mailto:` and `Name <address>` off.

    Rules: dot-string local parts of RFC 5321 in ASCII (quoted ones are refused: hardly a server takes them), a domain
    of at least two labels by IDNA 2008 with the UTS 46 mapping, the lengths of RFC 5321, 4.5.3.1.
    """
    match = _PLAIN.fullmatch(text)
    if match is None or len(text) > MAX_LOCAL or "--" in text:
        return _parse_carefully(text)
    return Address(match[1], match[2].lower())


def normalise_address(text: str) -> str:
    """The address with trimmed edges, NFC, and its domain in lower-case A-labels; other text is only trimmed."""
    plain = _PLAIN.fullmatch(text) if len(text) <= MAX_LOCAL and "--" not in text else None
    if plain is not None:
        return f"{plain[1]}@{plain[2].lower()}"
    local, at, domain = _split(_bare(text))
    return f"{local}{at}{_a_labels(domain) or domain.lower()}"


def address_key(text: str) -> str:
    """What all spellings of one address share: the normalised form with the local part's case folded away.

    Any text has a key, so that addresses of suppressions and bounces compare with those of contacts; a key's key is
    the key itself.
    """
    if len(text) <= MAX_LOCAL and "--" not in text and _PLAIN.fullmatch(text):
        return text.lower()
    local, at, domain = _split(_bare(text))
    return f"{_fold(local)}{at}{_a_labels(domain) or _fold(domain)}"


def normalise_domain(text: str) -> str | None:
    """A domain name in lower-case A-labels, or None when `text` is none; a leading @ is dropped."""
    domain = _a_labels(_bare(text).removeprefix("@").rstrip("."))
    return domain if domain and len(domain) <= MAX_DOMAIN and _DOMAIN.fullmatch(domain) else None


def shown_domain(domain: str) -> str:
    """The domain in its owner's letters; one that can't be decoded is given back as it is."""
    if not _PUNYCODE.search(domain):
        return domain
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def company_domain(domain: str) -> str | None:
    """The domain that stands for a company, or None for a free-mail host, which is nobody's company.

    `domain` is in lower-case A-labels, as `Address.domain` is.
    """
    return None if is_free_mail(domain) else domain


def _parse_carefully(text: str) -> Address | AddressFault:
    bare = _bare(text)
    if not bare:
        return AddressFault.EMPTY
    if bare.count("@") > 1:
        return AddressFault.SEVERAL if re.search(r"@[^@]*[\s,;/|][^@]*@", bare) else AddressFault.NO_AT
    local, at, domain = _split(bare)
    if not at or not local or not domain:
        return AddressFault.NO_AT
    ascii_domain = normalise_domain(domain)
    return _local_fault(local) or _whole(local, ascii_domain)


def _local_fault(local: str) -> AddressFault | None:
    if not local.isascii():
        # A blank or an invisible character is a slip of the pen, not somebody's name.
        odd = any(unicodedata.category(character)[0] in "ZC" for character in local)
        return AddressFault.BAD_LOCAL if odd else AddressFault.NEEDS_SMTPUTF8
    if not _LOCAL.fullmatch(local):
        return AddressFault.BAD_LOCAL
    return AddressFault.LOCAL_TOO_LONG if len(local) > MAX_LOCAL else None


def _whole(local: str, domain: str | None) -> Address | AddressFault:
    if domain is None:
        return AddressFault.BAD_DOMAIN
    if len(local) + 1 + len(domain) > MAX_ADDRESS:
        return AddressFault.TOO_LONG
    return Address(local, domain)


def _bare(text: str) -> str:
    """`text` in NFC without what surrounds an address: blanks, invisible marks, `mailto:`, a name and brackets."""
    bare = unicodedata.normalize("NFC", text.strip(_EDGE))
    while True:
        before = bare
        if bare.endswith(">") and bare.count("<") == 1:
            bare = bare[bare.index("<") + 1 : -1]
        if bare[:7].lower() == "mailto:":
            bare = bare[7:].partition("?")[0]
        bare = bare.strip(_EDGE)
        if bare == before:
            return bare


def _split(bare: str) -> tuple[str, str, str]:
    local, at, domain = bare.rpartition("@")
    return (local, at, domain.rstrip(".")) if at else (bare, "", "")


def _fold(text: str) -> str:
    """Case folded away so that folding again changes nothing (NFKC_Casefold without the K)."""
    folded = text
    while True:
        again = unicodedata.normalize("NFC", unicodedata.normalize("NFD", folded).casefold())
        if again == folded:
            return folded
        folded = again


def _a_labels(domain: str) -> str | None:
    """The domain in lower-case A-labels by UTS 46, or None when some label has none."""
    if len(domain) > MAX_ADDRESS:
        return None
    if domain.isascii() and not _PUNYCODE.search(domain):
        return domain.lower() or None
    try:
        # A label that says xn-- must decode as well, or it would show as something it is not.
        labels = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower().rstrip(".")
        idna.decode(labels)
    except (idna.IDNAError, UnicodeError):
        return None
    return labels
