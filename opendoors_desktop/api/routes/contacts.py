"""Contacts: added, listed, shown, replaced, erased."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.contact_schemas import ContactBody, ContactPage, ContactQuery, ShownContact
from opendoors_desktop.api.cursors import page, read_cursor
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.problems import Problem, problem_of
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.routing import Routes
from opendoors_desktop.domain.contact import CUSTOM, Contact
from opendoors_desktop.domain.errors import InputError, NotFound, OpenDoorsError
from opendoors_desktop.engine.commands import contacts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.contact_search import closest_contacts

routes = Routes("contacts")

SORT: Final = "added"
TEXTS: Final = (
    "email", "first_name", "last_name", "company", "title", "phone", "linkedin_url", "city", "state", "country",
    "time_zone",
)  # fmt: skip


@routes.show("/contacts", ContactPage, "List contacts, a page at a time")
def list_contacts(caller: Reader, asked: Annotated[ContactQuery, Query()]) -> Response:
    """Contacts in the order they were added, those with a tag, the one of an address, or the closest to words."""
    context = caller.context
    if asked.email is not None:
        return ok({"items": _fitting(_by_address(context, asked.email), asked.tag), "next_cursor": None})
    if asked.q is not None and asked.q.split():
        with context.store.read() as unit:
            lines = closest_contacts(unit, context.scope.workspace_id, asked.q, asked.limit)
        found = [contacts.find_contact(context, str(line.id)) for line in lines]
        return ok({"items": _fitting(found, asked.tag), "next_cursor": None})
    after = read_cursor(asked.cursor, SORT, (UUID,))
    rows = contacts.page_contacts(context, after[0] if after else None, asked.limit + 1, asked.tag)
    return ok(page([contact_json(each) for each in rows], asked.limit, SORT, [(each.id,) for each in rows]))


@routes.make("/contacts", ShownContact, "Add a contact")
def create_contact(caller: Writer, asked: Once, body: ContactBody) -> Response:
    """Add a contact; 409 where one of that address is there, and for a person who was erased."""

    def add() -> Answer:
        try:
            made = contacts.add_contact(caller.context, _values(body), source="api")
        except InputError as error:
            raise _problem(error) from error
        return Answer(201, contact_json(made))

    return once(caller, asked, add)


@routes.show("/contacts/{contact_id}", ShownContact, "Show a contact")
def get_contact(caller: Reader, contact_id: Key) -> Response:
    """A contact with all its fields."""
    return ok(contact_json(contacts.find_contact(caller.context, str(contact_id))))


@routes.replace("/contacts/{contact_id}", ShownContact, "Replace a contact's fields")
def replace_contact(caller: Writer, contact_id: Key, body: ContactBody) -> Response:
    """Replace all fields; another address holds the next email until a person has looked."""
    context = caller.context
    known = contacts.find_contact(context, str(contact_id))
    emptied = {f"{CUSTOM}{name}": "" for name in known.custom}
    try:
        return ok(contact_json(contacts.update_contact(context, contact_id, emptied | _values(body))))
    except InputError as error:
        raise _problem(error) from error


@routes.remove("/contacts/{contact_id}", "Erase a person")
def erase_contact(caller: Writer, contact_id: Key) -> Response:
    """Erase a person for good: a keyed hash is left, so that no import brings them back; past figures stay."""
    contacts.erase_contact(caller.context, contact_id)
    return Answer(204).response()


def contact_json(contact: Contact) -> dict[str, Any]:
    """A contact as answers show it."""
    return {
        "id": contact.id,
        **{name: getattr(contact, name) for name in TEXTS},
        "tags": contact.tags,
        "custom": contact.custom,
        "created_at": contact.created_at,
        "updated_at": contact.updated_at,
    }


def _by_address(context: Context, address: str) -> list[Contact]:
    try:
        found = contacts.find_contact(context, address)
    except OpenDoorsError:
        return []
    return [found] if found.email.casefold() == address.strip().casefold() else []


def _fitting(found: list[Contact], tag: str | None) -> list[dict[str, Any]]:
    wanted = None if tag is None else tag.casefold()
    return [contact_json(each) for each in found if wanted is None or wanted in {name.casefold() for name in each.tags}]


def _values(body: ContactBody) -> dict[str, str]:
    """The fields as commands take them; raises Problem for tags with commas and own fields that are no texts."""
    faults = [(f"$.tags[{number}]", "a comma parts tags") for number, tag in enumerate(body.tags) if "," in tag]
    faults += [
        (f"$.custom.{name}", "this must be a text") for name, value in body.custom.items() if not isinstance(value, str)
    ]
    if faults:
        told = [{"in": "body", "path": path, "reason": reason} for path, reason in faults]
        raise Problem(422, "bad_request", "The contact can't be used.", faults[0][1], errors=told)
    texts = {name: getattr(body, name) for name in TEXTS}
    return texts | {"tags": ",".join(body.tags)} | {f"{CUSTOM}{name}": value for name, value in body.custom.items()}


def _problem(error: InputError) -> Problem:
    """The problem of a value; one that is taken is a conflict."""
    if isinstance(error, NotFound):
        return problem_of(error)
    if error.code in {"contact_exists", "erased"}:
        return Problem(409, error.code, error.title, error.advice, where=error.where)
    fault = {"in": "body", "path": f"$.{error.where}", "reason": error.title}
    return problem_of(error, errors=[fault])
