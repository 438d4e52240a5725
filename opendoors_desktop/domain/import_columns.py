"""Which column of a file holds which field of a contact: by its name, its values, or as the person says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from opendoors_desktop.domain.address import Address, parse_address
from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS
from opendoors_desktop.domain.contact_field import ContactField, FieldKind, Notation, field_name, told_notation
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_headers import field_of_header, squash

FIELDS = ("email", "full_name", *TEXT_FIELDS, "tags")
"""What a column may go to, beside `custom.NAME`."""

LEFT_OUT = frozenset({"", "-", "skip", "ignore", "none"})
_ALIASES = {"company_name": "company", "linkedin": "linkedin_url", "name": "full_name", "job_title": "title"}
_KINDS = frozenset(FieldKind)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place from 0, its name in the file, and the field it goes to (None: it is left out)."""

    index: int
    name: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """Where each column goes; of own fields (by name, without `custom.`) also the kind and the notation."""

    columns: tuple[Column, ...]
    kinds: Mapping[str, FieldKind]
    notations: Mapping[str, Notation]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the columns that go nowhere."""
        return tuple(column.name for column in self.columns if column.field is None)

    def column_of(self, field: str) -> Column | None:
        """The column that goes to `field`, if there is one."""
        return next((column for column in self.columns if column.field == field), None)


def name_columns(header: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each of `width` columns: its own, numbered where it comes again, "Column 3" where it has none."""
    names: list[str] = []
    taken: set[str] = set()
    for index in range(width):
        wanted = (header[index].strip() if index < len(header) else "") or f"Column {index + 1}"
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def plan_columns(
    names: Sequence[str],
    samples: Sequence[Sequence[str]],
    *,
    overrides: Iterable[tuple[str, str]] = (),
    own_fields: Iterable[ContactField] = (),
    delimiter: str = ",",
) -> ColumnPlan:
    """Decide where each column goes.

    `names` as `name_columns` gives them, `samples` some rows, `overrides` pairs of a column (its name, or its number
    from 1) and a field: one of FIELDS, `custom.NAME` or `custom.NAME:KIND`, or "-" to leave it out. What is given
    rules, then names, then values. Raises InputError with all that is wrong in `overrides`, or when no column holds
    email addresses.
    """
    known = {field.name: field for field in own_fields}
    given, kinds = _read_overrides(names, overrides, known)
    fields = dict(given)
    _match_names(names, fields, kinds, known)
    _match_email(names, samples, fields, given)
    _match_profiles(names, samples, fields)
    _settle_names(names, fields, given)
    if "email" not in fields.values():
        raise _no_email_column(names)
    columns = tuple(Column(index, name, fields.get(index)) for index, name in enumerate(names))
    own = {index: field.removeprefix(CUSTOM) for index, field in fields.items() if field and field.startswith(CUSTOM)}
    kinds = {name: kinds.get(name) or _kind_of(name, known) for name in own.values()}
    notations = {name: told_notation(_values(samples, index), delimiter) for index, name in own.items()}
    return ColumnPlan(columns, kinds, notations)


def _kind_of(name: str, known: Mapping[str, ContactField]) -> FieldKind:
    return known[name].kind if name in known else FieldKind.TEXT


def _read_overrides(
    names: Sequence[str], overrides: Iterable[tuple[str, str]], known: Mapping[str, ContactField]
) -> tuple[dict[int, str | None], dict[str, FieldKind]]:
    fields: dict[int, str | None] = {}
    kinds: dict[str, FieldKind] = {}
    faults: list[str] = []
    for column, wanted in overrides:
        index = _find_column(names, column)
        if index is None:
            faults.append(f"there is no column “{column}” (there are: {', '.join(names)})")
            continue
        try:
            field, kind = _read_field(wanted, known)
        except InputError as error:
            faults.append(error.title.rstrip("."))
            continue
        if index in fields:
            faults.append(f"column “{names[index]}” is given twice")
        elif field is not None and field in fields.values():
            faults.append(f"two columns are given for {field}")
        fields[index] = field
        if kind is not None and field is not None:
            kinds[field.removeprefix(CUSTOM)] = kind
    if faults:
        raise InputError(
            f"The columns can't be matched as given: {'; '.join(faults)}.",
            f"A column goes to one of {', '.join(FIELDS)}, to custom.NAME, or to - to be left out.",
            code="bad_mapping",
        )
    return fields, kinds


def _find_column(names: Sequence[str], wanted: str) -> int | None:
    """The place of the column called `wanted`: by its very name, by one of other case and signs, or by number."""
    bare = wanted.strip()
    for sameness in (str, str.casefold, squash):
        for index, name in enumerate(names):
            if sameness(name) == sameness(bare) and sameness(bare):
                return index
    if bare.isdecimal() and 1 <= int(bare) <= len(names):
        return int(bare) - 1
    return None


def _read_field(wanted: str, known: Mapping[str, ContactField]) -> tuple[str | None, FieldKind | None]:
    bare = wanted.strip().casefold()
    if bare in LEFT_OUT:
        return None, None
    field = _ALIASES.get(bare, bare)
    if field in FIELDS:
        return field, None
    if not bare.startswith(CUSTOM):
        raise InputError(f"there is no field “{wanted.strip()}”", "", code="unknown_field")
    text, colon, kind = bare.removeprefix(CUSTOM).partition(":")
    name = field_name(text)
    if colon and kind not in _KINDS:
        raise InputError(f"“{kind}” is no kind of field ({', '.join(FieldKind)})", "", code="unknown_kind")
    if colon and name in known and known[name].kind != kind:
        raise InputError(f"field “{name}” is of kind {known[name].kind} already", "", code="other_kind")
    return CUSTOM + name, FieldKind(kind) if colon else None


def _match_names(
    names: Sequence[str],
    fields: dict[int, str | None],
    kinds: dict[str, FieldKind],
    known: Mapping[str, ContactField],
) -> None:
    """Give each column without a field the one its name means; the surer name has it where two mean the same."""
    own = {squash(text): CUSTOM + field.name for field in known.values() for text in (field.label, field.name)}
    candidates: list[tuple[int, int, str]] = []
    for index, name in enumerate(names):
        if index in fields:
            continue
        if name.casefold() in FIELDS:
            candidates.append((-1, index, name.casefold()))
        elif name.casefold().startswith(CUSTOM):
            field, kind = _own_field(name, known)
            candidates.append((-1, index, field))
            if kind is not None:
                kinds.setdefault(field.removeprefix(CUSTOM), kind)
        elif squash(name) in own:
            candidates.append((-1, index, own[squash(name)]))
        elif found := field_of_header(name):
            candidates.append((found[1], index, found[0]))
    for _, index, field in sorted(candidates):
        if field and field not in fields.values():
            fields[index] = field


def _own_field(name: str, known: Mapping[str, ContactField]) -> tuple[str, FieldKind | None]:
    """The own field that a column says to be, as an export names it; "" where that can't be."""
    try:
        field, kind = _read_field(name, known)
    except InputError:
        return "", None
    return field or "", kind


def _match_email(
    names: Sequence[str],
    samples: Sequence[Sequence[str]],
    fields: dict[int, str | None],
    given: Mapping[int, str | None],
) -> None:
    """Find the addresses by what the columns hold, where no name tells or one tells wrong."""
    current = _index_of("email", fields)
    if current in given:
        return
    shares = {
        index: _share(_values(samples, index), _is_address)
        for index in range(len(names))
        if index == current or index not in fields
    }
    best = max(shares, key=shares.__getitem__, default=None)
    if best is not None and shares[best] > 0.5 and (current is None or shares[current] < 0.1):
        if current is not None:
            del fields[current]
        fields[best] = "email"


def _match_profiles(names: Sequence[str], samples: Sequence[Sequence[str]], fields: dict[int, str | None]) -> None:
    """Find LinkedIn profiles by what the columns hold, where no name tells."""
    free = (index for index in range(len(names)) if index not in fields)
    found = next((index for index in free if _share(_values(samples, index), _is_profile) > 0.5), None)
    if found is not None and _index_of("linkedin_url", fields) is None:
        fields[found] = "linkedin_url"


def _settle_names(names: Sequence[str], fields: dict[int, str | None], given: Mapping[int, str | None]) -> None:
    """Read the bare words for "name" by what stands beside them.

    A "name" beside a column of first names is a last name; a "nome" without a column of last names is a whole name.
    """
    whole, first = _index_of("full_name", fields), _index_of("first_name", fields)
    if first is None or _index_of("last_name", fields) is not None:
        return
    if whole is None:
        if first not in given and _is_unsure(names[first]):
            fields[first] = "full_name"
    elif whole not in given and _is_unsure(names[whole]):
        fields[whole] = "last_name"


def _is_unsure(name: str) -> bool:
    found = field_of_header(name)
    return found is not None and found[1] > 0


def _index_of(field: str, fields: Mapping[int, str | None]) -> int | None:
    return next((index for index, other in fields.items() if other == field), None)


def _is_address(text: str) -> bool:
    return isinstance(parse_address(text), Address)


def _is_profile(text: str) -> bool:
    return "linkedin.com/in/" in text.casefold()


def _values(samples: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index] for row in samples if index < len(row) and row[index].strip()]


def _share(values: Sequence[str], is_one: Callable[[str], bool]) -> float:
    return sum(map(is_one, values)) / len(values) if values else 0.0


def _no_email_column(names: Sequence[str]) -> InputError:
    return InputError(
        "No column holds email addresses.",
        f"Say which one does (COLUMN=email). The columns are: {', '.join(names)}.",
        code="no_email_column",
    )
