"""A store that can't be used: one sentence with what to do, and exit status 3."""

import json

import psycopg
import pytest

from opendoors_desktop.app import build
from opendoors_desktop.cli.main import run
from opendoors_desktop.cli.output import Status
from tests.fixtures_store import PostgresServer, postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


def told(store: str, capsys, *command: str) -> tuple[dict[str, str], str]:
    """What a program is told of the fault, and what a person is."""
    words = command or ("contacts", "list")
    assert run(["--store", store, "--json", *words], build) == Status.STORE
    fault = json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
    assert run(["--store", store, *words], build) == Status.STORE
    return fault, capsys.readouterr().err


@pytest.mark.parametrize(
    "store, code",
    [
        ("mysql://db.example.com/od", "store_url"),
        ("postgresql://localhost:port/od", "store_url"),
        ("postgresql+psycopg://sam:secret@localhost:1/od", "store_away"),
        ("sqlite:///", "store_url"),
    ],
)
@pytest.mark.parametrize("command", [("contacts", "list"), ("scheduler", "--once"), ("demo", "--headless")])
def test_an_address_that_leads_nowhere_is_one_sentence_with_what_to_do(data_dir, capsys, store, code, command):
    fault, words = told(store, capsys, *command)
    assert (fault["code"], bool(fault["advice"])) == (code, True)
    assert fault["title"] in words
    assert fault["advice"] in words
    assert "secret" not in words + fault["where"]
    assert "Traceback" not in words


@pytest.mark.postgres
def test_a_missing_database_is_told_apart_from_a_server_that_is_away(data_dir, capsys, postgres_server: PostgresServer):
    fault, _ = told(postgres_server.url("opendoors_nowhere"), capsys)
    assert (fault["code"], fault["title"]) == ("store_missing", "There is no such database on the server.")


@pytest.mark.postgres
def test_a_user_without_rights_is_told_to_ask_for_them(data_dir, capsys, postgres_server: PostgresServer, postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS opendoors_stranger")
        owner.execute("CREATE ROLE opendoors_stranger LOGIN")
        owner.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    fault, words = told(postgres_url.replace("postgres@", "opendoors_stranger@"), capsys)
    assert fault["code"] == "store_denied"
    assert "rights" in words
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("DROP ROLE opendoors_stranger")
