"""A client that knows nothing but the document drives a sequence while a real scheduler sends to a real mail server."""

import json
import re
import signal
import subprocess
import urllib.request
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import pytest

from opendoors_desktop.store.database import Store
from tests.builders import add_contacts, add_mailbox
from tests.fixtures_smtp import running_sink

PEOPLE = 1_000
WITHIN = 90.0


@pytest.fixture
def store(sqlite_store) -> Store:
    """One database is enough to see that the document leads all the way."""
    return sqlite_store


@dataclass
class Reader:
    """Calls operations by the names the document gives them, with their parameters where it says they belong."""

    address: str
    token: str
    operations: dict[str, tuple[str, str, dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with urllib.request.urlopen(f"{self.address}/api/openapi.json", timeout=30) as answer:
            document = json.load(answer)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                places = {each["name"]: each["in"] for each in operation.get("parameters", [])}
                self.operations[operation["operationId"]] = (method.upper(), path, places)

    def call(self, operation: str, body: Any = None, **given: Any) -> Any:
        """What an operation answers."""
        method, path, places = self.operations[operation]
        query = {name: value for name, value in given.items() if places[name] == "query" and value is not None}
        headers = {name: value for name, value in given.items() if places[name] == "header"}
        path = re.sub(r"\{(\w+)\}", lambda found: given[found[1]], path)
        content = None if body is None else json.dumps(body).encode()
        headers |= {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}{path}?{urlencode(query)}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def all_of(self, operation: str, **given: Any) -> list[Any]:
        """All items of a list, page by page."""
        items, cursor = [], None
        while True:
            page = self.call(operation, **given, cursor=cursor, limit=500)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items


@pytest.mark.slow
@pytest.mark.servers
def test_a_client_makes_a_sequence_and_pauses_one_of_a_thousand_while_it_is_sent(client, context, python, repository):
    add_contacts(context, PEOPLE)
    with running_sink() as sink:
        add_mailbox(context, port=sink.port)
        api = Reader(client.address, client.token or "")
        [mailbox] = api.call("listEmailAccounts")["items"]
        everyday = {"sending_days": [True] * 7, "throttle_delay_minutes": 0, "max_emails_per_day": None}
        made = api.call("createSequence", {"name": "Fair", "default_email_account_id": mailbox["id"], **everyday})
        step = {"step_type": "email", "subject_template": "Hello {{ first_name }}", "body_template": "Hi"}
        api.call("addStep", step, sequence_id=made["id"])
        ids = [each["id"] for each in api.all_of("listContacts")]
        answer = api.call("bulkEnroll", {"contact_ids": ids}, sequence_id=made["id"])
        assert (answer["enrolled"], answer["refused"]) == (PEOPLE, 0)

        command = [
            python,
            "-m",
            "opendoors_desktop",
            "scheduler",
            "--quiet",
            "--store",
            str(context.store.location.path),
        ]
        with subprocess.Popen(command, cwd=repository, stdin=subprocess.DEVNULL) as scheduler:
            api.call("replaceSequence", {"status": "active"}, sequence_id=made["id"])
            paused = answer["items"][-1]
            assert api.call("pauseEnrollment", enrollment_id=paused["enrollment_id"])["status"] == "paused"
            deadline = monotonic() + WITHIN
            while api.call("getSequence", sequence_id=made["id"])["total_sent"] < PEOPLE - 1:
                assert monotonic() < deadline, "the scheduler didn't send them all"
            scheduler.send_signal(signal.SIGTERM)
            assert scheduler.wait(30) == 0

        captured = [re.search(rb"(?m)^To: .*?(u\d+@example\.net)", message) for message in sink.captured()]
        addresses = [found[1].decode() for found in captured if found]
        assert (len(addresses), len(set(addresses))) == (PEOPLE - 1, PEOPLE - 1)
        [left] = api.all_of("listEnrollments", status="paused")
        assert (left["id"], left["contact_email"] in addresses) == (paused["enrollment_id"], False)
        assert len(api.all_of("listEnrollments", status="completed")) == PEOPLE - 1
