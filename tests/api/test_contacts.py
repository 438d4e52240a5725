"""Contacts, folders and the team by the API."""

from uuid import uuid4

import pytest

from opendoors_desktop.store.database import Store
from tests.api.conftest import new_sequence
from tests.builders import add_contacts, add_mailbox


@pytest.fixture
def store(sqlite_store) -> Store:
    """The commands behind it are tested on both databases."""
    return sqlite_store


ANA = {"email": "Ana@Example.org", "first_name": "Ana", "country": "France", "tags": ["vip", "fair"]}


def test_a_contact_is_added_found_replaced_and_erased(client):
    made = client.post("/api/contacts", ANA)
    path = f"/api/contacts/{made['id']}"
    assert client.get(path) == made
    assert (made["email"], made["tags"], made["last_name"]) == ("Ana@example.org", ["vip", "fair"], "")

    assert client.get("/api/contacts", email="ana@EXAMPLE.org")["items"] == [made]
    assert client.get("/api/contacts", q="an")["items"] == [made]
    assert client.get("/api/contacts", tag="VIP")["items"] == [made]
    assert client.get("/api/contacts", tag="none")["items"] == client.get("/api/contacts", q="zoe")["items"] == []
    put = client.put(path, {"email": "ana@example.org", "last_name": "Lima"})
    assert (put["first_name"], put["last_name"], put["tags"]) == ("", "Lima", [])
    client.ask("DELETE", path, status=204)
    client.get(path, expects=404)
    assert client.post("/api/contacts", ANA, status=409)["code"] == "erased"


def test_an_address_that_is_taken_is_a_conflict(client):
    client.post("/api/contacts", ANA)
    other = client.post("/api/contacts", {"email": "ben@example.org"})

    assert client.post("/api/contacts", ANA, status=409)["code"] == "contact_exists"
    assert client.put(f"/api/contacts/{other['id']}", ANA, status=409)["code"] == "contact_exists"


BAD_CONTACTS: list[tuple[dict[str, object], str]] = [
    ({}, "$.email"),
    ({"email": "nonsense"}, "$.email"),
    ({"email": "a@example.org\r\nBcc: b@example.org"}, "$.email"),
    ({"email": "a@example.org", "time_zone": "Mars"}, "$.time_zone"),
    ({"email": "a@example.org", "tags": ["a,b"]}, "$.tags[0]"),
    ({"email": "a@example.org", "custom": {"shoe": "42"}}, "$.custom.shoe"),
    ({"email": "a@example.org", "custom": {"shoe": 42}}, "$.custom.shoe"),
    ({"email": "a@example.org", "id": "1"}, "$.id"),
]


@pytest.mark.parametrize("body, path", BAD_CONTACTS)
def test_every_fault_of_a_contact_is_told_with_its_path(client, body, path):
    assert path in {each["path"] for each in client.post("/api/contacts", body, status=422)["errors"]}
    assert client.get("/api/contacts")["items"] == []


def test_contacts_come_in_pages(client, context):
    ids = [str(key) for key in add_contacts(context, 5)]
    first = client.get("/api/contacts", limit=3)
    rest = client.get("/api/contacts", limit=3, cursor=first["next_cursor"])

    assert [each["id"] for each in first["items"] + rest["items"]] == ids


def test_folders_are_made_moved_and_deleted(client):
    top = client.post("/api/folders", {"name": "Top", "color": "#aabbcc"})
    inside = client.post("/api/folders", {"name": "Inside", "parent_folder_id": top["id"]})
    sequence = new_sequence(client, folder_id=inside["id"])
    assert [each["name"] for each in client.get("/api/folders")["items"]] == ["Top", "Inside"]

    circle = client.put(f"/api/folders/{top['id']}", {"name": "Top", "parent_folder_id": inside["id"]}, status=409)
    assert circle["code"] == "folder_circle"
    assert client.put(f"/api/folders/{inside['id']}", {"name": "Out"})["parent_folder_id"] is None
    client.ask("DELETE", f"/api/folders/{inside['id']}", status=204)
    assert client.get(f"/api/sequences/{sequence['id']}")["folder_id"] is None
    assert client.post("/api/folders", {"name": "x", "parent_folder_id": str(uuid4())}, status=404)
    assert client.post("/api/folders", {"name": "x", "color": "red"}, status=422)["errors"]
    client.put(f"/api/folders/{uuid4()}", {"name": "x"}, status=404)


def test_what_sequences_refer_to_is_listed(client, context):
    mailbox = add_mailbox(context)

    assert client.get("/api/email-accounts")["items"] == [
        {"id": str(mailbox.id), "address": "ann@example.com", "from_name": "Ann Sender", "status": "active"}
    ]
    [user] = client.get("/api/users")["items"]
    me = client.get("/api/me")
    assert (me["user_id"], me["role"], me["may_write"]) == (user["id"], "owner", True)
