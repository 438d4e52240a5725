"""Sequences by the API: made, listed, replaced whole, put into states, deleted."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from opendoors_desktop.engine.commands.folders import add_folder
from tests.api.conftest import new_sequence
from tests.builders import add_contacts, add_mailbox, enroll_all


def whole(sequence: dict, **changes) -> dict:
    """What a client puts back of a sequence it has read."""
    read_only = {"id", "version", "steps", "possible_statuses", "created_at", "updated_at", "activated_at", "paused_at"}
    read_only |= {"stopped_at", "archived_at"}
    kept = {name: value for name, value in sequence.items() if name not in read_only and not name.startswith("total_")}
    return kept | changes


def test_a_sequence_is_made_with_the_defaults_of_the_data_model(client):
    made = new_sequence(client, "Spring", tags=["fair"])

    assert client.get(f"/api/sequences/{made['id']}") == made
    assert (made["status"], made["tags"], made["steps"]) == ("draft", ["fair"], [])
    assert (made["max_emails_per_day"], made["throttle_delay_minutes"]) == (100, 60)
    assert made["sending_days"] == [True, True, True, True, True, False, False]
    assert (made["sending_timezone"], made["stop_on_reply"], made["total_enrolled"]) == ("UTC", True, 0)


def test_a_put_replaces_whole(client):
    made = new_sequence(client, description="Old", tags=["a"], sending_window_start="09:00", sending_window_end="17:30")
    path = f"/api/sequences/{made['id']}"
    got = client.ask("GET", path)
    assert got.json["sending_window_end"] == "17:30"

    put = client.put(path, {"name": "New", "holidays": ["2026-05-01"]}, If_Match=got.tag)

    assert (put["name"], put["description"], put["tags"]) == ("New", None, [])
    assert (put["sending_window_start"], put["holidays"]) == (None, ["2026-05-01"])
    assert client.put(path, whole(put, name="Newer"), If_Match="*")["name"] == "Newer"


def test_a_put_says_which_version_it_was_made_on(client):
    made = new_sequence(client)
    path = f"/api/sequences/{made['id']}"
    tag = client.ask("GET", path).tag

    assert client.put(path, whole(made), status=428)["code"] == "if_match_needed"
    client.put(path, whole(made, name="First"), If_Match=tag)
    assert client.put(path, whole(made, name="Second"), If_Match=tag, status=412)["code"] == "changed_meanwhile"
    assert client.get(path)["name"] == "First"


def test_states_change_by_put_and_a_refused_one_names_those_that_are_possible(client, context):
    mailbox = add_mailbox(context)
    made = new_sequence(client, default_email_account_id=str(mailbox.id))
    path = f"/api/sequences/{made['id']}"

    assert made["possible_statuses"] == ["active", "stopped", "archived"]
    empty = client.put(path, {"status": "active"}, status=409)
    assert (empty["code"], "step" in empty["detail"]) == ("cannot_start", True)
    refused = client.put(path, {"status": "paused"}, status=409)
    assert (refused["code"], refused["possible"]) == ("bad_transition", ["active", "stopped", "archived"])
    client.post(f"{path}/steps", {"step_type": "email", "subject_template": "Hello", "body_template": "Hi"})
    for status in ("active", "paused", "active", "stopped", "archived", "stopped"):
        assert client.put(path, {"status": status})["status"] == status
    assert client.put(path, {"status": "draft"}, status=409)["possible"] == ["archived"]


def test_settings_and_state_change_both_or_neither(client, context):
    made = new_sequence(client)
    path = f"/api/sequences/{made['id']}"

    assert client.put(path, whole(made, name="Other", status="active"), If_Match="*", status=409)["possible"]
    assert client.get(path)["name"] == "Spring"
    put = client.put(path, whole(made, name="Other", status="stopped"), If_Match="*")
    assert (put["name"], put["status"]) == ("Other", "stopped")


def test_stopping_ends_who_is_in_it(client, context):
    made = new_sequence(client, default_email_account_id=str(add_mailbox(context).id))
    path = f"/api/sequences/{made['id']}"
    client.post(f"{path}/steps", {"step_type": "delay", "delay_days": 3})
    client.put(path, {"status": "active"})
    enroll_all(context, UUID(made["id"]), add_contacts(context, 3))

    client.put(path, {"status": "archived"})

    with context.store.read() as unit:
        assert unit.rows("SELECT DISTINCT status FROM sequence_enrollments") == [("stopped",)]


def test_a_draft_is_deleted_and_one_with_history_is_archived(client, context):
    draft = new_sequence(client)
    assert client.ask("DELETE", f"/api/sequences/{draft['id']}").json == {"id": draft["id"], "deleted": True}
    client.get(f"/api/sequences/{draft['id']}", expects=404)

    used = new_sequence(client, default_email_account_id=str(add_mailbox(context).id))
    client.post(f"/api/sequences/{used['id']}/steps", {"step_type": "delay", "delay_days": 3})
    client.put(f"/api/sequences/{used['id']}", {"status": "active"})
    enroll_all(context, UUID(used["id"]), add_contacts(context, 1))
    assert client.ask("DELETE", f"/api/sequences/{used['id']}").json["deleted"] is False
    assert client.get(f"/api/sequences/{used['id']}")["status"] == "archived"


@pytest.fixture
def many(client, context):
    """Seven sequences in two folders, one inside the other."""
    top = add_folder(context, "Top")
    inside = add_folder(context, "Inside", top)
    names = ["delta", "Alpha", "charlie", "Bravo", "100% sure", "100 times", "Écho"]
    for number, name in enumerate(names):
        folder = {0: str(top), 1: str(inside)}.get(number)
        new_sequence(client, name, folder_id=folder, tags=["vip"] if number % 2 else [])
    return {"top": str(top), "inside": str(inside), "names": names}


def names_of(client, **query) -> list[str]:
    return [each["name"] for each in client.get("/api/sequences", **query)["items"]]


def test_lists_are_filtered(client, many, context):
    me = str(context.scope.user_id)
    assert len(names_of(client)) == 7
    assert names_of(client, folder_id=many["top"]) == ["Alpha", "delta"]
    assert names_of(client, folder_id=many["top"], subfolders="false") == ["delta"]
    assert names_of(client, tag="VIP") == ["100 times", "Alpha", "Bravo"]
    assert names_of(client, q="100%") == ["100% sure"]
    assert names_of(client, q="'; DROP TABLE sequences; --") == []
    assert (len(names_of(client, owner_id=me)), names_of(client, owner_id=str(uuid4()))) == (7, [])
    assert (len(names_of(client, status=["draft", "active"])), names_of(client, status="active")) == (7, [])
    later = (context.clock.now() + timedelta(hours=1)).isoformat()
    assert names_of(client, updated_since=later) == []
    assert len(names_of(client, updated_since="2020-01-01T00:00:00+02:00")) == 7


@pytest.mark.parametrize("sort", ["name", "-name", "updated", "-updated", "status", "-status"])
def test_pages_hold_every_sequence_once_in_order(client, many, sort):
    found, cursor = [], None
    while True:
        page = client.get("/api/sequences", sort=sort, limit=2, cursor=cursor)
        found += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 2

    assert found == names_of(client, sort=sort)
    assert sorted(found) == sorted(many["names"])
    turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    assert names_of(client, sort=turned) == found[::-1]


BAD_QUERIES: list[dict[str, object]] = [
    {"sort": "id"}, {"limit": 0}, {"limit": "many"}, {"cursor": "AAAA"}, {"cursor": "é"}, {"status": "gone"},
    {"owner_id": "me"}, {"folder_id": "1"}, {"updated_since": "yesterday"}, {"q": "a\0b"}, {"tag": "\0"},
    {"updated_since": "2026-03-02"}, {"colour": "red"},
]  # fmt: skip


def test_what_a_list_cannot_be_asked_is_named(client, many):
    for query in BAD_QUERIES:
        [name] = query
        problem = client.get("/api/sequences", expects=422, **query)
        assert [(each["in"], each["path"].split(".")[0]) for each in problem["errors"]] == [("query", name)]


def test_a_cursor_of_another_order_is_refused(client, many):
    cursor = client.get("/api/sequences", sort="name", limit=2)["next_cursor"]

    assert client.get("/api/sequences", sort="updated", cursor=cursor, expects=422)["code"] == "bad_cursor"
