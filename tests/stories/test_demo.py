"""The tour, played as a person would from a shell: two weeks of a campaign, and nothing wrong with what came."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.app import build
from opendoors_desktop.cli.main import run
from opendoors_desktop.cli.output import Status
from opendoors_desktop.engine.demo.findings import Wrong
from opendoors_desktop.engine.demo.stage import BOXES
from tests.fixtures_store import postgres_server, postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture
def told(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    """Exit status and lines of one tour whose mails are kept in `tmp_path / "out"`."""
    status = run(["--json", "demo", "--headless", "--out", str(tmp_path / "out")], build)
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_two_weeks_of_a_campaign_come_as_they_should(told, tmp_path, capsys):
    status, (*days, last) = told
    statement = last["statement"]

    assert statement["faults"] == []
    assert set(statement["figures"]) == {wrong.name.lower() for wrong in Wrong}
    assert set(statement["figures"].values()) == {0}
    assert status == Status.DONE

    assert [email["received"] for email in statement["emails"]] == [email["journal"] for email in statement["emails"]]
    assert {(email["sequence"], email["step"], email["variant"]) for email in statement["emails"]} == {
        ("Open house", 1, ""),
        ("Open house", 2, ""),
        ("Open house", 3, ""),
        ("Spring introduction", 1, "A"),
        ("Spring introduction", 1, "B"),
        ("Spring introduction", 7, ""),
    }
    assert statement["retried"] >= 5
    assert statement["refused"] >= 3
    assert statement["sent"] == sum(sum(day["sent"].values()) for day in days) > 300

    assert [day["day"] for day in days] == [f"2026-03-{number:02}" for number in range(2, 16)]
    assert all(set(day["sent"]) == {box.address for box in BOXES} for day in days)
    assert sum(day["tasks_done"] for day in days) > 100
    assert [len(day["deeds"]) for day in days] == [0, 1, 1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    assert days[1]["paused"] == 1
    assert max(day["held"] for day in days) >= 1
    assert days[-1]["paused"] == 0
    led_to = Counter((came["kind"], came["led_to"]) for came in statement["came_back"])
    assert led_to["reply", "replied"] >= 3
    assert led_to["gone", "bounced"] == led_to["opt_out", "unsubscribed"] == 2
    assert {kind for kind, _ in led_to} == {"reply", "colleague", "away", "gone", "full", "opt_out"}

    assert len(list((tmp_path / "out" / "mail").glob("*.eml"))) == statement["sent"]

    assert run(["demo", "--headless", "--out", str(tmp_path / "out")], build) == Status.BAD_INPUT
    assert "isn't empty" in capsys.readouterr().err


@pytest.mark.postgres
def test_the_same_two_weeks_pass_in_a_teams_database_which_must_be_new(postgres_url, data_dir, tmp_path, capsys):
    status = run(["--store", postgres_url, "--json", "demo"], build)
    statement = json.loads(capsys.readouterr().out.splitlines()[-1])["statement"]

    assert (status, statement["faults"], statement["sent"] > 300) == (Status.DONE, [], True)
    assert run(["--store", postgres_url, "demo", "--headless"], build) == Status.BAD_INPUT
    assert "a store of its own" in capsys.readouterr().err

    # What was played moves into a file whole, and waits there for a person.
    file = str(tmp_path / "moved.db")
    assert run(["db", "move", postgres_url, file], build) == Status.DONE
    assert run(["--store", file, "db", "check"], build) == Status.DONE
    capsys.readouterr()
    assert run(["--store", file, "sending", "status", "--json"], build) == Status.DONE
    assert json.loads(capsys.readouterr().out)["doubt"] == "copied"
