"""The command line called in this process, on a store of its own."""

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.app import build
from opendoors_desktop.cli.main import run
from tests.fixtures_store import TEMPLATE, PostgresServer, database, fresh_file, postgres_server

__all__ = ["database", "fresh_file", "postgres_server"]


@dataclass(frozen=True)
class Done:
    """What a call came to."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON values on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, str]:
        """The JSON error on standard error."""
        found = json.loads(self.err.splitlines()[-1])["error"]
        assert set(found) == {"code", "title", "advice", "where"}
        return found


Call = Callable[..., Done]


@pytest.fixture
def store_url(request: pytest.FixtureRequest, database: str, data_dir: Path, fresh_file: Path) -> Iterator[str]:
    """A fresh store for commands: the file they take by themselves, or a database that `OPENDOORS_STORE` names."""
    if database == "sqlite":
        file = data_dir / "opendoors.db"
        shutil.copyfile(fresh_file, file)
        yield str(file)
        return
    server = request.getfixturevalue("postgres_server")
    assert isinstance(server, PostgresServer)
    url = server.new_database(TEMPLATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENDOORS_STORE", url)
        yield url
    server.drop(url)


@pytest.fixture
def cli(store_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call a command of `opendoors` with `text` as its input; its status must be `status` unless that is None."""

    def call(*arguments: str, status: int | None = 0, text: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        capsys.readouterr()
        got = run(arguments, build)
        written = capsys.readouterr()
        if status is not None:
            assert got == status, f"{arguments}: {got}\n{written.out}{written.err}"
        return Done(got, written.out, written.err)

    return call


@pytest.fixture
def room(cli: Call, tmp_path: Path) -> Call:
    """A workspace with a mailbox on this computer, three contacts, and a draft of two emails and a call."""
    people = tmp_path / "people.csv"
    people.write_text(
        "email,first name,last name,company,country,phone,tags\n"
        "ana@example.org,Ana,Lima,Example Org,France,+33 1 23 45 67 89,vip\n"
        "ben@example.net,Ben,Ode,Example Net,Germany,,\n"
        "cem@example.com,Cem,Tan,,France,,\n",
        encoding="utf-8",
    )
    steps = [
        {"step_type": "email", "subject_template": "Hello {{ first_name }}", "body_template": "Hi {{ first_name }}"},
        {"step_type": "call", "delay_days": 1, "task_title": "Call {{ first_name }}"},
        {"step_type": "email", "delay_days": 2, "body_template": "Again"},
    ]
    document = {
        "opendoors_sequence": 1,
        "name": "Spring",
        "default_email_account": "rep@example.com",
        "steps": steps,
    }
    (tmp_path / "spring.json").write_text(json.dumps(document), encoding="utf-8")
    cli("mailbox", "add", "rep@example.com", "--smtp-host", "localhost", "--smtp-security", "none", "--no-password")
    cli("contacts", "import", str(people))
    cli("sequence", "import", str(tmp_path / "spring.json"))
    return cli
