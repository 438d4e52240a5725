"""The door of the API: who comes in, what is too much, what is no JSON, and what a browser may do."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.commands import api_tokens
from opendoors_desktop.engine.commands.api_tokens import create_token, revoke_token
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import Scope, add_member, add_workspace
from tests.api.conftest import Client, new_sequence


@pytest.fixture
def store(sqlite_store) -> Store:
    """What comes in doesn't depend on the database."""
    return sqlite_store


def test_fault_43_without_a_token_that_lives_nothing_is_told(client, server, context):
    gone = create_token(context, "gone")
    revoke_token(context, str(gone.token.id))
    over = create_token(context, "over", lasts=timedelta(microseconds=1))
    for token in (None, "", "od_wrong", gone.text, over.text, client.token[:-1] + "é", "x" * 5000):
        problem = Client(server.address, token).get("/api/sequences", expects=401)
        assert problem["code"] == "unauthorized"
    basic = Client(server.address, None, {"Authorization": f"Basic {client.token}"})
    assert basic.ask("GET", "/api/sequences", status=401).headers["www-authenticate"].startswith("Bearer")
    assert Client(server.address, None).ask("POST", "/api/sequences", b"{", status=401).json["status"] == 401


def test_fault_43_another_workspace_sees_nothing_of_this_one(client, server, context):
    mine = new_sequence(client)
    other = Scope(context.scope.customer_id, uuid4(), context.scope.user_id)
    with context.store.write() as unit:
        add_workspace(
            unit, other, name="Other", time_zone="UTC", now=context.clock.now(), new_id=context.new_id, chance=bytes
        )
    stranger = Client(server.address, create_token(_in(context, other), "stranger").text)

    assert stranger.get("/api/sequences")["items"] == []
    path = f"/api/sequences/{mine['id']}"
    assert stranger.get(path, expects=404)["code"] == "not_found"
    assert stranger.put(path, {"status": "stopped"}, status=404)
    stranger.ask("DELETE", path, status=404)
    assert stranger.post(f"{path}/steps", {"step_type": "delay"}, status=404)
    assert client.get(path)["status"] == "draft"


def _in(context, scope):
    from dataclasses import replace

    return replace(context, scope=scope)


def test_who_may_only_look_changes_nothing(client, server, context):
    reader = Client(server.address, create_token(context, "reader", is_read_only=True).text)
    assert reader.get("/api/sequences")["items"] == []
    assert reader.post("/api/sequences", {"name": "x"}, status=403)["code"] == "read_only"
    with context.store.write() as unit:
        add_member(unit, context.scope.workspace_id, context.scope.user_id, "viewer", context.clock.now())
    assert client.post("/api/sequences", {"name": "x"}, status=403)["code"] == "read_only"
    assert client.get("/api/sequences")["items"] == []


def test_the_last_use_of_a_token_is_kept(client, context):
    client.get("/api/sequences")

    assert [each.last_used_at is not None for each in api_tokens.list_tokens(context)] == [True]


def test_fault_43_a_body_over_the_limit_is_refused_unread(client):
    large = b'{"name": "' + b"x" * (1 << 20) + b'"}'

    assert client.ask("POST", "/api/sequences", large, status=413).json["code"] == "too_large"


def test_fault_43_a_body_that_hides_its_length_is_refused_as_well(client):
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(client.address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
    chunks = (b'"' + b"x" * 65536 for _ in range(20))
    connection.request("POST", "/api/sequences", chunks, headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


NO_JSON = [b"", b"{", b"\xff\xfe", b"{'name': 1}", b"[" * 100_000, b'{"name": 1' + b"0" * 5000 + b"}"]


def test_what_is_no_json_is_told(client):
    for body in NO_JSON:
        got = client.ask("POST", "/api/sequences", body, status=None)
        assert got.status in (400, 422), body[:20]


BAD_BODIES: list[tuple[object, str]] = [
    ([], "$"),
    ("text", "$"),
    ({}, "$.name"),
    ({"name": 7}, "$.name"),
    ({"name": "a\0b"}, "$.name"),
    ({"name": "\ud800"}, "$.name"),
    ({"name": "x" * 256}, "$.name"),
    ({"name": "x", "colour": "red"}, "$.colour"),
    ({"name": "x", "tags": ["ok", 7]}, "$.tags[1]"),
    ({"name": "x", "stop_on_reply": "yes"}, "$.stop_on_reply"),
    ({"name": "x", "max_emails_per_day": "100"}, "$.max_emails_per_day"),
    ({"name": "x", "max_emails_per_day": 1e300}, "$.max_emails_per_day"),
    ({"name": "x", "goal_deadline": "31.12.2026"}, "$.goal_deadline"),
    ({"name": "x", "goal_deadline": 7}, "$.goal_deadline"),
    ({"name": "x", "sending_window_start": "25:00"}, "$.sending_window_start"),
    ({"name": "x", "starts_at": "2026-03-02T08:00:00"}, "$.starts_at"),
    ({"name": "x", "folder_id": "../etc"}, "$.folder_id"),
    ({"name": "x", "status": "gone"}, "$.status"),
    ({"name": "x", "email_account_shares": [{"weight": 1}]}, "$.email_account_shares[0].email_account_id"),
]


@pytest.mark.parametrize("body, path", BAD_BODIES)
def test_fault_43_every_fault_is_told_with_its_path(client, body, path):
    problem = client.post("/api/sequences", body, status=422)

    assert path in {each["path"] for each in problem["errors"]}
    assert client.get("/api/sequences")["items"] == []


def test_settings_that_do_not_fit_the_workspace_are_refused(client):
    for more in ({"folder_id": str(uuid4())}, {"owner_id": str(uuid4())}, {"default_email_account_id": str(uuid4())}):
        assert client.post("/api/sequences", {"name": "x", **more}, status=422)["code"] == "bad_settings"
    assert client.post("/api/sequences", {"name": "x", "sending_timezone": "Mars/Base"}, status=422)["detail"]


def test_what_is_not_there_is_told_as_a_problem(client):
    assert client.get("/api/nothing", expects=404)["code"] == "not_found"
    assert client.ask("PATCH", "/api/sequences", status=405).headers["allow"]
    assert client.get("/api/sequences/..%2F..%2Fetc%2Fpasswd", expects=None)["status"] in (404, 422)
    assert client.get("/api/sequences/%00", expects=422)["errors"][0]["in"] == "path"


def test_fault_43_a_web_page_elsewhere_gets_no_leave(client):
    answer = client.ask(
        "OPTIONS", "/api/sequences", status=None, Origin="https://evil.example", Access_Control_Request_Method="POST"
    )
    assert answer.status == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    listed = client.ask("GET", "/api/sequences", Origin="https://evil.example")
    assert "access-control-allow-origin" not in listed.headers
    assert (listed.headers["cache-control"], listed.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_while_the_store_is_away_nothing_else_is_said(client, context, monkeypatch):
    def away(_store):
        raise StoreError("The database can't be reached.", "Try again.", code="store_away")

    monkeypatch.setattr(Store, "read", away)

    answer = client.ask("GET", "/api/sequences", status=503)
    assert (answer.json["code"], answer.headers["retry-after"]) == ("store_away", "5")


def test_a_fault_of_the_program_is_logged_and_told_calmly(client, monkeypatch, caplog):
    def broken(*_arguments, **_more):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("opendoors_desktop.api.routes.sequences.search_sequences", broken)

    answer = client.ask("GET", "/api/sequences", status=500)
    assert answer.json["code"] == "bug"
    assert "secret" not in answer.body.decode()
    assert "an answer of the API failed" in caplog.text


def test_the_page_to_try_it_loads_nothing_from_outside(client, server):
    stranger = Client(server.address, None)
    page = stranger.ask("GET", "/api/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    parts = [page.body, *(stranger.ask("GET", f"/api/docs.{end}").body for end in ("js", "css"))]
    assert not re.findall(rb"(?:https?:)?//[a-z0-9]", b"".join(parts))
    assert json.loads(stranger.ask("GET", "/api/openapi.json").body)["openapi"] == "3.1.0"
