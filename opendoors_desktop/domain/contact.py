"""A person who is written to: the fields, what a file or a form says about one, and how that joins what is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from opendoors_desktop.domain.address import Address
from opendoors_desktop.domain.cells import clean_line
from opendoors_desktop.domain.contact_field import CustomValue

TEXT_FIELDS = (
    "first_name",
    "last_name",
    "company",
    "title",
    "phone",
    "linkedin_url",
    "city",
    "state",
    "country",
    "time_zone",
)
"""The fields of plain text every contact has, beside `email`, `tags` and `custom`."""

MAX_LENGTHS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(TEXT_FIELDS, 255) | {"phone": 64, "linkedin_url": 2_000, "time_zone": 64}
)
MAX_TAG = 100
MAX_TAGS = 100

CUSTOM = "custom."
"""Goes before the name of a workspace's own field where it stands among the others."""


class OnDuplicate(StrEnum):
    """What becomes of a contact that is there already when its address comes again."""

    SKIP = "skip"
    """It stays as it is."""
    FILL = "fill"
    """Its empty fields are filled, tags are added."""
    OVERWRITE = "overwrite"
    """What the newcomer says replaces what is there; what it leaves empty stays."""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """What a row or a form says about a person; an empty text says nothing."""

    email: Address | None
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    title: str = ""
    phone: str = ""
    linkedin_url: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    time_zone: str = ""
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as the store keeps it.

    `time_zone` is what was given (or ""), `zone` the zone told from that, phone, state or country (or None);
    `company_id` the company of the address's domain, `company` the name given for this person. An archived one was
    deleted, and can be put back for some time.
    """

    id: UUID
    workspace_id: UUID
    email: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    title: str = ""
    phone: str = ""
    linkedin_url: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    time_zone: str = ""
    zone: str | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    company_id: UUID | None = None
    owner_id: UUID | None = None
    source: str = ""
    import_batch_id: UUID | None = None
    last_contacted_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    is_archived: bool = False

    @property
    def name(self) -> str:
        """First and last name, or the address where neither is known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email


def merge(contact: Contact, draft: ContactDraft, on_duplicate: OnDuplicate) -> Contact:
    """The contact with what the draft adds; the very same value where that changes nothing.

    The address keeps its spelling, tags are only ever added, and nothing is emptied.
    """
    if on_duplicate is OnDuplicate.SKIP:
        return contact
    overwrite = on_duplicate is OnDuplicate.OVERWRITE
    changed: dict[str, object] = {}
    for name in TEXT_FIELDS:
        old, new = getattr(contact, name), getattr(draft, name)
        if new and new != old and (overwrite or not old):
            changed[name] = new
    custom = {**contact.custom, **draft.custom} if overwrite else {**draft.custom, **contact.custom}
    if not same_values(custom, contact.custom):
        changed["custom"] = custom
    tags = join_tags(contact.tags, draft.tags)
    if tags != contact.tags:
        changed["tags"] = tags
    return replace(contact, **changed) if changed else contact  # type: ignore[arg-type]  # names are fields of Contact


def same_values(one: Mapping[str, CustomValue], other: Mapping[str, CustomValue]) -> bool:
    """Whether two sets of custom values are equal, yes and 1 being different."""
    return one.keys() == other.keys() and all(
        value == other[name] and isinstance(value, bool) is isinstance(other[name], bool) for name, value in one.items()
    )


def variables(contact: Contact, fallbacks: Mapping[str, str] = MappingProxyType({})) -> dict[str, object]:
    """What templates and conditions may ask of a contact, by name; own fields are `custom.x`, an empty field is None.

    `fallbacks` gives, by the same names, what stands in for an empty field.
    """
    found: dict[str, object] = {name: getattr(contact, name) or None for name in TEXT_FIELDS}
    found |= {"email": contact.email, "name": contact.name, "tags": contact.tags}
    found |= {f"{CUSTOM}{name}": value for name, value in contact.custom.items()}
    for name, fallback in fallbacks.items():
        if found.get(name) is None:
            found[name] = fallback
    return found


def clean_tag(text: str) -> str:
    """A tag as it is kept: one trimmed line, not longer than 100 characters."""
    return clean_line(text)[:MAX_TAG].rstrip()


def join_tags(tags: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """`tags` and, behind them, those of `more` that are not there yet, whatever their case; the first 100 of them."""
    joined: dict[str, str] = {}
    for tag in (*tags, *more):
        if tag:
            joined.setdefault(tag.casefold(), tag)
    return tuple(joined.values())[:MAX_TAGS]


def drop_tags(tags: Iterable[str], fewer: Iterable[str]) -> tuple[str, ...]:
    """`tags` without those of `fewer`, whatever their case."""
    unwanted = {tag.casefold() for tag in fewer}
    return tuple(tag for tag in tags if tag.casefold() not in unwanted)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTICLES = _words(
    "al bin da das de dei del della den der des di do dos du e el ibn la las le los ten ter van vom von y zu zum zur"
)
_HONORIFICS = _words("dhr dipl dott dr frau herr madame mag mevr miss mlle mme monsieur mr mrs ms mx prof srta")
_SUFFIXES = _words("ba cpa dds dvm esq ii iii iv jr ma mba md msc bsc phd sr")


def split_name(full: str) -> tuple[str, str]:
    """First and last name of a full name as one line; "Last, First" and "van der", "von" and the like are understood.

    A name of one word, as whole names in Han, Kana or Hangul are, is a first name.
    """
    before, comma, after = full.partition(",")
    if comma and after.strip() and not all(_bare_word(word) in _SUFFIXES for word in after.split()):
        return " ".join(after.replace(",", " ").split()), " ".join(before.split())
    words = before.split()
    while len(words) > 2 and _bare_word(words[0]) in _HONORIFICS:
        del words[0]
    while len(words) > 2 and _bare_word(words[-1]) in _SUFFIXES:
        del words[-1]
    if len(words) < 2:
        return " ".join(words), ""
    cut = next((at for at in range(1, len(words) - 1) if words[at].casefold() in _PARTICLES), len(words) - 1)
    return " ".join(words[:cut]), " ".join(words[cut:])


def _bare_word(word: str) -> str:
    return word.strip(".,").replace(".", "").casefold()
