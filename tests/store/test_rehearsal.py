"""What a dry run remembers."""

from uuid import UUID

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.store.rehearsal import Rehearsal
from tests.fixtures_store import NOW


def test_contacts_are_found_by_address_as_they_were_kept_last():
    ana = Contact(
        UUID(int=1), UUID(int=2), "Ana@x.example.com", tags=("a",), custom={"n": 1, "b": True}, created_at=NOW
    )
    bo = Contact(UUID(int=3), UUID(int=2), "bo@x.example.com", city="Łódź")
    with Rehearsal() as rehearsal:
        rehearsal.keep([Contact(UUID(int=1), UUID(int=2), "ana@x.example.com"), bo])
        rehearsal.keep([ana])
        assert rehearsal.find(["ana@x.example.com", "bo@x.example.com", "cy@x.example.com"]) == {
            "ana@x.example.com": ana,
            "bo@x.example.com": bo,
        }
