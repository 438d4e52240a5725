"""Enrollments by the API: each contact answered for itself, once however often it is asked, paused, taken out."""

from uuid import UUID, uuid4

import pytest

from opendoors_desktop.engine.commands.suppressions import suppress
from tests.api.conftest import Client, new_sequence
from tests.builders import add_contacts, add_mailbox


@pytest.fixture
def running(client, context) -> str:
    """The path of a running sequence with one delay and an email."""
    made = new_sequence(client, default_email_account_id=str(add_mailbox(context).id))
    path = f"/api/sequences/{made['id']}"
    client.post(f"{path}/steps", {"step_type": "delay", "delay_days": 3})
    client.post(f"{path}/steps", {"step_type": "email", "subject_template": "Hi", "body_template": "Hi"})
    client.put(path, {"status": "active"})
    return path


def people(context, count: int, **more) -> list[str]:
    """The ids of new contacts."""
    return [str(key) for key in add_contacts(context, count, **more)]


@pytest.mark.parametrize("verb", ["enroll", "bulk-enroll"])
def test_every_contact_is_answered_for_itself(client, context, running, verb):
    first, second, barred = people(context, 3)
    suppress(context, "u3@example.net")
    stranger = str(uuid4())
    client.post(f"{running}/enroll", {"contact_ids": [second]}, status=200)

    answer = client.post(f"{running}/{verb}", {"contact_ids": [first, second, barred, stranger, first]}, status=200)

    assert (answer["enrolled"], answer["refused"]) == (2, 3)
    assert [each["contact_id"] for each in answer["items"]] == [first, second, barred, stranger, first]
    codes = [each["error"] and each["error"]["code"] for each in answer["items"]]
    assert codes == [None, "already_enrolled", "suppressed", "not_found", None]
    assert answer["items"][0]["next_step_scheduled_at"] is not None
    sources = "SELECT DISTINCT CAST(enrollment_source AS VARCHAR(20)) FROM sequence_enrollments"
    with context.store.read() as unit:
        assert unit.rows(sources) == [("api",)]
    assert client.get(running)["total_enrolled"] == 2


def test_T12_a_call_sent_again_with_its_key_is_answered_as_before(client, context, running):
    ids = people(context, 250)
    body = {"contact_ids": ids}

    first = client.ask("POST", f"{running}/bulk-enroll", body, Idempotency_Key="k-1")
    again = client.ask("POST", f"{running}/bulk-enroll", body, Idempotency_Key="k-1")

    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert "idempotent-replayed" not in first.headers
    without = client.post(f"{running}/bulk-enroll", body, status=200)
    assert {each["error"]["code"] for each in without["items"]} == {"already_enrolled"}
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*), count(DISTINCT contact_id) FROM sequence_enrollments") == [(250, 250)]


def test_a_key_belongs_to_one_request(client, context, running):
    one, two = people(context, 2)
    client.post(f"{running}/enroll", {"contact_ids": [one]}, status=200, Idempotency_Key="k-1")

    for path, body in ((f"{running}/enroll", {"contact_ids": [two]}), ("/api/sequences", {"name": "x"})):
        problem = client.post(path, body, status=422, Idempotency_Key="k-1")
        assert (problem["code"], problem["errors"][0]["path"]) == ("key_reused", "Idempotency-Key")
    client.post(f"{running}/enroll", {"contact_ids": [two]}, status=200, Idempotency_Key="k-2")
    assert client.post("/api/sequences", {"name": "x"}, status=422, Idempotency_Key="a b")["errors"]


def test_a_request_that_came_to_nothing_may_be_sent_again_with_its_key(client):
    body = {"name": "Spring", "folder_id": str(uuid4())}
    for _ in range(2):
        assert client.post("/api/sequences", body, status=422, Idempotency_Key="k")["code"] == "bad_settings"
    assert client.post("/api/sequences", {"name": "Spring"}, Idempotency_Key="k")["name"] == "Spring"


def test_a_request_that_is_under_way_is_not_begun_twice(client, context, monkeypatch):
    from opendoors_desktop.engine.commands import replays

    monkeypatch.setattr(replays, "keep_answer", lambda *_: None)
    client.post("/api/sequences", {"name": "Spring"}, Idempotency_Key="k")

    assert client.post("/api/sequences", {"name": "Spring"}, status=409, Idempotency_Key="k")["code"] == "key_busy"
    assert len(client.get("/api/sequences")["items"]) == 1


def test_an_enrollment_is_paused_and_resumed_and_both_twice(client, context, running):
    [item] = client.post(f"{running}/enroll", {"contact_ids": people(context, 1)}, status=200)["items"]
    path = f"/api/enrollments/{item['enrollment_id']}"
    due = client.get(path)["next_step_scheduled_at"]

    for verb, status in (("pause", "paused"), ("pause", "paused"), ("resume", "active"), ("resume", "active")):
        assert client.put(f"{path}/{verb}")["status"] == status
    assert client.get(path)["next_step_scheduled_at"] >= due


def test_an_ended_one_is_refused_with_what_is_possible(client, context, running):
    [item] = client.post(f"{running}/enroll", {"contact_ids": people(context, 1)}, status=200)["items"]
    client.put(running, {"status": "stopped"})

    refused = client.put(f"/api/enrollments/{item['enrollment_id']}/pause", status=409)
    assert (refused["code"], refused.get("possible", [])) == ("bad_transition", [])


def test_one_that_was_never_contacted_is_gone_with_its_count(client, context, running):
    [item] = client.post(f"{running}/enroll", {"contact_ids": people(context, 1)}, status=200)["items"]
    path = f"/api/enrollments/{item['enrollment_id']}"

    assert client.ask("DELETE", path).json == {"id": item["enrollment_id"], "deleted": True}
    client.get(path, expects=404)
    client.ask("DELETE", path, status=404)
    assert client.get(running)["total_enrolled"] == 0


def test_one_that_was_contacted_is_stopped_and_hidden(client, context, running):
    [item] = client.post(f"{running}/enroll", {"contact_ids": people(context, 1)}, status=200)["items"]
    path = f"/api/enrollments/{item['enrollment_id']}"
    with context.store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET total_emails_sent = 1")

    assert client.ask("DELETE", path).json["deleted"] is False
    assert client.get(path)["status"] == "stopped"
    assert client.get("/api/enrollments")["items"] == []
    assert len(client.get("/api/enrollments", hidden="true")["items"]) == 1


def test_enrollments_are_listed_in_pages(client, context, running):
    ids = people(context, 5)
    client.post(f"{running}/enroll", {"contact_ids": ids}, status=200)

    first = client.get("/api/enrollments", limit=3, sequence_id=running.rpartition("/")[2])
    rest = client.get("/api/enrollments", limit=3, cursor=first["next_cursor"])
    assert [each["contact_id"] for each in first["items"] + rest["items"]] == ids
    assert (len(rest["items"]), rest["next_cursor"]) == (2, None)
    assert [each["contact_id"] for each in client.get("/api/enrollments", contact_id=ids[3])["items"]] == [ids[3]]
    assert client.get("/api/enrollments", status="paused")["items"] == []
    assert client.get("/api/enrollments", status="ended", expects=422)["errors"]


def test_a_goal_is_logged(client, context, running):
    [item] = client.post(f"{running}/enroll", {"contact_ids": people(context, 1)}, status=200)["items"]
    path = f"/api/enrollments/{item['enrollment_id']}/goal"
    assert client.post(path, {}, status=409)["code"] == "another_goal"
    sequence = client.get(running)
    settings = {name: sequence[name] for name in ("name", "default_email_account_id")}
    client.put(running, settings | {"goal_type": "meetings"}, If_Match="*")

    reached = client.post(path, {"event": "meetings"}, status=200)
    assert (reached["status"], reached["completion_reason"]) == ("completed", "goal_achieved")


BAD_ENROLLS: list[dict[str, object]] = [
    {}, {"contact_ids": []}, {"contact_ids": ["me"]}, {"contact_ids": [7]}, {"contact_ids": "all"},
    {"contact_ids": [str(UUID(int=1))] * 101}, {"contact_ids": [str(UUID(int=1))], "at_step": 0},
    {"contact_ids": [str(UUID(int=1))], "start": "soon"},
]  # fmt: skip


def test_what_cannot_be_enrolled_is_told(client, running):
    for body in BAD_ENROLLS:
        assert client.post(f"{running}/enroll", body, status=422)["errors"]
    one = {"contact_ids": [str(UUID(int=1))]}
    assert client.post(f"/api/sequences/{uuid4()}/enroll", one, status=404)["code"] == "not_found"


def test_a_step_that_is_not_there_is_told(client, context, running):
    assert client.post(f"{running}/enroll", {"contact_ids": people(context, 1), "at_step": 9}, status=404)["where"]


def test_another_workspace_of_the_customer_reaches_no_enrollment(client, server, context, running):
    from dataclasses import replace

    from opendoors_desktop.engine.commands.api_tokens import create_token
    from opendoors_desktop.store.tenancy import Scope, add_workspace

    [item] = client.post(f"{running}/enroll", {"contact_ids": people(context, 1)}, status=200)["items"]
    other = Scope(context.scope.customer_id, uuid4(), context.scope.user_id)
    now = context.clock.now()
    with context.store.write() as unit:
        add_workspace(unit, other, name="Other", time_zone="UTC", now=now, new_id=context.new_id, chance=bytes)
    stranger = Client(server.address, create_token(replace(context, scope=other), "stranger").text)

    path = f"/api/enrollments/{item['enrollment_id']}"
    stranger.get(path, expects=404)
    for method, rest in (("PUT", "/pause"), ("DELETE", "")):
        stranger.ask(method, path + rest, status=404)
    stranger.post(f"{path}/goal", {}, status=404)
    assert client.get(path)["status"] == "active"
